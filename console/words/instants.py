"""Instants as they stand in addresses: in UTC and whole seconds."""

from datetime import UTC, datetime
from typing import Final

_FORMAT: Final = "%Y%m%dT%H%M%SZ"


def write_instant(at: datetime) -> str:
    """Return an instant as it stands in an address."""
    return at.astimezone(UTC).strftime(_FORMAT)


def read_instant(text: str | None) -> datetime | None:
    """Return the instant that an address names; None for anything else."""
    try:
        return datetime.strptime(text or "", _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
