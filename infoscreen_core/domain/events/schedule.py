"""What is on at an instant, and in which order players get it.

These functions decide. SQL only fetches candidates (`db.queries.occurrences`); where it repeats a
rule for speed, it names the rule, and a test compares the two.
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
    """Something that may have to give way to something else."""

    @property
    def priority(self) -> int:
        """The higher, the nearer the front; see `Priority`."""


class Playable(Lasting, Prioritised, Protocol):
    """One occurrence of an event in a group."""

    @property
    def event_id(self) -> int:
        """Whose occurrence it is."""


PlayableT = TypeVar("PlayableT", bound=Playable)


def is_on(one: Lasting, moment: datetime) -> bool:
    """Whether it is under way at an instant, however long ago it started."""
    return one.start <= moment < one.end


def is_emergency(one: Prioritised) -> bool:
    """Whether it is alone on the screens while it lasts."""
    return one.priority >= Priority.EMERGENCY


def is_background(one: Prioritised) -> bool:
    """Whether it fills the time that others leave: it meets no other event, not even its like."""
    return one.priority <= Priority.BACKGROUND


def playing_order(one: Playable) -> tuple[int, datetime, int]:
    """Return the sort key of what is on at once: highest priority, then start, then event id."""
    return -one.priority, one.start, one.event_id


def calendar_order(one: Playable) -> tuple[datetime, tuple[int, datetime, int]]:
    """Return the sort key of a calendar: by start; what starts together in playing order."""
    return one.start, playing_order(one)


def on_screen(active: Iterable[PlayableT]) -> list[PlayableT]:
    """Return what a group's screens get, in order: its active items, or its emergencies alone."""
    ordered = sorted(active, key=playing_order)
    emergencies = [one for one in ordered if is_emergency(one)]
    return emergencies or ordered
