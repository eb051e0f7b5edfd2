"""Find the events that a draft would overlap: they are pointed out to the planner, never refused.

Up to the horizon of the occurrence index, the draft is expanded and compared with the index, which
one query reads. For a draft that begins later there are no rows to compare with, and expanding all
other events for years would cost too much: then only its first occurrence is compared, with what
the rules of the others give for that stretch.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.db.queries.occurrences import list_brief_between
from infoscreen_core.db.queries.periods import list_holiday_days
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.limits import HORIZON
from infoscreen_core.domain.events.overlaps import iter_overlaps
from infoscreen_core.domain.events.schedule import Lasting
from infoscreen_core.domain.recurrence.expansion import Occurrence, Series, expand, next_occurrences
from infoscreen_core.domain.school.days import iter_days
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.event_drafts import EventDraft, checked_series
from infoscreen_core.services.events.occurrences import SLACK
from infoscreen_core.services.events.views import OccurrenceView

MOST_OCCURRENCES: Final = 200
"""How many of a draft's next occurrences are compared at most."""
MOST_OTHERS: Final = 5000
"""How many occurrences of other events they are compared with at most."""


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
class Conflict:
    """Another event of the same group that is on at the same time.

    `start` and `end` (UTC) are those of its first occurrence that overlaps; `times` counts the
    overlaps that were found.
    """

    event_id: int
    group_id: int
    title: str
    priority: int
    start: datetime
    end: datetime
    times: int = 1


def find_conflicts(
    session: Session, draft: EventDraft, *, now: datetime, replaces: Replaced | None = None
) -> list[Conflict]:
    """Return the events that a draft would overlap in its groups, by their first overlap.

    An inactive draft overlaps none. `replaces` are occurrences that the draft itself takes the
    place of. Raises `InvalidInputError` for times or a rule that cannot be saved.
    """
    series = _series(session, draft, replaces)
    first = next(iter(next_occurrences(series, now - series.span, 1)), None)
    if first is None or not draft.is_active:
        return []
    reach = now + HORIZON - SLACK
    others: Iterable[Conflict]
    if first.start < reach:
        own = expand(series, window_start=now, window_end=reach, limit=MOST_OCCURRENCES)
        others = _indexed(session, draft, own)
    else:
        own = [first]
        others = _computed(session, draft, first, now)
    return _first_meetings(own, (one for one in others if not _is_replaced(one, replaces)))


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


def _indexed(session: Session, draft: EventDraft, own: list[Occurrence]) -> Iterable[Conflict]:
    if not own:
        return []
    start, end = own[0].start, max(one.end for one in own)
    rows = list_brief_between(session, draft.group_ids, start, end, limit=MOST_OTHERS)
    return (
        Conflict(row.event_id, row.group_id, row.title, row.priority, row.start, row.end)
        for row in rows
    )


def _computed(
    session: Session, draft: EventDraft, first: Occurrence, now: datetime
) -> Iterable[Conflict]:
    found = list_occurrences(
        session, group_ids=draft.group_ids, window_start=first.start, window_end=first.end, now=now
    )
    return (_conflict(view) for view in found if view.is_active)


def _conflict(view: OccurrenceView) -> Conflict:
    return Conflict(view.event_id, view.group_id, view.title, view.priority, view.start, view.end)


def _is_replaced(conflict: Conflict, replaces: Replaced | None) -> bool:
    return replaces is not None and replaces.holds(conflict.event_id, conflict.start)


def _first_meetings(own: Iterable[Lasting], others: Iterable[Conflict]) -> list[Conflict]:
    found: dict[int, Conflict] = {}
    for _own, other in iter_overlaps(own, others):
        known = found.get(other.event_id)
        found[other.event_id] = replace(known, times=known.times + 1) if known else other
    return list(found.values())
