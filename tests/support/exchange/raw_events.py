"""Calendar files as plain lines: what the reasons for differences look at.

Not our own reader, which is on trial: this unfolds, cuts at BEGIN and END, and understands nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_FOLD: Final = re.compile(r"\r?\n[ \t]|\r[ \t]")
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_ZONE: Final = re.compile(r"(?im)^TZID[^:\r\n]*:(.*)$")
_HOME: Final = re.compile(r"(?im)^X-WR-TIMEZONE[^:\r\n]*:(.*)$")
_BEGIN: Final = re.compile(r"(?im)^BEGIN:")
_END: Final = re.compile(r"(?im)^END:")
_DATE: Final = re.compile(r"\d{8}")

Lines = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class RawEvent:
    """The lines of a VEVENT: by name, each value after what stands between name and colon."""

    lines: Lines

    def value(self, name: str) -> str:
        """Return the first value of this name; empty when there is none."""
        return self.lines[name][0][1] if name in self.lines else ""

    def params(self, name: str) -> str:
        """Return the parameters of the first line of this name, in upper case."""
        return self.lines[name][0][0].upper() if name in self.lines else ""

    @property
    def is_change(self) -> bool:
        """Whether it changes one date of a series."""
        return "RECURRENCE-ID" in self.lines

    @property
    def is_called_off(self) -> bool:
        """Whether it does not take place."""
        return self.value("STATUS").upper() == "CANCELLED"

    @property
    def is_whole_days(self) -> bool:
        """Whether its start is a date."""
        return bool(_DATE.fullmatch(self.value("DTSTART")))

    @property
    def is_local(self) -> bool:
        """Whether its start is a time without a zone."""
        is_time = not self.is_whole_days and not self.value("DTSTART").endswith("Z")
        return is_time and "TZID" not in self.params("DTSTART")

    @property
    def until(self) -> str:
        """The date of UNTIL as written; empty when there is none."""
        parts = dict(one.split("=", 1) for one in self.value("RRULE").split(";") if "=" in one)
        return parts.get("UNTIL", "")[:8]


@dataclass(frozen=True)
class RawFile:
    """A calendar file: its events by UID (empty for those without), and what else it says."""

    events: Mapping[str, Sequence[RawEvent]]
    zones: frozenset[str] = frozenset()
    """The names (TZID), in upper case, for which it has rules of its own."""
    home: str = ""
    """What X-WR-TIMEZONE says."""
    is_utf8: bool = True
    is_whole: bool = True
    """Whether each BEGIN has its END."""
    calendars: int = 1
    is_cancellation: bool = False
    """Whether some METHOD:CANCEL is in it."""

    def under(self, uid: str, title: str) -> Sequence[RawEvent]:
        """Return the events of a UID, or those with this title."""
        every = (one for some in self.events.values() for one in some)
        return self.events.get(uid) or [one for one in every if is_same_text(one, title)]


def read_raw(data: bytes) -> RawFile:
    """Return what a file says."""
    text = _FOLD.sub("", data.decode("utf-8-sig", "replace"))
    events: dict[str, list[RawEvent]] = {}
    for lines in _events(_BREAK.split(text)):
        event = RawEvent(lines)
        events.setdefault(event.value("UID"), []).append(event)
    home = _HOME.search(text)
    zones = frozenset(zone.strip().upper() for zone in _ZONE.findall(text))
    capitals = text.upper()
    return RawFile(
        events,
        zones,
        home[1].strip() if home else "",
        is_utf8="\ufffd" not in text,
        is_whole=len(_BEGIN.findall(text)) == len(_END.findall(text)),
        calendars=capitals.count("BEGIN:VCALENDAR"),
        is_cancellation="METHOD:CANCEL" in capitals,
    )


def is_same_text(event: RawEvent, title: str) -> bool:
    """Whether this is an event's title, whatever its spaces and escapes."""
    return _words(event.value("SUMMARY")) == _words(title)


def _words(text: str) -> list[str]:
    return text.replace("\\n", " ").replace("\\N", " ").replace("\\", "").split()


def _events(lines: Sequence[str]) -> Iterator[Lines]:
    held: dict[str, list[tuple[str, str]]] | None = None
    depth = 0
    for line in lines:
        word = line.strip().upper()
        if word == "BEGIN:VEVENT":
            held, depth = {}, 0
        elif held is not None and word == "END:VEVENT":
            yield held
            held = None
        elif held is not None and word.startswith(("BEGIN:", "END:")):
            depth += 1 if word.startswith("BEGIN:") else -1
        elif held is not None and not depth and ":" in line:
            name, _colon, value = line.partition(":")
            name, _semicolon, params = name.partition(";")
            held.setdefault(name.strip().upper(), []).append((params, value.strip()))
