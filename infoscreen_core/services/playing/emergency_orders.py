"""Raise an emergency on the spot, and end one that is on.

At most one emergency that was raised here is on in a group: of two at once, the older would stand
first on the screens, so a new one takes the place of whatever emergency is on there. Raising and
ending take turns; so a second click, or a second person, finds what the first one did.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import emergencies as queries
from infoscreen_core.db.queries.occurrences import BriefRow, list_brief_active
from infoscreen_core.domain.events.emergency import check_duration, title_of
from infoscreen_core.domain.events.event import EventType, Priority, Scope, Severity
from infoscreen_core.domain.events.limits import TEXT_LIMIT
from infoscreen_core.domain.events.schedule import is_emergency, on_screen
from infoscreen_core.domain.monitoring.liveness import is_alive
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.domain.text.plain_text import clean_text
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services import audit, system_settings, turns
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_scopes, events, subscribed_events
from infoscreen_core.services.events.event_drafts import EventDraft, check_groups
from infoscreen_core.services.events.event_scopes import Target
from infoscreen_core.services.playing.views import EmergencyReach, Interrupted
from infoscreen_core.services.screens.roster import list_group_names
from infoscreen_core.services.turns import Turn

RAISED, CALLED_OFF = "emergency.raised", "emergency.called_off"
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyOrder:
    """An emergency as somebody wants it: a message that is alone on the screens, from now on."""

    text: str
    look: Severity
    group_ids: tuple[int, ...]
    duration: timedelta


@dataclass(frozen=True, slots=True)
class EmergencyResult:
    """What was raised, or ended: an event in each group, and the screens in service there."""

    event_ids: tuple[int, ...]
    title: str
    group_ids: tuple[int, ...]
    screens: int
    until: datetime


def check_order(order: EmergencyOrder) -> None:
    """Raise `InvalidInputError` for what cannot be raised, whatever there is in the database."""
    if not clean_text(order.text, field="message_text", limit=TEXT_LIMIT):
        raise InvalidInputError(
            "The message has no text; write what the screen shall say.", field="message_text"
        )
    check_duration(order.duration)


def foresee(
    session: Session, group_ids: Sequence[int], *, now: datetime, grace: timedelta
) -> EmergencyReach:
    """Return what raising an emergency in these groups would do now."""
    groups = check_groups(session, group_ids)
    signs = queries.list_last_signs(session, groups)
    alive = sum(is_alive(is_active=True, last_alive=at, now=now, grace=grace) for at in signs)
    return EmergencyReach(
        len(groups), len(signs), len(signs) - alive, _interrupted(session, groups, now)
    )


def raise_emergency(
    session: Session, order: EmergencyOrder, *, actor: Actor, now: datetime
) -> EmergencyResult:
    """Put a message alone on the screens of these groups at once; end what emergency is on there.

    Raises `InvalidInputError` for a text, a group or a duration that will not do.
    """
    actor.require(Role.EDITOR)
    turns.take(session, Turn.EMERGENCIES)
    check_order(order)
    groups = check_groups(session, order.group_ids)
    former = [row for row in _on_now(session, now) if row.group_id in groups]
    _end(session, former, actor=actor, now=now)
    created = events.create_events(session, _draft(session, order, now), actor=actor, now=now)
    result = EmergencyResult(
        tuple(event.id for event in created),
        created[0].title,
        tuple(groups),
        sum(queries.count_screens(session, groups).values()),
        created[0].end,
    )
    facts = {"look": order.look.value, "replaced_event_ids": [row.event_id for row in former]}
    _record(session, RAISED, result, facts, actor=actor, now=now)
    return result


def end_emergency(
    session: Session, event_ids: Collection[int], *, actor: Actor, now: datetime
) -> EmergencyResult:
    """End emergencies that are on now: of a series the present date alone.

    Raises `ConflictError` when none of them is on (any more).
    """
    actor.require(Role.EDITOR)
    turns.take(session, Turn.EMERGENCIES)
    rows = [row for row in _on_now(session, now) if row.event_id in event_ids]
    if not rows:
        raise ConflictError("The emergency is over already; nothing was changed.")
    _end(session, rows, actor=actor, now=now)
    groups = tuple(row.group_id for row in rows)
    result = EmergencyResult(
        tuple(row.event_id for row in rows),
        rows[0].title,
        groups,
        sum(queries.count_screens(session, groups).values()),
        max(row.end for row in rows),
    )
    _record(session, CALLED_OFF, result, {}, actor=actor, now=now)
    return result


def _on_now(session: Session, now: datetime) -> list[BriefRow]:
    """Return the emergencies that are on, by event: the order in which events are locked."""
    rows = [row for row in list_brief_active(session, now) if is_emergency(row)]
    return sorted(rows, key=lambda row: row.event_id)


def _draft(session: Session, order: EmergencyOrder, now: datetime) -> EventDraft:
    name: str = system_settings.get_setting(session, "default_timezone")
    zone, start = load_zone(name), now.replace(microsecond=0)
    return EventDraft(
        group_ids=order.group_ids,
        title=title_of(order.text),
        event_type=EventType.MESSAGE,
        start=to_local(start, zone),
        end=to_local(start + order.duration, zone),
        timezone=name,
        priority=Priority.EMERGENCY,
        message_text=order.text,
        message_severity=order.look,
    )


def _end(session: Session, rows: Sequence[BriefRow], *, actor: Actor, now: datetime) -> None:
    """Let occurrences end now, so that the plan tells afterwards what was on, and how long."""
    locked = [  # all of them before the first change, which raises the change counter
        events.get_event_for_update(session, row.event_id, version=None, actor=actor)
        for row in rows
    ]
    for event, row in zip(locked, rows, strict=True):
        _end_one(session, event, row, actor=actor, now=now)


def _end_one(session: Session, event: Event, row: BriefRow, *, actor: Actor, now: datetime) -> None:
    scope = Scope.OCCURRENCE if event.recurrence_rule else Scope.EVENT
    target = Target(event.id, row.start, scope, event.version)
    draft = event_scopes.stored_draft(session, target)
    if scope is Scope.EVENT and subscribed_events.is_subscribed(session, event):
        draft = replace(draft, is_active=False)  # its times are its calendar's
    else:
        draft = _ended(draft, row.start, load_zone(event.timezone), now)
    event_scopes.change(session, target, draft, actor=actor, now=now)


def _ended(draft: EventDraft, start: datetime, zone: ZoneInfo, now: datetime) -> EventDraft:
    end = max(now.replace(microsecond=0), start + _SECOND)  # an event has a length
    return replace(
        draft,
        is_all_day=False,
        start=to_local(start, zone),
        end=to_local(end, zone),
        is_active=end <= now,
    )


def _interrupted(session: Session, groups: Sequence[int], now: datetime) -> tuple[Interrupted, ...]:
    names, rows = list_group_names(session), list_brief_active(session, now)
    return tuple(
        Interrupted(name, row.title, row.end, is_emergency(row))
        for group_id, name in names.items()
        if group_id in groups
        for row in on_screen(row for row in rows if row.group_id == group_id)[:1]
    )


def _record(
    session: Session,
    action: str,
    result: EmergencyResult,
    more: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    facts = {
        "title": result.title,
        "until": result.until.isoformat(),
        "event_ids": list(result.event_ids),
        "group_ids": list(result.group_ids),
        "groups": len(result.group_ids),
        "screens": result.screens,
        **more,
    }
    before, after = (facts, None) if action == CALLED_OFF else (None, facts)
    audit.record(
        session,
        action,
        "event",
        result.event_ids[0],
        actor=actor,
        now=now,
        before=before,
        after=after,
    )
