"""An occurrence's id in the calendar component: event, UTC start and version in one text."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.recurrence.exdates import find_stamp, format_stamp


@dataclass(frozen=True)
class EventKey:
    """An occurrence as it was drawn; `start` is its UTC start, `version` the event's."""

    event_id: int
    start: datetime
    version: int


def event_key(event_id: int, start: datetime, version: int | None = None) -> str:
    """Return the key; without a version, what the keys of all versions begin with."""
    return f"{event_id}@{format_stamp(start)}@{'' if version is None else version}"


def read_key(text: str) -> EventKey:
    """Read a key that a browser sent back; raise `ValueError` for anything else."""
    event_id, stamp, version = text.split("@")
    start = find_stamp(stamp)
    if start is None:
        raise ValueError(text)
    return EventKey(int(event_id), start, int(version))
