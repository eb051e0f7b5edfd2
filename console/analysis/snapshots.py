"""What is read for the analysis: the figures of past weeks, shared by all browsers."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.runtime import Session, now, read_session
from console.shared import shared
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring import analysis
from infoscreen_core.services.monitoring.analysis import (
    GroupWeek,
    ScreenFigures,
    ScreenOutage,
    Weeks,
)
from infoscreen_core.services.monitoring.weeks import counted_until

SHOWN_SCREENS = 20
"""The screens that were down longest; more of them could not be told apart in a picture."""
UNTIL_COUNTED: Final = 3600.0
"""Seconds. The figures of weeks are counted every hour, and each count is another reading: what the
command line removes of them meanwhile is gone with the next one."""


@dataclass(frozen=True)
class Analysis:
    """The figures of some weeks, and of as many before them."""

    weeks: Weeks
    """Those of the span of which something is known."""
    window: Span
    """The time of the weeks that is over, from the first one of which something is known."""
    zone: ZoneInfo
    """The installation's, in which weeks begin."""
    counted_until: datetime | None
    groups: dict[int, str]
    """The names of all groups, in the saved order."""
    rows: Sequence[GroupWeek]
    sums: Mapping[int | None, Figures]
    """Of each group over these weeks."""
    sums_before: Mapping[int | None, Figures]
    """Of each group over as many weeks before."""

    @property
    def edition(self) -> Hashable:
        """What tells it from the analysis that another count, week or group would give."""
        return self.counted_until, self.weeks, tuple(self.groups.items())


@dataclass(frozen=True)
class Screens:
    """The screens that were down longest within some weeks, and when they were."""

    zone: ZoneInfo
    """The installation's."""
    screens: Sequence[ScreenFigures]
    outages: Sequence[ScreenOutage]
    """The longest of them, in order."""
    outage_count: int
    """How many there were."""


@shared(seconds=UNTIL_COUNTED, entries=8)
def _group_weeks(
    weeks: Weeks,
    without_tv_off: bool,  # noqa: FBT001 - a key of what is shared, as below
    _counted: datetime | None,
) -> Sequence[GroupWeek]:
    with read_session() as session:
        return tuple(analysis.group_weeks(session, weeks, leave_out_tv_off=without_tv_off))


@shared(seconds=UNTIL_COUNTED, entries=16)
def _group_sums(
    weeks: Weeks,
    without_tv_off: bool,  # noqa: FBT001
    _counted: datetime | None,
) -> Mapping[int | None, Figures]:
    with read_session() as session:
        return analysis.group_sums(session, weeks, leave_out_tv_off=without_tv_off)


@shared(seconds=UNTIL_COUNTED, entries=16)
def _worst(
    weeks: Weeks,
    group: int | None,
    without_tv_off: bool,  # noqa: FBT001
    _counted: datetime | None,
) -> Mapping[str, Figures]:
    with read_session() as session:
        return analysis.down_longest(
            session, weeks, group=group, limit=SHOWN_SCREENS, leave_out_tv_off=without_tv_off
        )


@shared(seconds=60.0, entries=4, is_renewed=True)
def read_analysis(count: int, without_tv_off: bool = False) -> Analysis:  # noqa: FBT001, FBT002 - a key of what is shared
    """Return the last `count` weeks; time with TVs off on purpose may be left out."""
    at = now()
    with read_session() as session:
        zone = zone_of(session)
        counted, groups = counted_until(session), analysis.group_names(session)
    weeks = analysis.last_weeks(count, zone=zone, now=at)
    rows = _group_weeks(weeks, without_tv_off, counted)
    known = weeks.since(min((row.monday for row in rows), default=weeks.first))
    return Analysis(
        weeks=known,
        window=known.window(zone, now=at),
        zone=zone,
        counted_until=counted,
        groups=groups,
        rows=rows,
        sums=_group_sums(weeks, without_tv_off, counted),
        sums_before=_group_sums(weeks.before, without_tv_off, counted),
    )


@shared(seconds=60.0, entries=16)
def read_screens(
    count: int,
    group: int | None,
    without_tv_off: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Screens:
    """Return the screens of the last `count` weeks; of one group if it is named."""
    at = now()
    with read_session() as session:
        zone = zone_of(session)
        weeks = analysis.last_weeks(count, zone=zone, now=at)
        figures = _worst(weeks, group, without_tv_off, counted_until(session))
        screens = analysis.list_screens(session, figures)
        outages = analysis.outages_of(
            session, screens, weeks.window(zone, now=at), leave_out_tv_off=without_tv_off
        )
        return Screens(zone, screens, outages.longest, outages.number)


def zone_of(session: Session) -> ZoneInfo:
    """Return the installation's zone."""
    return load_zone(system_settings.get_setting(session, "default_timezone"))
