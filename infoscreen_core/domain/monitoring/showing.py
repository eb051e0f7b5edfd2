"""Whether a screen is known to show what it should, by its own report or by its picture."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from infoscreen_core.domain.monitoring.liveness import is_alive
from infoscreen_core.domain.screens.player import ObservedPower, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth


class Showing(StrEnum):
    """What is known about a screen and the event that it should show."""

    REPORTED = "reported"
    """The player says that it shows it."""
    PICTURED = "pictured"
    """A picture was taken when it came onto the screen, and nothing since says otherwise."""
    NOT_YET = "not_yet"
    """The player has not said anything since the event began."""
    BEHIND = "behind"
    """The player says that it shows something else, or nothing."""
    BROKEN = "broken"
    """Its display process crashed, or its picture is black."""
    TV_OFF = "tv_off"
    """Whatever the player does, the TV is off."""
    OFFLINE = "offline"


CONFIRMED: Final = frozenset({Showing.REPORTED, Showing.PICTURED})


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowingFacts:
    """What is known of one active player and its TV; instants are receive times."""

    last_alive: datetime | None
    health_at: datetime | None
    """When the player said last what it shows."""
    current_event_id: int | None
    process_status: ProcessStatus | None
    screen_health: ScreenHealth
    power_state: ObservedPower
    is_held_off: bool
    """Whether an operator holds the TV off."""
    pictured_at: datetime | None
    """When the picture came that was taken as the event came onto the screen."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A verdict, and the instant that it stems from, if there is one."""

    state: Showing
    at: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether people in front of the screen see it, as far as we can know."""
        return self.state in CONFIRMED


def judge_showing(
    facts: ShowingFacts, *, event_id: int, began: datetime, now: datetime, grace: timedelta
) -> Shown:
    """Return whether the screen shows the event that began then; the first rule that holds wins.

    Only what was said since the beginning counts, and the newer of report and picture.
    """
    if not is_alive(is_active=True, last_alive=facts.last_alive, now=now, grace=grace):
        return Shown(Showing.OFFLINE, facts.last_alive)
    if facts.is_held_off or facts.power_state is ObservedPower.OFF:
        return Shown(Showing.TV_OFF)
    if facts.process_status is ProcessStatus.CRASHED or facts.screen_health is ScreenHealth.BLACK:
        return Shown(Showing.BROKEN)
    return _said(facts, event_id, began)


def _said(facts: ShowingFacts, event_id: int, began: datetime) -> Shown:
    reported_at = facts.health_at if facts.health_at and facts.health_at >= began else None
    if reported_at and facts.current_event_id == event_id:
        return Shown(Showing.REPORTED, reported_at)
    if facts.pictured_at and (reported_at is None or facts.pictured_at >= reported_at):
        return Shown(Showing.PICTURED, facts.pictured_at)
    if reported_at:
        return Shown(Showing.BEHIND, reported_at)
    return Shown(Showing.NOT_YET, facts.health_at)
