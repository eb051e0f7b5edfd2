"""What a simulated player means to do later, and what it wants done on the network now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from workers.simulator.media.files import WantedFile


@dataclass(frozen=True)
class Publish:
    """Send a message."""

    topic: str
    payload: bytes
    qos: int
    retain: bool = False


@dataclass(frozen=True)
class Subscribe:
    """Subscribe to a topic."""

    topic_filter: str
    qos: int = 1


@dataclass(frozen=True)
class Unsubscribe:
    """Unsubscribe from a topic."""

    topic_filter: str


@dataclass(frozen=True)
class GoOffline:
    """Leave the network: the machine goes down."""


@dataclass(frozen=True)
class GoOnline:
    """Join the network: the machine is up."""


@dataclass(frozen=True)
class Fetch:
    """Have a media file fetched; what came of it is told to the player."""

    file: WantedFile


Effect = Fetch | Publish | Subscribe | Unsubscribe | GoOffline | GoOnline

Deed = Callable[[datetime], None]


@dataclass
class Agenda:
    """Deeds by key and due time; putting a key again moves it."""

    _deeds: dict[str, tuple[datetime, Deed]] = field(default_factory=dict)

    @property
    def next_at(self) -> datetime | None:
        """When the next deed is due; None when nothing is planned."""
        return min((at for at, _ in self._deeds.values()), default=None)

    def put(self, key: str, at: datetime, deed: Deed) -> None:
        """Plan `deed`, which is called with the time at which it is done."""
        self._deeds[key] = (at, deed)

    def has(self, key: str) -> bool:
        """Whether something is planned under this key."""
        return key in self._deeds

    def shift(self, step: timedelta) -> None:
        """Move everything, since the clock was set by `step`."""
        self._deeds = {key: (at + step, deed) for key, (at, deed) in self._deeds.items()}

    def cancel(self, *keys: str) -> None:
        """Forget these; unknown keys are fine."""
        for key in keys:
            self._deeds.pop(key, None)

    def clear(self) -> None:
        """Forget everything."""
        self._deeds.clear()

    def run_due(self, now: datetime) -> None:
        """Do what is due, the earliest first; deeds may plan others."""
        while True:
            due = [(at, key) for key, (at, _) in self._deeds.items() if at <= now]
            if not due:
                return
            _, deed = self._deeds.pop(min(due)[1])
            deed(now)
