"""Single dates of imported series: those that a file leaves out, calls off or changes.

What a file took out, it brings back when it no longer says so. What a person skipped, detached or
changed is theirs, whatever files say: the exception knows whose it is.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import ExceptionKind, ExceptionSource
from infoscreen_core.domain.recurrence.expansion import Occurrence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_bundles import Bundle, Said
from infoscreen_core.formats.ical_entries import Cancellation, Entry, RefusedChange
from infoscreen_core.formats.ical_revisions import is_same, revision_of
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft, checked_columns
from infoscreen_core.services.events.event_exceptions import (
    add_exception,
    find_occurrence,
    find_on_date,
    set_source,
)
from infoscreen_core.services.events.occurrences import series_of, settle, settle_all
from infoscreen_core.services.exchange.event_import_drafts import date_draft
from infoscreen_core.services.exchange.event_import_rows import no_such_date, persons, said_twice
from infoscreen_core.services.exchange.event_import_task import ImportTask

Exceptions = dict[datetime, EventException]


def find_meant(event: Event, meant: date | None) -> Occurrence | None:
    """Return the occurrence of a series that starts at an instant or on a local date, or None."""
    if event.recurrence_rule is None or meant is None:
        return None
    series = series_of(event, with_exceptions=False)
    return (
        find_occurrence(series, meant)
        if isinstance(meant, datetime)
        else find_on_date(series, meant)
    )


def placed(
    event: Event, changes: Sequence[Said]
) -> Iterator[tuple[Said, datetime | InvalidInputError]]:
    """Yield each change with the occurrence of a series that it means, or why it means none."""
    seen: set[datetime] = set()
    for change in changes:
        occurrence = find_meant(event, change.replaces)
        if occurrence is None:
            yield change, no_such_date()
        elif occurrence.start in seen:
            yield change, said_twice()
        else:
            seen.add(occurrence.start)
            yield change, occurrence.start


def changed_dates(event: Event, changes: Sequence[Said]) -> dict[datetime, Said]:
    """Return the changes of a series by the occurrence that each means."""
    found = placed(event, changes)
    return {start: change for change, start in found if isinstance(start, datetime)}


def left_out_starts(
    task: ImportTask, event: Event, bundle: Bundle, changed: Mapping[datetime, Said]
) -> set[datetime]:
    """Return the occurrences that a file leaves out (EXDATE), but those that it changes.

    What the rule does not give is ignored, as RFC 5545 has it.
    """
    found = (find_meant(event, one) for one in bundle.main.exdates)
    starts = {one.start for one in found if one is not None}
    return {at for at in starts if at not in changed or not task.is_wanted(changed[at])}


def skip_all(
    session: Session,
    starts: Mapping[int, Collection[datetime]],
    series: Sequence[Event],
    *,
    now: datetime,
) -> None:
    """Skip occurrences of new series, by event id, as a file leaves them out."""
    for event in series:
        _add_skips(session, event, starts[event.id], now)
    settle_all(session, series, now=now)


def follow_file(task: ImportTask, event: Event, bundle: Bundle) -> None:
    """Take back what the file took out and no longer says, and skip what it leaves out now."""
    changed = changed_dates(event, bundle.changed)
    off = left_out_starts(task, event, bundle, changed)
    kept = set()
    rows = _exceptions(task.session, event).values()
    for row in rows:
        start = row.occurrence_start
        change = changed.get(start)
        is_off = start in off or (change is not None and not task.is_wanted(change))
        is_said = is_off if row.kind is ExceptionKind.SKIPPED else change is not None and not is_off
        if is_said or _is_persons(row):
            kept.add(start)
        else:
            _forget(task, row)
    if off - kept or len(kept) < len(rows):
        _add_skips(task.session, event, off - kept, task.now)
        settle(task.session, event, now=task.now)


def put_change(task: ImportTask, event: Event, start: datetime, change: Said) -> bool:
    """Make one date of a series what the file says; return whether that wrote anything.

    Raises `LeftOutError` when a person decided otherwise.
    """
    row = _exceptions(task.session, event).get(start)
    if row is not None and _is_persons(row):
        if task.is_wanted(change) or row.kind is ExceptionKind.DETACHED:
            raise persons()
        return False
    if isinstance(change, Entry) and task.is_wanted(change):
        return _replace(task, event, start, change, row)
    return _take_out(task, event, start, row)


def leave_out(task: ImportTask, event: Event, start: datetime) -> None:
    """Take out a date that a file changes in a way that cannot be taken."""
    _take_out(task, event, start, _exceptions(task.session, event).get(start))


def check_change(task: ImportTask, event: Event, start: datetime, change: Said) -> None:
    """Raise `InvalidInputError` for a change that could not be made when the series came."""
    if isinstance(change, RefusedChange):
        raise change.error
    if isinstance(change, Cancellation) or _key_of(event, change) in task.known.imported:
        return
    row = _exceptions(task.session, event).get(start)
    if row is None or (row.kind is ExceptionKind.SKIPPED and not _is_persons(row)):
        checked_columns(task.session, date_draft(EventDraft.of(event), change), task.settings)


def find_changed(session: Session, event: Event, start: datetime) -> Event | None:
    """Return what a file put in the place of an occurrence, or None."""
    row = _exceptions(session, event).get(start)
    if row is None or _is_persons(row) or row.detached_event_id is None:
        return None
    return queries.find_event(session, row.detached_event_id)


def list_changed(session: Session, event: Event) -> list[Event]:
    """Return all that files put in the place of occurrences, but not what people changed."""
    ids = {
        row.detached_event_id
        for row in queries.list_exceptions(session, [event.id])
        if not _is_persons(row)
    }
    return [one for one in queries.list_detached(session, event.id) if one.id in ids]


def _key_of(event: Event, change: Said) -> str:
    """Return the key of a changed occurrence: its series' and which one it is."""
    return f"{event.ical_uid}{change.key.removeprefix(change.uid)}"


def _exceptions(session: Session, event: Event) -> Exceptions:
    rows = queries.list_exceptions(session, [event.id])
    return {row.occurrence_start: row for row in rows if row.kind is not ExceptionKind.HOLIDAY}


def _is_persons(row: EventException) -> bool:
    # Only people delete what stands in an occurrence's place and leave the exception.
    is_deleted = row.kind is ExceptionKind.DETACHED and row.detached_event_id is None
    return row.source is not ExceptionSource.FILE or is_deleted


def _add_skips(session: Session, event: Event, starts: Collection[datetime], now: datetime) -> None:
    session.add_all(
        EventException(
            event_id=event.id,
            occurrence_start=start,
            kind=ExceptionKind.SKIPPED,
            source=ExceptionSource.FILE,
            created_at=now,
        )
        for start in sorted(starts)
    )


def _take_out(task: ImportTask, event: Event, start: datetime, row: EventException | None) -> bool:
    if row is not None and row.kind is ExceptionKind.SKIPPED:
        return False
    if row is not None:
        _forget(task, row)
    _add_skips(task.session, event, [start], task.now)
    settle(task.session, event, now=task.now)
    return True


def _replace(
    task: ImportTask,
    event: Event,
    start: datetime,
    entry: Entry,
    row: EventException | None,
) -> bool:
    session, key, revision = task.session, _key_of(event, entry), revision_of([entry])
    stale = task.known.imported.get(key)
    if row is not None and row.kind is ExceptionKind.SKIPPED:
        _forget(task, row)
        row = None
    if row is not None and row.detached_event_id is not None:
        detached = events.get_event(session, row.detached_event_id)
        if _says(detached, key, revision):
            return False
        _rewrite(task, detached, entry)
    elif stale is not None:
        detached = stale
        _adopt(task, event, start, detached, entry)
    else:
        detached = event_series.detach_occurrence(
            session,
            event.id,
            start,
            date_draft(EventDraft.of(event), entry),
            version=None,
            actor=task.actor,
            now=task.now,
        )
        set_source(session, detached, ExceptionSource.FILE)
    task.name(detached, key, revision)
    return True


def _says(event: Event, key: str, revision: str) -> bool:
    stored = event.ical_revision
    return event.ical_uid == key and stored is not None and is_same(revision, stored)


def _rewrite(task: ImportTask, detached: Event, entry: Entry) -> None:
    locked = events.get_event_for_update(task.session, detached.id, version=None, actor=task.actor)
    draft = date_draft(EventDraft.of(locked), entry)
    events.write_draft(task.session, locked, draft, actor=task.actor, now=task.now)


def _adopt(task: ImportTask, event: Event, start: datetime, single: Event, entry: Entry) -> None:
    """Put an event in an occurrence's place that came before its series did."""
    row = add_exception(
        task.session,
        event,
        start,
        ExceptionKind.DETACHED,
        now=task.now,
    )
    row.source, row.detached_event_id = ExceptionSource.FILE, single.id
    _rewrite(task, single, entry)
    queries.set_silently(task.session, [single], "master_event_id", event.id)
    settle(task.session, event, now=task.now)


def _forget(task: ImportTask, row: EventException) -> None:
    session = task.session
    detached = queries.find_event(session, row.detached_event_id) if row.detached_event_id else None
    session.delete(row)
    session.flush()  # before another exception takes its place
    if detached is not None:
        task.known.drop(detached.ical_uid)
        events.remove_events(session, [detached], actor=task.actor, now=task.now)
