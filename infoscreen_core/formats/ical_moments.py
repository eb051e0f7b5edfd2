"""Dates, times and zones of calendar files, as our events hold them.

A time is in UTC (a final Z), in a zone (TZID), or in neither, which means the installation's zone.
A TZID may be anything: an IANA name, a Windows name, a name that only the file's own VTIMEZONE
explains, or a path that ends in an IANA name. They are tried in this order, and the first that the
zone database knows counts. The rules inside a VTIMEZONE are not read: our events need a zone that
people can also choose.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Final, Self, TypeVar, cast

from icalendar.prop import vDate, vDatetime, vDuration
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_reader import Property

_DATE_LENGTH: Final = 8
_YEARS: Final = range(1000, 9000)
_OWN_NAMES: Final = {"tzone://Microsoft/Utc": "UTC"}
_NAME_PARTS: Final = (3, 2)
"""Some programs write a path before the IANA name, as in /example.org/20260101/Europe/Vienna."""

Day = TypeVar("Day", bound=date)


@dataclass(frozen=True)
class Moment:
    """A date (`zone` is None), or a naive wall time in a zone; `is_utc` if written in UTC."""

    value: date
    zone: str | None
    is_utc: bool = False

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

    def in_zone(self, zone: str) -> Self:
        """Return the same instant on the clock of another zone; a date is returned unchanged."""
        if self.zone in {None, zone}:
            return self
        return replace(self, value=to_local(self.instant, load_zone(zone)), zone=zone, is_utc=False)


@dataclass(frozen=True)
class MomentReader:
    """A reader that knows the zone of times without one, and the file's own names of zones."""

    default_zone: str
    zone_places: Mapping[str, str]

    def read(self, given: Property, value: str | None = None, *, field: str) -> Moment:
        """Return a date or time; raise `InvalidInputError` on `field`, or on `timezone`."""
        text = given.value.strip() if value is None else value
        try:
            if given.params.get("VALUE", "").upper() == "DATE" or len(text) == _DATE_LENGTH:
                return Moment(_checked_year(_read_date(text)), None)
            moment = _checked_year(_read_time(text))
        except ValueError:
            raise _no_moment(text, field) from None
        if moment.tzinfo is not None:
            return Moment(moment.replace(tzinfo=None), "UTC", is_utc=True)
        tzid = given.params.get("TZID", "").strip()
        return Moment(moment, self._zone(tzid) if tzid else self.default_zone)

    def read_list(self, given: Property, *, field: str) -> Iterator[Moment]:
        """Yield the dates or times of a list such as EXDATE."""
        for piece in given.value.split(","):
            if piece.strip():
                yield self.read(given, piece.strip(), field=field)

    def _zone(self, tzid: str) -> str:
        path = tzid.split("/")
        tails = ("/".join(path[-count:]) for count in _NAME_PARTS if len(path) > count)
        known = (_OWN_NAMES.get(tzid), WINDOWS_TO_OLSON.get(tzid), self.zone_places.get(tzid))
        for name in (tzid, *known, *tails):
            if name is not None and _is_zone(name):
                return name
        load_zone(tzid)  # raises the error for unknown zones
        return tzid


def read_duration(text: str) -> timedelta:
    """Return the length of a DURATION; raise `InvalidInputError` on `end` if it is malformed."""
    try:
        return cast("timedelta", vDuration.from_ical(text))  # type: ignore[no-untyped-call]
    except ValueError:
        raise InvalidInputError(
            'The duration "{value}" is not valid; it is written as in PT50M or P1D.',
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


def _read_time(text: str) -> datetime:
    return cast("datetime", vDatetime.from_ical(text))  # type: ignore[no-untyped-call]


def _read_date(text: str) -> date:
    return cast("date", vDate.from_ical(text))  # type: ignore[no-untyped-call]


def _checked_year(moment: Day) -> Day:
    # Near the ends of the calendar, a change of zone would overflow. Which years an event may have
    # is checked later.
    if moment.year not in _YEARS:
        raise ValueError
    return moment


def _is_zone(name: str) -> bool:
    try:
        load_zone(name)
    except InvalidInputError:
        return False
    return True


def _no_moment(text: str, field: str) -> InvalidInputError:
    return InvalidInputError(
        '{name} "{value}" is no date and time; it is written as in 20260907T080000.',
        field=field,
        name=field,
        value=shown(text),
    )
