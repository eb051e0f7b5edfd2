"""Events and series of a file as a whole: create what is new, bring in step what is here.

New events are written many at once, since a school's file holds thousands. What is here already is
brought in step one by one, each in a savepoint, so that a refusal undoes only its own event.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from infoscreen_core.db.models import Event
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.formats.ical_bundles import Bundle, Said
from infoscreen_core.formats.ical_entries import Cancellation, Entry, RefusedChange
from infoscreen_core.formats.ical_revisions import is_older
from infoscreen_core.services import changes
from infoscreen_core.services.events import events, subscribed_events
from infoscreen_core.services.events.event_drafts import EventDraft, checked_columns
from infoscreen_core.services.events.occurrences import BATCH_SIZE
from infoscreen_core.services.exchange.event_import_dates import (
    changed_dates,
    check_change,
    follow_file,
    leave_out,
    left_out_starts,
    list_changed,
    placed,
    put_change,
    skip_all,
)
from infoscreen_core.services.exchange.event_import_drafts import new_draft, updated_draft
from infoscreen_core.services.exchange.event_import_rows import (
    LeftOutError,
    lost,
    older_note,
    private,
    refused,
    refused_in_series,
    row_of,
    shared_note,
    told_with,
)
from infoscreen_core.services.exchange.event_import_task import ImportTask
from infoscreen_core.services.exchange.views import EventImportRow, EventOutcome

Made = Event | InfoscreenError


def create_all(task: ImportTask, bundles: Sequence[Bundle]) -> dict[str, Made]:
    """Write new events; return them by key, or why they were refused."""
    made: dict[str, Made] = {}
    wanted: dict[str, dict[str, Any]] = {}
    by_key = {bundle.key: bundle for bundle in bundles}
    for key, bundle in by_key.items():
        try:
            wanted[key] = _new_columns(task, bundle)
        except InfoscreenError as error:
            made[key] = error
    keys = list(wanted)
    for first in range(0, len(keys), BATCH_SIZE):
        batch = {key: by_key[key] for key in keys[first : first + BATCH_SIZE]}
        made |= _create_batch(task, batch, [wanted[key] for key in batch])
    return made


def new_rows(task: ImportTask, bundle: Bundle, made: Made) -> Iterator[EventImportRow]:
    """Yield what became of a new event, and put its changed occurrences in their place."""
    if isinstance(made, InfoscreenError):
        yield from _refused_rows(bundle, made)
        return
    yield row_of(bundle.main, EventOutcome.CREATED, notes=_notes(bundle))
    yield from _change_rows(task, bundle, made, EventOutcome.CREATED)


def known_rows(task: ImportTask, bundle: Bundle, event: Event) -> Iterator[EventImportRow]:
    """Yield what became of an event that is here, and bring it in step."""
    stored = event.ical_revision
    if task.is_settled(event, bundle.revision):
        yield from _unchanged_rows(task, bundle, event, is_older_form=False)
        return
    if stored is not None and is_older(bundle.revision, stored) and not task.is_subscribed:
        yield from _unchanged_rows(task, bundle, event, is_older_form=True)
        return
    try:
        with task.session.begin_nested():
            _update(task, event, bundle)
    except InfoscreenError as error:
        yield from _refused_rows(bundle, error)
        return
    yield row_of(bundle.main, EventOutcome.UPDATED, notes=_notes(bundle))
    yield from _change_rows(task, bundle, event, EventOutcome.UPDATED)


def private_rows(task: ImportTask, bundle: Bundle, event: Event | None) -> Iterator[EventImportRow]:
    """Yield that a private event is left out; one that came when it was public is deleted."""
    if event is None:
        yield refused(bundle.main, private())
    else:
        remove(task, event)
        yield row_of(bundle.main, EventOutcome.REMOVED, notes=[Sentence.of(private())])
    for change in bundle.changed:
        yield refused(change, private())


def remove(task: ImportTask, event: Event) -> None:
    """Delete an imported event with what files changed of it; what people changed stays."""
    if not task.is_subscribed:
        subscribed_events.refuse(task.session, event)
    doomed = [*list_changed(task.session, event), event]
    for one in doomed:
        task.known.drop(one.ical_uid)
        task.held.discard(one.id)
    events.remove_events(task.session, doomed, actor=task.actor, now=task.now)


def _new_columns(task: ImportTask, bundle: Bundle) -> dict[str, Any]:
    draft = new_draft(bundle.main, task.group_id, task.kind)
    columns = checked_columns(task.session, draft, task.settings)
    origin = {"ical_uid": bundle.key, "ical_revision": bundle.revision}
    return {**columns, **origin, "group_id": task.group_id}


def _create_batch(
    task: ImportTask, batch: Mapping[str, Bundle], rows: Sequence[Mapping[str, Any]]
) -> dict[str, Made]:
    added = events.add_events(task.session, rows, actor=task.actor, now=task.now)
    off: dict[int, set[datetime]] = {}
    for event, bundle in zip(added, batch.values(), strict=True):
        task.known.add(bundle.key, event)
        task.held.add(event.id)
        if bundle.main.exdates:
            changed = changed_dates(event, bundle.changed)
            off[event.id] = left_out_starts(task, event, bundle, changed)
    series = [event for event in added if off.get(event.id)]
    if series:
        skip_all(task.session, off, series, now=task.now)
    return dict(zip(batch, added, strict=True))


def _update(task: ImportTask, event: Event, bundle: Bundle) -> None:
    """Write the file's times, title and text over an event; how it is shown stays as chosen."""
    locked = events.get_event_for_update(task.session, event.id, version=None, actor=task.actor)
    if not task.is_subscribed:
        subscribed_events.refuse(task.session, locked)
    draft = EventDraft.of(locked)
    newer = updated_draft(draft, bundle.main)
    events.write_draft(
        task.session,
        locked,
        newer,
        actor=task.actor,
        now=task.now,
        is_from_calendar=task.is_subscribed,
    )
    if draft.recurrence_rule or newer.recurrence_rule:
        follow_file(task, locked, bundle)
    task.name(locked, bundle.key, bundle.revision)


def _unchanged_rows(
    task: ImportTask, bundle: Bundle, event: Event, *, is_older_form: bool
) -> Iterator[EventImportRow]:
    if event.ical_uid != bundle.key:
        task.name(event, bundle.key, event.ical_revision or bundle.revision)
    notes = [*_notes(bundle), *([older_note()] if is_older_form else [])]
    yield row_of(bundle.main, EventOutcome.UNCHANGED, notes=notes)
    for change, start in placed(event, bundle.changed):
        if is_older_form:
            yield told_with(row_of(change, EventOutcome.UNCHANGED), event)
        elif isinstance(start, InfoscreenError):
            yield refused(change, start)
        else:
            yield told_with(_unchanged_row(task, event, start, change), event, start)


def _unchanged_row(task: ImportTask, event: Event, start: datetime, change: Said) -> EventImportRow:
    if isinstance(change, Entry) and change.is_private:  # they may be wanted now, or no longer
        return change_row(task, event, start, change, EventOutcome.UPDATED)
    try:
        check_change(task, event, start, change)
    except InfoscreenError as error:
        return refused_in_series(change, error)
    return row_of(change, EventOutcome.UNCHANGED)


def _change_rows(
    task: ImportTask, bundle: Bundle, event: Event, outcome: EventOutcome
) -> Iterator[EventImportRow]:
    for change, start in placed(event, bundle.changed):
        if isinstance(start, InfoscreenError):
            yield refused(change, start)
        else:
            yield change_row(task, event, start, change, outcome)


def change_row(
    task: ImportTask, event: Event, start: datetime, change: Said, outcome: EventOutcome
) -> EventImportRow:
    """Make one date of a series what the file says; return what became of it."""
    try:
        with task.session.begin_nested():
            is_written = put_change(task, event, start, change)
    except LeftOutError as error:
        return told_with(refused(change, error), event, start)
    except InfoscreenError as error:
        if _moves_nothing(change, start):
            return told_with(refused(change, error), event, start)
        with task.session.begin_nested():
            leave_out(task, event, start)
        changes.bump(task.session)
        return told_with(refused_in_series(change, error), event, start)
    if isinstance(change, RefusedChange):
        if is_written:
            changes.bump(task.session)
        return told_with(refused_in_series(change, change.error), event, start)
    if task.is_hidden(change):
        return refused(change, private())
    is_new = outcome is EventOutcome.CREATED
    if is_new and isinstance(change, Cancellation):
        outcome = EventOutcome.CALLED_OFF
    row = row_of(change, outcome if is_written or is_new else EventOutcome.UNCHANGED)
    return told_with(row, event, start)


def _moves_nothing(change: Said, start: datetime) -> bool:
    """Whether a changed occurrence begins when the series has it anyway."""
    if not isinstance(change, Entry):
        return False
    return localize(change.start, load_zone(change.timezone)) == start


def _refused_rows(bundle: Bundle, error: InfoscreenError) -> Iterator[EventImportRow]:
    yield refused(bundle.main, error)
    for change in bundle.changed:
        yield refused(change, lost())


def _notes(bundle: Bundle) -> list[Sentence]:
    return [shared_note(bundle.main.uid)] if bundle.is_shared else []
