"""When a screen's TV was meant to be off, by the record of what it was asked to do.

Its group's plan asks for it, and an operator may order it for one player, which wins over the plan
for as long as the order holds. Where nothing is asked, as before the record begins or while power
intents are not published, the TV is meant to be on.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from infoscreen_core.domain.monitoring.spans import Span, merged, without
from infoscreen_core.domain.screens.power import DesiredPower


@dataclass(frozen=True, slots=True)
class PowerChange:
    """What was asked from an instant on, until the next change."""

    at: datetime
    state: DesiredPower | None
    """None: nothing."""
    until: datetime | None = None
    """When it ends even without another change."""


def off_spans(
    of_group: Sequence[PowerChange], of_player: Sequence[PowerChange], window: Span
) -> list[Span]:
    """Return the time within a window in which a TV was meant to be off.

    The changes of its group and its own are each in order, the last one before the window among
    them.
    """
    orders = [one for one in _in_force(of_player, window) if one[1] is not None]
    ordered = merged(span for span, _state in orders)
    by_plan = (
        part
        for span, state in _in_force(of_group, window)
        if state is DesiredPower.OFF
        for part in without(span, ordered)
    )
    by_order = (span for span, state in orders if state is DesiredPower.OFF)
    return merged([*by_plan, *by_order])


def _in_force(
    changes: Sequence[PowerChange], window: Span
) -> Iterator[tuple[Span, DesiredPower | None]]:
    ends = [*(change.at for change in changes), window.end][1:]
    for change, end in zip(changes, ends, strict=True):
        until = end if change.until is None else min(end, change.until)
        span = Span(change.at, until).within(window)
        if span.start < span.end:
            yield span, change.state
