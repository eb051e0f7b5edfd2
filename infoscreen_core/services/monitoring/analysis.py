"""What analysts ask of past weeks: how well groups served, which screens were down, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.clients import map_clients
from infoscreen_core.db.queries.groups import map_names
from infoscreen_core.db.queries.monitoring.sums import weeks as queries
from infoscreen_core.db.queries.monitoring.sums.weeks import Sums
from infoscreen_core.domain.monitoring.availability import Figures, Outage
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.monitoring.availability import (
    measure_clients,
    monday_of,
    week_of,
)

_WEEK: Final = timedelta(days=7)
_SHOWN_OUTAGES: Final = 500
"""In a picture; the longest ones."""


@dataclass(frozen=True, slots=True)
class Weeks:
    """Whole weeks one after the other, by their Mondays."""

    first: date
    last: date

    @property
    def mondays(self) -> list[date]:
        """Each week's first day."""
        count = (self.last - self.first).days // _WEEK.days
        return [self.first + step * _WEEK for step in range(count + 1)]

    @property
    def before(self) -> "Weeks":
        """As many weeks that end where these begin."""
        length = self.last - self.first + _WEEK
        return Weeks(self.first - length, self.last - length)

    def since(self, monday: date) -> "Weeks":
        """Return these weeks from one of them on."""
        return Weeks(monday, self.last)

    def window(self, zone: ZoneInfo, *, now: datetime) -> Span:
        """Return the time of them that is over."""
        end = week_of(self.last, zone).end
        return Span(week_of(self.first, zone).start, min(end, now))


@dataclass(frozen=True, slots=True)
class GroupWeek:
    """One group's figures of one week; `group_id` None: screens without a group."""

    monday: date
    group_id: int | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class ScreenFigures:
    """One screen's figures."""

    uuid: str
    name: str
    group_id: int | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class ScreenOutage:
    """Time in which one screen was down without a break."""

    uuid: str
    outage: Outage


@dataclass(frozen=True, slots=True)
class Outages:
    """The longest outages of some screens, in order, and how many there were."""

    longest: Sequence[ScreenOutage]
    number: int


def last_weeks(count: int, *, zone: ZoneInfo, now: datetime) -> Weeks:
    """Return that many weeks, the last of them the one that goes on."""
    last = monday_of(to_local(now, zone).date())
    return Weeks(last - (count - 1) * _WEEK, last)


def group_names(session: Session) -> dict[int, str]:
    """Return the names of the groups by their ids, in the saved order."""
    return map_names(session)


def group_weeks(
    session: Session, weeks: Weeks, *, leave_out_tv_off: bool = False
) -> list[GroupWeek]:
    """Return the figures of each group and week that has any.

    With `leave_out_tv_off`, here and below, without the time in which TVs were meant to be off.
    """
    found = queries.sum_by_group(
        session, first=weeks.first, last=weeks.last, leave_out_tv_off=leave_out_tv_off
    )
    return [GroupWeek(monday, group_id, _figures(sums)) for monday, group_id, sums in found]


def group_sums(
    session: Session, weeks: Weeks, *, leave_out_tv_off: bool = False
) -> dict[int | None, Figures]:
    """Return the figures of each group over all of the weeks; None: screens without a group."""
    found = queries.sum_groups(
        session, first=weeks.first, last=weeks.last, leave_out_tv_off=leave_out_tv_off
    )
    return {group_id: _figures(sums) for group_id, sums in found}


def down_longest(
    session: Session, weeks: Weeks, *, group: int | None, limit: int, leave_out_tv_off: bool = False
) -> dict[str, Figures]:
    """Return the figures of the screens that were down longest by UUID, the worst first.

    Of one group if it is named. They change only when weeks are counted.
    """
    found = queries.list_worst(
        session,
        first=weeks.first,
        last=weeks.last,
        group=group,
        limit=limit,
        leave_out_tv_off=leave_out_tv_off,
    )
    return {uuid: _figures(sums) for uuid, sums in found}


def list_screens(session: Session, figures: Mapping[str, Figures]) -> list[ScreenFigures]:
    """Return those of the screens that exist, in the order of their figures."""
    known = map_clients(session, figures.keys())
    return [
        ScreenFigures(uuid, known[uuid].display_name, known[uuid].group_id, of)
        for uuid, of in figures.items()
        if uuid in known
    ]


def outages_of(
    session: Session,
    screens: Sequence[ScreenFigures],
    window: Span,
    *,
    leave_out_tv_off: bool = False,
) -> Outages:
    """Return when these screens were down."""
    found = measure_clients(
        session,
        window,
        client_uuids=[screen.uuid for screen in screens],
        leave_out_tv_off=leave_out_tv_off,
    )
    outages = [ScreenOutage(uuid, outage) for uuid, of in found.items() for outage in of.outages]
    longest = sorted(outages, key=lambda one: one.outage.down, reverse=True)[:_SHOWN_OUTAGES]
    return Outages(sorted(longest, key=lambda one: one.outage.start), len(outages))


def _figures(sums: Sums) -> Figures:
    up, down, unknown, outages, left_out = sums
    return Figures(
        timedelta(0, up), timedelta(0, down), timedelta(0, unknown), outages, timedelta(0, left_out)
    )
