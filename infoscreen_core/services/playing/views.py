"""What readers get of what plays: the items of each group, and why a group shows what it shows."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.explanation import Reason
from infoscreen_core.services.events.views import OccurrenceView


@dataclass(frozen=True, slots=True)
class PlayingItem:
    """One occurrence, briefly; `start` and `end` are UTC."""

    event_id: int
    start: datetime
    end: datetime
    title: str
    event_type: EventType
    priority: int


@dataclass(frozen=True, slots=True)
class PlayingNow:
    """What a group plays (the first of `current` leads), until when, and what starts next."""

    current: tuple[PlayingItem, ...] = ()
    next: PlayingItem | None = None

    @property
    def until(self) -> datetime | None:
        """When what leads now is over; None while nothing plays."""
        return self.current[0].end if self.current else None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the screens of a group get at an instant, and why; the weightiest reason first."""

    group_id: int
    group_name: str
    at: datetime
    is_now: bool
    on_screen: tuple[OccurrenceView, ...]
    """The list that players get, in their order: the first leads."""
    reasons: tuple[Reason, ...]
    event_id: int | None = None
    """The event that was asked about; None: whatever there is."""

    @property
    def is_shown(self) -> bool:
        """Whether the event asked about (else anything) is on the list."""
        return any(self.event_id in {None, one.event_id} for one in self.on_screen)
