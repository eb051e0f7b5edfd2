import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.events.schedule import calendar_order, is_on, on_screen, playing_order
from tests.support.events.items import Item, at, item, items_anywhere

pytestmark = pytest.mark.slow


def ids(items: list[Item], minute: int) -> list[int]:
    active = [one for one in items if is_on(one, at(minute))]
    return [one.event_id for one in sorted(active, key=playing_order)]


def test_an_occurrence_is_active_from_its_start_until_just_before_its_end() -> None:
    lesson = [item(1, 0, 50)]
    assert [ids(lesson, minute) for minute in (-1, 0, 49, 50)] == [[], [1], [1], []]


def test_what_started_days_ago_is_active_still() -> None:
    assert ids([item(1, -5 * 1440, 10)], 0) == [1]


def test_overlapping_occurrences_of_one_event_are_both_active() -> None:
    assert ids([item(1, 0, 50), item(1, 30, 80)], 40) == [1, 1]


def test_the_order_is_priority_then_start_then_id() -> None:
    shown = [
        item(4, 0, 50),
        item(3, 10, 50),
        item(2, 10, 50),
        item(9, 20, 50, 10),
        item(8, 30, 50, 100),
    ]
    assert ids(shown, 40) == [8, 9, 4, 2, 3]
    assert [one.event_id for one in on_screen(shown)] == [8]
    assert [one.event_id for one in on_screen(shown[:-1])] == [9, 4, 2, 3]


def test_in_a_calendar_the_start_comes_first() -> None:
    coming = [item(3, 10, 50), item(2, 10, 50), item(9, 10, 50, 10), item(8, 30, 50, 100)]
    assert [one.event_id for one in sorted(coming, key=calendar_order)] == [9, 2, 3, 8]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(items_anywhere, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(items: list[Item], randomness: object) -> None:
    assert hasattr(randomness, "shuffle")
    shuffled = items.copy()
    randomness.shuffle(shuffled)
    assert on_screen(shuffled) == on_screen(items)
    assert sorted(shuffled, key=playing_order) == sorted(items, key=playing_order)
