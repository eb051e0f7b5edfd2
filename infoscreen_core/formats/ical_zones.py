"""Which zone of the zone database a calendar file means by a name (TZID).

Our events need a zone that people can also choose. A name may be anything: an IANA name, a Windows
name, a path that ends in an IANA name, or one that only the file's own VTIMEZONE explains. So both
are looked at:

* A known name counts, even where the VTIMEZONE contradicts it: programs cut definitions short, and
  write rules of long ago. Only if the VTIMEZONE has, while the event lives, an offset that the zone
  never had, it cannot be the zone that is meant.
* What contradicts is told. Programs write today's rules as if they had always held, and lists of
  clock changes that end; a difference in years of which that is to be expected is harmless: a year
  of agreement is enough.
* `UTC+01` and the like, without a VTIMEZONE, are that offset for ever.
* Otherwise the VTIMEZONE counts. A zone is looked for that has the same offsets, from the year of
  the event's start to its end: first the one of the file's own hints, then the installation's, then
  the better known ones.
* If none has, the rules themselves still say which instants a single event has. A series needs a
  zone: one that agrees while it lives, or at least in its last years; else it is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from infoscreen_core.domain.text.local_time import load_zone, localize
from infoscreen_core.domain.text.wording import Days, Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_timezones import FIRST, LAST, FileZone, ZoneRules, zone_key
from infoscreen_core.formats.vtimezone import iter_changes

_OWN_NAMES: Final = {"tzone://Microsoft/Utc": "UTC"}
_NAME_PARTS: Final = (3, 2)
"""Some programs write a path before the IANA name, as in /example.org/20260101/Europe/Vienna."""
_HARMLESS: Final = timedelta(hours=2)
"""Rules that change the clock at another hour of the same night are not those of another zone."""
_CYCLE: Final = timedelta(days=370)
"""A year with all its clock changes."""
_LATE: Final = 2 * _CYCLE
_AHEAD: Final = datetime(2040, 1, 1)  # noqa: DTZ001 - UTC, which is written naive here
"""A time up to which rules for ever are compared, even with those of an old event."""
_ZERO: Final = timedelta()
_MINUTE: Final = timedelta(minutes=1)
_WEEK: Final = timedelta(days=7)
_FURTHEST: Final = timedelta(hours=14)
_HISTORY: Final = datetime(1840, 1, 1)  # noqa: DTZ001 - before the first time zones
_OFFSET_NAME: Final = re.compile(
    r"(?:UTC|GMT) ?([+-])([0-9]{1,2})(?::?([0-5][0-9]))?", re.IGNORECASE
)
_HOUR: Final = timedelta(hours=1)
_SAMPLES: Final = 5
_SAMPLE_STEP: Final = timedelta(days=73)


@dataclass(frozen=True)
class Life:
    """The stretch of time, naive and by any clock, in which an event takes place."""

    first: datetime
    last: datetime
    is_series: bool = False


@dataclass(frozen=True)
class ZoneChoice:
    """A zone of the database; or None, and the rules that count instead. Notes say what is odd.

    So `zone` is None for single events alone.
    """

    zone: str | None
    rules: ZoneRules | None = None
    notes: tuple[Sentence, ...] = ()


@dataclass(frozen=True)
class ZoneFinder:
    """Finds zones for the names of one calendar; `zones` are its definitions by `zone_key`."""

    default_zone: str
    zones: Mapping[str, FileZone] = field(default_factory=dict)

    def knows(self, tzid: str) -> bool:
        """Whether a name can be understood at all."""
        known, rules = self._look_up(tzid)
        return bool(known or rules or _named_offset(tzid))

    def find(self, tzid: str, life: Life) -> ZoneChoice:
        """Return the zone that a name means while an event lives.

        Raises `InvalidInputError` on `timezone` if that cannot be said.
        """
        known, rules = self._look_up(tzid)
        if not known:
            return self._find_by_rules(tzid, rules, life)
        if rules is None or not _contradicts(rules, known[0], life):
            return ZoneChoice(known[0])
        if not _has_foreign_offset(rules, known[0], life):
            return ZoneChoice(known[0], notes=(_name_counts(tzid, known[0]),))
        found, _agreed_days = _match(rules, life, (*known[1:], self.default_zone))
        if found is None and life.is_series:
            raise _no_zone(tzid)
        if found == known[0]:
            return ZoneChoice(found, rules)
        return ZoneChoice(found, rules, (_rules_count(tzid, found or self.default_zone),))

    def _find_by_rules(self, tzid: str, own: ZoneRules | None, life: Life) -> ZoneChoice:
        rules = own or _named_offset(tzid)
        if rules is None:
            raise _no_name(tzid)
        found, days = _match(rules, life, (self.default_zone,))
        if found is None and life.is_series:
            raise _no_zone(tzid) if own else _no_name(tzid)
        return ZoneChoice(found, rules, (_agreed(tzid, found, days),) if found and days else ())

    def _look_up(self, tzid: str) -> tuple[list[str], ZoneRules | None]:
        """Return the zones that a name may mean by itself, and the file's explanation of it."""
        own = self.zones.get(zone_key(tzid))
        known = [name for name in _known_names(tzid, own) if _find_known(name)]
        return known, own.rules if own else None


def _contradicts(rules: ZoneRules, name: str, life: Life) -> bool:
    """Whether the rules make a difference to an event that a zone of this name does not explain."""
    first, last = max(life.first, rules.known_from), min(life.last, rules.known_until)
    if first > last:  # of that time the rules say nothing
        return False
    if not life.is_series and rules.localize(first) == localize(first, load_zone(name)):
        return False
    if life.is_series and not _differences(rules, name, first, last):
        return False
    ahead = min(max(last, _AHEAD), rules.known_until)
    edges = [(first, first), *_differences(rules, name, first, ahead), (ahead, ahead)]
    return not any(begin - end >= _CYCLE for (_, end), (begin, _) in pairwise(edges))


def _has_foreign_offset(rules: ZoneRules, name: str, life: Life) -> bool:
    """Whether the rules have an offset around an event's life that a zone never had."""
    first = max(life.first - _CYCLE, rules.known_from)
    last = max(min(life.last + _CYCLE, rules.known_until), first)
    inside = (at for at in rules.onsets if first < at < last)
    offsets = {rules.offset_at(at) for at in (first, *inside)}
    return any(not _had(name, one) for one in offsets)


def _had(name: str, offset: timedelta) -> bool:
    # Local mean time, from before there were zones, is often rounded; nobody else has odd seconds.
    if offset % _MINUTE:
        return True
    return any(abs(offset - one) < _MINUTE for one in _offsets_in_history(name))


@cache
def _offsets_in_history(name: str) -> frozenset[timedelta]:
    """Return all the offsets that a zone ever had for more than a week."""
    zone, count = load_zone(name), (LAST - _HISTORY) // _WEEK
    begin = _HISTORY.replace(tzinfo=UTC)
    offsets = ((begin + week * _WEEK).astimezone(zone).utcoffset() for week in range(count))
    return frozenset(one or _ZERO for one in offsets)


@lru_cache(maxsize=256)
def _named_offset(tzid: str) -> ZoneRules | None:
    """Return the one offset for ever that a name such as `UTC+01` means; None for other names."""
    match = _OFFSET_NAME.fullmatch(tzid)
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > _FURTHEST:
        return None
    return ZoneRules(offset if sign == "+" else -offset)


def _match(
    rules: ZoneRules, life: Life, preferred: tuple[str, ...]
) -> tuple[str | None, Days | None]:
    """Return the zone that has the same rules, and the days for which alone that is so."""
    years = datetime(life.first.year, 1, 1), datetime(life.last.year + 2, 1, 1)  # noqa: DTZ001
    found = _find_zone(rules, *years, preferred)
    if found or not life.is_series:
        return found, None
    for first, last in _lesser_stretches(rules, life):
        if found := _find_zone(rules, first, last, preferred):
            is_all = (first, last) == (life.first, life.last)
            return found, None if is_all else _agreement(rules, found, life.first, last)
    return None, None


def _agreement(rules: ZoneRules, name: str, first: datetime, last: datetime) -> Days:
    """Return the days up to the last one on which a zone has the same rules."""
    differences = _differences(rules, name, first, last)
    return Days((differences[-1][1] if differences else first).date(), last.date())


def _lesser_stretches(rules: ZoneRules, life: Life) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches of a series in which agreement must do, the best first."""
    yield life.first, life.last
    if rules.known_until < life.last:  # a list of clock changes that ends
        if rules.known_until - rules.known_from >= _CYCLE and rules.known_until > life.first:
            yield rules.known_from, rules.known_until
    elif life.last - life.first > _LATE:  # today's rules for ever
        yield life.last - _LATE, life.last


@lru_cache(maxsize=256)
def _find_zone(
    rules: ZoneRules, first: datetime, last: datetime, preferred: tuple[str, ...]
) -> str | None:
    """Return the first zone that has the same offsets between two times, or None.

    Some zones change their clocks in the same nights at another hour, so a zone with the very same
    hours is looked for first.
    """
    places = (min(first + step * _SAMPLE_STEP, last) for step in range(_SAMPLES))
    samples = [(at.replace(tzinfo=UTC), rules.offset_at(at)) for at in places]
    for names in (preferred, _candidates(rules, first, last)):
        alike = [name for name in dict.fromkeys(names) if _is_alike(name, samples)]
        for tolerance in (_ZERO, _HARMLESS):
            for name in alike:
                if not _differences(rules, name, first, last, tolerance):
                    return name
    return None


def _candidates(rules: ZoneRules, first: datetime, last: datetime) -> Iterator[str]:
    """Yield names of zones, the better known ones first."""
    offset = rules.offset_at(first)
    if rules.offset_at(last) == offset and not any(first < at < last for at in rules.onsets):
        # One offset all the time: that, and no place, is what the file says.
        hours = offset // _HOUR
        yield f"Etc/GMT{-hours:+d}" if hours else "UTC"
    yield from WINDOWS_TO_OLSON.values()
    yield from _all_zones()


@cache
def _all_zones() -> tuple[str, ...]:
    """Return the places, and then the abbreviations."""
    return tuple(
        sorted(filter(_find_known, available_timezones()), key=lambda name: "/" not in name)
    )


def _is_alike(name: str, samples: Sequence[tuple[datetime, timedelta]]) -> bool:
    """Whether a few samples agree: a quick look, before all is compared."""
    zone = _find_known(name)
    return zone is not None and all(
        at.astimezone(zone).utcoffset() == offset for at, offset in samples
    )


def _differences(
    rules: ZoneRules,
    name: str,
    first: datetime,
    last: datetime,
    tolerance: timedelta = _HARMLESS,
) -> list[tuple[datetime, datetime]]:
    found = rules.differences(_rules_of(name), first, last)
    return [(begin, end) for begin, end in found if end - begin > tolerance]


@cache
def _rules_of(name: str) -> ZoneRules:
    """Return the rules of a zone of the database in the form of a VTIMEZONE's."""
    first, last = FIRST.replace(tzinfo=UTC), LAST.replace(tzinfo=UTC)
    changes = list(iter_changes(load_zone(name), first, last))
    begin = first.astimezone(load_zone(name)).utcoffset() or _ZERO
    return ZoneRules(
        begin,
        tuple(one.at.replace(tzinfo=None) for one in changes),
        tuple(one.after for one in changes),
    )


def _known_names(tzid: str, own: FileZone | None) -> Iterable[str]:
    path = tzid.split("/")
    tails = ("/".join(path[-count:]) for count in _NAME_PARTS if len(path) > count)
    known = (_OWN_NAMES.get(tzid), WINDOWS_TO_OLSON.get(tzid), own and own.place)
    return dict.fromkeys(name for name in (tzid, *known, *tails) if name)


@lru_cache(maxsize=2048)
def _find_known(name: str) -> ZoneInfo | None:
    # Its own cache, since `load_zone` keeps fewer zones than there are.
    try:
        return load_zone(name)
    except InvalidInputError:
        return None


def _name_counts(tzid: str, zone: str) -> Sentence:
    return Sentence(
        "The file's own rules for the time zone “{value}” contradict its name. The name counts; "
        "the event is taken in the time zone {zone}.",
        field="timezone",
        value=shown(tzid),
        zone=zone,
    )


def _rules_count(tzid: str, zone: str) -> Sentence:
    return Sentence(
        "The file's own rules for the time zone “{value}” contradict its name. The rules count; "
        "the event is taken in the time zone {zone}.",
        field="timezone",
        value=shown(tzid),
        zone=zone,
    )


def _agreed(tzid: str, zone: str, days: Days) -> Sentence:
    return Sentence(
        "The file's own rules for the time zone “{value}” are those of {zone} only for {days}; "
        "the whole series is taken in {zone}.",
        field="timezone",
        value=shown(tzid),
        zone=zone,
        days=days,
    )


def _no_name(tzid: str) -> InvalidInputError:
    return InvalidInputError(
        "The time zone “{value}” is unknown; use a name such as Europe/Vienna.",
        field="timezone",
        value=shown(tzid),
    )


def _no_zone(tzid: str) -> InvalidInputError:
    return InvalidInputError(
        "The file's own rules for the time zone “{value}” are those of no known zone, so no "
        "series can be kept in it; export the series in a time zone such as Europe/Vienna.",
        field="timezone",
        value=shown(tzid),
    )
