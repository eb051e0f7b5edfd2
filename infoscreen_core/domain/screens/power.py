"""Whether a group's TVs should be on: the basis of a power intent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple, Protocol

from infoscreen_core.domain.events.schedule import Lasting, Playable, is_on, on_screen

MIN_OVERRIDE: Final = timedelta(seconds=10)
MAX_OVERRIDE: Final = timedelta(days=7)
"""The longest an operator may hold a TV on or off; then the plan is in force again."""


class DesiredPower(StrEnum):
    """What the TV should do."""

    ON = "on"
    OFF = "off"


class PowerReason(StrEnum):
    """Why the TV should do it."""

    ACTIVE_EVENT = "active_event"
    NO_ACTIVE_EVENT = "no_active_event"
    OPERATOR_OVERRIDE = "operator_override"


class Demand(Protocol):
    """What a TV is asked to do, and why."""

    @property
    def desired_state(self) -> DesiredPower:
        """What it should do."""

    @property
    def reason(self) -> PowerReason:
        """Why."""


class TimedOverride(Protocol):
    """An operator's order for one TV."""

    @property
    def expires_at(self) -> datetime:
        """When the plan is in force again."""


class Window(NamedTuple):
    """A stretch of time between two aware instants, the end exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerBasis:
    """What a power intent says, apart from its identity and times.

    `window` is the stretch around now in which something is always active. While off, it is None
    and there are no events.
    """

    desired_state: DesiredPower
    reason: PowerReason
    active_event_ids: tuple[int, ...] = ()
    window: Window | None = None


OFF_BASIS: Final = PowerBasis(desired_state=DesiredPower.OFF, reason=PowerReason.NO_ACTIVE_EVENT)
"""What a group without an active event asks for."""


def window_of(item: Lasting) -> Window:
    """Return the stretch of time in which something takes place."""
    return Window(item.start, item.end)


def merge_windows(windows: Iterable[Window]) -> list[Window]:
    """Return the stretches that the windows cover, in order; windows that touch are joined."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return merged


def grown(window: Window, others: Iterable[Window]) -> Window:
    """Return the window joined with all that touch or overlap it, directly or via each other."""
    merged = merge_windows([window, *others])
    return next(one for one in merged if one.start <= window.start <= one.end)


def intent_basis(
    items: Iterable[Playable], now: datetime, *, stretches: Iterable[Window] = ()
) -> PowerBasis:
    """Return what the occurrences of one group ask of its TVs now.

    The window extends over what is past or to come: other `items`, or mere `stretches` of time.
    """
    known = list(items)
    active = on_screen(item for item in known if is_on(item, now))
    if not active:
        return OFF_BASIS
    return PowerBasis(
        desired_state=DesiredPower.ON,
        reason=PowerReason.ACTIVE_EVENT,
        active_event_ids=tuple(dict.fromkeys(item.event_id for item in active)),
        window=grown(window_of(active[0]), [*map(window_of, known), *stretches]),
    )


def is_same_intent(one: Demand, other: Demand) -> bool:
    """Whether two demands share an `intent_id`: it changes only with desired state or reason."""
    return (one.desired_state, one.reason) == (other.desired_state, other.reason)


def is_in_force(order: TimedOverride, now: datetime) -> bool:
    """Whether an operator's order still applies: it ends at `expires_at`."""
    return order.expires_at > now


def override_basis(desired_state: DesiredPower) -> PowerBasis:
    """Return what an operator's order asks of one TV, whatever plays."""
    return PowerBasis(desired_state=desired_state, reason=PowerReason.OPERATOR_OVERRIDE)


def intent_expires_at(
    issued_at: datetime, *, poll_interval: timedelta, multiplier: int, min_expiry: timedelta
) -> datetime:
    """Return when an unrenewed intent expires: `multiplier` polls later, `min_expiry` at least."""
    return issued_at + max(multiplier * poll_interval, min_expiry)
