"""Which log lines are asked for, and where a list of them goes on."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.asked import check_span, check_text

ALL_LEVELS: Final = frozenset(LogLevel)
_PLACE: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Lines from `start` on; whatever is None or empty narrows nothing.

    Raises `InvalidInputError` for a span without length and a text that is too long.
    """

    start: datetime
    end: datetime | None = None
    """No longer in it. None: lines that are still to come, too."""
    levels: frozenset[LogLevel] = ALL_LEVELS
    client_uuids: frozenset[str] | None = None
    """Only of these players."""
    text: str = ""
    """Part of the message, whatever its case."""
    family_id: int | None = None

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        check_text(self.text)

    @property
    def has_all_levels(self) -> bool:
        """Whether lines of any level are asked for."""
        return self.levels == ALL_LEVELS


@dataclass(frozen=True, slots=True, order=True)
class LinePlace:
    """Where a line stands among all: by its time, then by its number."""

    at: datetime
    line_id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.line_id}"


def read_place(text: str) -> LinePlace | None:
    """Return the place that `str(place)` wrote; None for any other text."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    try:
        return LinePlace(_EPOCH + int(found[1]) * _MICROSECOND, int(found[2]))
    except OverflowError:
        return None
