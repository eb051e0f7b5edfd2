"""The events of a calendar file as a list of holidays needs them.

The rules for one VEVENT are those of every import (`ical_entries`). Unlike there, a UID is only
looked at to find what calls an event off or changes one date of a series: makers of such lists
give one UID to many holidays, and what repeats itself is found by name and days.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from infoscreen_core.domain.school.holidays import NAME_LIMIT
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.formats.ical_entries import Cancellation, Entry, read_entry
from infoscreen_core.formats.ical_reader import FileEvent, read_calendar_file


@dataclass(frozen=True)
class CalendarEvent:
    """A VEVENT: what it says, or why it is left out."""

    line: int
    title: str
    is_transparent: bool
    entry: Entry | None
    problem: Sentence | None = None
    replaced: tuple[date, ...] = ()
    """Which dates of a series other events of the file change or call off."""


@dataclass(frozen=True)
class CalendarEvents:
    """The events of a file in order, and what must be said of the file."""

    events: Sequence[CalendarEvent]
    notes: Sequence[Sentence]


def read_events(content: bytes, default_zone: str) -> CalendarEvents:
    """Return the events of a file; raise `InvalidInputError` if it is unfit or has too many."""
    file = read_calendar_file(content)
    read = [(event, _read(event, default_zone)) for event in file.events]
    said: dict[str, list[Entry | Cancellation]] = {}
    for _event, one in read:
        if not isinstance(one, Sentence):
            said.setdefault(one.uid, []).append(one)
    notes = [
        _about(normalised(event.text("SUMMARY")), note)
        for event, one in read
        if isinstance(one, Entry)
        for note in one.notes
    ]
    return CalendarEvents(
        [_settled(event, one, said) for event, one in read], [*file.notes, *notes]
    )


def _read(event: FileEvent, default_zone: str) -> Entry | Cancellation | Sentence:
    try:
        return read_entry(_without_texts(event), default_zone)
    except InfoscreenError as error:
        return Sentence.of(error)


def _settled(
    event: FileEvent,
    one: Entry | Cancellation | Sentence,
    said: Mapping[str, Sequence[Entry | Cancellation]],
) -> CalendarEvent:
    title = normalised(event.text("SUMMARY"))
    found = CalendarEvent(event.line, title, event.text("TRANSP").upper() == "TRANSPARENT", None)
    if isinstance(one, Sentence):
        why = Sentence("{title} cannot be taken: {problem}", title=title, problem=one)
        return replace(found, problem=why)
    same = said[one.uid]
    if isinstance(one, Cancellation) or _is_called_off(one, same):
        return replace(found, problem=Sentence("{title} is cancelled.", title=title))
    if any(other.key == one.key and other.sequence > one.sequence for other in same):
        why = Sentence("{title} stands in the file in a newer form, too.", title=title)
        return replace(found, problem=why)
    return replace(found, entry=one, replaced=tuple(_replaced(one, same)))


def _about(title: str, note: Sentence) -> Sentence:
    """Return a note that says which event it is about."""
    is_told = "line" in note.params
    return note if is_told else Sentence("{title}: {note}", title=title, note=note)


def _is_called_off(entry: Entry, same: Iterable[Entry | Cancellation]) -> bool:
    return any(
        isinstance(other, Cancellation)
        and other.replaces in {None, entry.replaces}
        and other.sequence >= entry.sequence
        for other in same
    )


def _replaced(entry: Entry, same: Iterable[Entry | Cancellation]) -> Iterator[date]:
    if entry.rule is not None:
        pointers = (other.replaces_day if entry.is_all_day else other.replaces for other in same)
        yield from (pointer for pointer in pointers if pointer is not None)


def _without_texts(event: FileEvent) -> FileEvent:
    """Return the event without what no holiday has, so that nothing need be said of it."""
    kept = {name: found for name, found in event.properties.items() if name != "DESCRIPTION"}
    titles = [replace(one, value=one.value[:NAME_LIMIT]) for one in kept.get("SUMMARY", ())]
    return replace(event, properties={**kept, "SUMMARY": titles})
