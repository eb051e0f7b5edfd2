"""Cut the lines of a calendar file into its calendars, their components, and their properties.

Files break off, or lose an END. So nothing that begins swallows what begins after it: a VEVENT, or
another component that never stands inside one, ends what is open; that is then not whole.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from icalendar.parser import Contentline

NumberedLine = tuple[int, str]
"""A content line, unfolded, with the number of the line of the file on which it begins."""

_OUTER: Final = frozenset({"VEVENT", "VTIMEZONE", "VTODO", "VJOURNAL", "VFREEBUSY"})
_WITH_NESTED: Final = "VTIMEZONE"
_GROUP: Final = re.compile(r"[A-Za-z0-9-]+\.(?=[A-Za-z0-9-]+[;:])")
"""Some programs group properties, as vCards do: `item1.SUMMARY:`."""


@dataclass(frozen=True)
class Property:
    """One content line: its value, unescaped, and its parameters by upper-case name."""

    value: str
    params: Mapping[str, str]


@dataclass
class ComponentText:
    """A component: the line on which it begins, its lines, and whether it has an end.

    What is nested in it, such as an alarm, is left out; of a VTIMEZONE it is all that matters, and
    is kept with its BEGIN and END.
    """

    name: str
    line: int
    lines: list[NumberedLine] = field(default_factory=list)
    is_whole: bool = False


@dataclass
class CalendarText:
    """A VCALENDAR: the lines of its own, wherever they stand in it, and its components."""

    lines: list[NumberedLine] = field(default_factory=list)
    components: list[ComponentText] = field(default_factory=list)

    def named(self, name: str) -> Iterator[ComponentText]:
        """Yield its components of this name, in order."""
        return (one for one in self.components if one.name == name)


def cut_calendars(lines: Iterable[NumberedLine]) -> list[CalendarText]:
    """Return the calendars of a file; what stands outside of any belongs to the one before."""
    cutter = _Cutter()
    for line in lines:
        cutter.take(line)
    return cutter.calendars


def read_property(line: str) -> tuple[str, Property]:
    """Return the upper-case name of a content line, and the rest; raise `ValueError` if broken."""
    text = _GROUP.sub("", line, count=1) if _GROUP.match(line) else line
    name, params, value = _split(text)
    return name.upper(), Property(value, _plain(params))


def _split(text: str) -> tuple[str, Mapping[str, object], str]:
    return Contentline(text).parts()  # type: ignore[no-untyped-call]


def find_value(lines: Iterable[NumberedLine], name: str) -> str:
    """Return the value of the first property of this name, trimmed; empty if there is none."""
    for _number, line in lines:
        if line[: len(name)].upper() == name:
            try:
                found, given = read_property(line)
            except ValueError:
                continue
            if found == name:
                return given.value.strip()
    return ""


def _plain(params: Mapping[str, object]) -> dict[str, str]:
    return {
        name.upper(): value
        if isinstance(value, str)
        else ",".join(map(str, value))
        if isinstance(value, list)
        else ""
        for name, value in params.items()
    }


class _Cutter:
    def __init__(self) -> None:
        self.calendars = [CalendarText()]
        self._open: ComponentText | None = None
        self._depth = 0

    def take(self, line: NumberedLine) -> None:
        """Put a line where it belongs."""
        word = line[1].strip().upper()
        kind, _, name = word.partition(":")
        if kind == "BEGIN":
            self._begin(line, name.strip())
        elif kind == "END":
            self._end(line, name.strip())
        elif word:
            self._keep(line)

    def _begin(self, line: NumberedLine, name: str) -> None:
        if name == "VCALENDAR":
            self._open = None
            self.calendars.append(CalendarText())
        elif self._open is None or name in _OUTER:
            self._open, self._depth = ComponentText(name, line[0]), 0
            self.calendars[-1].components.append(self._open)
        else:
            self._depth += 1
            self._keep(line)

    def _end(self, line: NumberedLine, name: str) -> None:
        if name == "VCALENDAR":
            self._open = None
        elif self._open is not None and name == self._open.name:
            self._open.is_whole = True
            self._open = None
        elif self._depth:
            self._keep(line)
            self._depth -= 1

    def _keep(self, line: NumberedLine) -> None:
        if self._open is None:
            self.calendars[-1].lines.append(line)
        elif not self._depth or self._open.name == _WITH_NESTED:
            self._open.lines.append(line)
