"""What is active at an instant, and when that changes next."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from infoscreen_core.domain.events.event import Priority


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveItem:
    """One occurrence of an event in a group; `start` and `end` are aware instants, the end is exclusive."""

    event_id: int
    group_id: int
    start: datetime
    end: datetime
    priority: int = 0

    def is_active(self, now: datetime) -> bool:
        """Say whether the occurrence takes place now, however long ago it started."""
        return self.start <= now < self.end


def active_at(items: Iterable[ActiveItem], now: datetime) -> list[ActiveItem]:
    """Return what is active: the highest priority first, then by start, then by event id."""
    active = [item for item in items if item.is_active(now)]
    return sorted(active, key=lambda item: (-item.priority, item.start, item.event_id))


class Prioritised(Protocol):
    """Anything that may be on a screen."""

    @property
    def priority(self) -> int:
        """The higher, the further in front."""


PrioritisedT = TypeVar("PrioritisedT", bound=Prioritised)


def on_screen(active: Sequence[PrioritisedT]) -> list[PrioritisedT]:
    """Return what of a group's active items its screens get: beside an emergency, nothing else."""
    emergencies = [item for item in active if item.priority >= Priority.EMERGENCY]
    return emergencies or list(active)


def next_boundary(items: Iterable[ActiveItem], now: datetime) -> datetime | None:
    """Return the next start or end after `now`, or None: until then, what is active stays the same."""
    boundaries = (moment for item in items for moment in (item.start, item.end))
    return min((moment for moment in boundaries if moment > now), default=None)


def published_fingerprint(documents: Sequence[Mapping[str, object]]) -> str:
    """Return a digest of a group's list (JSON values): equal lists, equal digests, whatever the key order."""
    text = json.dumps(documents, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()
