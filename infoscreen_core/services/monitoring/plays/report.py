"""Proof of play for readers: what screens showed, screen by screen, and added up.

What is asked of few screens and days is read from their record and holds to the second. What is
asked of more is added up from the sums of whole days, and reaches up to when those were counted.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.queries.events import map_events
from infoscreen_core.db.queries.monitoring import plays as queries
from infoscreen_core.db.queries.monitoring.plays import DayFilter
from infoscreen_core.domain.monitoring.plays.plays import Play
from infoscreen_core.domain.monitoring.plays.tallies import (
    By,
    PlayCount,
    Sums,
    add_up,
    start_of,
)
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring.plays.counting import counted_until
from infoscreen_core.services.monitoring.plays.reading import PlayReader

READ_AT_ONCE: Final = 5000
"""Screens times days that are read from the record; more are added up from the sums of days."""
LONGEST_DAYS: Final = 400
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PlayFilter:
    """Whose plays are wanted; `first` and `last` are days of the installation's zone."""

    first: date
    last: date
    group_id: int | None = None
    client_uuid: str | None = None
    event_id: int | None = None
    media_id: int | None = None

    @property
    def days(self) -> int:
        """How many days it spans."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class ScreenPlays:
    """What one screen showed, in order; without a filter, all of it."""

    uuid: str
    name: str
    group_id: int | None
    plays: tuple[Play, ...]

    @property
    def shown(self) -> timedelta:
        """For how long it showed that."""
        return _length(play for play in self.plays if play.sureness.is_shown)

    @property
    def unknown(self) -> timedelta:
        """For how long that was planned and nobody can say."""
        return _length(play for play in self.plays if not play.sureness.is_shown)


@dataclass(frozen=True, slots=True)
class ScreenPage:
    """Some screens by name, and how many there are in all."""

    screens: tuple[ScreenPlays, ...]
    count: int
    window: Span
    """The time that was asked for, as far as it is over."""


@dataclass(frozen=True, slots=True)
class PlaySums:
    """What was added up."""

    rows: Sequence[Sums]
    counted_until: datetime | None
    """None: it was read from the record, and reaches up to now."""


def check_days(first: date, last: date) -> None:
    """Raise `InvalidInputError` for days that no report can be about."""
    if last < first:
        raise InvalidInputError(
            "The last day {last} is before the first day {first}; choose a later one.",
            field="to",
            first=first,
            last=last,
        )
    if (last - first).days >= LONGEST_DAYS:
        raise InvalidInputError(
            "From {first} to {last} is too long; ask for {most} days at most.",
            field="from",
            first=first,
            last=last,
            most=LONGEST_DAYS,
        )


def list_screens(
    session: Session, wanted: PlayFilter, *, limit: int, offset: int = 0, now: datetime
) -> ScreenPage:
    """Return screens with what they showed; of an event or file, the screens of its groups."""
    check_days(wanted.first, wanted.last)
    window = window_of(session, wanted, now=now)
    groups = _groups(session, wanted, window)
    found = queries.list_screens(
        session, groups, wanted.client_uuid, limit=min(limit, MAX_NAMED), offset=offset
    )
    plays = _read(session, {uuid: group_id for uuid, _, group_id in found}, wanted, window)
    return ScreenPage(
        tuple(ScreenPlays(uuid, name, group, plays[uuid]) for uuid, name, group in found),
        queries.count_screens(session, groups, wanted.client_uuid),
        window,
    )


def each_screen(session: Session, wanted: PlayFilter, *, now: datetime) -> Iterator[ScreenPlays]:
    """Yield all screens with what they showed, by name, reading a portion of them at a time."""
    offset, portion = 0, MAX_NAMED
    while portion == MAX_NAMED:
        page = list_screens(session, wanted, limit=MAX_NAMED, offset=offset, now=now)
        yield from page.screens
        portion = len(page.screens)
        offset += portion


def add_up_plays(
    session: Session, wanted: PlayFilter, by: By, *, limit: int, offset: int = 0, now: datetime
) -> PlaySums:
    """Return sums by event, file, group or day, the longest shown first; days in their order.

    Sums of one screen are always read from its record.
    """
    check_days(wanted.first, wanted.last)
    window = window_of(session, wanted, now=now)
    groups = _groups(session, wanted, window)
    count = queries.count_screens(session, groups, wanted.client_uuid)
    if count * wanted.days > READ_AT_ONCE and wanted.client_uuid is None:
        days = DayFilter(
            wanted.first, wanted.last, wanted.group_id, wanted.event_id, wanted.media_id
        )
        rows = queries.sum_days(session, days, by, limit=limit, offset=offset)
        return PlaySums(rows, counted_until(session))
    counted = PlayCount(zone_of(session))
    everything = replace(wanted, event_id=None, media_id=None)
    for start in range(0, count, MAX_NAMED):
        found = queries.list_screens(
            session, groups, wanted.client_uuid, limit=MAX_NAMED, offset=start
        )
        members = {uuid: group_id for uuid, _, group_id in found}
        for uuid, plays in _read(session, members, everything, window).items():
            counted.add(members[uuid], plays)
    rows = add_up(counted.tallies, by, event_id=wanted.event_id, media_id=wanted.media_id)
    return PlaySums(rows[offset : offset + limit], None)


def map_event_groups(session: Session, event_ids: Collection[int]) -> dict[int, int]:
    """Return the groups of those events that still exist."""
    return {key: event.group_id for key, event in map_events(session, event_ids).items()}


def today_of(session: Session, now: datetime) -> date:
    """Return the day of the installation's zone."""
    return to_local(now, zone_of(session)).date()


def zone_of(session: Session) -> ZoneInfo:
    """Return the installation's zone."""
    return load_zone(system_settings.get_setting(session, "default_timezone"))


def window_of(session: Session, wanted: PlayFilter, *, now: datetime) -> Span:
    """Return the time of the days that are wanted, as far as it is over."""
    zone = zone_of(session)
    start, end = start_of(wanted.first, zone), start_of(wanted.last + _DAY, zone)
    return Span(start, max(min(end, now), start))


def _groups(session: Session, wanted: PlayFilter, window: Span) -> set[int] | None:
    """Return the groups whose screens can have shown what is wanted; None: any."""
    if wanted.group_id is not None:
        return {wanted.group_id}
    if wanted.event_id is None and wanted.media_id is None:
        return None
    days = DayFilter(wanted.first, wanted.last, event_id=wanted.event_id, media_id=wanted.media_id)
    event_ids = {wanted.event_id} if wanted.event_id is not None else set()
    if wanted.media_id is not None and not event_ids:
        event_ids = queries.list_events_of_media(
            session, wanted.media_id, since=window.start, until=window.end
        )
    present = set(map_event_groups(session, event_ids).values())
    return present | queries.list_groups_of(session, days)


def _read(
    session: Session, groups: dict[str, int | None], wanted: PlayFilter, window: Span
) -> dict[str, tuple[Play, ...]]:
    plays = PlayReader(session, window).read(groups) if groups else {}
    return {
        uuid: tuple(play for play in plays.get(uuid, ()) if _is_wanted(play, wanted))
        for uuid in groups
    }


def _is_wanted(play: Play, wanted: PlayFilter) -> bool:
    if wanted.event_id is not None and play.event_id != wanted.event_id:
        return False
    return wanted.media_id is None or any(one.media_id == wanted.media_id for one in play.files)


def _length(plays: Iterator[Play]) -> timedelta:
    return sum((play.span.length for play in plays), timedelta())
