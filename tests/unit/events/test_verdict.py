from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.events.schedule import is_background, is_on, on_screen, playing_order
from infoscreen_core.domain.events.verdict import is_free, showings
from tests.support.events.items import Item, item

pytestmark = pytest.mark.slow

BACKGROUND = -10


def seen(own: Item, *others: Item) -> str:
    (one,) = showings([own], sorted(others, key=lambda other: other.start))
    return "unseen" if one.is_unseen else "cut" if one.is_cut else "seen"


def test_of_equals_the_one_that_began_earlier_is_seen() -> None:
    filler, lesson = item(1, -60, 600), item(2, 0, 50)
    assert seen(lesson, filler) == "unseen"
    assert seen(filler, lesson) == "seen"


def test_a_lesson_over_the_background_is_seen_and_the_background_is_cut() -> None:
    filler, lesson = item(1, -60, 600, BACKGROUND), item(2, 0, 50)
    assert is_background(filler)
    assert seen(lesson, filler) == "seen"
    assert seen(filler, lesson) == "cut"


def test_of_two_in_the_background_the_first_is_seen() -> None:
    first, second = item(1, 0, 600, BACKGROUND), item(2, 0, 600, BACKGROUND)
    assert (seen(first, second), seen(second, first)) == ("seen", "unseen")


def test_what_is_hidden_bit_by_bit_is_unseen() -> None:
    lesson = item(1, 0, 50)
    assert seen(lesson, item(2, -10, 20, 10), item(3, 20, 50, 10)) == "unseen"
    assert seen(lesson, item(2, -10, 20, 10), item(3, 21, 50, 10)) == "cut"
    assert seen(lesson, item(2, -10, 0, 10), item(3, 50, 60, 10)) == "seen"


def test_dates_of_one_event_do_not_stand_in_each_other_s_way() -> None:
    assert seen(item(1, 10, 50), item(1, 0, 20)) == "seen"


def test_what_touches_is_free() -> None:
    assert is_free([item(1, 0, 50)], [item(2, -10, 0), item(3, 50, 60)])
    assert not is_free([item(1, 0, 50)], [item(2, -10, 1)])


def first_on(own: Item, others: Iterable[Item], moment: datetime) -> Item:
    others = (one for one in others if one.event_id != own.event_id)
    return on_screen([one for one in (own, *others) if is_on(one, moment)])[0]


items = st.lists(
    st.builds(
        lambda event_id, begins, lasts, priority: item(event_id, begins, begins + lasts, priority),
        st.integers(1, 5),
        st.integers(0, 30),
        st.integers(1, 30),
        st.sampled_from([BACKGROUND, 0, 10, 100]),
    ),
    max_size=8,
    unique_by=lambda one: (one.event_id, one.start),
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(items, items)
def test_it_agrees_with_asking_each_minute_what_is_on_the_screens(
    own: list[Item], others: list[Item]
) -> None:
    by_start = sorted(others, key=lambda one: one.start)
    found = showings(sorted(own, key=lambda one: one.start), by_start)
    assert len(found) == len(own)
    for one in found:
        moments = [
            one.own.start + timedelta(minutes=minute)
            for minute in range(int((one.own.end - one.own.start) / timedelta(minutes=1)))
        ]
        first = [first_on(one.own, others, moment) for moment in moments]
        assert one.is_unseen == all(other is not one.own for other in first)
        assert one.is_cut == (0 < sum(other is not one.own for other in first) < len(first))
        assert {id(other) for other in first} - {id(one.own)} <= {id(other) for other in one.ahead}
        assert all(playing_order(other) > playing_order(one.own) for other in one.behind)
        assert all(early.start <= late.start for early, late in pairwise(one.ahead))
