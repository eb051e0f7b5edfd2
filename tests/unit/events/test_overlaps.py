from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.events.overlaps import Slot, clashing, iter_overlaps

EIGHT = datetime(2026, 9, 7, 8, tzinfo=UTC)


def slot(begins: int, ends: int, track: int = 1) -> Slot:
    """A stretch of time by minutes after eight."""
    return Slot(track, EIGHT + timedelta(minutes=begins), EIGHT + timedelta(minutes=ends))


slots_anywhere = st.lists(
    st.builds(
        lambda begins, lasts, track: slot(begins, begins + lasts, track),
        st.integers(0, 60),
        st.integers(1, 40),
        st.integers(1, 2),
    ),
    max_size=10,
)


def meet(one: Slot, other: Slot) -> bool:
    return one.start < other.end and other.start < one.end


def test_touching_is_no_overlap() -> None:
    assert clashing([slot(0, 50), slot(50, 100)]) == frozenset()
    assert list(iter_overlaps([slot(0, 50)], [slot(50, 100)])) == []


def test_other_tracks_are_not_in_the_way() -> None:
    assert clashing([slot(0, 50), slot(10, 20, track=2)]) == frozenset()


def test_a_long_one_clashes_with_each_short_one_within() -> None:
    assert clashing([slot(0, 100), slot(10, 20), slot(30, 40), slot(100, 110)]) == {0, 1, 2}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(slots_anywhere)
def test_what_clashes_is_what_a_comparison_of_all_with_all_finds(slots: Sequence[Slot]) -> None:
    expected = {
        place
        for one, other in combinations(range(len(slots)), 2)
        if slots[one].track == slots[other].track and meet(slots[one], slots[other])
        for place in (one, other)
    }
    assert clashing(slots) == expected


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(slots_anywhere, slots_anywhere)
def test_overlaps_are_the_pairs_that_a_comparison_of_all_with_all_finds(
    own: list[Slot], others: list[Slot]
) -> None:
    own, others = sorted(own, key=lambda one: one.start), sorted(others, key=lambda one: one.start)
    expected = sorted((one, other) for one in own for other in others if meet(one, other))
    assert sorted(iter_overlaps(own, others)) == expected
