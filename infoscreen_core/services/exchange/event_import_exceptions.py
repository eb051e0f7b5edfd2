"""Occurrences of imported series: find the one that a file means, skip those that it leaves out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.recurrence.expansion import Occurrence
from infoscreen_core.services.events.event_exceptions import find_occurrence, find_on_date
from infoscreen_core.services.events.occurrences import series_of, settle_all


def find_meant(event: Event, meant: date) -> Occurrence | None:
    """Return the occurrence of a series that starts at an instant or on a local date, or None."""
    if event.recurrence_rule is None:
        return None
    series = series_of(event, with_exceptions=False)
    return (
        find_occurrence(series, meant)
        if isinstance(meant, datetime)
        else find_on_date(series, meant)
    )


def skip_all(
    session: Session, meant: Mapping[int, Sequence[date]], events: Sequence[Event], *, now: datetime
) -> None:
    """Skip the occurrences that are `meant`, by event id.

    What the rule does not give is ignored, as RFC 5545 has it. Occurrences that are skipped or
    detached already stay as they are.
    """
    series = [event for event in events if event.recurrence_rule and meant.get(event.id)]
    taken = _taken(session, series)
    for event in series:
        found = (find_meant(event, one) for one in meant[event.id])
        starts = {one.start for one in found if one is not None} - taken.get(event.id, set())
        session.add_all(
            EventException(
                event_id=event.id,
                occurrence_start=start,
                kind=ExceptionKind.SKIPPED,
                created_at=now,
            )
            for start in sorted(starts)
        )
    if series:
        settle_all(session, series, now=now)


def _taken(session: Session, events: Sequence[Event]) -> dict[int, set[datetime]]:
    taken: dict[int, set[datetime]] = {}
    for row in queries.list_exceptions(session, [event.id for event in events]):
        if row.kind is not ExceptionKind.HOLIDAY:
            taken.setdefault(row.event_id, set()).add(row.occurrence_start)
    return taken
