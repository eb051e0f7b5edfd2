"""What readers get of what plays: the items of each group, and why a group shows what it shows."""

from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.events.emergency import is_until_ended
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.events.explanation import Reason
from infoscreen_core.domain.monitoring.showing import Shown
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


@dataclass(frozen=True, slots=True)
class WatchedScreen:
    """A screen that should show an emergency, and whether it is known to."""

    uuid: str
    name: str
    group_name: str
    shown: Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyView:
    """An emergency that is on now: in each of its groups an event, raised or planned as one."""

    title: str
    text: str
    """What the message says; empty when it is no message."""
    look: Severity
    start: datetime
    end: datetime
    is_series: bool
    """Whether this is one date of a series."""
    event_ids: tuple[int, ...]
    group_names: tuple[str, ...]
    screens: tuple[WatchedScreen, ...]
    """Those in service, by group and name."""

    @property
    def is_until_ended(self) -> bool:
        """Whether it lasts until somebody ends it."""
        return is_until_ended(self.start, self.end)

    @property
    def confirmed(self) -> tuple[WatchedScreen, ...]:
        """The screens that are known to show it."""
        return tuple(screen for screen in self.screens if screen.shown.is_confirmed)

    @property
    def unconfirmed(self) -> tuple[WatchedScreen, ...]:
        """The other screens."""
        return tuple(screen for screen in self.screens if not screen.shown.is_confirmed)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What an emergency would take off a group's screens."""

    group_name: str
    title: str
    end: datetime
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class EmergencyReach:
    """Whom an emergency would reach, and what it would interrupt there now."""

    groups: int
    screens: int
    """Those in service."""
    offline: int
    """How many of them are offline now."""
    interrupted: tuple[Interrupted, ...]
