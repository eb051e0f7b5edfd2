"""Events that a subscribed calendar decides on: people choose how they are shown, no more.

What they changed would be gone at the next reading, or stay and be wrong. Single dates may be left
out or changed on their own: such exceptions are people's, and readings keep them.
"""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.subscriptions import find_calendar_name
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.errors import ConflictError

_SAID: Final = (
    "title",
    "start",
    "end",
    "timezone",
    "is_all_day",
    "recurrence_rule",
    "location",
    "group_id",
)


def is_subscribed(session: Session, event: Event) -> bool:
    """Whether a subscribed calendar decides on the event's times and words."""
    return find_calendar_name(session, event.id) is not None


def refuse_other_words(session: Session, event: Event, columns: Mapping[str, Any]) -> None:
    """Raise `ConflictError` when the columns change what a subscribed calendar says."""
    changed = next((name for name in _said(event, columns) if _differs(event, columns, name)), None)
    if changed is not None:
        refuse(session, event, field=changed)


def refuse(session: Session, event: Event, *, field: str | None = None) -> None:
    """Raise `ConflictError` when a subscribed calendar holds the event."""
    calendar = find_calendar_name(session, event.id)
    if calendar is not None:
        raise ConflictError(
            "“{title}” comes from the subscribed calendar “{calendar}”; change it there. Here you "
            "can choose how it is shown, switch it off, and leave out single dates.",
            field=field,
            title=event.title,
            calendar=calendar,
        )


def _said(event: Event, columns: Mapping[str, Any]) -> tuple[str, ...]:
    kind = columns["event_type"]
    if kind is not event.event_type:
        return _SAID  # the text moves to another column
    return (*_SAID, "message_text" if kind is EventType.MESSAGE else "description")


def _differs(event: Event, columns: Mapping[str, Any], name: str) -> bool:
    return name in columns and columns[name] != getattr(event, name)
