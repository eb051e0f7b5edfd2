"""Read the events of calendar files (RFC 5545) as other programs write them.

A library that parses the whole file gives up on the first broken event, or repairs it silently. So
this module goes three steps of its own:

* Unfold the lines, and keep the number of each. A line that begins with white space continues the
  one before, even in the middle of a word.
* Cut the calendars into their components (`ical_components`).
* Parse line by line.

A broken event is refused alone, and one that is cut off does not swallow the next.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from icalendar.parser import Contentline

from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_components import (
    CalendarText,
    ComponentText,
    NumberedLine,
    cut_calendars,
)

MAX_BYTES: Final = 5 * 1024 * 1024
MAX_EVENTS: Final = 3_000
"""One import is one transaction, in which nobody else can write."""
_MEBIBYTE: Final = 1024 * 1024
_BREAK: Final = re.compile(r"\r\n|\n|\r")
"""Not `str.splitlines`: texts may contain the other characters that it takes for line ends."""
_BEGIN: Final = re.compile(rb"(?i)(?:\A|[\r\n]|\xef\xbb\xbf)BEGIN:VCALENDAR\s")
_BEGIN_EVENT: Final = re.compile(rb"(?i)[\r\n]BEGIN:VEVENT\s")
_IGNORED: Final = re.compile(r"(?i)X-|ATTENDEE|ATTACH|ORGANIZER|COMMENT|GEO")


@dataclass(frozen=True)
class Property:
    """One content line: its value, unescaped, and its parameters by upper-case name."""

    value: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class FileCalendar:
    """What a VCALENDAR says of all its events.

    `method` is in upper case, and empty if there is none. `zone_places` has the IANA names, by
    TZID, that it gives for its time zones.
    """

    method: str
    zone_places: Mapping[str, str]


@dataclass
class FileEvent:
    """A VEVENT: the line on which it begins, and its properties, in order, by upper-case name."""

    line: int
    calendar: FileCalendar
    properties: dict[str, list[Property]] = field(default_factory=dict)
    problem: InvalidInputError | None = None
    """Why it cannot be read at all, or None."""

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


def read_calendar_file(data: bytes) -> CalendarFile:
    """Return what a file holds; raise `InvalidInputError` on `file` if it is unfit or too large."""
    text = _decoded(data)
    events = [
        event for part in cut_calendars(_unfolded(_BREAK.split(text))) for event in _events(part)
    ]
    if not events:
        raise InvalidInputError("The calendar file holds no events.", field="file")
    return CalendarFile(events)


def _events(part: CalendarText) -> Iterator[FileEvent]:
    places: dict[str, str] = {}
    for zone in part.named("VTIMEZONE"):
        places |= _place(zone.lines)
    calendar = FileCalendar(_method(part.lines), places)
    for component in part.named("VEVENT"):
        yield _event(component, calendar)


def _method(lines: Iterable[NumberedLine]) -> str:
    found = (line.partition(":") for _number, line in lines)
    return next((value.strip().upper() for name, _, value in found if name.upper() == "METHOD"), "")


def _decoded(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise InvalidInputError(
            "The file has {size} MiB; {limit} are allowed: export a shorter stretch of time.",
            field="file",
            size=-(-len(data) // _MEBIBYTE),
            limit=MAX_BYTES // _MEBIBYTE,
        )
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
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInputError(
            "The file is not written in UTF-8; export it anew.", field="file"
        ) from None


def _unfolded(lines: Iterable[str]) -> Iterator[NumberedLine]:
    """Yield each content line with the number of the line on which it begins."""
    number, pieces = 1, [""]
    for current, line in enumerate(lines, start=1):
        if line[:1] in {" ", "\t"}:
            pieces.append(line[1:])
            continue
        yield number, "".join(pieces)
        number, pieces = current, [line]
    yield number, "".join(pieces)


def _event(component: ComponentText, calendar: FileCalendar) -> FileEvent:
    event = FileEvent(component.line, calendar)
    if not component.is_whole:
        event.problem = InvalidInputError(
            "The event is cut off: END:VEVENT is missing.", field="file"
        )
    for _number, text in component.lines if component.is_whole else ():
        if _IGNORED.match(text):  # not used, and often malformed
            continue
        try:
            name, params, value = _split(text)
        except ValueError:
            event.problem = event.problem or _unreadable(text)
            continue
        event.properties.setdefault(name.upper(), []).append(Property(value, _plain(params)))
    return event


def _split(text: str) -> tuple[str, Mapping[str, object], str]:
    return Contentline(text).parts()  # type: ignore[no-untyped-call]


def _unreadable(text: str) -> InvalidInputError:
    return InvalidInputError(
        'The line "{value}" of the event cannot be read; export the file anew.',
        field="file",
        value=shown(text),
    )


def _place(lines: Iterable[NumberedLine]) -> dict[str, str]:
    found = dict(line.split(":", 1) for _number, line in lines if ":" in line)
    zone, place = found.get("TZID", "").strip(), found.get("X-LIC-LOCATION", "").strip()
    return {zone: place} if zone and place else {}


def _plain(params: Mapping[str, object]) -> dict[str, str]:
    return {
        name.upper(): value
        if isinstance(value, str)
        else ",".join(map(str, value))
        if isinstance(value, list)
        else ""
        for name, value in params.items()
    }
