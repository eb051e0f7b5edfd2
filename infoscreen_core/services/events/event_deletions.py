"""Undo the last deletion: of an event, a series, the rest of one, or one occurrence.

What is deleted is remembered in the transaction that deletes it. Only the person who deleted it may
undo that, once and within `UNDO_WINDOW`; what others changed meanwhile is never overwritten.
What can come back does: an event whose file was deleted meanwhile comes back with its other files.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventDeletion, EventException
from infoscreen_core.db.queries import deletions as queries
from infoscreen_core.db.queries import events as event_queries
from infoscreen_core.domain.events.event import ExceptionKind, ExceptionSource, Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import ConflictError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.occurrences import settle
from infoscreen_core.services.events.views import DeletionView, deletion_view

UNDO_WINDOW: Final = timedelta(minutes=10)
_KEPT: Final = timedelta(days=1)


def remember_events(
    session: Session, events: Sequence[Event], *, actor: Actor, now: datetime
) -> None:
    """Remember events that are about to be deleted; the last is the one that was asked for."""
    is_series = events[-1].recurrence_rule is not None
    scope = Scope.SERIES if is_series else Scope.EVENT
    media_ids = {media_id for event in events for media_id in event.media_ids}
    content = {
        "events": [_whole(session, event) for event in events],
        "file_names": [*queries.map_media_names(session, media_ids).items()],
    }
    _remember(session, scope, events[-1], content, actor=actor, now=now)


def remember_following(
    session: Session, event: Event, occurrence_start: datetime, *, actor: Actor, now: datetime
) -> EventDeletion:
    """Remember a series that is about to end before an occurrence; `note_version` must follow."""
    content = {
        "event_id": event.id,
        "is_active": event.is_active,
        "recurrence_rule": event.recurrence_rule,
        "exceptions": _exceptions(session, event, since=occurrence_start),
    }
    return _remember(session, Scope.FOLLOWING, event, content, actor=actor, now=now)


def note_version(session: Session, deletion: EventDeletion, event: Event) -> None:
    """Note the version in which the deletion left the series: in any other it cannot be undone."""
    session.flush()
    deletion.content = {**deletion.content, "version": event.version}


def remember_occurrence(
    session: Session, event: Event, occurrence_start: datetime, *, actor: Actor, now: datetime
) -> None:
    """Remember an occurrence that is skipped."""
    content = {
        "event_id": event.id,
        "is_active": event.is_active,
        "occurrence_start": occurrence_start.isoformat(),
    }
    _remember(session, Scope.OCCURRENCE, event, content, actor=actor, now=now)


def find_last_deletion(session: Session, *, actor: Actor, now: datetime) -> DeletionView | None:
    """Return what the actor deleted last, if it can still be undone."""
    last = queries.find_last(session, actor.user_id, actor.name)
    if last is None or last.undone_at is not None or last.deleted_at <= now - UNDO_WINDOW:
        return None
    return deletion_view(last)


def undo_delete(session: Session, deletion_id: int, *, actor: Actor, now: datetime) -> Event:
    """Bring back what a deletion took away; return the event.

    Raises `NotFoundError` for a deletion that is not the actor's or too old, `ConflictError` when
    it was undone already or what it left was changed meanwhile: then nothing is written.
    """
    actor.require(Role.EDITOR)
    deletion = _get_for_update(session, deletion_id, actor, now)
    match deletion.scope:
        case Scope.OCCURRENCE:
            event = _restore_occurrence(session, deletion)
        case Scope.FOLLOWING:
            event = _restore_following(session, deletion)
        case _:
            event = _restore_events(session, deletion, now)
    deletion.undone_at = now
    settle(session, event, now=now)
    after = audit.audited_columns(event)
    audit.record(
        session, "event.delete_undone", "event", event.id, actor=actor, now=now, after=after
    )
    changes.bump(session)
    return event


def list_lost_files(session: Session, deletion_id: int) -> tuple[str, ...]:
    """Return the names of files that were deleted since the events of a deletion showed them."""
    deletion = queries.find_for_update(session, deletion_id)
    content = deletion.content if deletion is not None else {}
    wanted = {
        media_id
        for part in content.get("events", ())
        for media_id in queries.media_ids_of(part["event"])
    }
    gone = sorted(wanted - queries.map_media_names(session, wanted).keys())
    names = dict(content.get("file_names", ()))
    return tuple(names.get(media_id, str(media_id)) for media_id in gone)


def lost_sentence(files: Sequence[str]) -> Sentence | None:
    """Return that an event came back without these files, and what helps; None for no files."""
    if not files:
        return None
    return Sentence(
        "It comes back without what was deleted from the library meanwhile: {files}. Upload that "
        "again and choose it in the event, or choose another file.",
        files=", ".join(f"“{name}”" for name in files),
    )


def _remember(
    session: Session,
    scope: Scope,
    event: Event,
    content: dict[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> EventDeletion:
    queries.forget_before(session, now - _KEPT)
    deletion = EventDeletion(
        deleted_at=now,
        deleted_by=actor.user_id,
        actor_name=actor.name,
        scope=scope,
        title=event.title,
        content=content,
    )
    session.add(deletion)
    return deletion


def _whole(session: Session, event: Event) -> dict[str, Any]:
    return {
        "event": audit.audited_columns(event),
        "exceptions": _exceptions(session, event),
        "detached": [one.id for one in event_queries.list_detached(session, event.id)],
        "detached_by": queries.list_detaching(session, event.id),
    }


def _exceptions(
    session: Session, event: Event, *, since: datetime | None = None
) -> list[dict[str, Any]]:
    """Return the exceptions but those of holidays, which are derived again."""
    return [
        audit.audited_columns(row)
        for row in event_queries.list_exceptions(session, [event.id])
        if row.kind is not ExceptionKind.HOLIDAY
        and (since is None or row.occurrence_start >= since)
    ]


def _get_for_update(
    session: Session, deletion_id: int, actor: Actor, now: datetime
) -> EventDeletion:
    deletion = queries.find_for_update(session, deletion_id)
    is_own = deletion is not None and (
        deletion.deleted_by == actor.user_id
        if actor.user_id is not None
        else deletion.deleted_by is None and deletion.actor_name == actor.name
    )
    if deletion is None or not is_own or deletion.deleted_at <= now - UNDO_WINDOW:
        raise NotFoundError(
            "There is nothing to undo; a deletion can be undone for {minutes} minutes, by who "
            "deleted.",
            minutes=int(UNDO_WINDOW.total_seconds() // 60),
        )
    if deletion.undone_at is not None:
        raise ConflictError("“{title}” is back already; reload the calendar.", title=deletion.title)
    return deletion


def _restore_occurrence(session: Session, deletion: EventDeletion) -> Event:
    event = _get_left(session, deletion)
    start = datetime.fromisoformat(deletion.content["occurrence_start"])
    skipped = [
        row
        for row in event_queries.list_exceptions(session, [event.id])
        if row.occurrence_start == start and row.kind is ExceptionKind.SKIPPED
    ]
    if not skipped:
        raise _changed(deletion)
    for row in skipped:
        session.delete(row)
    event.is_active = event.is_active or deletion.content["is_active"]
    return event


def _restore_following(session: Session, deletion: EventDeletion) -> Event:
    event = _get_left(session, deletion)
    if event.version != deletion.content["version"]:
        raise _changed(deletion)
    event.recurrence_rule = deletion.content["recurrence_rule"]
    event.is_active = event.is_active or deletion.content["is_active"]
    session.flush()
    _add_exceptions(session, event.id, deletion.content["exceptions"])
    return event


def _get_left(session: Session, deletion: EventDeletion) -> Event:
    event = event_queries.find_event_for_update(session, deletion.content["event_id"])
    if event is None:
        raise _changed(deletion)
    return event


def _restore_events(session: Session, deletion: EventDeletion, now: datetime) -> Event:
    parts = deletion.content["events"][::-1]  # the series before what was detached from it
    for part in parts:
        _insert_event(session, deletion, part["event"])
    restored = [event_queries.find_event_for_update(session, part["event"]["id"]) for part in parts]
    events = [event for event in restored if event is not None]
    for event, part in zip(events, parts, strict=True):
        _add_exceptions(session, event.id, part["exceptions"])
        queries.link_detached(session, event.id, part["detached"], part["detached_by"])
    for event in events[1:]:
        settle(session, event, now=now)
    return events[0]


def _insert_event(session: Session, deletion: EventDeletion, row: Mapping[str, Any]) -> None:
    if queries.is_group_missing(session, row):
        raise ConflictError(
            "“{title}” can't come back: its group was deleted meanwhile; plan it anew in another.",
            title=deletion.title,
        )
    if queries.is_period_missing(session, row):
        raise ConflictError(
            "“{title}” can't come back: its academic period was deleted meanwhile; plan it anew in "
            "another.",
            title=deletion.title,
        )
    if queries.has_event(session, row["id"]):
        raise _changed(deletion)
    if event_queries.is_imported(session, row["group_id"], row["ical_uid"], but=row["id"]):
        raise ConflictError(
            "“{title}” is back already: a calendar file brought it again meanwhile.",
            title=deletion.title,
        )
    queries.insert_event(session, row)


def _add_exceptions(session: Session, event_id: int, rows: Iterable[Mapping[str, Any]]) -> None:
    known = {
        (one.occurrence_start, one.kind)
        for one in event_queries.list_exceptions(session, [event_id])
    }
    for row in rows:
        start, kind = datetime.fromisoformat(row["occurrence_start"]), ExceptionKind(row["kind"])
        detached = row["detached_event_id"]
        if (start, kind) not in known:
            session.add(
                EventException(
                    event_id=event_id,
                    occurrence_start=start,
                    kind=kind,
                    source=ExceptionSource(row.get("source") or ExceptionSource.PERSON),
                    detached_event_id=detached if queries.has_event(session, detached) else None,
                    created_at=datetime.fromisoformat(row["created_at"]),
                )
            )
    session.flush()


def _changed(deletion: EventDeletion) -> ConflictError:
    return ConflictError(
        "Somebody changed “{title}” after it was deleted; what they did stays. Load it again.",
        title=deletion.title,
    )
