"""When a TV was meant to be off: by its group's plan, and by orders that win over it."""

from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.monitoring.tv_off import PowerChange, off_spans
from infoscreen_core.domain.screens.power import DesiredPower

START = datetime(2026, 10, 1, tzinfo=UTC)
DAY = Span(START, START + timedelta(hours=24))
ON, OFF, NOTHING = DesiredPower.ON, DesiredPower.OFF, None


def at(hour: float) -> datetime:
    return START + timedelta(hours=hour)


def asked(hour: float, state: DesiredPower | None, until: float | None = None) -> PowerChange:
    return PowerChange(at(hour), state, None if until is None else at(until))


@pytest.mark.parametrize(
    ("of_group", "of_player", "hours"),
    [
        pytest.param([], [], [], id="nothing is on record"),
        pytest.param([asked(-9, OFF)], [], [(0, 24)], id="off since before"),
        pytest.param([asked(-9, ON)], [], [], id="on since before"),
        pytest.param(
            [asked(-9, OFF), asked(6, ON), asked(18, OFF)],
            [],
            [(0, 6), (18, 24)],
            id="off at night",
        ),
        pytest.param([asked(3, OFF)], [], [(3, 24)], id="unknown before the record begins"),
        pytest.param(
            [asked(-9, OFF), asked(4, NOTHING)], [], [(0, 4)], id="intents are published no more"
        ),
        pytest.param([], [asked(2, OFF, 5)], [(2, 5)], id="an order without a plan"),
        pytest.param(
            [asked(-9, OFF)], [asked(2, ON, 5)], [(0, 2), (5, 24)], id="an order wins over the plan"
        ),
        pytest.param(
            [asked(-9, ON)],
            [asked(2, OFF, 9), asked(5, NOTHING)],
            [(2, 5)],
            id="an order that ended early",
        ),
        pytest.param(
            [asked(-9, OFF), asked(6, ON)],
            [asked(-9, OFF, 8), asked(4, OFF, 10), asked(7, ON, 12)],
            [(0, 7)],
            id="orders that replace one another",
        ),
        pytest.param([], [asked(-9, OFF, -1)], [], id="an order that was over before"),
        pytest.param([], [asked(20, OFF, 30)], [(20, 24)], id="an order that goes on"),
    ],
)
def test_a_tv_is_meant_to_be_off(
    of_group: list[PowerChange], of_player: list[PowerChange], hours: list[tuple[float, float]]
) -> None:
    found = off_spans(of_group, of_player, DAY)
    assert found == [Span(at(first), at(last)) for first, last in hours]
