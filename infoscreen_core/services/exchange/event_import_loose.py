"""What a file says of events that it does not hold itself.

A mail with one changed date, or with a cancellation, names the event by its UID, and the date by
RECURRENCE-ID. It is put to what earlier imports brought into the group; it never changes what was
planned here.
"""

from collections.abc import Collection
from datetime import datetime

from infoscreen_core.db.models import Event
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.formats.ical_bundles import Said, point_into, says_nothing, split_shared_key
from infoscreen_core.formats.ical_entries import Cancellation, Entry, RefusedChange
from infoscreen_core.formats.ical_revisions import has_lower_number, is_older, revision_of
from infoscreen_core.services.events import subscribed_events
from infoscreen_core.services.events.event_exceptions import record_series_change
from infoscreen_core.services.exchange.event_import_dates import find_changed, find_meant
from infoscreen_core.services.exchange.event_import_rows import (
    ambiguous,
    lost,
    no_such_date,
    outdated,
    planned_here,
    refused,
    row_of,
    told_with,
    unknown_note,
)
from infoscreen_core.services.exchange.event_import_series import change_row, remove
from infoscreen_core.services.exchange.event_import_task import ImportTask
from infoscreen_core.services.exchange.views import EventImportRow, EventOutcome


def list_series(task: ImportTask, uid: str) -> list[Event]:
    """Return the series that files brought under a UID."""
    return [
        one
        for one in task.known.under(uid)
        if one.recurrence_rule is not None and is_whole(one.ical_uid or "", uid)
    ]


def is_whole(key: str, uid: str) -> bool:
    """Whether a key names the event itself, and not one of its occurrences."""
    return key == uid or split_shared_key(key) is not None


def gives(event: Event, said: Said) -> bool:
    """Whether a series has the occurrence that is meant."""
    return find_meant(event, _pointed(event, said).replaces) is not None


def loose_row(task: ImportTask, said: Said, refused_uids: Collection[str]) -> EventImportRow:
    """Follow a changed or called-off occurrence, or a called-off event; return what became of it.

    `refused_uids` are those of series that the file holds, but that were refused.
    """
    try:
        if said.uid in task.known.own:
            raise planned_here()
        if said.replaces is None:
            return _cancel(task, said)
        if said.uid in refused_uids:
            raise lost()
        return _put(task, said)
    except InfoscreenError as error:
        return refused(said, error)


def _put(task: ImportTask, said: Said) -> EventImportRow:
    series = list_series(task, said.uid)
    meant = [one for one in series if gives(one, said)]
    if len(meant) > 1:
        raise ambiguous(said.uid)
    if meant:
        return _put_into(task, meant[0], _pointed(meant[0], said))
    if isinstance(said, RefusedChange):
        raise said.error
    single = task.known.imported.get(said.key)
    if single is not None and isinstance(said, Cancellation):
        return _cancel_all(task, said, [single])
    if series:
        raise no_such_date()
    if isinstance(said, Entry):
        raise lost()
    return row_of(said, EventOutcome.CALLED_OFF, notes=[unknown_note()])


def _put_into(task: ImportTask, event: Event, said: Said) -> EventImportRow:
    task.held.add(event.id)
    occurrence = find_meant(event, said.replaces)
    if occurrence is None:
        raise no_such_date()
    if not task.is_subscribed:
        subscribed_events.refuse(task.session, event)
        _check_age(task, event, occurrence.start, said)
    is_off = isinstance(said, Cancellation)
    outcome = EventOutcome.REMOVED if is_off else EventOutcome.UPDATED
    row = change_row(task, event, occurrence.start, said, outcome)
    if row.outcome is outcome or isinstance(said, RefusedChange):
        event.updated_by, event.updated_at = task.actor.user_id, task.now
        action = "event.occurrence_skipped" if is_off else "event.occurrence_changed"
        record_series_change(
            task.session, action, event, occurrence.start, actor=task.actor, now=task.now
        )
    return row


def _pointed(event: Event, said: Said) -> Said:
    return point_into(said, is_all_day=event.is_all_day)


def _check_age(task: ImportTask, event: Event, start: datetime, said: Said) -> None:
    """Refuse what is older than what is here: of that date or, by SEQUENCE alone, of its series.

    A series may be changed after one of its dates was, so its LAST-MODIFIED says nothing of those.
    """
    revision, changed = revision_of([said]), find_changed(task.session, event, start)
    if changed is not None and changed.ical_revision is not None:
        if is_older(revision, changed.ical_revision):
            raise outdated()
    elif event.ical_revision is not None and has_lower_number(revision, event.ical_revision):
        raise outdated()


def _cancel(task: ImportTask, said: Said) -> EventImportRow:
    found = [one for one in task.known.under(said.uid) if one.id not in task.held]
    if not found:
        return row_of(said, EventOutcome.CALLED_OFF, notes=[unknown_note()])
    is_shared = says_nothing(said.uid) or any(split_shared_key(one.ical_uid or "") for one in found)
    if is_shared and len(found) > 1:
        found = [one for one in found if one.title == said.title.strip()]
        if len(found) != 1:
            raise ambiguous(said.uid)
    return _cancel_all(task, said, found)


def _cancel_all(task: ImportTask, said: Said, found: Collection[Event]) -> EventImportRow:
    revision = revision_of([said])
    stored = () if task.is_subscribed else [one.ical_revision for one in found]
    if any(one and is_older(revision, one) for one in stored):
        raise outdated()
    row = told_with(row_of(said, EventOutcome.REMOVED), next(iter(found)))
    for event in found:
        remove(task, event)
    return row
