"""What is read for the proof of play, shared by all browsers."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from console.plays.asked import Asked
from console.runtime import now, read_session
from console.shared import shared
from infoscreen_core.domain.monitoring.plays.tallies import By, Sums
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.services.monitoring import analysis
from infoscreen_core.services.monitoring.plays import report
from infoscreen_core.services.monitoring.plays.report import ScreenPage, ScreenPlays

SCREENS_A_PAGE: Final = 20
"""More of them could not be told apart in a picture."""
MOST_ROWS: Final = 100


@dataclass(frozen=True)
class Totals:
    """What was shown, added up."""

    zone: ZoneInfo
    groups: dict[int, str]
    window: Span
    """The days that are asked for, as far as they are over."""
    events: Sequence[Sums]
    event_groups: dict[int, str]
    """The names of the groups of those events that still exist."""
    files: Sequence[Sums]
    days: Sequence[Sums]
    counted_until: datetime | None
    """None: they reach up to now."""

    @property
    def seconds(self) -> tuple[int, int, int]:
        """How long it was seen, reported and unknown in all, on all screens together."""
        return (
            sum(one.seen for one in self.days),
            sum(one.reported for one in self.days),
            sum(one.unknown for one in self.days),
        )


@shared(seconds=60.0, entries=16)
def read_totals(asked: Asked) -> Totals:
    """Return the sums of what is asked for."""
    at = now()
    with read_session() as session:
        wanted = asked.filter_until(report.today_of(session, at))
        events, files, days = (
            report.add_up_plays(session, wanted, by, limit=limit, now=at)
            for by, limit in (
                (By.EVENT, MOST_ROWS),
                (By.MEDIA, MOST_ROWS),
                (By.DAY, report.LONGEST_DAYS),
            )
        )
        groups = analysis.group_names(session)
        places = report.map_event_groups(session, [one.key for one in events.rows])
        return Totals(
            zone=report.zone_of(session),
            groups=groups,
            window=report.window_of(session, wanted, now=at),
            events=events.rows,
            event_groups={key: groups.get(group, "") for key, group in places.items()},
            files=files.rows,
            days=days.rows,
            counted_until=days.counted_until,
        )


@shared(seconds=60.0, entries=16)
def read_screens(asked: Asked, page: int) -> ScreenPage:
    """Return a page of screens with what they showed; pages count from 1."""
    at = now()
    with read_session() as session:
        wanted = asked.filter_until(report.today_of(session, at))
        offset = (page - 1) * SCREENS_A_PAGE
        return report.list_screens(session, wanted, limit=SCREENS_A_PAGE, offset=offset, now=at)


def each_screen(asked: Asked) -> Iterator[ScreenPlays]:
    """Yield all screens that are asked for, for a file."""
    at = now()
    with read_session() as session:
        wanted = asked.filter_until(report.today_of(session, at))
        yield from report.each_screen(session, wanted, now=at)


def name_of(asked: Asked) -> str | None:
    """Return how the event, file or screen is called that is asked for; None: nothing is."""
    totals = read_totals(asked)
    for key, rows in ((asked.event, totals.events), (asked.media, totals.files)):
        if key is not None:
            return next((one.name for one in rows if one.key == key and one.name), f"#{key}")
    if asked.client is None:
        return None
    return next((one.name for one in read_screens(asked, 1).screens), asked.client[:8])
