"""Dates, times and durations as people write them on the command line."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from infoscreen_core.domain.text.local_time import localize, to_local
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.dates import describe_wrong_date, read_date

_ISO_PREFIX = re.compile(r"(?i)^P?T?(?=\d)")
_PIECE = re.compile(r"(\d{1,9})([wdhms])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


def read_local(text: str, zone: ZoneInfo, *, field: str) -> datetime:
    """Return the naive wall time in `zone`; the text may also be an instant (`Z` or an offset)."""
    moment = _read(text, field)
    try:
        return to_local(moment, zone) if moment.tzinfo else moment
    except OverflowError:
        raise _not_a_moment(text, field) from None


def read_instant(text: str, zone: ZoneInfo, *, field: str) -> datetime:
    """Return the aware UTC instant; a text without `Z` or an offset is wall time in `zone`."""
    try:
        return localize(read_local(text, zone, field=field), zone)
    except OverflowError:
        raise _not_a_moment(text, field) from None


def read_day(text: str, *, field: str) -> date:
    """Return the day, written as in holiday files; raise `InvalidInputError` on `field`."""
    day = read_date(text)
    if day is None:
        wrong = describe_wrong_date(text)
        raise InvalidInputError(wrong.template, field=field, **wrong.params)
    return day


def find_date(text: str) -> date | None:
    """Return the date that a text names, or None for anything else, such as date and time."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_duration(text: str) -> timedelta:
    """Return the duration that a text such as `50m`, `1h30m`, `2d` or `PT50M` names.

    Raises `InvalidInputError` on `duration` for anything else.
    """
    body = _ISO_PREFIX.sub("", text.strip()).lower().replace("t", "")
    pieces = _PIECE.findall(body)
    try:
        length = sum(
            (timedelta(**{_UNITS[unit]: int(number)}) for number, unit in pieces), timedelta()
        )
    except OverflowError:
        length = timedelta()
    if "".join(number + unit for number, unit in pieces) != body or not length:
        raise InvalidInputError(
            "The duration “{value}” is not valid; write it as 50m, 1h30m or 2d.",
            field="duration",
            value=shown(text),
        )
    return length


def _read(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip()).replace(microsecond=0)
    except ValueError:
        raise _not_a_moment(text, field) from None


def _not_a_moment(text: str, field: str) -> InvalidInputError:
    return InvalidInputError(
        "{name} “{value}” is no date and time; write it as 2026-09-07T08:00, or with an offset "
        "as in 2026-09-07T06:00Z.",
        field=field,
        name=field,
        value=shown(text),
    )
