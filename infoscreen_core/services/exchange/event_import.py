"""Import the events of a calendar file into a group, each checked as if a person had typed it.

One event of the file becomes one of ours. Its UID is remembered for the group, so the same file
twice changes nothing, and a newer file changes what differs. An event that cannot be imported is
refused with a sentence and leaves the others alone. A rehearsal does the same and rolls it back.

1. Read each VEVENT, and refuse those that cannot be read (`_read_entries`).
2. Put changed occurrences (RECURRENCE-ID) to their series. A series that was refused, or is not in
   the file, is `lost`, and its changed occurrences are refused too.
3. Create what is new, many at once, since a school's file holds thousands (`_create_all`).
4. Bring what is here already in step, one by one, each in a savepoint, so that a refusal undoes
   only its own event (`_take`). Then come the changed occurrences of both, in the same way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.formats.ical_entries import Cancellation, Entry, read_entry, uid_of
from infoscreen_core.formats.ical_reader import CalendarFile, read_calendar_file
from infoscreen_core.formats.ical_revisions import Bundle, bundle_entries, is_older, is_same
from infoscreen_core.services import audit, changes, system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft, checked_columns
from infoscreen_core.services.events.occurrences import BATCH_SIZE
from infoscreen_core.services.exchange.calendar_export import event_uid
from infoscreen_core.services.exchange.event_import_drafts import new_draft, updated_draft
from infoscreen_core.services.exchange.event_import_exceptions import find_meant, skip_all
from infoscreen_core.services.exchange.views import EventImportResult, EventImportRow, EventOutcome
from infoscreen_core.services.screens.groups import get_group


@dataclass(frozen=True)
class _Import:
    """What is the same for all events of one import."""

    session: Session
    group_id: int
    kind: EventType | None
    settings: Mapping[str, Any]
    actor: Actor
    now: datetime


def import_events(
    session: Session,
    data: bytes,
    *,
    group_id: int,
    actor: Actor,
    now: datetime,
    kind: EventType | None = None,
    is_rehearsal: bool = False,
) -> EventImportResult:
    """Import a calendar file into a group and return what became of each event.

    `kind` is what new events become; None: a website where the event has a web address, else a
    message. Raises `InvalidInputError` on `file`, before anything is written, for data that is not
    a calendar file.
    """
    actor.require(Role.EDITOR)
    # Without the lock, two imports at once would both create the same events.
    group = get_group(session, group_id, is_locked=not is_rehearsal)
    settings = system_settings.read_all(session)
    file = read_calendar_file(data)
    task = _Import(session, group.id, kind, settings, actor, now)
    with session.begin_nested() as attempt:
        rows = _import_file(task, file)
        result = EventImportResult(sorted(rows, key=lambda row: row.line), is_rehearsal)
        if is_rehearsal:
            attempt.rollback()
        else:
            _finish(task, result)
    return result


def _finish(task: _Import, result: EventImportResult) -> None:
    counts = {outcome.value: count for outcome, count in result.counts.items()}
    if counts[EventOutcome.CREATED] + counts[EventOutcome.UPDATED] + counts[EventOutcome.REMOVED]:
        audit.record(
            task.session,
            "events.imported",
            "group",
            task.group_id,
            actor=task.actor,
            now=task.now,
            after=counts,
        )
        changes.bump(task.session)


def _import_file(task: _Import, file: CalendarFile) -> list[EventImportRow]:
    entries, refused, lost = _read_entries(task, file)
    bundles, repeated = bundle_entries(entries)
    known = _known(task)
    # A changed occurrence without its series in the file cannot be put to one that is here.
    lost |= {
        one.main.uid for one in bundles if one.main.replaces is not None and one.main.uid in known
    }
    created = _create_all(task, [one for one in bundles if _is_new(one, known, lost)])
    rows = [*refused, *(_refused(one, _repeated()) for one in repeated)]
    for bundle in bundles:
        key = bundle.main.key
        rows += _import_bundle(task, bundle, known.get(key), created.get(key), lost)
    return rows


def _read_entries(
    task: _Import, file: CalendarFile
) -> tuple[list[Entry | Cancellation], list[EventImportRow], set[str]]:
    """Return the readable entries, rows for the others, and the UIDs of unreadable series."""
    zone = str(task.settings["default_timezone"])
    entries: list[Entry | Cancellation] = []
    rows: list[EventImportRow] = []
    lost: set[str] = set()
    for event in file.events:
        try:
            entries.append(read_entry(event, zone))
        except InfoscreenError as error:
            uid, title = uid_of(event), event.text("SUMMARY")
            rows.append(EventImportRow(event.line, uid, title, EventOutcome.REFUSED, error=error))
            if "RECURRENCE-ID" not in event.properties:
                lost.add(uid)
    return entries, rows, lost


def _known(task: _Import) -> dict[str, Event]:
    """Return the group's events by the UIDs that files have for them."""
    planned = queries.list_events(task.session, group_ids=[task.group_id])
    # A file from this group's own feed names our events by our UIDs: they are here already.
    own = {event_uid(event): event for event in planned}
    return own | {event.ical_uid: event for event in planned if event.ical_uid}


def _is_new(bundle: Bundle, known: Collection[str], lost: Collection[str]) -> bool:
    main = bundle.main
    is_lost = main.replaces is not None and main.uid in lost
    return main.key not in known and isinstance(main, Entry) and not is_lost


def _create_all(task: _Import, bundles: Sequence[Bundle]) -> dict[str, Event | InfoscreenError]:
    """Write new events, many at once; return them by key, or why they were refused."""
    made: dict[str, Event | InfoscreenError] = {}
    wanted: dict[str, dict[str, Any]] = {}
    exdates: dict[str, Sequence[date]] = {}
    for main, revision in ((one.main, one.revision) for one in bundles):
        if not isinstance(main, Entry):
            continue
        exdates[main.key] = main.exdates
        try:
            wanted[main.key] = _new_columns(task, main, revision)
        except InfoscreenError as error:
            made[main.key] = error
    keys = list(wanted)
    for first in range(0, len(keys), BATCH_SIZE):
        batch = keys[first : first + BATCH_SIZE]
        rows = [wanted[key] for key in batch]
        added = events.add_events(task.session, rows, actor=task.actor, now=task.now)
        made |= zip(batch, added, strict=True)
        skip_all(
            task.session,
            {one.id: exdates[one.ical_uid or ""] for one in added},
            added,
            now=task.now,
        )
    return made


def _new_columns(task: _Import, entry: Entry, revision: str) -> dict[str, Any]:
    columns = checked_columns(
        task.session, new_draft(entry, task.group_id, task.kind), task.settings
    )
    origin = {"ical_uid": entry.key, "ical_revision": revision}
    return {**columns, **origin, "group_id": task.group_id}


def _import_bundle(
    task: _Import,
    bundle: Bundle,
    known: Event | None,
    created: Event | InfoscreenError | None,
    lost: Collection[str],
) -> list[EventImportRow]:
    main = bundle.main
    try:
        if main.replaces is not None and main.uid in lost:
            raise _lost()
        if isinstance(created, InfoscreenError):
            raise created
        outcome, event = (
            _take(task, bundle, known) if created is None else (EventOutcome.CREATED, created)
        )
    except InfoscreenError as error:
        return [_refused(main, error), *(_refused(one, _lost()) for one in bundle.changed)]
    if event is None:
        return [_row(one, outcome) for one in (main, *bundle.changed)]
    return [
        _row(main, outcome),
        *(_import_change(task, event, one, outcome) for one in bundle.changed),
    ]


def _take(task: _Import, bundle: Bundle, known: Event | None) -> tuple[EventOutcome, Event | None]:
    """Bring an event that is here in step; return it if its changed occurrences must follow."""
    if known is None:
        return EventOutcome.CALLED_OFF, None
    if _is_nothing_new(known.ical_revision, bundle.revision):
        return EventOutcome.UNCHANGED, None
    with task.session.begin_nested():
        if isinstance(bundle.main, Cancellation):
            _delete(task, known)
            return EventOutcome.REMOVED, None
        event = _update(task, known, bundle.main)
        queries.set_silently(task.session, [event], "ical_revision", bundle.revision)
        skip_all(task.session, {event.id: bundle.main.exdates}, [event], now=task.now)
    return EventOutcome.UPDATED, event


def _is_nothing_new(stored: str | None, revision: str) -> bool:
    return stored is None or is_same(revision, stored) or is_older(revision, stored)


def _update(task: _Import, event: Event, entry: Entry) -> Event:
    """Write the file's times, title and text over an event; how it is shown stays as chosen."""
    locked = events.get_event_for_update(task.session, event.id, version=None, actor=task.actor)
    for detached in _imported_changes(task, locked):
        _forget_change(task, locked, detached)
    draft = updated_draft(EventDraft.of(locked), entry)
    events.write_draft(task.session, locked, draft, actor=task.actor, now=task.now)
    return locked


def _delete(task: _Import, event: Event) -> None:
    doomed = [*_imported_changes(task, event), event]
    events.remove_events(task.session, doomed, actor=task.actor, now=task.now)


def _imported_changes(task: _Import, event: Event) -> list[Event]:
    """Return the occurrences that an earlier import changed, but not those that people changed."""
    return [one for one in queries.list_detached(task.session, event.id) if one.ical_uid]


def _forget_change(task: _Import, event: Event, detached: Event) -> None:
    for row in queries.list_exceptions(task.session, [event.id]):
        if row.detached_event_id == detached.id:
            task.session.delete(row)
    events.remove_events(task.session, [detached], actor=task.actor, now=task.now)


def _import_change(
    task: _Import, event: Event, entry: Entry | Cancellation, outcome: EventOutcome
) -> EventImportRow:
    """Write one changed occurrence of a series: called off, or an event of its own."""
    try:
        with task.session.begin_nested():
            _write_change(task, event, entry)
    except InfoscreenError as error:
        return _refused(entry, error)
    return _row(entry, outcome)


def _write_change(task: _Import, event: Event, entry: Entry | Cancellation) -> None:
    occurrence = find_meant(event, entry.replaces) if entry.replaces else None
    if occurrence is None:
        raise InvalidInputError(
            "The series does not take place when the changed occurrence says (RECURRENCE-ID).",
            field="occurrence_start",
        )
    session, at = task.session, occurrence.start
    if isinstance(entry, Cancellation):
        skip_all(session, {event.id: [at]}, [event], now=task.now)
        return
    draft = replace(updated_draft(EventDraft.of(event), entry), recurrence_rule=None)
    detached = event_series.detach_occurrence(
        session, event.id, at, draft, version=None, actor=task.actor, now=task.now
    )
    queries.set_silently(session, [detached], "ical_uid", entry.key)


def _row(
    entry: Entry | Cancellation, outcome: EventOutcome, error: InfoscreenError | None = None
) -> EventImportRow:
    if isinstance(entry, Cancellation):
        return EventImportRow(entry.line, entry.uid, entry.title, outcome, error=error)
    start = localize(entry.start, load_zone(entry.timezone))
    return EventImportRow(
        entry.line, entry.uid, entry.title, outcome, start, entry.is_all_day, error
    )


def _refused(entry: Entry | Cancellation, error: InfoscreenError) -> EventImportRow:
    return _row(entry, EventOutcome.REFUSED, error)


def _lost() -> InvalidInputError:
    return InvalidInputError(
        "This is a changed occurrence of a series that was refused, or is not in the file.",
        field="occurrence_start",
    )


def _repeated() -> InvalidInputError:
    return InvalidInputError("The file holds a newer form of the same event (UID).", field="file")
