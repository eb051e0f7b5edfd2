"""A group's plan as the calendar that programs subscribe to.

Active events go out, each as `formats.ical_writer` takes it. What does not take place (skipped,
detached, in the holidays) is left out of its series; a detached occurrence is an event of its own,
which every program shows alike.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.db.queries.groups import find_group
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.formats.ical_writer import CalendarEvent, write_calendar
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.screens.groups import get_group

UID_DOMAIN: Final = "infoscreen"
_FORM: Final = "1"
"""To be raised when an equal plan is written differently than before."""


def event_uid(event: Event) -> str:
    """Return the UID of an event, the same for ever and of no other event anywhere."""
    return f"{event.id}-{event.created_at:%Y%m%dT%H%M%S%f}@{UID_DOMAIN}"


def find_fingerprint(session: Session, group_id: int) -> str | None:
    """Return what tells one state of a group's calendar from another; None: no such group.

    It changes with the calendar that `write_group_calendar` gives, but is much quicker to get.
    """
    group = find_group(session, group_id)
    return fingerprint(group.name, _planned(session, group.id)) if group else None


def fingerprint(name: str, events: Iterable[Event]) -> str:
    """Return the fingerprint of a calendar of this name with these events."""
    state = [(event.id, event.version) for event in events]
    return hashlib.sha256(repr((_FORM, name, state)).encode()).hexdigest()[:32]


def write_group_calendar(session: Session, group_id: int) -> bytes:
    """Return a group's calendar as a file; raise `NotFoundError` for an unknown group."""
    group = get_group(session, group_id)
    return write_calendar(
        group.name, [calendar_event(event) for event in _planned(session, group.id)]
    )


def calendar_event(event: Event) -> CalendarEvent:
    """Return an event, or a whole series, as one entry of a calendar file."""
    is_message = event.event_type is EventType.MESSAGE
    return CalendarEvent(
        uid=event_uid(event),
        version=event.version,
        created_at=event.created_at,
        updated_at=event.updated_at,
        title=event.title,
        description=event.message_text if is_message else event.description,
        category=event.event_type.value,
        location=event.location,
        url=event.website_url,
        series=series_of(event, with_exceptions=event.recurrence_rule is not None),
        last_end=event.recurrence_end,
        is_all_day=event.is_all_day,
    )


def _planned(session: Session, group_id: int) -> list[Event]:
    return list_events(session, group_ids=[group_id], is_active=True)
