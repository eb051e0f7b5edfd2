"""What counts as a success, and what a distribution of times says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.commands.figures import (
    FAILURES,
    JUDGED,
    NEVER_SENT,
    Waits,
    success_of,
    together,
)
from infoscreen_core.domain.commands.lifecycle import TERMINAL, State


def test_every_end_is_a_success_a_failure_or_was_never_sent() -> None:
    assert FAILURES | NEVER_SENT | {State.COMPLETED} == TERMINAL
    assert JUDGED.isdisjoint(NEVER_SENT)


def test_the_rate_leaves_out_what_was_never_sent_or_has_not_ended() -> None:
    success = success_of(
        {
            State.COMPLETED: 9,
            State.TIMED_OUT: 2,
            State.EXPIRED: 1,
            State.CANCELED: 5,
            State.BLOCKED_SAFETY: 1,
            State.PUBLISHED: 7,
        }
    )
    assert (success.done, success.judged, success.never_sent, success.percent) == (9, 12, 6, 75)


def test_without_an_end_there_is_no_rate() -> None:
    assert success_of({State.CANCELED: 3}).percent is None


@pytest.mark.parametrize(
    ("share", "seconds"), [(0.1, 10), (0.25, 10), (0.5, 20), (0.75, 30), (0.95, 90), (1, 90)]
)
def test_shares_are_back_within(share: float, seconds: int) -> None:
    assert Waits({20: 1, 10: 1, 30: 1, 90: 1}).within(share) == seconds


@given(st.lists(st.integers(0, 400), min_size=1), st.floats(0.01, 1))
def test_a_share_is_the_fewest_seconds_that_cover_it(times: list[int], share: float) -> None:
    waits = together(Waits({seconds: 1}) for seconds in times)
    within = waits.within(share)
    assert sum(seconds <= within for seconds in times) >= share * len(times)
    assert sum(seconds < within for seconds in times) < share * len(times)


def test_bars_hold_everything_and_begin_at_multiples() -> None:
    assert Waits({0: 1, 4: 2, 5: 1, 23: 4, -1: 1}).bars(5) == {0: 4, 5: 1, 20: 4}
    assert Waits({}).within(0.5) == 0
