"""Change one occurrence of a series, or the series from an occurrence on.

A series is one event with a rule, and no occurrence of it is stored by itself. So there are two
ways to change only a part of it:

* One date is taken out by an exception (`event_exceptions`). What stands in its place, if anything
  does, is an event of its own, detached: it names the series as its master, and the exception names
  it.
* From a date on, the series is cut in two (`_split`). The old one ends the day before: UNTIL takes
  the place of COUNT, since a series hits a local date once at most. The new one begins with that
  date and has the count that is left; the exceptions from there on are handed over to it. From the
  very first date on there is nothing to cut: then the whole series changes.

Each of these functions locks the event and refuses a version other than the one that was seen. Then
it settles what follows from the change (holidays, exception text, end, index), and raises the
change counter last, since everybody waits for that row. `event_scopes` chooses between these
functions and those for whole events.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.recurrence.expansion import (
    Occurrence,
    expand,
    format_rule,
    next_occurrences,
    read_rule,
)
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_deletions, subscribed_events
from infoscreen_core.services.events.event_drafts import EventDraft, checked_event
from infoscreen_core.services.events.event_exceptions import (
    add_exception,
    carry_exceptions,
    get_occurrence,
    record_series_change,
)
from infoscreen_core.services.events.events import (
    add_event,
    delete_event,
    get_event_for_update,
    move_event,
    moved_rule,
    settings_for,
    write_draft,
)
from infoscreen_core.services.events.occurrences import series_of, settle


def skip_occurrence(
    session: Session,
    event_id: int,
    occurrence_start: datetime,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Event:
    """Delete one occurrence of a series: the series gets an exception at that UTC start.

    Raises `NotFoundError` when the rule gives no such occurrence, `ConflictError` when it was taken
    out already.
    """
    event = _get_series(session, event_id, version=version, actor=actor)
    get_occurrence(event, occurrence_start)
    event_deletions.remember_occurrence(session, event, occurrence_start, actor=actor, now=now)
    add_exception(session, event, occurrence_start, ExceptionKind.SKIPPED, now=now)
    _touch(event, actor, now)
    settle(session, event, now=now)
    record_series_change(
        session, "event.occurrence_skipped", event, occurrence_start, actor=actor, now=now
    )
    changes.bump(session)
    return event


def restore_occurrence(
    session: Session,
    event_id: int,
    occurrence_start: datetime,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Event:
    """Undo `skip_occurrence`; an occurrence that was not skipped stays as it is."""
    event = _get_series(session, event_id, version=version, actor=actor)
    for row in queries.list_exceptions(session, [event_id]):
        if row.occurrence_start == occurrence_start and row.kind is ExceptionKind.SKIPPED:
            session.delete(row)
    _touch(event, actor, now)
    settle(session, event, now=now)
    record_series_change(
        session, "event.occurrence_restored", event, occurrence_start, actor=actor, now=now
    )
    changes.bump(session)
    return event


def detach_occurrence(
    session: Session,
    event_id: int,
    occurrence_start: datetime,
    draft: EventDraft,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Event:
    """Edit one occurrence of a series; return the event that it becomes, linked to its master.

    The draft describes the new event, its times included; that event does not recur.
    """
    master = _get_series(session, event_id, version=version, actor=actor)
    get_occurrence(master, occurrence_start)
    row = add_exception(session, master, occurrence_start, ExceptionKind.DETACHED, now=now)
    single = replace(draft, recurrence_rule=None, skip_holidays=False)
    detached = _add_from(
        session, master, single, {"master_event_id": master.id}, actor=actor, now=now
    )
    row.detached_event_id = detached.id
    _touch(master, actor, now)
    settle(session, master, now=now)
    record_series_change(
        session, "event.occurrence_detached", master, occurrence_start, actor=actor, now=now
    )
    changes.bump(session)
    return detached


def occurrence_draft(event: Event, occurrence_start: datetime) -> EventDraft:
    """Return the draft of one occurrence of a series, from which its edit form starts."""
    occurrence = get_occurrence(event, occurrence_start)
    draft = EventDraft.of(event)
    start = occurrence.start_local
    return replace(draft, start=start, end=start + series_of(event, with_exceptions=False).span)


def split_series(
    session: Session,
    event_id: int,
    occurrence_start: datetime,
    draft: EventDraft,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Event:
    """Edit this occurrence and all following; return the series that they become.

    The draft's times are those of the first occurrence of the new series. A rule that was not
    changed goes on as it was, COUNT included. When this is the first occurrence, the whole series
    is edited.
    """
    master = _get_series(session, event_id, version=version, actor=actor)
    occurrence = get_occurrence(master, occurrence_start)
    if _is_first(master, occurrence):
        write_draft(session, master, draft, actor=actor, now=now)
        changes.bump(session)
        return master
    rest = replace(draft, recurrence_rule=_rest_of_rule(master, draft, occurrence))
    return _split(session, master, occurrence, rest, actor=actor, now=now)


def move_following(  # noqa: PLR0913 - which occurrence, where to, who and when
    session: Session,
    event_id: int,
    occurrence_start: datetime,
    *,
    start: datetime,
    end: datetime,
    version: int,
    actor: Actor,
    now: datetime,
) -> Event:
    """Move this occurrence and all following by as much; return the series that they become.

    `start` and `end`, naive wall times in the event's zone, are where this occurrence goes; see
    `move_event` for what can be moved to another day. When this is the first occurrence, the whole
    series moves.
    """
    master = _get_series(session, event_id, version=version, actor=actor)
    occurrence = get_occurrence(master, occurrence_start)
    if _is_first(master, occurrence):
        return move_event(
            session,
            event_id,
            start=start,
            end=end,
            version=version,
            actor=actor,
            now=now,
            occurrence_start=occurrence_start,
        )
    base = occurrence_draft(master, occurrence_start)
    days = (start.date() - base.start.date()).days
    zone = load_zone(master.timezone)
    rule = moved_rule(rest_of_rule(master, occurrence), start - base.start, days, zone)
    moved = replace(base, start=start, end=end, recurrence_rule=rule)
    return _split(
        session, master, occurrence, moved, actor=actor, now=now, shift=timedelta(days=days)
    )


def _split(
    session: Session,
    master: Event,
    occurrence: Occurrence,
    draft: EventDraft,
    *,
    actor: Actor,
    now: datetime,
    shift: timedelta = timedelta(),
) -> Event:
    """End the series before an occurrence and begin another there, as the draft says."""
    subscribed_events.refuse(session, master)
    old = series_of(master, with_exceptions=False)
    extra = {"master_event_id": master.master_event_id}
    following = _add_from(session, master, draft, extra, actor=actor, now=now)
    # The exceptions are handed over by the old dates, and only then moved to the new ones.
    _hand_over_exceptions(session, master, following, occurrence.start)
    carry_exceptions(
        session, following, old, series_of(following, with_exceptions=False), shift=shift
    )
    settle(session, following, now=now)
    _end_before(session, master, occurrence, actor=actor, now=now)
    changes.bump(session)
    return following


def delete_following(
    session: Session,
    event_id: int,
    occurrence_start: datetime,
    *,
    version: int | None,
    actor: Actor,
    now: datetime,
) -> Event | None:
    """Delete this occurrence and all following; return what is left of the series, if anything.

    When this is the first occurrence, the whole event is deleted, and None returned. Occurrences
    that were detached from the series stay.
    """
    master = _get_series(session, event_id, version=version, actor=actor)
    occurrence = get_occurrence(master, occurrence_start)
    if _is_first(master, occurrence):
        delete_event(session, event_id, actor=actor, now=now)
        return None
    subscribed_events.refuse(session, master)
    deletion = event_deletions.remember_following(
        session, master, occurrence_start, actor=actor, now=now
    )
    for row in queries.list_exceptions(session, [event_id]):
        if row.occurrence_start >= occurrence_start:
            session.delete(row)
    _end_before(session, master, occurrence, actor=actor, now=now)
    event_deletions.note_version(session, deletion, master)
    changes.bump(session)
    return master


def rest_of_rule(master: Event, occurrence: Occurrence) -> str:
    """Return the series' rule as it goes on from an occurrence, with the COUNT that is left."""
    text = master.recurrence_rule or ""
    rule = read_rule(text)
    if rule.count is None:
        return text
    # COUNT includes the dates that exceptions take out, so they are counted here too.
    bare = series_of(master, with_exceptions=False)
    window_start = master.start - timedelta(days=1)
    past = expand(bare, window_start=window_start, window_end=occurrence.start)
    return format_rule(replace(rule, count=rule.count - len(past)))


def check_is_series(event: Event) -> None:
    """Raise `InvalidInputError` for an event that does not recur."""
    if event.recurrence_rule is None:
        raise InvalidInputError(
            "The event {title} does not recur; change or delete the event itself.",
            field="recurrence_rule",
            title=event.title,
        )


def _get_series(session: Session, event_id: int, *, version: int | None, actor: Actor) -> Event:
    event = get_event_for_update(session, event_id, version=version, actor=actor)
    check_is_series(event)
    return event


def _add_from(
    session: Session,
    master: Event,
    draft: EventDraft,
    extra: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Event:
    groups, columns = checked_event(session, draft, settings_for(session, master))
    return add_event(session, {**columns, **extra, "group_id": groups[0]}, actor=actor, now=now)


def _touch(event: Event, actor: Actor, now: datetime) -> None:
    event.updated_by, event.updated_at = actor.user_id, now


def _is_first(event: Event, occurrence: Occurrence) -> bool:
    first = next_occurrences(series_of(event, with_exceptions=False), event.start, 1)
    return not first or occurrence.start <= first[0].start


def _rest_of_rule(master: Event, draft: EventDraft, occurrence: Occurrence) -> str | None:
    text = draft.recurrence_rule
    if not (text and master.recurrence_rule) or read_rule(text) != read_rule(
        master.recurrence_rule
    ):
        return text
    return rest_of_rule(master, occurrence)


def _hand_over_exceptions(
    session: Session, master: Event, following: Event, start: datetime
) -> None:
    for row in queries.list_exceptions(session, [master.id]):
        if row.occurrence_start < start:
            continue
        if row.kind is ExceptionKind.HOLIDAY:
            session.delete(row)
        else:
            row.event_id = following.id
            if row.detached_event_id is not None:
                queries.set_master(session, row.detached_event_id, following.id)
    session.flush()


def _end_before(
    session: Session, master: Event, occurrence: Occurrence, *, actor: Actor, now: datetime
) -> None:
    before = audit.audited_columns(master)
    # A series hits a local date once at most, so the day before ends it exactly.
    last_day = occurrence.start_local.date() - timedelta(days=1)
    rule = read_rule(master.recurrence_rule or "")
    master.recurrence_rule = format_rule(replace(rule, count=None, until=last_day))
    _touch(master, actor, now)
    settle(session, master, now=now)
    after = audit.audited_columns(master)
    audit.record(
        session, "event.ended", "event", master.id, actor=actor, now=now, before=before, after=after
    )
