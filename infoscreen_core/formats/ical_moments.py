"""Dates and times of calendar files, as our events hold them.

A time is in UTC (a final Z), in a zone (TZID, see `ical_zones`), or in neither: then it is meant in
the zone that its calendar names (X-WR-TIMEZONE), else in the installation's. A time in UTC that has
a TZID as well, which is not allowed, is that instant by the clock of the zone.

Programs also write the midnight after a day as 24:00, and a leap second as 60.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self, TypeVar, cast

from icalendar.prop import vDuration

from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_components import Property
from infoscreen_core.formats.ical_zones import Life, ZoneFinder

_DATE: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_TIME: Final = re.compile(r"([0-9]{8})T([0-9]{2})([0-9]{2})([0-9]{2})(Z?)", re.IGNORECASE)
_MIDNIGHT_AFTER: Final = ("24", "00", "00")
_LEAP_SECOND: Final = 60
_DAY: Final = timedelta(days=1)
_YEARS: Final = range(1000, 9000)

Day = TypeVar("Day", bound=date)


@dataclass(frozen=True)
class Moment:
    """A date (`zone` is None), or a naive wall time in a zone; `is_utc` if written in UTC.

    `day` is the day that it means where a day is asked for, and `notes` say what is odd about it.
    """

    value: date
    zone: str | None
    is_utc: bool = False
    day: date = date.min
    notes: tuple[Sentence, ...] = ()

    @property
    def is_date(self) -> bool:
        """Whether it is a whole day."""
        return self.zone is None

    @property
    def wall(self) -> datetime:
        """The naive wall time; midnight of a date."""
        return (
            self.value
            if isinstance(self.value, datetime)
            else datetime.combine(self.value, datetime.min.time())
        )

    @property
    def instant(self) -> datetime:
        """The aware instant of a time; meaningless for a date."""
        return localize(self.wall, load_zone(self.zone or "UTC"))

    @property
    def pointer(self) -> date:
        """The aware instant, or the date, by which it points to an occurrence."""
        return self.value if self.is_date else self.instant

    def in_zone(self, zone: str) -> Self:
        """Return the same instant on the clock of another zone; a date is returned unchanged."""
        if self.zone in {None, zone}:
            return self
        return replace(self, value=to_local(self.instant, load_zone(zone)), zone=zone, is_utc=False)


@dataclass(frozen=True)
class MomentReader:
    """A reader for one event: it knows the names of zones, and the life of a series.

    `own_zone` is what the calendar says of times without a zone; it may be empty.
    """

    finder: ZoneFinder
    own_zone: str = ""
    life: Life | None = None

    @property
    def default_zone(self) -> str:
        """The installation's zone."""
        return self.finder.default_zone

    def read(self, given: Property, *, field: str, is_date_kept: bool = True) -> Moment:
        """Return a date or time; raise `InvalidInputError` on `field`, or on `timezone`.

        What is called a date and has a time (VALUE=DATE) is a time; if `is_date_kept`, it stays a
        date at midnight.
        """
        text = given.value.strip()
        moment = _read(text, field)
        if not isinstance(moment, datetime) or not _is_called_date(given):
            return self._any(moment, _tzid_of(given))
        if is_date_kept and _is_floating_midnight(moment):
            return self._any(moment.date(), "")
        found = self._any(moment, _tzid_of(given))
        return replace(found, notes=(*found.notes, _time_note(text)))

    def read_pointer(self, given: Property, value: str | None = None, *, field: str) -> Moment:
        """Return the date or time that points to an occurrence, such as RECURRENCE-ID.

        Its date is enough where no more can be known: in a zone that nobody knows, or by the clock
        of the series, if it is called a date.
        """
        text = given.value.strip() if value is None else value
        moment = _read(text, field)
        if not isinstance(moment, datetime) or moment.tzinfo is not None:
            return self._any(moment, _tzid_of(given))
        day, tzid = moment.date(), _tzid_of(given)
        if _is_called_date(given):
            return Moment(day, None, day=day)
        if tzid and not self.finder.knows(tzid):
            return Moment(day, None, day=day, notes=(_date_note(tzid, field),))
        return self._any(moment, tzid)

    def read_list(self, given: Property, *, field: str) -> Iterator[Moment]:
        """Yield the dates or times of a list such as EXDATE."""
        for piece in given.value.split(","):
            if piece.strip():
                yield self.read_pointer(given, piece.strip(), field=field)

    def _any(self, moment: date, tzid: str) -> Moment:
        if not isinstance(moment, datetime):
            return Moment(moment, None, day=moment)
        if moment.tzinfo is not None:
            return self._in_utc(moment, tzid)
        return self._local(moment, tzid) if tzid else self._floating(moment)

    def _in_utc(self, instant: datetime, tzid: str) -> Moment:
        wall = instant.replace(tzinfo=None)
        # Programs that know no dates write midnight in UTC for a date, or else midnight by their
        # own clock.
        is_written_date = wall.time() == datetime.min.time()
        local = wall if is_written_date else to_local(instant, load_zone(self.default_zone))
        found = Moment(wall, "UTC", is_utc=True, day=local.date())
        if not self.finder.knows(tzid):
            return found
        choice = self.finder.find(tzid, self._life_at(wall))
        return replace(found.in_zone(choice.zone or self.default_zone), notes=choice.notes)

    def _local(self, wall: datetime, tzid: str) -> Moment:
        choice = self.finder.find(tzid, self._life_at(wall))
        zone = choice.zone or self.default_zone
        local = wall
        if choice.rules is not None and self.life is None:
            local = to_local(choice.rules.localize(wall), load_zone(zone))
        return Moment(local, zone, day=wall.date(), notes=choice.notes)

    def _floating(self, wall: datetime) -> Moment:
        if not self.own_zone or self.finder.knows(self.own_zone):
            return self._local(wall, self.own_zone or self.default_zone)
        note = Sentence(
            "The calendar names the time zone “{value}”, which is unknown; times without a zone "
            "are taken in {zone}.",
            field="timezone",
            value=shown(self.own_zone),
            zone=self.default_zone,
        )
        return replace(self._local(wall, self.default_zone), notes=(note,))

    def _life_at(self, wall: datetime) -> Life:
        return self.life or Life(wall, wall)


def find_wall(given: Property) -> datetime | None:
    """Return the naive time of a property by whatever clock, midnight of a date, or None."""
    try:
        moment = _read(given.value.strip(), "start")
    except InvalidInputError:
        return None
    if isinstance(moment, datetime):
        return moment.replace(tzinfo=None)
    return datetime.combine(moment, datetime.min.time())


def read_duration(text: str) -> timedelta:
    """Return the length of a DURATION; raise `InvalidInputError` on `end` if it is malformed."""
    try:
        return cast("timedelta", vDuration.from_ical(text))  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        raise InvalidInputError(
            "The duration “{value}” is not valid; it is written as in PT50M or P1D.",
            field="end",
            value=shown(text),
        ) from None


def read_instant(text: str) -> datetime | None:
    """Return the instant of a property such as LAST-MODIFIED, or None if it is malformed."""
    try:
        moment = _read_time(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read(text: str, field: str) -> date:
    """Return a date, or a time that is aware if it is in UTC."""
    try:
        return _checked_year(_read_date(text) if _DATE.fullmatch(text) else _read_time(text))
    except ValueError:
        raise _no_moment(text, field) from None


def _tzid_of(given: Property) -> str:
    return given.params.get("TZID", "").strip().strip('"').strip()


def _is_called_date(given: Property) -> bool:
    return given.params.get("VALUE", "").upper() == "DATE"


def _is_floating_midnight(moment: datetime) -> bool:
    """Whether the time says no more than the date."""
    return moment.tzinfo is None and moment.time() == datetime.min.time()


def _time_note(text: str) -> Sentence:
    return Sentence(
        "The file calls “{value}” a date (VALUE=DATE), but gives a time; the time counts.",
        value=shown(text),
    )


def _date_note(tzid: str, field: str) -> Sentence:
    return Sentence(
        "The time zone “{value}” of a date of the series is unknown; the date counts as written.",
        field=field,
        value=shown(tzid),
    )


def _read_time(text: str) -> datetime:
    match = _TIME.fullmatch(text)
    if match is None:
        raise ValueError
    day, *clock, mark = match.groups()
    begin = datetime.combine(_read_date(day), datetime.min.time(), UTC if mark else None)
    if tuple(clock) == _MIDNIGHT_AFTER:
        return _checked_year(begin) + _DAY
    hour, minute, second = map(int, clock)
    return begin.replace(hour=hour, minute=minute, second=second - (second == _LEAP_SECOND))


def _read_date(text: str) -> date:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError
    return date(*map(int, match.groups()))


def _checked_year(moment: Day) -> Day:
    # Near the ends of the calendar, a change of zone would overflow. Which years an event may have
    # is checked later.
    if moment.year not in _YEARS:
        raise ValueError
    return moment


def _no_moment(text: str, field: str) -> InvalidInputError:
    return InvalidInputError(
        "{name} “{value}” is no date and time; it is written as in 20260907T080000.",
        field=field,
        name=field,
        value=shown(text),
    )
