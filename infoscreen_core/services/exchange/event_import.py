"""Import the events of a calendar file into a group, each checked as if a person had typed it.

One event of the file becomes one of ours. Its UID is remembered for the group, so the same file
twice changes nothing, and a newer file changes what differs. An event that cannot be imported is
refused with a sentence and leaves the others alone. A rehearsal does the same and rolls it back.

1. Read each VEVENT, and refuse those that cannot be read (`_read`).
2. Put them in order (`formats.ical_bundles`): series with their changed occurrences, and what is
   said of events that the file does not hold.
3. Find which of them are here already (`event_import_known`).
4. Create what is new, then bring in step what is here (`event_import_series`), then follow what is
   said of others (`event_import_loose`).
5. If a calendar owns some of the group's events, delete those that it no longer holds.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import events as queries
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.formats.ical_bundles import Bundle, Contents, Said, put_in_order
from infoscreen_core.formats.ical_entries import (
    Entry,
    read_entry,
    read_refused_change,
    uid_of,
)
from infoscreen_core.formats.ical_reader import CalendarFile, EmptyCalendarError, read_calendar_file
from infoscreen_core.services import audit, changes, system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.exchange.event_import_known import Known, match
from infoscreen_core.services.exchange.event_import_loose import gives, list_series, loose_row
from infoscreen_core.services.exchange.event_import_rows import gone, refused, repeated, row_of
from infoscreen_core.services.exchange.event_import_series import (
    create_all,
    known_rows,
    new_rows,
    private_rows,
    remove,
)
from infoscreen_core.services.exchange.event_import_task import ImportTask
from infoscreen_core.services.exchange.event_import_verdict import judge_import
from infoscreen_core.services.exchange.subscription_matching import FollowedCalendar
from infoscreen_core.services.exchange.views import (
    EventImportResult,
    EventImportRow,
    EventOutcome,
    ImportVerdict,
)
from infoscreen_core.services.screens.groups import get_group


@dataclass
class _Reading:
    """What could be read of a file, and what could not."""

    said: list[Said] = field(default_factory=list)
    refused: list[EventImportRow] = field(default_factory=list)
    refused_uids: set[str] = field(default_factory=set)
    """Of events, but not of changed occurrences."""
    added: set[str] = field(default_factory=set)
    """Keys of single dates that are added to a series (METHOD:ADD)."""


def import_events(  # noqa: PLR0913 - what, where to, how, who and when
    session: Session,
    data: bytes,
    *,
    group_id: int,
    actor: Actor,
    now: datetime,
    kind: EventType | None = None,
    takes_private: bool = False,
    is_rehearsal: bool = False,
    calendar: FollowedCalendar | None = None,
) -> EventImportResult:
    """Import a calendar file into a group and return what became of each event.

    `kind` is what new events become; None: a website where the event has a web address, else a
    message. Private events are left out, and deleted if they came before they were, unless
    `takes_private`. With a `calendar`, the group is to hold what it holds, whatever its numbers
    say: what it brought earlier and no longer holds is deleted; `event_ids` of the result are what
    it holds now. Raises `InvalidInputError` on `file`, before anything is written, for data that is
    not a calendar file.
    """
    actor.require(Role.EDITOR)
    # Without the lock, two imports at once would both create the same events.
    group = get_group(session, group_id, is_locked=not is_rehearsal)
    settings = system_settings.read_all(session)
    file = _read_file(data, may_be_empty=calendar is not None)
    with session.begin_nested() as attempt:
        known = Known.of(session, group.id, hidden=calendar.foreign_ids if calendar else ())
        task = ImportTask(
            session, group.id, kind, takes_private, settings, known, actor, now, calendar
        )
        rows = sorted(_import_file(task, file), key=lambda row: row.line)
        held = _held_ids(task)
        is_told = is_rehearsal or calendar is None
        verdict = judge_import(task, held) if is_told else ImportVerdict()
        shown = frozenset[int]() if is_rehearsal else held
        result = EventImportResult(rows, is_rehearsal, file.notes, shown, verdict)
        if is_rehearsal:
            attempt.rollback()
        else:
            _finish(task, result)
    return result


def _read_file(data: bytes, *, may_be_empty: bool) -> CalendarFile:
    try:
        return read_calendar_file(data)
    except EmptyCalendarError:
        if may_be_empty:
            return CalendarFile(())
        raise


def _finish(task: ImportTask, result: EventImportResult) -> None:
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


def _import_file(task: ImportTask, file: CalendarFile) -> Iterator[EventImportRow]:
    reading = _read(task, file)
    yield from reading.refused
    for uid in reading.refused_uids:
        task.held.update(one.id for one in task.known.under(uid))
    if task.calendar is not None:
        reading.said = task.calendar.renamed(reading.said, reading.refused_uids)
    contents = _with_lone_dates(task, put_in_order(reading.said), reading)
    for said in contents.repeated:
        yield refused(said, repeated())
    yield from _import_bundles(task, contents.bundles)
    for said in contents.loose:
        yield loose_row(task, said, reading.refused_uids)
    if task.calendar is not None:
        yield from _drop_gone(task, task.calendar.owned_ids)


def _read(task: ImportTask, file: CalendarFile) -> _Reading:
    reading = _Reading()
    zone = str(task.settings["default_timezone"])
    for event in file.events:
        try:
            said = read_entry(event, zone)
        except InfoscreenError as error:
            if change := read_refused_change(event, zone, error):
                reading.said.append(change)
                continue
            uid, title = uid_of(event), event.text("SUMMARY")
            row = EventImportRow(event.line, uid, title, EventOutcome.REFUSED, error=error)
            reading.refused.append(row)
            if "RECURRENCE-ID" not in event.properties:
                reading.refused_uids.add(uid)
            continue
        if event.calendar.method == "ADD" and isinstance(said, Entry) and said.replaces is None:
            said = _as_added(said)
            reading.added.add(said.key)
        reading.said.append(said)
    return reading


def _as_added(entry: Entry) -> Entry:
    """Return a date that is added to a series as if it changed the one at its own start."""
    start = entry.start.date()
    if entry.is_all_day:
        return replace(entry, replaces=start, replaces_day=start, rule=None)
    instant = localize(entry.start, load_zone(entry.timezone))
    return replace(entry, replaces=instant, replaces_day=start, rule=None)


def _with_lone_dates(task: ImportTask, contents: Contents, reading: _Reading) -> Contents:
    """Make events of changed occurrences whose series is neither in the file nor here."""
    in_file = {one.main.uid for one in contents.bundles if one.main.rule}
    no_series = {one.main.uid for one in contents.bundles if not (one.is_shared or one.main.rule)}
    lone = [
        said
        for said in contents.loose
        if isinstance(said, Entry)
        and said.uid not in reading.refused_uids | in_file | task.known.own.keys()
        and (
            said.uid in no_series
            or not _belongs_to_series(task, said, is_added=said.key in reading.added)
        )
    ]
    keys = {one.key for one in lone}
    rest = [one for one in contents.loose if one.key not in keys]
    return replace(contents, bundles=[*contents.bundles, *map(Bundle, lone)], loose=rest)


def _belongs_to_series(task: ImportTask, said: Entry, *, is_added: bool) -> bool:
    series = list_series(task, said.uid)
    return any(gives(one, said) for one in series) if is_added else bool(series)


def _import_bundles(task: ImportTask, bundles: Collection[Bundle]) -> Iterator[EventImportRow]:
    own = [one for one in bundles if one.key in task.known.own]
    foreign = [one for one in bundles if one.key not in task.known.own]
    matched = match(foreign, task.known)
    new = [one for one in foreign if one.key not in matched and task.is_wanted(one.main)]
    made = create_all(task, new)
    task.held.update(one.id for one in matched.values())
    for bundle in own:
        for said in (bundle.main, *bundle.changed):
            yield row_of(said, EventOutcome.UNCHANGED)
    for bundle in foreign:
        known = matched.get(bundle.key)
        if task.is_hidden(bundle.main):
            yield from private_rows(task, bundle, known)
        elif known is not None:
            yield from known_rows(task, bundle, known)
        else:
            yield from new_rows(task, bundle, made[bundle.key])


def _drop_gone(task: ImportTask, owned_ids: Collection[int]) -> Iterator[EventImportRow]:
    held = _held_ids(task)
    for event_id in sorted(set(owned_ids) - held):
        event = queries.find_event(task.session, event_id)
        if event is not None and event.group_id == task.group_id:
            row = gone(event)
            remove(task, event)
            yield row


def _held_ids(task: ImportTask) -> frozenset[int]:
    """Return the events that the file holds, with what it changed of series."""
    imported = task.known.imported.values()
    changed = {one.id for one in imported if one.master_event_id in task.held}
    return frozenset(task.held | changed)
