"""Exception dates as text: the starts of skipped occurrences in UTC.

Each is written as `yyyyMMddTHHmmssZ`; commas separate several.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

_STAMP: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")


def parse_exdates(text: str) -> frozenset[datetime]:
    """Read exception dates; empty text means none.

    Raises `InvalidInputError` on `recurrence_exception`. Only exact instants are read: a mere date
    would match no occurrence, and be ignored without a word.
    """
    pieces = text.split(",") if text.strip() else []
    return frozenset(_read_exdate(piece.strip()) for piece in pieces)


def format_exdates(exdates: Iterable[datetime]) -> str:
    """Return aware instants as sorted text, which `parse_exdates` reads."""
    return ",".join(format_stamp(instant) for instant in sorted(exdates))


def find_stamp(text: str) -> datetime | None:
    """Return the instant that text of the form `yyyyMMddTHHmmssZ` names, or None for other text."""
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(number) for number in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:  # well formed, but not in the calendar
        return None


def format_stamp(instant: datetime) -> str:
    """Return an aware instant as `yyyyMMddTHHmmssZ`; microseconds are cut off."""
    # isoformat, since strftime does not pad years on every platform
    text = instant.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()
    return f"{text.replace('-', '').replace(':', '')}Z"


def _read_exdate(piece: str) -> datetime:
    instant = find_stamp(piece)
    if instant is None:
        raise InvalidInputError(
            "The exception date “{value}” is not valid; write the start of the occurrence in UTC, "
            "as in "
            "20260907T060000Z, and separate several by commas.",
            field="recurrence_exception",
            value=shown(piece),
        )
    return instant
