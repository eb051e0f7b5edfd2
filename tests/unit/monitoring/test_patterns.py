"""Reconnect storms, and heat with crashes: what counts as one, and what may be said of it."""

from datetime import UTC, datetime, timedelta

import pytest

from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.patterns.heat import Answer, HeatStep, compare
from infoscreen_core.domain.monitoring.patterns.storms import (
    Blindness,
    Reconnected,
    Stretch,
    find_stretches,
    join,
)
from infoscreen_core.domain.monitoring.spans import Span

START = datetime(2026, 10, 1, 8, tzinfo=UTC)
HALL, LAB = 1, 2


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def again(minutes: int, group: int | None, screens: int, times: int = 1) -> list[Reconnected]:
    return [Reconnected(at(minutes), group, times)] * screens


@pytest.mark.parametrize(
    ("reconnected", "members", "expected"),
    [
        ([], {HALL: 5}, []),
        (again(0, HALL, 2), {HALL: 2}, []),  # two screens are no storm, be they all there are
        (again(0, HALL, 3), {HALL: 5, LAB: 95}, [(HALL, 3, 5, 3)]),
        (again(0, HALL, 3), {HALL: 16}, []),  # less than a fifth
        (again(0, HALL, 3, 4), {HALL: 5}, [(None, 3, 5, 12), (HALL, 3, 5, 12)]),
        (again(0, HALL, 2) + again(0, LAB, 2), {HALL: 4, LAB: 4}, [(None, 4, 8, 4)]),
        (again(0, None, 3), {None: 4}, [(None, 3, 4, 3)]),
        (again(0, HALL, 2) + again(5, HALL, 2), {HALL: 4}, []),
    ],
)
def test_a_storm_takes_several_screens_and_a_fifth_of_them(
    reconnected: list[Reconnected],
    members: dict[int | None, int],
    expected: list[tuple[int | None, int, int, int]],
) -> None:
    found = find_stretches(reconnected, members)
    assert [(one.group_id, one.screens, one.members, one.reconnects) for one in found] == expected


def test_stretches_that_follow_one_another_are_one_storm() -> None:
    stretches = [
        Stretch(at(0), HALL, 3, 6, 3),
        Stretch(at(0), None, 3, 9, 3),
        Stretch(at(10), HALL, 5, 6, 9),  # five calm minutes are no end
        Stretch(at(25), HALL, 4, 6, 4),
    ]
    found = join(stretches, [])
    assert [(one.group_id, one.span, one.screens, one.reconnects) for one in found] == [
        (None, Span(at(0), at(5)), 3, 3),
        (HALL, Span(at(0), at(15)), 5, 12),
        (HALL, Span(at(25), at(30)), 4, 4),
    ]


@pytest.mark.parametrize(
    ("began", "ended", "is_tied"), [(-60, -10, False), (-60, -9, True), (4, 9, True), (5, 9, False)]
)
def test_a_storm_is_tied_to_the_outage_that_it_followed(
    began: int, ended: int, *, is_tied: bool
) -> None:
    outage = Blindness(Span(at(began), at(ended)), BlindCause.BROKER)
    (storm,) = join([Stretch(at(0), None, 9, 9, 9)], [outage])
    assert storm.outage == (outage if is_tied else None)


COOL = HeatStep(40, 3000, 0)


@pytest.mark.parametrize(
    ("steps", "answer", "warm_from"),
    [
        ([], Answer.TOO_FEW, 0),
        ([COOL, HeatStep(60, 100, 9)], Answer.TOO_FEW, 60),
        ([COOL, HeatStep(50, 800, 6), HeatStep(60, 100, 12)], Answer.MORE, 50),
        ([HeatStep(40, 3000, 30), HeatStep(60, 1000, 10)], Answer.SAME, 60),
        ([HeatStep(40, 3000, 30), HeatStep(60, 1000, 16)], Answer.SAME, 60),
        ([HeatStep(40, 3000, 30), HeatStep(60, 1000, 19)], Answer.MORE, 60),
        ([HeatStep(40, 3000, 30), HeatStep(60, 1000, 1)], Answer.FEWER, 60),
        ([HeatStep(40, 3000, 30), HeatStep(60, 10, 1)], Answer.TOO_FEW, 60),
        ([HeatStep(40, 3000, 30)], Answer.TOO_FEW, 40),  # there is nothing to compare with
        ([HeatStep(65, 0, 0), HeatStep(40, 900, 2), HeatStep(45, 900, 18)], Answer.MORE, 45),
    ],
)
def test_heat_is_blamed_only_where_chance_would_hardly_do_it(
    steps: list[HeatStep], answer: Answer, warm_from: int
) -> None:
    found = compare(steps)
    assert (found.answer, found.warm_from) == (answer, warm_from)


def test_rates_are_compared_and_not_numbers() -> None:
    found = compare([HeatStep(40, 3000, 30), HeatStep(60, 1000, 30)])
    assert (found.warm.per_thousand, found.other.per_thousand) == (30.0, 10.0)
    assert found.times == pytest.approx(3)
    assert compare([COOL, HeatStep(60, 900, 30)]).times is None
