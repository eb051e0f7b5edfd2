"""Whether a group's TVs should be on: the basis of a power intent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from infoscreen_core.domain.schedule import ActiveItem, active_at


class DesiredPower(StrEnum):
    """What the TV should do."""

    ON = "on"
    OFF = "off"


class PowerReason(StrEnum):
    """Why the TV should do it."""

    ACTIVE_EVENT = "active_event"
    NO_ACTIVE_EVENT = "no_active_event"
    OPERATOR_OVERRIDE = "operator_override"


class Window(NamedTuple):
    """A stretch of time between two aware instants, the end exclusive."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerBasis:
    """What a power intent says, identity and times of issue apart.

    `window` is the stretch around now in which something is always active; None, and no events, while off.
    """

    desired_state: DesiredPower
    reason: PowerReason
    active_event_ids: tuple[int, ...] = ()
    window: Window | None = None

    @property
    def fingerprint(self) -> str:
        """Text that changes exactly when `intent_id` must change: with desired state or reason."""
        return f"{self.desired_state}:{self.reason}"


def merge_windows(windows: Iterable[Window]) -> list[Window]:
    """Return the stretches that the windows cover, in order; windows that touch or overlap become one."""
    merged: list[Window] = []
    for window in sorted(windows):
        if merged and window.start <= merged[-1].end:
            merged[-1] = Window(merged[-1].start, max(merged[-1].end, window.end))
        else:
            merged.append(window)
    return merged


def intent_basis(items: Iterable[ActiveItem], now: datetime) -> PowerBasis:
    """Return what the occurrences of one group, coming ones too, ask of its TVs now."""
    known = list(items)
    active = active_at(known, now)
    if not active:
        return PowerBasis(desired_state=DesiredPower.OFF, reason=PowerReason.NO_ACTIVE_EVENT)
    merged = merge_windows(Window(item.start, item.end) for item in known)
    return PowerBasis(
        desired_state=DesiredPower.ON,
        reason=PowerReason.ACTIVE_EVENT,
        active_event_ids=tuple(dict.fromkeys(item.event_id for item in active)),
        window=next(window for window in merged if window.start <= now < window.end),
    )


def intent_expires_at(
    issued_at: datetime, *, poll_interval: timedelta, multiplier: int, min_expiry: timedelta
) -> datetime:
    """Return when an intent that is not renewed loses its force: some polls later, `min_expiry` at least."""
    return issued_at + max(multiplier * poll_interval, min_expiry)
