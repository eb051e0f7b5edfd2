"""Let another event make room for one that would not be seen."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from infoscreen_core.domain.events.event import Scope
from infoscreen_core.domain.events.schedule import is_emergency
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_scopes, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_scopes import Target
from infoscreen_core.services.events.event_verdicts import Rival


class Ending(StrEnum):
    """How another event makes room, with as little lost as possible."""

    SKIP = "skip"
    """One date of its series is left out."""
    STOP = "stop"
    """Its series ends before the first date that is in the way."""
    SHORTEN = "shorten"
    DELETE = "delete"


def ending_of(rival: Rival) -> Ending | None:
    """Return how an event would make room; None for an emergency, which nobody ends in passing."""
    if is_emergency(rival):
        return None
    if rival.is_series:
        return Ending.SKIP if rival.times == 1 else Ending.STOP
    return Ending.SHORTEN if rival.start < rival.own_start else Ending.DELETE


def end_rival(
    session: Session, rival: Rival, ending: Ending, *, actor: Actor, now: datetime
) -> None:
    """Make room; what is deleted by that can be brought back as after any deletion.

    Raises `ConflictError` when somebody changed the event meanwhile.
    """
    if ending is Ending.SHORTEN:
        _shorten(session, rival, actor, now)
        return
    scopes = {
        Ending.SKIP: Scope.OCCURRENCE,
        Ending.STOP: Scope.FOLLOWING,
        Ending.DELETE: Scope.EVENT,
    }
    target = Target(rival.event_id, rival.start, scopes[ending], rival.version)
    event_scopes.delete(session, target, actor=actor, now=now)


def _shorten(session: Session, rival: Rival, actor: Actor, now: datetime) -> None:
    draft = EventDraft.of(events.get_event(session, rival.event_id))
    end = to_local(rival.own_start, load_zone(draft.timezone or ""))
    events.update_event(
        session,
        rival.event_id,
        replace(draft, end=end, is_all_day=False),
        version=rival.version,
        actor=actor,
        now=now,
    )
