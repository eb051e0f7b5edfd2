"""What an import says of each event: its outcome, the reason of a refusal, and notes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.limits import LOCATION_LIMIT
from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.formats.ical_bundles import Said
from infoscreen_core.formats.ical_entries import Entry, RefusedChange
from infoscreen_core.services.exchange.views import EventImportRow, EventOutcome


def row_of(
    entry: Said,
    outcome: EventOutcome,
    error: InfoscreenError | None = None,
    notes: Sequence[Sentence] = (),
) -> EventImportRow:
    """Return what became of an entry, with the notes of reading it before those of taking it."""
    if not isinstance(entry, Entry):
        return EventImportRow(
            entry.line, entry.uid, entry.title, outcome, error=error, notes=tuple(notes)
        )
    return EventImportRow(
        entry.line,
        entry.uid,
        entry.title,
        outcome,
        localize(entry.start, load_zone(entry.timezone)),
        entry.is_all_day,
        error,
        (*entry.notes, *_place_notes(entry), *notes),
        entry.rule,
        entry.timezone,
    )


def told_with(row: EventImportRow, event: Event, start: datetime | None = None) -> EventImportRow:
    """Return a row with title and start of the event that is meant, if the file gives none."""
    if row.start is not None:
        return row
    return replace(
        row,
        title=row.title or event.title,
        start=start or event.start,
        is_all_day=event.is_all_day,
    )


class LeftOutError(InvalidInputError):
    """What a file says could be done, but is not meant to be."""


def refused(entry: Said, error: InfoscreenError) -> EventImportRow:
    """Return that an entry was refused or, by its error, left out on purpose.

    What could not even be read is refused for that.
    """
    if isinstance(entry, RefusedChange):
        error = entry.error
    is_left_out = isinstance(error, LeftOutError)
    return row_of(entry, EventOutcome.LEFT_OUT if is_left_out else EventOutcome.REFUSED, error)


def refused_in_series(entry: Said, error: InfoscreenError) -> EventImportRow:
    """Return that a changed occurrence was refused, and its date taken out of the series."""
    reason = Sentence.of(entry.error if isinstance(entry, RefusedChange) else error)
    both = InvalidInputError(
        "{reason} The original date is left out of the series, since it does not take place then.",
        field=reason.field,
        reason=reason,
    )
    return row_of(entry, EventOutcome.REFUSED, both)


def gone(event: Event) -> EventImportRow:
    """Return that an event was deleted because the calendar no longer holds it."""
    return EventImportRow(
        0,
        event.ical_uid or "",
        event.title,
        EventOutcome.REMOVED,
        event.start,
        event.is_all_day,
        notes=(Sentence("The calendar no longer holds it."),),
    )


def private() -> LeftOutError:
    """Return why a private event is left out."""
    return LeftOutError(
        "The calendar marks it as private or confidential (CLASS), and screens are public; it is "
        "taken only if private events are to be taken too."
    )


def persons() -> LeftOutError:
    """Return why a date stays as it is."""
    return LeftOutError(
        "Somebody changed this date of the series here, or took it out; that stays.",
        field="occurrence_start",
    )


def outdated() -> LeftOutError:
    """Return why a change or cancellation is not followed."""
    return LeftOutError(
        "It is older than what is here (SEQUENCE, LAST-MODIFIED); what is here stays.",
        field="file",
    )


def planned_here() -> LeftOutError:
    """Return why an event of this console cannot be changed by a file."""
    return LeftOutError(
        "This event was planned here, not imported; change or delete it in the plan.", field="file"
    )


def lost() -> InvalidInputError:
    """Return why a changed occurrence of a refused series is refused."""
    return InvalidInputError(
        "This is a changed occurrence of a series that was refused.", field="occurrence_start"
    )


def no_such_date() -> InvalidInputError:
    """Return why a changed occurrence is refused that its series does not give."""
    return InvalidInputError(
        "The series does not take place when the changed occurrence says (RECURRENCE-ID).",
        field="occurrence_start",
    )


def said_twice() -> InvalidInputError:
    """Return why a second change of the same date is refused."""
    return InvalidInputError(
        "The file changes this date of the series twice (RECURRENCE-ID); the newer change counts.",
        field="occurrence_start",
    )


def ambiguous(uid: str) -> InvalidInputError:
    """Return why it is not known which event is meant."""
    return InvalidInputError(
        "Several events here have the UID “{uid}”, so nobody can tell which one is meant; change "
        "or delete it in the plan.",
        field="file",
        uid=shown(uid),
    )


def repeated() -> InvalidInputError:
    """Return why an entry is refused that the file says again."""
    return InvalidInputError("The file holds a newer form of the same event (UID).", field="file")


def unknown_note() -> Sentence:
    """Return what to say of a cancellation of nothing."""
    return Sentence("There is no such event here (UID) that a file brought.")


def older_note() -> Sentence:
    """Return what to say of an event that is here in a newer form."""
    return Sentence("A newer form of it is here already (SEQUENCE, LAST-MODIFIED).")


def shared_note(uid: str) -> Sentence:
    """Return what to say of an event whose UID does not tell it from others."""
    return Sentence(
        "The UID “{uid}” does not tell this event from others; its title and times do instead.",
        uid=shown(uid),
    )


def _place_notes(entry: Entry) -> list[Sentence]:
    if len(entry.location) <= LOCATION_LIMIT:
        return []
    return [
        Sentence(
            "{name} has {length} characters; it is cut off after {limit}.",
            field="location",
            name="location",
            length=len(entry.location),
            limit=LOCATION_LIMIT,
        )
    ]
