"""A roll-out as somebody types it, and what it means."""

from dataclasses import dataclass
from datetime import time

from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.rollout import (
    DEFAULT_AT_ONCE,
    DEFAULT_FAILED_PERCENT,
    DEFAULT_MANUAL_AT_MOST,
    DEFAULT_WAVES,
    Limits,
    Waves,
    read_waves,
)
from infoscreen_core.domain.commands.windows import DAY_MINUTES, LocalWindow
from infoscreen_core.domain.text.plain_text import said
from infoscreen_core.errors import InvalidInputError, Refusals
from infoscreen_core.services.commands.commands import clean_reason
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target

WAVES_TEXT = ", ".join(map(str, DEFAULT_WAVES))


@dataclass(frozen=True)
class RolloutOrder:
    """What was typed and chosen; kept as it is while it is confirmed or corrected."""

    action: Action = Action.REBOOT_HOST
    reason: str = ""
    waves: str = WAVES_TEXT
    is_repeated: bool = False
    at_once: int = DEFAULT_AT_ONCE
    window_from: time | None = None
    window_to: time | None = None
    skip_priority: bool = True
    first_group: int | None = None
    """The group whose screens come first, as a wave of their own."""
    failed_percent: int = DEFAULT_FAILED_PERCENT
    manual_at_most: int = DEFAULT_MANUAL_AT_MOST


def request_of(order: RolloutOrder, target: Target, zone: str) -> RolloutRequest:
    """Return what is asked for; raise for all fields that cannot be, together."""
    refusals = Refusals()
    with refusals:
        said(clean_reason(order.reason))
    waves, limits, window = Waves(), Limits(), None
    with refusals:
        waves = Waves(read_waves(order.waves), order.is_repeated)
    with refusals:
        limits = Limits(
            order.at_once,
            order.failed_percent,
            manual_at_most=order.manual_at_most,
        )
    with refusals:
        window = _window(order, zone)
    refusals.raise_any()
    return RolloutRequest(
        action=order.action,
        reason=order.reason,
        target=target,
        canary=None if order.first_group is None else Target(group_ids=(order.first_group,)),
        waves=waves,
        limits=limits,
        window=window,
        skip_priority=order.skip_priority,
    )


def _window(order: RolloutOrder, zone: str) -> LocalWindow | None:
    first, last = order.window_from, order.window_to
    if first is None and last is None:
        return None
    if first is None or last is None:
        raise InvalidInputError(
            "A window needs both its beginning and its end; leave both empty for any time.",
            field="window",
        )
    return LocalWindow(_minute(first), _minute(last) or DAY_MINUTES, zone)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
