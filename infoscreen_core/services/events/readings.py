"""Single events and dates as pages read them; stretches of time are read in `calendar`."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.db.queries.occurrences import list_rows_between
from infoscreen_core.db.queries.periods import list_holidays_of
from infoscreen_core.domain.events.limits import HORIZON
from infoscreen_core.domain.recurrence.expansion import Occurrence
from infoscreen_core.domain.school.holidays import find_holiday_on
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_exceptions import find_detached, get_occurrence
from infoscreen_core.services.events.events import get_event
from infoscreen_core.services.events.views import EventView, LeftOutView, PlaceView, event_view


def get_event_view(session: Session, event_id: int) -> EventView:
    """Return an event; raise `NotFoundError` when there is none."""
    return event_view(get_event(session, event_id))


def get_draft(session: Session, event_id: int) -> EventDraft:
    """Return all that is stored of an event, as a form holds it; raise `NotFoundError`."""
    return EventDraft.of(get_event(session, event_id))


def list_event_views(session: Session, group_id: int) -> list[EventView]:
    """Return the events and series of a group by their start."""
    return [event_view(row) for row in queries.list_events(session, group_ids=[group_id])]


def get_planned(session: Session, event_id: int, start: datetime) -> tuple[EventView, Occurrence]:
    """Return an event and the occurrence that its rule gives at this UTC start.

    Exceptions are not looked at. Raises `NotFoundError` when there is no such event, or when its
    rule gives no such occurrence.
    """
    event = get_event(session, event_id)
    return event_view(event), get_occurrence(event, start)


def get_left_out(session: Session, event_id: int, start: datetime) -> LeftOutView:
    """Return a date that a series leaves out, with its holiday and what stands in its place.

    Raises `NotFoundError` as `get_planned` does.
    """
    event = get_event(session, event_id)
    occurrence = get_occurrence(event, start)
    detached = find_detached(session, event, start)
    return LeftOutView(
        title=event.title,
        occurrence=occurrence,
        holiday=_holiday_name(session, event, occurrence),
        detached=(detached.id, detached.start) if detached else None,
    )


def get_next_place(session: Session, event_id: int, *, now: datetime) -> PlaceView:
    """Return where an event is seen next: at its next indexed date, else at its start or now.

    Raises `NotFoundError` when there is no such event.
    """
    event = get_event(session, event_id)
    coming = [row.start for row in list_rows_between(session, now, now + HORIZON, [event_id])]
    return PlaceView(event.group_id, min(coming, default=max(event.start, now)))


def _holiday_name(session: Session, event: Event, occurrence: Occurrence) -> str:
    period_id = event.academic_period_id
    found = find_holiday_on(
        list_holidays_of(session, period_id), occurrence.start_local.date(), period_id
    )
    return found.name if found else ""
