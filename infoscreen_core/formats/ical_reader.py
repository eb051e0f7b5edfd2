"""Read the events of calendar files (RFC 5545) as other programs write them.

A library that parses the whole file gives up on the first broken event, or repairs it silently. So
this module goes three steps of its own:

* From bytes to lines, unfolded and numbered (`encoding`).
* Cut the calendars into their components (`ical_components`).
* Parse line by line, of each event the lines that say something we use.

A broken event is refused alone, and one that is cut off does not swallow the next.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.encoding import (
    DecodedLines,
    as_utf_8,
    decode_lines,
    split_lines,
    unfold_lines,
)
from infoscreen_core.formats.ical_components import (
    CalendarText,
    ComponentText,
    Property,
    cut_calendars,
    find_value,
    read_property,
)
from infoscreen_core.formats.ical_timezones import FileZone, zone_key

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_EVENTS: Final = 3_000
"""One import is one transaction, in which nobody else can write."""
_MEBIBYTE: Final = 1024 * 1024
_BEGIN: Final = re.compile(rb"(?i)(?:\A|[\r\n]|\xef\xbb\xbf)BEGIN:VCALENDAR\s")
_BEGIN_EVENT: Final = re.compile(rb"(?i)[\r\n]BEGIN:VEVENT\s")
_WORD: Final = re.compile(r"(?:[A-Za-z0-9-]+\.)?([A-Za-z0-9-]+)")
_PROPERTY: Final = re.compile(r"[A-Za-z0-9.-]+[;:]")
_USED: Final = frozenset(
    {
        "UID",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
        "URL",
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXRULE",
        "EXDATE",
        "RECURRENCE-ID",
        "SEQUENCE",
        "LAST-MODIFIED",
        "STATUS",
        "TRANSP",
        "CLASS",
    }
)
"""The others are often malformed, and nobody would miss what they say."""
_WITH_TIMES: Final = frozenset({"DTSTART", "DTEND", "EXDATE", "RECURRENCE-ID"})
_POINTER: Final = "RECURRENCE-ID"
"""Of all properties, this one counts even if it is empty: without it, a whole series is meant."""
_ANSWERS: Final = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})
_NO_EVENTS: Final = ("VTODO", "VJOURNAL")


@dataclass(frozen=True)
class FileCalendar:
    """What a VCALENDAR says of all its events.

    `method` is in upper case, and empty if there is none. `zones` has the zones that it explains,
    by `zone_key`, and those that only other calendars of the file explain. `zone_name` is the zone
    of times that have none, if it says so.
    """

    method: str
    zones: Mapping[str, FileZone]
    zone_name: str


@dataclass
class FileEvent:
    """A VEVENT: the line on which it begins, and its properties, in order, by upper-case name."""

    line: int
    calendar: FileCalendar
    properties: dict[str, list[Property]] = field(default_factory=dict)
    problem: InvalidInputError | None = None
    """Why it cannot be read at all, or None."""
    notes: list[Sentence] = field(default_factory=list)
    """What must be said of its lines though they are taken."""

    def first(self, name: str) -> Property | None:
        """Return the first property of this name, or None."""
        return next(iter(self.properties.get(name, ())), None)

    def text(self, name: str) -> str:
        """Return the first value of this name, trimmed; empty when there is none."""
        found = self.first(name)
        return found.value.strip() if found else ""


@dataclass(frozen=True)
class CalendarFile:
    """The events of a file, and what must be said of the file though it is taken."""

    events: Sequence[FileEvent]
    notes: Sequence[Sentence] = ()


class EmptyCalendarError(InvalidInputError):
    """A calendar file that is in order, and holds nothing."""


def read_calendar_file(data: bytes) -> CalendarFile:
    """Return what a file holds; raise `InvalidInputError` on `file` if it is unfit or too large."""
    text = decode_lines(unfold_lines(split_lines(_checked(data))))
    parts = cut_calendars(text.lines)
    zones = [_zones(part) for part in parts]
    everywhere = {key: zone for each in zones for key, zone in each.items()}
    events = [
        event
        for part, own in zip(parts, zones, strict=True)
        for event in _events(part, {**everywhere, **own}, text)
    ]
    if not events:
        raise _no_events(parts)
    if all(event.calendar.method in _ANSWERS for event in events):
        raise _answer(events[0].calendar)
    note = text.note_on_file()
    return CalendarFile(events, [note] if note else [])


def _checked(data: bytes) -> bytes:
    """Return the file in UTF-8, or what is nearly that."""
    if len(data) > MAX_BYTES:
        raise InvalidInputError(
            "The file has {size} MiB; {limit} are allowed: export a shorter stretch of time.",
            field="file",
            size=-(-len(data) // _MEBIBYTE),
            limit=MAX_BYTES // _MEBIBYTE,
        )
    data = as_utf_8(data)
    if b"\0" in data or not _BEGIN.search(data):
        raise InvalidInputError(
            "This is no calendar file; choose one in the iCalendar format, which usually ends in "
            ".ics.",
            field="file",
        )
    count = len(_BEGIN_EVENT.findall(data))
    if count > MAX_EVENTS:
        raise InvalidInputError(
            "The file holds {count} events; {limit} are allowed: export a shorter stretch of time.",
            field="file",
            count=count,
            limit=MAX_EVENTS,
        )
    return data


def _no_events(parts: Iterable[CalendarText]) -> InvalidInputError:
    if any(list(part.named(name)) for part in parts for name in _NO_EVENTS):
        return InvalidInputError(
            "The calendar file holds tasks or notes, but no events; export the calendar itself.",
            field="file",
        )
    return EmptyCalendarError("The calendar file holds no events.", field="file")


def _answer(calendar: FileCalendar) -> InvalidInputError:
    return InvalidInputError(
        "The calendar file is an answer to an invitation (METHOD:{value}), not a plan; export the "
        "calendar itself.",
        field="file",
        value=calendar.method,
    )


def _zones(part: CalendarText) -> dict[str, FileZone]:
    zones = map(FileZone, part.named("VTIMEZONE"))
    return {zone_key(zone.tzid): zone for zone in zones if zone.tzid}


def _events(
    part: CalendarText, zones: Mapping[str, FileZone], text: DecodedLines
) -> Iterator[FileEvent]:
    calendar = FileCalendar(
        find_value(part.lines, "METHOD").upper(),
        zones,
        find_value(part.lines, "X-WR-TIMEZONE"),
    )
    for component in part.named("VEVENT"):
        event = _event(component, calendar, text)
        if calendar.method in _ANSWERS:
            event.problem = _answer(calendar)
        yield event


def _event(component: ComponentText, calendar: FileCalendar, text: DecodedLines) -> FileEvent:
    event = FileEvent(component.line, calendar)
    strange: list[int] = []
    if not component.is_whole:
        event.problem = InvalidInputError(
            "The event is cut off: END:VEVENT is missing.", field="file"
        )
    for number, line in component.lines if component.is_whole else ():
        word = _WORD.match(line)
        if word and word[1].upper() in _USED:
            _take(event, line)
            note = text.note_on_line(number)
            event.notes += [note] if note else []
        elif not _PROPERTY.match(line):
            strange.append(number)
    if strange:
        event.notes.append(_left_out(strange[0]))
    return event


def _take(event: FileEvent, line: str) -> None:
    try:
        name, given = read_property(line)
    except ValueError:
        event.problem = event.problem or _unreadable(line)
        return
    if name in _WITH_TIMES:
        given = _repaired(given)
    if given.value.strip() or name == _POINTER:
        event.properties.setdefault(name, []).append(given)


def _repaired(given: Property) -> Property:
    """Return a time whose TZID holds a colon, for which it should be in quotes."""
    head, _, value = given.value.rpartition(":")
    if not head or "TZID" not in given.params:
        return given
    return Property(value, {**given.params, "TZID": f"{given.params['TZID']}:{head}"})


def _left_out(number: int) -> Sentence:
    return Sentence("Line {line} cannot be read, and is left out.", field="file", line=number)


def _unreadable(text: str) -> InvalidInputError:
    return InvalidInputError(
        "The line “{value}” of the event cannot be read; export the file anew.",
        field="file",
        value=shown(text),
    )
