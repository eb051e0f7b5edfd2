"""Foresee whether an event will be seen, before it is saved or right after an import.

Up to the horizon of the occurrence index, the dates are compared with the index, which one query
reads, for all groups and dates at once. For a draft that begins later there are no rows to compare
with, and expanding all other events for years would cost too much: then only its first date is
compared, with what the rules of the others give for that stretch. Which of two events is seen is
decided in `domain.events.verdict`; `verdict_words` says it.
"""

import sys
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries.clients import groups_in_service
from infoscreen_core.db.queries.occurrences import RivalRow, list_rivals
from infoscreen_core.db.queries.periods import list_holiday_days
from infoscreen_core.domain.events.event import ExceptionKind, Priority
from infoscreen_core.domain.events.limits import HORIZON
from infoscreen_core.domain.events.schedule import is_background
from infoscreen_core.domain.events.verdict import Showing, is_free, showings
from infoscreen_core.domain.recurrence.expansion import Occurrence, Series, expand, next_occurrences
from infoscreen_core.domain.school.days import iter_days
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.contents.concerns import Concern, list_concerns
from infoscreen_core.services.events.event_contents import (
    Empty,
    list_empties,
    list_empties_of_draft,
)
from infoscreen_core.services.events.event_drafts import EventDraft, checked_series
from infoscreen_core.services.events.occurrences import SLACK
from infoscreen_core.services.events.views import OccurrenceView

MOST_DATES: Final = 200
"""How many of a draft's next dates are compared at most."""
MOST_RIVALS: Final = 5000
"""How many occurrences of other events they are compared with at most."""
_MOST_SHIFTS: Final = 20
"""How many other times are tried for an event that would not be seen."""
_NOT_STORED: Final = sys.maxsize
"""Of events that begin together, the one with the lower id leads: a new one is the last."""
_DAY: Final = timedelta(days=1)
_RAISED: Final = (Priority.NORMAL.value, Priority.HIGH.value)


@dataclass(frozen=True, slots=True)
class Replaced:
    """The occurrences of an event that a draft takes the place of.

    They start from `since` to `until`, both included; None leaves that side open.
    """

    event_id: int
    since: datetime | None = None
    until: datetime | None = None

    def holds(self, event_id: int, start: datetime) -> bool:
        """Whether this occurrence is among them."""
        is_late = self.since is None or start >= self.since
        return event_id == self.event_id and is_late and (self.until is None or start <= self.until)


@dataclass(frozen=True, slots=True)
class Rival:
    """Another event of the group, as it first meets the one that is judged.

    `start` and `end` (UTC) are its own then, `own_start` is when the other's date begins; `times`
    counts the dates that it meets, `version` is its event's.
    """

    event_id: int
    title: str
    priority: int
    is_series: bool
    version: int
    start: datetime
    end: datetime
    own_start: datetime
    times: int = 1


@dataclass(frozen=True, slots=True)
class Meetings:
    """The local days, one for each date, on which something is true of the event.

    `rivals` are to blame, the worst first. False when there is no such day.
    """

    days: tuple[date, ...] = ()
    rivals: tuple[Rival, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.days)


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """How often an event will be seen in one group."""

    group_id: int
    dates: int
    unseen: Meetings
    cut: Meetings
    """Seen, but not all the time."""
    displaces: Meetings
    """When others of the same priority stand behind it."""
    has_screens: bool = True
    """Whether a screen of the group is in service."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an event will be seen, group by group; no groups: it has no date to come."""

    priority: int
    groups: tuple[GroupVerdict, ...] = ()
    is_off: bool = False
    """The event is switched off."""
    until: datetime | None = None
    """How far its dates were looked at; None: all of them were."""
    raised: int | None = None
    """A priority with which it is seen more often."""
    shift: timedelta | None = None
    """How far it can move, on the same days, to meet no other event."""
    empties: tuple[Empty, ...] = ()
    """Why it has nothing to show, or which of its files are not shown, when it is next on."""
    concerns: tuple[Concern, ...] = ()
    """What of its files is shown, but not as it is meant."""

    @property
    def is_clear(self) -> bool:
        """Whether it is seen on all its dates, as far as it can be wished for."""
        is_seen = bool(self.groups) and not any(map(self._is_wanting, self.groups))
        return is_seen and not self.empties and not self.concerns

    @property
    def displaces(self) -> bool:
        """Whether others of the same priority stand behind it."""
        return any(group.displaces for group in self.groups)

    def _is_wanting(self, group: GroupVerdict) -> bool:
        # What is in the background is there to be interrupted.
        is_cut = bool(group.cut) and not is_background(self)
        return bool(group.unseen) or is_cut or not group.has_screens


@dataclass(frozen=True, slots=True)
class _Date:
    """One date of a draft."""

    event_id: int
    priority: int
    start: datetime
    end: datetime


_Rivals = dict[int, list[RivalRow]]
"""By group, each sorted by start."""


def foresee(
    session: Session, draft: EventDraft, *, now: datetime, replaces: Replaced | None = None
) -> Verdict:
    """Return whether a draft will be seen in its groups.

    `replaces` are occurrences that the draft itself takes the place of: it is not compared with
    them. Raises `InvalidInputError` for times or a rule that cannot be saved.
    """
    series = _series(session, draft, replaces)
    first = next(iter(next_occurrences(series, now - series.span, 1)), None)
    if not draft.is_active or first is None:
        return Verdict(draft.priority, is_off=not draft.is_active)
    own, rows, reach = _compared(session, draft, series, first, now)
    rivals: _Rivals = {group_id: [] for group_id in draft.group_ids}
    for row in rows:
        if replaces is None or not replaces.holds(row.event_id, row.start):
            rivals[row.group_id].append(row)
    event_id = replaces.event_id if replaces and replaces.since is None else _NOT_STORED
    dates = [_Date(event_id, draft.priority, one.start, one.end) for one in own]
    in_service = groups_in_service(session, draft.group_ids)
    judged = _judge(dates, rivals, series.timezone)
    verdict = Verdict(
        draft.priority,
        tuple(replace(one, has_screens=one.group_id in in_service) for one in judged),
        until=reach if _goes_on(series, own) else None,
        empties=list_empties_of_draft(session, draft, at=max(now, first.start)),
        concerns=list_concerns(session, draft, length=first.end - first.start),
    )
    return verdict if verdict.is_clear else _with_remedies(verdict, draft, dates, rivals, now)


def judge_stored(
    session: Session, group_id: int, event_ids: Collection[int], *, zone: ZoneInfo, now: datetime
) -> dict[int, Verdict]:
    """Return verdicts on stored events of a group by their ids, as far as the index reaches.

    Those without a date to come are left out. It takes one query of the index, however many events
    there are. Whether the group has screens is not asked for each of them.
    """
    reach = now + HORIZON - SLACK
    rows = list_rivals(session, [group_id], now, reach, limit=MOST_RIVALS)
    reach = _complete_until(rows, reach)
    wanted = set(event_ids)
    own: dict[int, list[Showing[RivalRow, RivalRow]]] = {}
    for one in showings((row for row in rows if row.event_id in wanted and row.end <= reach), rows):
        own.setdefault(one.own.event_id, []).append(one)
    events = event_queries.map_events(session, own)
    return {
        event_id: Verdict(
            found[0].own.priority,
            (_group_verdict(group_id, found, zone),),
            until=reach if found[0].own.is_series else None,
            empties=list_empties(session, events[event_id], at=max(now, found[0].own.start)),
        )
        for event_id, found in own.items()
    }


def _series(session: Session, draft: EventDraft, replaces: Replaced | None) -> Series:
    """Return the draft's series without its holidays and the dates that people took out of it."""
    series = checked_series(draft)
    skipped: set[date] = set()
    if draft.skip_holidays and series.rule is not None:
        for holiday in list_holiday_days(session, draft.academic_period_id):
            skipped.update(iter_days(holiday.start_date, holiday.end_date))
    if replaces is not None and series.rule is not None:
        zone = load_zone(series.timezone)
        skipped.update(
            to_local(row.occurrence_start, zone).date()
            for row in event_queries.list_exceptions(session, [replaces.event_id])
            if row.kind is not ExceptionKind.HOLIDAY
        )
    return replace(series, skipped_dates=frozenset(skipped))


def _compared(
    session: Session, draft: EventDraft, series: Series, first: Occurrence, now: datetime
) -> tuple[list[Occurrence], Sequence[RivalRow], datetime]:
    """Return the dates that are compared, what with, and up to when that is complete."""
    reach = now + HORIZON - SLACK
    if first.start >= reach:
        return [first], _computed(session, draft, first, now), first.end
    own = expand(series, window_start=now, window_end=reach, limit=MOST_DATES)
    start, end = own[0].start - _DAY, max(one.end for one in own) + _DAY  # room to move in
    rows = list_rivals(
        session, draft.group_ids, start, end, least_priority=draft.priority, limit=MOST_RIVALS
    )
    complete = _complete_until(rows, reach)
    if complete < reach:
        own = [one for one in own if one.end <= complete]
    return own, rows, complete


def _complete_until(rows: Sequence[RivalRow], reach: datetime) -> datetime:
    return rows[-1].start if len(rows) == MOST_RIVALS else reach


def _computed(
    session: Session, draft: EventDraft, first: Occurrence, now: datetime
) -> list[RivalRow]:
    found = list_occurrences(
        session, group_ids=draft.group_ids, window_start=first.start, window_end=first.end, now=now
    )
    return [_rival_row(view) for view in found if view.is_active]


def _rival_row(view: OccurrenceView) -> RivalRow:
    return RivalRow(
        view.event_id,
        view.group_id,
        view.start,
        view.end,
        view.title,
        view.priority,
        view.is_recurring,
        view.version,
    )


def _goes_on(series: Series, own: Sequence[Occurrence]) -> bool:
    """Whether dates follow that were not compared."""
    return not own or bool(next_occurrences(series, own[-1].start + timedelta(seconds=1), 1))


def _judge(dates: Sequence[_Date], rivals: _Rivals, timezone: str) -> tuple[GroupVerdict, ...]:
    zone = load_zone(timezone)
    if not dates:
        return ()
    return tuple(
        _group_verdict(group_id, showings(dates, rows), zone) for group_id, rows in rivals.items()
    )


def _group_verdict(
    group_id: int, found: Sequence[Showing[_Date | RivalRow, RivalRow]], zone: ZoneInfo
) -> GroupVerdict:
    equals = [
        replace(one, behind=tuple(row for row in one.behind if row.priority == one.own.priority))
        for one in found
        if not is_background(one.own)
    ]
    return GroupVerdict(
        group_id,
        len(found),
        unseen=_meetings([one for one in found if one.is_unseen], attrgetter("ahead"), zone),
        cut=_meetings([one for one in found if one.is_cut], attrgetter("ahead"), zone),
        displaces=_meetings([one for one in equals if one.behind], attrgetter("behind"), zone),
    )


def _meetings(
    found: Iterable[Showing[_Date | RivalRow, RivalRow]],
    met: Callable[[Showing[_Date | RivalRow, RivalRow]], tuple[RivalRow, ...]],
    zone: ZoneInfo,
) -> Meetings:
    days: list[date] = []
    rivals: dict[int, Rival] = {}
    for one in found:
        days.append(to_local(one.own.start, zone).date())
        for row in {row.event_id: row for row in reversed(met(one))}.values():
            known = rivals.get(row.event_id)
            rivals[row.event_id] = (
                replace(known, times=known.times + 1) if known else _rival(row, one.own.start)
            )
    worst = sorted(rivals.values(), key=lambda one: (-one.times, one.own_start, one.event_id))
    return Meetings(tuple(days), tuple(worst))


def _rival(row: RivalRow, own_start: datetime) -> Rival:
    return Rival(
        event_id=row.event_id,
        title=row.title,
        priority=row.priority,
        is_series=row.is_series,
        version=row.version,
        start=row.start,
        end=row.end,
        own_start=own_start,
    )


def _with_remedies(
    verdict: Verdict,
    draft: EventDraft,
    dates: Sequence[_Date],
    rivals: _Rivals,
    now: datetime,
) -> Verdict:
    return replace(
        verdict,
        raised=_raised(dates, rivals, draft.priority),
        shift=None if draft.is_all_day else _free_shift(dates, rivals, draft, now),
    )


def _raised(dates: Sequence[_Date], rivals: _Rivals, priority: int) -> int | None:
    """Return the lowest higher priority that helps most; None when none does."""

    def loss(level: int) -> tuple[int, int]:
        raised = [replace(one, priority=level) for one in dates]
        found = [one for rows in rivals.values() for one in showings(raised, rows)]
        return sum(one.is_unseen for one in found), sum(one.is_cut for one in found)

    levels = [level for level in _RAISED if level > priority]
    best = min(levels, key=loss, default=None)
    return best if best is not None and loss(best) < loss(priority) else None


def _free_shift(
    dates: Sequence[_Date], rivals: _Rivals, draft: EventDraft, now: datetime
) -> timedelta | None:
    """Return the shortest way to a time of the same days at which no date meets another event."""
    rows = [sorted(found, key=attrgetter("start")) for found in rivals.values()]
    ways = {
        way
        for found in rows
        for one in showings(dates, found)
        for other in one.ahead
        for way in (other.end - one.own.start, other.start - one.own.end)
    }
    for way in sorted(ways, key=lambda one: (abs(one), -one))[:_MOST_SHIFTS]:
        if not _stays(draft, way) or dates[0].start + way < now:
            continue
        moved = [replace(one, start=one.start + way, end=one.end + way) for one in dates]
        if all(is_free(moved, found) for found in rows):
            return way
    return None


def _stays(draft: EventDraft, way: timedelta) -> bool:
    """Whether start and end keep their days."""
    return all((at + way).date() == at.date() for at in (draft.start, draft.end))
