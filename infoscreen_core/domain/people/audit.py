"""Which entries of the audit trail are asked for, and where a list of them goes on."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from infoscreen_core.domain.text.asked import check_span, check_text

PERSONAL: Final = frozenset({"user", "saved_view", "api_token", "second_factor", "user_session"})
"""What entries are about that concern the person who acted, and nobody else."""
_PLACE: Final = re.compile(r"([0-9]{1,16})-([0-9]{1,18})")
_MICROSECOND: Final = timedelta(microseconds=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Entries of a span; whatever is None or empty narrows nothing.

    Raises `InvalidInputError` for a span without length and a text that is too long.
    """

    start: datetime | None = None
    end: datetime | None = None
    """No longer in it."""
    actor: str | None = None
    """Who did it: a user's name, `cli`, `system`."""
    action: str | None = None
    entity: str | None = None
    entity_id: str | None = None
    """Means something with an entity only."""
    source: str | None = None
    """Where from: an address, `cli`, a worker's name."""
    text: str = ""
    """Part of a name or of a value before or after, whatever its case."""
    hidden_users: frozenset[int] = frozenset()
    """Entries about these people are left out."""

    def __post_init__(self) -> None:
        check_text(self.text)
        if self.start is not None:
            check_span(self.start, self.end)


@dataclass(frozen=True, slots=True, order=True)
class AuditPlace:
    """Where an entry stands among all: by its time, then by its number."""

    at: datetime
    entry_id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.entry_id}"


def read_place(text: str) -> AuditPlace | None:
    """Return the place that `str(place)` wrote; None for any other text."""
    found = _PLACE.fullmatch(text)
    return found and AuditPlace(_EPOCH + int(found[1]) * _MICROSECOND, int(found[2]))


def holds_text(values: Mapping[str, Any] | None, wanted: str) -> bool:
    """Whether a folded text is part of a value; the names of fields do not count."""
    return any(wanted in text.casefold() for text in _texts(values))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
