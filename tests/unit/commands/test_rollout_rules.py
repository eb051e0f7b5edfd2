"""The rules of a roll-out: its states, its waves, whom it reaches next, and when it stops."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import (
    OPEN,
    TERMINAL,
    TRANSITIONS,
    Candidate,
    LeftOut,
    Limits,
    RolloutCause,
    RolloutStatus,
    Waves,
    advance,
    choose,
    mermaid_diagram,
    read_waves,
    verdict,
)
from infoscreen_core.errors import InvalidInputError

DOCUMENT = Path(__file__).parents[3] / "docs" / "command-lifecycle.md"


def test_an_end_never_changes_and_every_open_state_can_end() -> None:
    assert {origin for origin, _cause in TRANSITIONS} == set(OPEN)
    for status in OPEN:
        ends = {advance(status, cause) for cause in RolloutCause} & TERMINAL
        assert ends == TERMINAL
    assert set(TRANSITIONS.values()) == set(RolloutStatus)


def test_the_document_shows_the_diagram_that_the_table_makes() -> None:
    assert f"```mermaid\n{mermaid_diagram()}\n```" in DOCUMENT.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("sizes", "is_repeated", "canaries", "count", "expected"),
    [
        ((1, 5, 25), False, 0, 40, [1, 5, 25, 9]),
        ((1, 5, 25), False, 0, 3, [1, 2]),
        ((1, 5, 25), False, 2, 8, [2, 1, 5]),
        ((3,), True, 0, 8, [3, 3, 2]),
        ((1, 3), True, 2, 9, [2, 1, 3, 3]),
        ((3,), False, 5, 5, [5]),
        ((3,), False, 9, 5, [5]),
    ],
)
def test_waves_grow_or_stay_as_large(
    sizes: tuple[int, ...], is_repeated: bool, canaries: int, count: int, expected: list[int]
) -> None:
    numbers = Waves(sizes, is_repeated=is_repeated).numbers(count, canaries=canaries)
    assert [numbers.count(number) for number in range(1, max(numbers) + 1)] == expected
    assert numbers == sorted(numbers)


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=6),
    is_repeated=st.booleans(),
    count=st.integers(0, 300),
    canaries=st.integers(0, 20),
)
def test_every_screen_is_in_one_wave_and_none_is_skipped(
    sizes: list[int], is_repeated: bool, count: int, canaries: int
) -> None:
    numbers = Waves(tuple(sizes), is_repeated=is_repeated).numbers(count, canaries=canaries)
    assert len(numbers) == count
    assert numbers == sorted(numbers)
    assert set(numbers) == set(range(1, max(numbers, default=0) + 1))


@pytest.mark.parametrize("text", ["", "0", "1,", "1,-5", "a", "1;5", ",".join(["1"] * 51)])
def test_what_are_no_waves_is_said(text: str) -> None:
    with pytest.raises(InvalidInputError, match="such as 1,5,25") as refused:
        read_waves(text)
    assert refused.value.field == "waves"


def test_waves_are_read_with_spaces() -> None:
    assert read_waves(" 1, 5,25") == (1, 5, 25)


@pytest.mark.parametrize(
    "limits",
    [{"at_once": 0}, {"failed_percent": 101}, {"failed_at_least": 0}, {"manual_at_most": -1}],
)
def test_limits_out_of_bounds_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        Limits(**limits)
    assert refused.value.field == next(iter(limits))


_FAILED, _TIMED_OUT, _DONE = State.FAILED, State.TIMED_OUT, State.COMPLETED
_MANUAL, _EXPIRED = State.MANUAL_INTERVENTION_REQUIRED, State.EXPIRED


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({}, None),
        ({_FAILED: 1}, None),
        ({_FAILED: 1, _TIMED_OUT: 1}, RolloutCause.TOO_MANY_FAILURES),
        ({_FAILED: 2, _DONE: 38}, None),
        ({_FAILED: 2, _DONE: 37}, RolloutCause.TOO_MANY_FAILURES),
        # Screens that were off say nothing, neither for it nor against.
        ({_FAILED: 2, _DONE: 37, _EXPIRED: 900}, RolloutCause.TOO_MANY_FAILURES),
        ({_EXPIRED: 900}, None),
        ({State.BLOCKED_SAFETY: 9, State.CANCELED: 9}, None),
        ({_MANUAL: 2}, None),
        ({_MANUAL: 3, _DONE: 900}, RolloutCause.TOO_MANY_MANUAL),
    ],
)
def test_it_must_stop_when_too_many_fail(
    ends: dict[State, int], expected: RolloutCause | None
) -> None:
    assert verdict(ends, Limits()) is expected


def _candidate(uuid: str, **facts: Any) -> Candidate:  # noqa: ANN401 - its fields
    return Candidate(uuid, **({"left_out": None, "is_busy": False, "has_priority": False} | facts))


def test_who_may_go_first_goes_and_nobody_behind_is_judged() -> None:
    waiting = [
        _candidate("off", left_out=LeftOut.OFFLINE),
        _candidate("alarm", has_priority=True),
        _candidate("busy", is_busy=True),
        _candidate("one"),
        _candidate("two"),
        _candidate("also off", left_out=LeftOut.OFFLINE),
    ]
    choice = choose(waiting, room=2)
    assert (choice.issued, choice.put_off) == (("one", "two"), ("alarm",))
    assert choice.left_out == {"off": LeftOut.OFFLINE}
    assert choose(waiting, room=3).left_out.keys() == {"off", "also off"}
    assert choose(waiting, room=0).issued == ()
