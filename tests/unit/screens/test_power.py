from datetime import timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.screens.power import (
    DesiredPower,
    PowerBasis,
    PowerReason,
    Window,
    intent_basis,
    intent_expires_at,
    is_same_intent,
    merge_windows,
)
from tests.support.events.items import EIGHT, at, item


def test_a_group_with_an_active_event_is_on_for_its_window() -> None:
    assert intent_basis([item(7, 0, 50)], at(10)) == PowerBasis(
        desired_state=DesiredPower.ON,
        reason=PowerReason.ACTIVE_EVENT,
        active_event_ids=(7,),
        window=Window(at(0), at(50)),
    )


@pytest.mark.parametrize("minute", [-1, 50, 200])
def test_a_group_without_an_active_event_is_off_and_names_none(minute: int) -> None:
    assert intent_basis([item(7, 0, 50)], at(minute)) == PowerBasis(
        desired_state=DesiredPower.OFF, reason=PowerReason.NO_ACTIVE_EVENT
    )


def test_no_events_at_all_are_off() -> None:
    assert intent_basis([], EIGHT).desired_state is DesiredPower.OFF


def test_windows_that_touch_or_overlap_are_one() -> None:
    day = [item(3, 90, 120), item(1, 0, 50), item(2, 50, 80), item(4, 70, 75)]
    first = intent_basis(day, at(10))
    assert first.window == Window(at(0), at(80))
    assert first.active_event_ids == (1,)
    assert intent_basis(day, at(72)).active_event_ids == (2, 4)
    assert intent_basis(day, at(85)).desired_state is DesiredPower.OFF
    assert intent_basis(day, at(90)).window == Window(at(90), at(120))


def test_stretches_without_events_join_the_window() -> None:
    past, far = Window(at(-30), at(0)), Window(at(60), at(70))
    assert intent_basis([item(1, 0, 50)], at(10), stretches=[past, far]).window == Window(
        at(-30), at(50)
    )


def test_between_touching_windows_there_is_no_off_and_no_new_intent() -> None:
    day = [item(1, 0, 50), item(2, 50, 80)]
    first = intent_basis(day, at(0))
    assert all(is_same_intent(first, intent_basis(day, at(minute))) for minute in range(80))


def test_an_event_that_overlaps_itself_is_named_once() -> None:
    assert intent_basis(
        [item(1, 0, 50), item(1, 30, 80), item(2, 0, 80, 10)], at(40)
    ).active_event_ids == (
        2,
        1,
    )


def test_the_identity_changes_with_state_or_reason_only() -> None:
    on = intent_basis([item(1, 0, 50)], at(1))
    other_event = intent_basis([item(2, 0, 90)], at(1))
    off = intent_basis([], at(1))
    held_on = PowerBasis(desired_state=DesiredPower.ON, reason=PowerReason.OPERATOR_OVERRIDE)
    assert is_same_intent(on, other_event)
    assert not any(is_same_intent(one, other) for one, other in combinations((on, off, held_on), 2))


@pytest.mark.parametrize(
    ("poll_seconds", "expected_seconds"), [(10, 90), (30, 90), (31, 93), (60, 180)]
)
def test_an_intent_lives_for_three_polls_and_ninety_seconds_at_least(
    poll_seconds: int, expected_seconds: int
) -> None:
    expires_at = intent_expires_at(
        EIGHT,
        poll_interval=timedelta(seconds=poll_seconds),
        multiplier=3,
        min_expiry=timedelta(seconds=90),
    )
    assert expires_at == EIGHT + timedelta(seconds=expected_seconds)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=12))
def test_merged_windows_cover_the_same_minutes_with_gaps_between_them(
    spans: list[tuple[int, int]],
) -> None:
    windows = [Window(at(begins), at(begins + lasts)) for begins, lasts in spans]
    merged = merge_windows(windows)
    for minute in range(90):
        moment = at(minute)
        covering = [one for one in merged if one.start <= moment < one.end]
        assert len(covering) == any(one.start <= moment < one.end for one in windows)
    assert all(earlier.end < later.start for earlier, later in pairwise(merged))
