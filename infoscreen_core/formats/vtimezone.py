"""Describe a time zone as calendar files do: as a VTIMEZONE.

The zone database can only be asked for the offset at an instant, while a VTIMEZONE lists clock
changes. So they are searched for: a week at a time, and then by bisecting the week in which the
offset differs. Changes of one kind (between the same two offsets) become one observance: a yearly
rule where they follow one, which then holds beyond the years looked at, and a list of dates where
they do not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vRecur

from infoscreen_core.domain.recurrence.rules import WEEKDAYS

_STEP: Final = timedelta(days=7)
"""Shorter than any time between two clock changes."""
_SECOND: Final = timedelta(seconds=1)
_YEARS_AHEAD: Final = 12
"""Enough years to tell "the last Sunday" from "the fourth"."""
_LAST_YEAR: Final = 2100
_BEGINNING: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - local time, as VTIMEZONE wants it


@dataclass(frozen=True)
class ClockChange:
    """A clock change: when (UTC), and from which offset to which."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str
    is_daylight: bool

    @property
    def onset(self) -> datetime:
        """The naive local time at which it happens, by the clock as it stood before."""
        return (self.at + self.before).replace(tzinfo=None)


def vtimezone(zone: ZoneInfo, *, first: datetime, last: datetime) -> Timezone:
    """Return the VTIMEZONE for local times from `first` to `last`, and later if it is regular."""
    component = Timezone()
    component.add("tzid", zone.key)
    begin = datetime(first.year - 1, 1, 1, tzinfo=UTC)
    end = datetime(min(last.year, _LAST_YEAR) + _YEARS_AHEAD, 1, 1, tzinfo=UTC)
    changes = list(iter_changes(zone, begin, end))
    if not changes or changes[0].at > first:
        changes.insert(0, _as_always(zone, begin))
    for same in _alike(changes):
        for observance in _observances(same, changes[-1].at.year):
            component.add_component(observance)
    return component


def _alike(changes: Iterable[ClockChange]) -> Iterator[list[ClockChange]]:
    """Yield the changes of each kind, in the order in which the kinds first occur."""
    by_kind: dict[tuple[object, ...], list[ClockChange]] = {}
    for change in changes:
        by_kind.setdefault((change.before, change.after, change.name), []).append(change)
    yield from by_kind.values()


def iter_changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[ClockChange]:
    """Iterate over the clock changes of a zone between two instants."""
    at = begin
    while at < end:
        following = at + _STEP
        if _offset(zone, at) != _offset(zone, following):
            yield _change(zone, _find_change(zone, at, following))
        at = following


def _find_change(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """Return the first second with the new offset."""
    while high - low > _SECOND:
        middle = low + ((high - low) / 2 // _SECOND) * _SECOND
        if _offset(zone, middle) == _offset(zone, low):
            low = middle
        else:
            high = middle
    return high


def _change(zone: ZoneInfo, at: datetime) -> ClockChange:
    local = at.astimezone(zone)
    return ClockChange(
        at, _offset(zone, at - _SECOND), _offset(zone, at), local.tzname() or "", bool(local.dst())
    )


def _as_always(zone: ZoneInfo, begin: datetime) -> ClockChange:
    """Return the state before the first change, as a change long ago."""
    offset, local = _offset(zone, begin), begin.astimezone(zone)
    at = (_BEGINNING - offset).replace(tzinfo=UTC)
    return ClockChange(at, offset, offset, local.tzname() or "", bool(local.dst()))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _observances(
    changes: Sequence[ClockChange], last_year: int
) -> Iterator[TimezoneStandard | TimezoneDaylight]:
    """Yield the irregular changes as a list of dates, and the regular ones after them as a rule."""
    regular = next(
        (i for i in range(len(changes)) if _yearly_rule(changes[i:], last_year)), len(changes)
    )
    if regular:
        component = _observance(changes[0])
        if regular > 1:
            component.add("rdate", [one.onset for one in changes[1:regular]])
        yield component
    if rule := _yearly_rule(changes[regular:], last_year):
        component = _observance(changes[regular])
        component.add("rrule", vRecur.from_ical(rule))
        yield component


def _observance(first: ClockChange) -> TimezoneStandard | TimezoneDaylight:
    component = TimezoneDaylight() if first.is_daylight else TimezoneStandard()
    component.add("tzname", first.name)
    component.add("tzoffsetfrom", first.before)
    component.add("tzoffsetto", first.after)
    component.add("dtstart", first.onset)
    return component


def _yearly_rule(changes: Sequence[ClockChange], last_year: int) -> str | None:
    """Return the rule of changes that come yearly up to `last_year`; None if they follow none."""
    onsets = [one.onset for one in changes]
    years = [onset.year for onset in onsets]
    if len(years) < _YEARS_AHEAD or years != list(range(years[0], last_year + 1)):
        return None
    if len({(onset.month, onset.weekday(), onset.time()) for onset in onsets}) > 1:
        return None
    if all((onset + _STEP).month != onset.month for onset in onsets):
        ordinal = -1
    elif len({(onset.day - 1) // 7 for onset in onsets}) == 1:
        ordinal = (onsets[0].day + 6) // 7
    else:
        return None
    return f"FREQ=YEARLY;BYMONTH={onsets[0].month};BYDAY={ordinal}{WEEKDAYS[onsets[0].weekday()]}"
