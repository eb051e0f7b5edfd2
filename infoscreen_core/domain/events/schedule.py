"""What is on at an instant, and in which order players get it.

These functions decide. SQL only brings what may be on (`db.queries.occurrences`); where it repeats
a rule for speed, it names it, and a test compares both.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar

from infoscreen_core.domain.events.event import Priority


class Lasting(Protocol):
    """Something that lasts from `start` to just before `end`, both aware instants."""

    @property
    def start(self) -> datetime: ...  # noqa: D102 - said above
    @property
    def end(self) -> datetime: ...  # noqa: D102 - said above


class Prioritised(Protocol):
    """Something that may have to stand back for something else."""

    @property
    def priority(self) -> int:
        """The higher, the further in front; see `Priority`."""


class Playable(Lasting, Prioritised, Protocol):
    """One occurrence of an event in a group."""

    @property
    def event_id(self) -> int:
        """Whose occurrence it is."""


PlayableT = TypeVar("PlayableT", bound=Playable)


def is_on(one: Lasting, moment: datetime) -> bool:
    """Whether it takes place at an instant, however long ago it started."""
    return one.start <= moment < one.end


def is_emergency(one: Prioritised) -> bool:
    """Whether it is alone on the screens while it lasts."""
    return one.priority >= Priority.EMERGENCY


def playing_order(one: Playable) -> tuple[int, datetime, int]:
    """Return the key that sorts what is on at once: the highest priority, then start, then event id."""
    return -one.priority, one.start, one.event_id


def calendar_order(one: Playable) -> tuple[datetime, tuple[int, datetime, int]]:
    """Return the key that sorts what follows one another: by start, what begins at once as it plays."""
    return one.start, playing_order(one)


def on_screen(active: Iterable[PlayableT]) -> list[PlayableT]:
    """Return what of a group's active items its screens get, in order: beside an emergency, nothing else."""
    ordered = sorted(active, key=playing_order)
    emergencies = [one for one in ordered if is_emergency(one)]
    return emergencies or ordered
