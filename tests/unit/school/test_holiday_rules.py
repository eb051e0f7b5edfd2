from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.school.holidays import (
    Calendar,
    Holiday,
    Outcome,
    applied,
    changed_days,
    checked_holiday,
    is_inside,
    place,
)
from infoscreen_core.errors import InvalidInputError

FIRST = date(2026, 10, 1)


def free(first: int, last: int, name: str = "Herbstferien", region: str | None = None) -> Holiday:
    """A holiday between two days of October 2026."""
    return Holiday(
        name=name,
        region=region,
        start_date=FIRST + timedelta(days=first - 1),
        end_date=FIRST + timedelta(days=last - 1),
    )


@pytest.mark.parametrize(
    "name", ["HERBSTFERIEN", "  herbstferien ", "Hérbstferien", "Herbstferién"]
)
def test_spellings_of_one_name_are_the_same_holiday(name: str) -> None:
    assert free(1, 2, name).identity == free(1, 2).identity
    assert place(free(5, 6, name), {1: free(5, 6)}).outcome is Outcome.SKIPPED


def test_umlauts_and_inner_spaces_are_folded() -> None:
    assert free(1, 1, "Mariä   Empfängnis").identity == free(1, 1, "maria empfangnis").identity
    assert free(1, 1, "Fuß", "Tirol").identity == free(1, 1, "FUSS", " TIROL").identity


def test_the_region_tells_holidays_apart() -> None:
    assert (
        place(free(5, 6, region="Wien"), {1: free(5, 6, region="Tirol")}).outcome
        is Outcome.CONFLICT
    )
    assert place(free(5, 6, region=""), {1: free(5, 6)}).outcome is Outcome.SKIPPED


@pytest.mark.parametrize(
    ("new", "outcome", "days"),
    [
        (free(12, 14), Outcome.MERGED, (10, 15)),
        (free(8, 10), Outcome.MERGED, (8, 15)),
        (free(8, 9), Outcome.MERGED, (8, 15)),
        (free(16, 20), Outcome.MERGED, (10, 20)),
        (free(1, 31), Outcome.MERGED, (1, 31)),
        (free(10, 15), Outcome.SKIPPED, (10, 15)),
        (free(7, 8), Outcome.INSERTED, (7, 8)),
        (free(17, 17), Outcome.INSERTED, (17, 17)),
    ],
)
def test_its_like_is_joined_where_it_overlaps_or_follows(
    new: Holiday, outcome: Outcome, days: tuple[int, int]
) -> None:
    placed = place(new, {1: free(10, 15)})
    assert (placed.outcome, placed.holiday) == (outcome, free(*days))


def test_a_bridge_joins_both_sides() -> None:
    calendar = {1: free(5, 6), 2: free(9, 10)}
    placed = place(free(7, 8), calendar)
    assert applied(placed, calendar) == {1: free(5, 10)}


def test_a_shared_day_with_another_name_is_a_conflict_and_changes_nothing() -> None:
    calendar = {1: free(5, 6), 2: free(7, 7, "Allerheiligen")}
    placed = place(free(6, 7), calendar)
    assert (placed.outcome, placed.blocker) == (Outcome.CONFLICT, calendar[2])
    assert applied(placed, calendar) == calendar
    assert place(free(8, 8, "Zwickeltag"), calendar).outcome is Outcome.INSERTED


def test_new_holidays_get_numbers_of_their_own() -> None:
    calendar: Calendar = {4: free(1, 1)}
    for day in (10, 20):
        calendar = applied(place(free(day, day), calendar), calendar)
    assert calendar == {4: free(1, 1), -1: free(10, 10), -2: free(20, 20)}


def test_days_that_changed_are_those_free_in_one_calendar_only() -> None:
    days = changed_days([free(5, 8), free(20, 20)], [free(7, 9), free(20, 20, "Anders")])
    assert sorted(day.day for day in days) == [5, 6, 9]


@pytest.mark.parametrize(
    ("holiday", "field", "sentence"),
    [
        (free(1, 1, "  "), "name", "The holiday needs a name."),
        (free(1, 1, "x" * 151), "name", "name has 151 characters; 150 are allowed"),
        (free(1, 1, region="x" * 101), "region", "region has 101 characters; 100 are allowed"),
        (free(5, 4), "end_date", "The last day, 2026-10-04, is before the first day, 2026-10-05"),
        (
            free(1, 367),
            "end_date",
            "Herbstferien lasts from 2026-10-01 to 2027-10-02; a holiday has 366 days",
        ),
    ],
)
def test_wrong_values_are_refused_with_a_sentence(
    holiday: Holiday, field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_holiday(holiday)
    assert refused.value.field == field
    assert str(refused.value).startswith(sentence)


def test_a_holiday_on_the_edges_of_the_period_is_inside() -> None:
    edges = FIRST, FIRST + timedelta(days=9)
    assert is_inside(free(1, 10), *edges)
    assert not is_inside(free(0, 10), *edges)
    assert not is_inside(free(1, 11), *edges)


HOLIDAYS = st.builds(
    lambda first, length, name: free(first, first + length, name),
    st.integers(1, 40),
    st.integers(0, 8),
    st.sampled_from(["Ferien", "FERIEN", "Feiertag"]),
)


@given(st.lists(HOLIDAYS, max_size=12))
def test_whatever_is_entered_no_two_holidays_share_a_day_or_should_be_one(
    entered: list[Holiday],
) -> None:
    calendar: Calendar = {}
    for new in entered:
        placed = place(new, calendar)
        after = applied(placed, calendar)
        gained = changed_days(calendar.values(), after.values())
        assert gained <= set(new.days)
        if placed.outcome is not Outcome.CONFLICT:
            assert set(new.days) <= {day for one in after.values() for day in one.days}
        calendar = after
    for one, other in combinations(calendar.values(), 2):
        assert not one.overlaps(other)
        assert one.identity != other.identity or not one.touches(other)


@given(st.lists(HOLIDAYS, max_size=12))
def test_entering_everything_again_changes_nothing(entered: list[Holiday]) -> None:
    calendar: Calendar = {}
    for new in [*entered, *entered]:
        calendar = applied(place(new, calendar), calendar)
    again = calendar
    for new in calendar.values():
        assert place(replace(new), again).outcome is Outcome.SKIPPED
