"""Change, delete, copy or drag as much of an event as a person means.

A person clicks or drags one date, in the version of the event that the page showed, and means that
date alone, that and all following, or everything: a `Target`. What can be done to a target is
written here once, so that no page has to know which service a scope asks for. Those services lock
the event, and refuse a version that is no longer current.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_copies import copy_event
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_verdicts import Replaced
from infoscreen_core.services.events.views import EventView


@dataclass(frozen=True, slots=True)
class Target:
    """How much of an event a person means, seen from one of its occurrences (its UTC start)."""

    event_id: int
    occurrence_start: datetime
    scope: Scope
    version: int
    """The event's, as the person saw it."""

    @property
    def is_whole(self) -> bool:
        """Whether all of the event is meant."""
        return self.scope in {Scope.EVENT, Scope.SERIES}


@dataclass(frozen=True, slots=True)
class Drop:
    """Where an occurrence was dropped: naive wall times of `zone`."""

    start: datetime
    end: datetime
    zone: ZoneInfo
    is_all_day: bool

    def times_in(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """Return the same as wall times of another zone; a whole day is the same in any."""
        if self.is_all_day:
            return self.start, self.end
        start, end = (to_local(localize(at, self.zone), zone) for at in (self.start, self.end))
        return start, end


def stored_draft(session: Session, target: Target) -> EventDraft:
    """Return the draft of what is stored of the target, from which its edit form starts.

    Raises `NotFoundError` when the event, or the occurrence, is gone.
    """
    event = events.get_event(session, target.event_id)
    if target.is_whole:
        return EventDraft.of(event)
    draft = event_series.occurrence_draft(event, target.occurrence_start)
    return draft if target.scope is Scope.FOLLOWING else replace(draft, recurrence_rule=None)


def dropped(session: Session, target: Target, drop: Drop) -> EventDraft:
    """Return the draft of an event, or of one date of a series, where it was dropped.

    Raises `NotFoundError` as `stored_draft` does.
    """
    draft = stored_draft(session, target)
    start, end = drop.times_in(load_zone(draft.timezone or ""))
    return replace(draft, start=start, end=end, is_all_day=drop.is_all_day)


def replaced_by(target: Target) -> Replaced:
    """Return the occurrences that a change of the target takes the place of."""
    if target.is_whole:
        return Replaced(target.event_id)
    until = target.occurrence_start if target.scope is Scope.OCCURRENCE else None
    return Replaced(target.event_id, since=target.occurrence_start, until=until)


def change(
    session: Session, target: Target, draft: EventDraft, *, actor: Actor, now: datetime
) -> Event:
    """Make the target what the draft says; return the event that it belongs to afterwards."""
    event_id, start, version = target.event_id, target.occurrence_start, target.version
    if target.is_whole:
        return events.update_event(session, event_id, draft, version=version, actor=actor, now=now)
    write = event_series.detach_occurrence
    if target.scope is Scope.FOLLOWING:
        write = event_series.split_series
    return write(session, event_id, start, draft, version=version, actor=actor, now=now)


def delete(session: Session, target: Target, *, actor: Actor, now: datetime) -> None:
    """Delete the target; `event_deletions.undo_delete` brings it back."""
    event_id, start, version = target.event_id, target.occurrence_start, target.version
    if target.is_whole:
        events.delete_event(session, event_id, version=version, actor=actor, now=now)
    elif target.scope is Scope.FOLLOWING:
        event_series.delete_following(
            session, event_id, start, version=version, actor=actor, now=now
        )
    else:
        event_series.skip_occurrence(
            session, event_id, start, version=version, actor=actor, now=now
        )


def copy(
    session: Session, target: Target, group_ids: Sequence[int], *, actor: Actor, now: datetime
) -> list[Event]:
    """Copy what is stored of the target to other groups, one copy each; see `copy_event`."""
    return copy_event(
        session,
        target.event_id,
        group_ids,
        actor=actor,
        now=now,
        occurrence_start=None if target.is_whole else target.occurrence_start,
        with_following=target.scope is Scope.FOLLOWING,
    )


def movable_scopes(event: EventView, *, is_all_day: bool) -> tuple[Scope, ...]:
    """Return how much of an event may move along with one dragged occurrence, smallest first.

    If an all-day event becomes a timed one or the other way round, only single dates can change:
    nothing says which times the others should get.
    """
    if not event.is_series:
        return (Scope.EVENT,)
    if event.is_all_day != is_all_day:
        return (Scope.OCCURRENCE,)
    return Scope.OCCURRENCE, Scope.FOLLOWING, Scope.SERIES


def move(session: Session, target: Target, drop: Drop, *, actor: Actor, now: datetime) -> Event:
    """Move the target so that its occurrence lies where it was dropped; return its event.

    One date becomes an event of its own there. The rest of a series, or all of it, moves by as much
    as the occurrence was dragged: see `move_event` for what can be moved to another day.
    """
    if target.scope in {Scope.EVENT, Scope.OCCURRENCE}:
        return change(session, target, dropped(session, target, drop), actor=actor, now=now)
    event = events.get_event(session, target.event_id)
    start, end = drop.times_in(load_zone(event.timezone))
    shift = event_series.move_following if target.scope is Scope.FOLLOWING else events.move_event
    return shift(
        session,
        target.event_id,
        occurrence_start=target.occurrence_start,
        start=start,
        end=end,
        version=target.version,
        actor=actor,
        now=now,
    )
