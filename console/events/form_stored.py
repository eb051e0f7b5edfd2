"""What an open form was filled from: a stored event, in the scope that is edited."""

from dataclasses import dataclass, replace
from datetime import datetime

from console.runtime import Session
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_scopes import Target, stored_draft
from infoscreen_core.services.events.readings import get_event_view
from infoscreen_core.services.exchange.calendar_subscriptions import find_calendar_name


@dataclass(frozen=True, slots=True)
class Stored:
    """How much of which event is edited, and what is stored of it."""

    target: Target
    title: str
    draft: EventDraft
    calendar: str | None = None
    """The subscribed calendar that says what the event says; None: people do."""


def read_stored(session: Session, event_id: int, occurrence_start: datetime) -> Stored:
    """Return what is stored of the date that was clicked; of a series, at first that date only.

    Raise `NotFoundError` when it is gone.
    """
    event = get_event_view(session, event_id)
    scope = Scope.OCCURRENCE if event.is_series else Scope.EVENT
    target = Target(event.id, occurrence_start, scope, event.version)
    calendar = find_calendar_name(session, event.id)
    return Stored(target, event.title, stored_draft(session, target), calendar)


def in_scope(session: Session, stored: Stored, scope: Scope) -> Stored:
    """Return what is stored of more or less of the series; raise `NotFoundError` when it is gone.

    The version stays the one that the form was filled from: a change since then is still a
    conflict.
    """
    target = replace(stored.target, scope=scope)
    return replace(stored, target=target, draft=stored_draft(session, target))


def in_version(stored: Stored, version: int) -> Stored:
    """Return the same in another version: saving overwrites what others stored meanwhile."""
    return replace(stored, target=replace(stored.target, version=version))
