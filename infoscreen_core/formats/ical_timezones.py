"""The rules inside a VTIMEZONE: which offset from UTC holds when.

A VTIMEZONE lists observances (STANDARD, DAYLIGHT): each says from which offset to which the clock
changes, at its DTSTART and at the dates of its RRULE and RDATE. Times of an onset are by the clock
as it stood before. Before the first onset, that first onset's old offset holds.

Only the years in which events may lie are looked at, so a rule that begins in 1601 costs nothing;
one that changes the clock more often than any government makes the whole definition unfit.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import islice, pairwise
from typing import Final, Self

from infoscreen_core.domain.recurrence.days import find_counted_end, iter_days
from infoscreen_core.domain.recurrence.rules import Frequency
from infoscreen_core.domain.recurrence.text import read_rule
from infoscreen_core.domain.text.years import YEARS
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_components import (
    ComponentText,
    NumberedLine,
    find_value,
    read_property,
)

FIRST: Final = datetime(YEARS[0] - 2, 1, 1)  # noqa: DTZ001 - UTC, which is written naive here
LAST: Final = datetime(YEARS[-1] + 3, 1, 1)  # noqa: DTZ001 - as above
_LONG_AGO: Final = "16010101"
_MOST_ONSETS: Final = 2000
_OFFSET: Final = re.compile(r"([+-]?)([0-9]{2}):?([0-9]{2}):?([0-9]{2})?")
_STAMP: Final = re.compile(r"([0-9]{8})(?:T([0-9]{6}))?(Z?)")
_UNTIL: Final = re.compile(r";?UNTIL=([^;]*)", re.IGNORECASE)
_HOUR_OF_CHANGE: Final = re.compile(r";?BY(?:HOUR|MINUTE|SECOND)=[0-9]{1,2}(?=;|$)", re.IGNORECASE)
"""What some programs repeat of DTSTART."""
_NEVER: Final = timedelta(days=100)
"""No government lets less time pass between two ordinary clock changes."""
_DAY: Final = timedelta(days=1)
_ZERO: Final = timedelta()
_FURTHEST: Final = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class ZoneRules:
    """Offsets from UTC: `initial`, and from each onset (naive UTC) on, the one of its place.

    `known_from` and `known_until` bound the time of which the rules speak: a list of clock changes
    that ends says little of the years after.
    """

    initial: timedelta
    onsets: tuple[datetime, ...] = ()
    offsets: tuple[timedelta, ...] = ()
    known_until: datetime = datetime.max  # noqa: DTZ901 - naive UTC

    @classmethod
    def of(
        cls, changes: Sequence[tuple[datetime, timedelta, timedelta]], *, is_endless: bool
    ) -> Self:
        """Return the rules of changes: when (naive UTC), from which offset, and to which."""
        found = [(at, offset) for at, _before, offset in sorted(changes, key=lambda one: one[0])]
        initial = min(changes, key=lambda one: one[0])[1]
        steps = [(datetime.min, initial), *found]  # noqa: DTZ901 - as above
        kept = [new for old, new in pairwise(steps) if old[1] != new[1]]
        ends = not is_endless and bool(kept) and kept[-1][0] >= FIRST
        return cls(
            initial,
            tuple(at for at, _offset in kept),
            tuple(offset for _at, offset in kept),
            *([_shifted(kept[-1][0], _NEVER)] if ends else []),
        )

    @property
    def known_from(self) -> datetime:
        """See the class."""
        begin = datetime.min  # noqa: DTZ901 - as above
        return max(_shifted(self.onsets[0], -_NEVER), FIRST) if self.onsets else begin

    def offset_at(self, at: datetime) -> timedelta:
        """Return the offset at a time in UTC (naive)."""
        place = bisect_right(self.onsets, at)
        return self.offsets[place - 1] if place else self.initial

    def localize(self, wall: datetime) -> datetime:
        """Return the instant of a naive wall time, as `local_time.localize` does for a zone.

        A time that the clock skips moves forward; one that it shows twice means the first.
        """
        before, after = self.offset_at(wall - _FURTHEST), self.offset_at(wall + _FURTHEST)
        early, late = wall - before, wall - after
        is_early = before == after or self.offset_at(early) == before
        found = early if is_early or self.offset_at(late) != after else late
        return found.replace(tzinfo=UTC)

    def differences(
        self, other: Self, first: datetime, last: datetime
    ) -> list[tuple[datetime, datetime]]:
        """Return the stretches between two times in UTC in which another's offset differs."""
        inside = {at for at in (*self.onsets, *other.onsets) if first < at < last}
        edges = sorted({first, *inside, last})
        if len(edges) == 1:
            edges *= 2
        found: list[tuple[datetime, datetime]] = []
        for begin, end in pairwise(edges):
            if self.offset_at(begin) == other.offset_at(begin):
                continue
            if found and found[-1][1] == begin:
                begin = found.pop()[0]  # noqa: PLW2901 - joined with the stretch before
            found.append((begin, end))
        return found


class FileZone:
    """A VTIMEZONE of a file: its name, and what explains it."""

    def __init__(self, component: ComponentText) -> None:
        self.tzid = find_value(component.lines, "TZID")
        self.place = (
            find_value(component.lines, "X-LIC-LOCATION")
            or find_value(component.lines, "X-TZINFO").partition("[")[0]
        )
        """The name that it has in the zone database, as some programs say."""
        self._component = component

    @cached_property
    def rules(self) -> ZoneRules | None:
        """Its rules; None if they are malformed, cut off, or missing."""
        if not self._component.is_whole:
            return None
        try:
            observances = [_Observance(lines) for lines in _nested(self._component.lines)]
            changes = [one for each in observances for one in each.changes()]
        except (ValueError, OverflowError, InvalidInputError):
            return None
        if not changes or len(changes) > _MOST_ONSETS:
            return None
        rules = ZoneRules.of(changes, is_endless=any(one.is_endless for one in observances))
        return replace(rules, known_until=min(rules.known_until, self._until))

    @property
    def _until(self) -> datetime:
        """Until when it holds at most, as some programs say (TZUNTIL)."""
        try:
            return _read_stamp(find_value(self._component.lines, "TZUNTIL"))[0]
        except ValueError:
            return datetime.max  # noqa: DTZ901 - naive UTC


def zone_key(tzid: str) -> str:
    """Return the form in which names of zones are compared; programs differ in blanks and case."""
    return re.sub(r"\s*,\s*", ",", tzid.strip().strip('"').strip()).casefold()


def _nested(lines: Iterable[NumberedLine]) -> Iterator[list[NumberedLine]]:
    held: list[NumberedLine] | None = None
    for number, line in lines:
        word = line.strip().upper()
        if word in {"BEGIN:STANDARD", "BEGIN:DAYLIGHT"}:
            held = []
        elif word in {"END:STANDARD", "END:DAYLIGHT"} and held is not None:
            yield held
            held = None
        elif held is not None:
            held.append((number, line))


class _Observance:
    def __init__(self, lines: Sequence[NumberedLine]) -> None:
        after = find_value(lines, "TZOFFSETTO")
        self.before = _read_offset(find_value(lines, "TZOFFSETFROM") or after)
        self.after = _read_offset(after)
        self._rule = _HOUR_OF_CHANGE.sub("", find_value(lines, "RRULE"))
        start = find_value(lines, "DTSTART")
        self.start, _is_utc = _read_stamp(start if start or self._rule else _LONG_AGO)
        self._dates = [
            piece
            for _number, line in lines
            if line[:5].upper() == "RDATE"
            for piece in read_property(line)[1].value.split(",")
            if piece.strip()
        ]

    @property
    def is_endless(self) -> bool:
        """Whether its rule goes on for ever."""
        text = self._rule.upper()
        return bool(text) and "UNTIL=" not in text and "COUNT=" not in text

    def changes(self) -> list[tuple[datetime, timedelta, timedelta]]:
        """Return when (naive UTC) it changes the clock, from which offset, and to which."""
        onsets = islice(self._onsets(), _MOST_ONSETS + 1)
        return [(_shifted(onset, -self.before), self.before, self.after) for onset in onsets]

    def _onsets(self) -> Iterator[datetime]:
        yield self.start
        for piece in self._dates:
            at, is_utc = _read_stamp(piece.strip().split("/")[0])
            yield _shifted(at, self.before) if is_utc else at
        if self._rule:
            yield from self._ruled()

    def _ruled(self) -> Iterator[datetime]:
        rule = read_rule(_UNTIL.sub("", self._rule))
        if rule.frequency is not Frequency.YEARLY:
            raise ValueError
        first, last = FIRST.date(), LAST.date()
        end = self._until()
        if end is not None:
            last = min(last, end.date())
        if rule.count is not None:
            counted = find_counted_end(rule, self.start.date(), rule.count)
            last = min(last, date.fromordinal(counted)) if counted else last
        first = min(first, last.replace(year=max(last.year - 2, 1), day=1))
        for day in iter_days(rule, self.start.date(), first.toordinal(), last.toordinal()):
            onset = datetime.combine(date.fromordinal(day), self.start.time())
            if end is None or onset <= end:
                yield onset

    def _until(self) -> datetime | None:
        """Return the last time at which its rule may hold, by the clock as it stood before."""
        found = _UNTIL.search(self._rule)
        if found is None:
            return None
        text = found[1].strip()
        end, is_utc = _read_stamp(text)
        if "T" not in text.upper():
            return _shifted(end, _DAY)
        return _shifted(end, self.before) if is_utc else end


def _read_offset(text: str) -> timedelta:
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError
    hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if length >= _DAY:
        raise ValueError
    return -length if match[1] == "-" else length


def _read_stamp(text: str) -> tuple[datetime, bool]:
    """Return the naive time, and whether it is written in UTC."""
    match = _STAMP.fullmatch(text.strip().upper())
    if match is None:
        raise ValueError
    time = match[2] or "000000"
    digits = [int(match[1][:4]), int(match[1][4:6]), int(match[1][6:])]
    clock = [int(time[place : place + 2]) for place in (0, 2, 4)]
    return datetime(*digits, *clock), bool(match[3])  # type: ignore[arg-type]  # noqa: DTZ001


def _shifted(at: datetime, by: timedelta) -> datetime:
    """Return a later or earlier time; near the ends of the calendar, where it leads to no other."""
    try:
        return at + by
    except OverflowError:
        return datetime.max if by > _ZERO else datetime.min  # noqa: DTZ901 - naive, as all here
