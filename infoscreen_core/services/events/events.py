"""Plan what screens show: create, change, move and delete events as a whole.

Changes to single occurrences of a series, or from one of them on, are in `event_series`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import EventType, ExceptionSource
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.recurrence.expansion import (
    ByDay,
    Frequency,
    RecurrenceRule,
    RecurrenceRuleError,
    format_rule,
    last_occurrence_end,
    read_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services import audit, changes, system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_deletions, subscribed_events
from infoscreen_core.services.events.event_drafts import EventDraft, checked_event
from infoscreen_core.services.events.event_exceptions import (
    carry_exceptions,
    get_occurrence,
    set_source,
)
from infoscreen_core.services.events.occurrences import series_of, settle, settle_all


def create_events(
    session: Session, draft: EventDraft, *, actor: Actor, now: datetime
) -> list[Event]:
    """Create one event for each group of the draft, in that order.

    Raises `InvalidInputError` with the field, the wrong value and what to do about it.
    """
    actor.require(Role.EDITOR)
    groups, columns = checked_event(session, draft, system_settings.read_all(session))
    created = [
        add_event(session, {**columns, "group_id": group}, actor=actor, now=now) for group in groups
    ]
    changes.bump(session)
    return created


def update_event(
    session: Session, event_id: int, draft: EventDraft, *, version: int, actor: Actor, now: datetime
) -> Event:
    """Make an event, or a whole series, what the draft says.

    `version` is the one that the form was filled from: raises `ConflictError`, and writes nothing,
    when somebody changed the event meanwhile.
    """
    event = get_event_for_update(session, event_id, version=version, actor=actor)
    write_draft(session, event, draft, actor=actor, now=now)
    set_source(session, event, ExceptionSource.PERSON)
    changes.bump(session)
    return event


def move_event(  # noqa: PLR0913 - which event, where from, where to, who and when
    session: Session,
    event_id: int,
    *,
    start: datetime,
    end: datetime,
    version: int,
    actor: Actor,
    now: datetime,
    occurrence_start: datetime | None = None,
) -> Event:
    """Move an event, or a whole series, so that the dragged occurrence gets these times.

    `start` and `end` are naive wall times in the event's zone; `occurrence_start` is the UTC start
    of the occurrence before the move (None: the event's own). Weekdays and UNTIL of the rule move
    along. Raises `InvalidInputError` when a rule that is tied to days of the month or year would
    move to another day.
    """
    event = get_event_for_update(session, event_id, version=version, actor=actor)
    draft = EventDraft.of(event)
    dragged = get_occurrence(event, occurrence_start) if occurrence_start else None
    shift = start - (dragged.start_local if dragged else draft.start)
    moved_start = draft.start + shift if shift else draft.start  # an addition would forget the fold
    days = (moved_start.date() - draft.start.date()).days
    moved = replace(
        draft,
        start=moved_start,
        end=moved_start + (end - start),
        recurrence_rule=moved_rule(draft.recurrence_rule, shift, days, load_zone(event.timezone)),
    )
    write_draft(session, event, moved, actor=actor, now=now, shift=timedelta(days=days))
    set_source(session, event, ExceptionSource.PERSON)
    changes.bump(session)
    return event


def delete_event(
    session: Session,
    event_id: int,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    with_detached: bool = False,
) -> None:
    """Delete an event or a whole series; what was detached from it stays, unless `with_detached`.

    `event_deletions.undo_delete` brings it back.
    """
    event = get_event_for_update(session, event_id, version=version, actor=actor)
    subscribed_events.refuse(session, event)
    detached = queries.list_detached(session, event_id, for_update=True) if with_detached else []
    doomed = [*detached, event]
    event_deletions.remember_events(session, doomed, actor=actor, now=now)
    remove_events(session, doomed, actor=actor, now=now)
    changes.bump(session)


def remove_events(
    session: Session, doomed: Sequence[Event], *, actor: Actor, now: datetime
) -> None:
    """Delete events for good and record that; the caller raises the change counter."""
    for one in doomed:
        before = audit.audited_columns(one)
        audit.record(session, "event.deleted", "event", one.id, actor=actor, now=now, before=before)
        session.delete(one)
        session.flush()


def get_event(session: Session, event_id: int) -> Event:
    """Return an event; raise `NotFoundError` when there is none."""
    event = queries.find_event(session, event_id)
    if event is None:
        raise _unknown_event(event_id)
    return event


def list_events(
    session: Session, *, group_ids: Sequence[int] | None = None, is_active: bool | None = None
) -> list[Event]:
    """Return events and series by their start, of all groups or of some."""
    return queries.list_events(session, group_ids=group_ids, is_active=is_active)


def get_event_for_update(
    session: Session, event_id: int, *, version: int | None, actor: Actor
) -> Event:
    """Return an event, locked, that the actor may change.

    Raises `NotFoundError` when there is none, and `ConflictError` when it is no longer in `version`
    (None: any will do).
    """
    actor.require(Role.EDITOR)
    event = queries.find_event_for_update(session, event_id)
    if event is None:
        raise _unknown_event(event_id)
    if version is not None and event.version != version:
        raise ConflictError(
            "Somebody changed the event {title} meanwhile; load it again and repeat your change.",
            field="version",
            title=event.title,
            version=event.version,
        )
    return event


def add_event(
    session: Session, columns: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Event:
    """Store a new event from checked columns, with its occurrences and its audit row.

    The caller raises the change counter.
    """
    return add_events(session, [columns], actor=actor, now=now)[0]


def add_events(
    session: Session, rows: Sequence[Mapping[str, Any]], *, actor: Actor, now: datetime
) -> list[Event]:
    """Store new events, as `add_event` does, in their order."""
    stamps = {
        "created_by": actor.user_id,
        "updated_by": actor.user_id,
        "created_at": now,
        "updated_at": now,
    }
    added = [Event(**{"further_media_ids": (), **columns}, **stamps) for columns in rows]
    session.add_all(added)
    settle_all(session, added, now=now)
    for event in added:
        after = audit.audited_columns(event)
        audit.record(session, "event.created", "event", event.id, actor=actor, now=now, after=after)
    return added


def write_draft(
    session: Session,
    event: Event,
    draft: EventDraft,
    *,
    actor: Actor,
    now: datetime,
    shift: timedelta = timedelta(),
    is_from_calendar: bool = False,
) -> None:
    """Write a draft over a locked event; its exceptions follow, as `carry_exceptions` says.

    `shift` is how far its dates move. Raises `ConflictError` when a subscribed calendar holds the
    event and says otherwise, unless the draft `is_from_calendar`. The caller raises the change
    counter.
    """
    before, old = audit.audited_columns(event), series_of(event, with_exceptions=False)
    was_finished = is_finished(event, now)
    groups, columns = checked_event(session, draft, settings_for(session, event))
    columns["group_id"] = _only_one(groups)
    if not is_from_calendar:
        subscribed_events.refuse_other_words(session, event, columns)
    for name, value in columns.items():
        setattr(event, name, value)
    if event.group_id != before["group_id"]:
        _settle_in_group(session, event)
    event.updated_by, event.updated_at = actor.user_id, now
    new = series_of(event, with_exceptions=False)
    event.recurrence_end = last_occurrence_end(new) if event.recurrence_rule else None
    if was_finished and not is_finished(event, now):
        event.is_active = True  # it became inactive by itself, and so becomes active again
    if new != old:
        carry_exceptions(session, event, old, new, shift=shift)
    settle(session, event, now=now)
    record_update(session, event, before, actor=actor, now=now)


def record_update(
    session: Session, event: Event, before: dict[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Write the audit row of a change to an event, whose columns were `before`."""
    after = audit.audited_columns(event)
    audit.record(
        session,
        "event.updated",
        "event",
        event.id,
        actor=actor,
        now=now,
        before=before,
        after=after,
    )


def settings_for(session: Session, event: Event) -> dict[str, Any]:
    """Return the system settings for a draft of this event; a webuntis event keeps its address."""
    settings = dict(system_settings.read_all(session))
    if event.event_type is EventType.WEBUNTIS and event.website_url:
        settings["supplement_table_url"] = event.website_url
    return settings


def is_finished(event: Event, now: datetime) -> bool:
    """Whether the event, or the last occurrence of the series, is over."""
    end = event.recurrence_end if event.recurrence_rule else event.end
    return end is not None and end <= now


def moved_rule(text: str | None, shift: timedelta, days: int, zone: ZoneInfo) -> str | None:
    """Return the rule that gives the same occurrences, all of them moved by `shift`.

    `days` is by how many dates that moves them. UNTIL moves on the wall clock, as the occurrences
    do, so across a clock change its instant moves by another length than `shift`.
    """
    if not (text and shift):
        return text
    rule = read_rule(text)
    if isinstance(rule.until, datetime):
        rule = replace(rule, until=localize(to_local(rule.until, zone) + shift, zone))
    elif rule.until is not None:
        rule = replace(rule, until=rule.until + timedelta(days=days))
    return format_rule(_with_moved_weekdays(rule, days) if days else rule)


def _only_one(groups: Sequence[int]) -> int:
    if len(groups) > 1:
        raise InvalidInputError(
            "An event belongs to one group; choose one, and create the event anew for the others.",
            field="group_id",
        )
    return groups[0]


def _settle_in_group(session: Session, event: Event) -> None:
    """Let a moved event go its own way if its new group has the same event of a file already."""
    if queries.is_imported(session, event.group_id, event.ical_uid, but=event.id):
        event.ical_uid = event.ical_revision = None


def _with_moved_weekdays(rule: RecurrenceRule, days: int) -> RecurrenceRule:
    if rule.frequency is Frequency.WEEKLY and not rule.by_month:
        moved = sorted(ByDay(0, (day.weekday + days) % 7) for day in rule.by_day)
        first = (rule.week_start + days) % 7 if rule.interval > 1 else rule.week_start
        return replace(rule, by_day=tuple(moved), week_start=first)
    if rule.by_day or rule.by_month_day or rule.by_month:
        raise RecurrenceRuleError(
            "The series follows certain days of the month or year and can't be moved to another "
            "day; change its rule instead, or move this occurrence alone."
        )
    return rule


def _unknown_event(event_id: int) -> NotFoundError:
    return NotFoundError(
        "There is no event with the number {id}; it may have been deleted.",
        field="event_id",
        id=event_id,
    )
