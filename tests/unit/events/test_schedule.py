from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.events.schedule import ActiveItem, active_at, next_boundary, published_fingerprint

pytestmark = pytest.mark.slow

EIGHT = datetime(2026, 9, 7, 8, tzinfo=UTC)


def item(event_id: int, begins: int, ends: int, priority: int = 0) -> ActiveItem:
    """An occurrence by minutes after eight."""
    start, end = EIGHT + timedelta(minutes=begins), EIGHT + timedelta(minutes=ends)
    return ActiveItem(event_id=event_id, group_id=1, start=start, end=end, priority=priority)


def ids(items: list[ActiveItem], minute: int) -> list[int]:
    return [one.event_id for one in active_at(items, EIGHT + timedelta(minutes=minute))]


items_anywhere = st.lists(
    st.builds(
        lambda event_id, begins, lasts, priority: item(event_id, begins, begins + lasts, priority),
        st.integers(1, 6),
        st.integers(0, 60),
        st.integers(1, 60),
        st.sampled_from([0, 10, 100]),
    ),
    max_size=12,
    unique_by=lambda one: (one.event_id, one.start),  # an event begins once at an instant
)


def test_an_occurrence_is_active_from_its_start_until_just_before_its_end() -> None:
    lesson = [item(1, 0, 50)]
    assert [ids(lesson, minute) for minute in (-1, 0, 49, 50)] == [[], [1], [1], []]


def test_what_started_days_ago_is_active_still() -> None:
    assert ids([item(1, -5 * 1440, 10)], 0) == [1]


def test_overlapping_occurrences_of_one_event_are_both_active() -> None:
    assert ids([item(1, 0, 50), item(1, 30, 80)], 40) == [1, 1]


def test_the_order_is_priority_then_start_then_id() -> None:
    shown = [item(4, 0, 50), item(3, 10, 50), item(2, 10, 50), item(9, 20, 50, 10), item(8, 30, 50, 100)]
    assert ids(shown, 40) == [8, 9, 4, 2, 3]


def test_the_next_boundary_is_the_next_start_or_end_after_now() -> None:
    day = [item(1, 0, 50), item(2, 50, 100), item(3, 20, 120)]
    assert next_boundary(day, EIGHT - timedelta(hours=1)) == EIGHT
    assert next_boundary(day, EIGHT) == EIGHT + timedelta(minutes=20)
    assert next_boundary(day, EIGHT + timedelta(minutes=50)) == EIGHT + timedelta(minutes=100)
    assert next_boundary(day, EIGHT + timedelta(minutes=120)) is None
    assert next_boundary([], EIGHT) is None


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(items_anywhere, st.integers(-10, 130), st.integers(0, 130))
def test_nothing_changes_before_the_next_boundary(items: list[ActiveItem], minute: int, later: int) -> None:
    now = EIGHT + timedelta(minutes=minute)
    boundary = next_boundary(items, now)
    moment = now + timedelta(minutes=later, seconds=30)
    if boundary is None or moment < boundary:
        assert active_at(items, moment) == active_at(items, now)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(items_anywhere, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(items: list[ActiveItem], randomness: object) -> None:
    assert hasattr(randomness, "shuffle")
    shuffled = items.copy()
    randomness.shuffle(shuffled)
    moment = EIGHT + timedelta(minutes=45)
    assert active_at(shuffled, moment) == active_at(items, moment)


def test_equal_lists_have_equal_fingerprints_whatever_the_key_order() -> None:
    one, same = {"id": 1, "title": "Übung"}, {"title": "Übung", "id": 1}
    assert published_fingerprint([one]) == published_fingerprint([same])
    assert (
        len({published_fingerprint(documents) for documents in ([], [one], [one, one], [{**one, "id": 2}])})
        == 4
    )
