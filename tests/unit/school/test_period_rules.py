from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.periods import (
    PeriodDraft,
    check_fits,
    check_not_archived,
    checked_draft,
    school_year,
    school_year_due,
    school_years_to_begin_with,
)
from infoscreen_core.errors import ConflictError, InvalidInputError

DRAFT = PeriodDraft(
    name="Wintersemester",
    period_type=PeriodType.SEMESTER,
    start_date=date(2026, 9, 7),
    end_date=date(2027, 2, 5),
)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    name: str = "Sommersemester"
    period_type: PeriodType = PeriodType.SEMESTER
    start_date: date = date(2027, 2, 6)
    end_date: date = date(2027, 7, 2)
    is_active: bool = False
    archived_at: datetime | None = None


def test_texts_are_trimmed_and_an_empty_short_name_is_none() -> None:
    checked = checked_draft(replace(DRAFT, name=" Winter \n semester ", display_name="  "))
    assert (checked.name, checked.display_name) == ("Winter semester", None)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"name": " \t "}, "name", "The period needs a name, such as Schuljahr 2026/27."),
        ({"name": "x" * 101}, "name", "name has 101 characters; 100 are allowed: shorten it."),
        ({"display_name": "x" * 51}, "display_name", "display_name has 51 characters"),
        (
            {"end_date": date(2026, 9, 6)},
            "end_date",
            "The last day, 2026-09-06, is before the first day, 2026",
        ),
        (
            {"start_date": date(1206, 9, 7)},
            "start_date",
            "start_date lies in the year 1206; give a date from",
        ),
        (
            {"period_type": "quartal"},
            "period_type",
            "period_type cannot be “quartal”; choose one of: schulja",
        ),
    ],
)
def test_wrong_values_are_refused_with_a_sentence(
    changed: dict[str, object], field: str, sentence: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        checked_draft(replace(DRAFT, **changed))  # type: ignore[arg-type]
    assert refused.value.field == field
    assert str(refused.value).startswith(sentence)


def test_a_period_of_one_day_is_one() -> None:
    assert checked_draft(replace(DRAFT, end_date=DRAFT.start_date)).end_date == DRAFT.start_date


def test_touching_periods_fit_and_a_shared_day_does_not() -> None:
    check_fits(DRAFT, [Stored()])
    with pytest.raises(ConflictError) as refused:
        check_fits(replace(DRAFT, end_date=date(2027, 2, 6)), [Stored()])
    assert str(refused.value) == (
        "Wintersemester would overlap Sommersemester (2027-02-06 – 2027-07-02) of the same type; "
        "change the days."
    )
    assert refused.value.field == "end_date"


@pytest.mark.parametrize(
    "other",
    [
        Stored(period_type=PeriodType.SCHULJAHR, start_date=DRAFT.start_date),
        Stored(name="Wintersemester", start_date=DRAFT.start_date, archived_at=LONG_AGO),
    ],
)
def test_other_types_and_archived_ones_are_not_in_the_way(other: Stored) -> None:
    check_fits(DRAFT, [other])


def test_a_name_stands_once() -> None:
    with pytest.raises(ConflictError, match="called Wintersemester already") as refused:
        check_fits(DRAFT, [Stored(name="WINTERSEMESTER ")])
    assert refused.value.field == "name"


def test_an_archived_period_is_closed() -> None:
    check_not_archived(Stored())
    with pytest.raises(ConflictError, match="Sommersemester is archived; restore it first"):
        check_not_archived(Stored(archived_at=LONG_AGO))


@pytest.mark.parametrize(
    ("begins", "name", "first", "last"),
    [
        (2024, "2024/25", date(2024, 9, 2), date(2025, 7, 4)),
        (2025, "2025/26", date(2025, 9, 1), date(2026, 7, 3)),
        (2026, "2026/27", date(2026, 9, 7), date(2027, 7, 2)),
        (2027, "2027/28", date(2027, 9, 6), date(2028, 7, 7)),
        (2099, "2099/00", date(2099, 9, 7), date(2100, 7, 2)),
    ],
)
def test_a_school_year_lasts_from_the_first_monday_of_september_to_the_first_friday_of_july(
    begins: int, name: str, first: date, last: date
) -> None:
    year = school_year(begins)
    assert (year.name, year.display_name) == (f"Schuljahr {name}", name)
    assert (year.start_date, year.end_date) == (first, last)


@pytest.mark.parametrize(
    ("today", "begins"),
    [
        (date(2026, 9, 7), 2026),
        (date(2027, 1, 1), 2026),
        (date(2027, 7, 2), 2026),
        (date(2027, 7, 3), 2027),
        (date(2027, 9, 5), 2027),
        (date(2027, 12, 31), 2027),
    ],
)
def test_the_year_that_is_due_covers_today_or_is_the_next_one(today: date, begins: int) -> None:
    assert school_year_due(today) == begins


@pytest.mark.parametrize(
    ("today", "later"),
    [
        (date(2020, 1, 1), []),
        (date(2026, 11, 28), []),
        (date(2027, 7, 2), []),
        (date(2027, 7, 3), ["2027/28", "2028/29"]),
        (date(2027, 7, 20), ["2027/28", "2028/29"]),
        (date(2029, 6, 1), ["2028/29", "2029/30"]),
    ],
)
def test_a_new_installation_gets_later_years_once_the_first_ones_are_over(
    today: date, later: list[str]
) -> None:
    years = [year.display_name for year in school_years_to_begin_with(today)]
    assert years == ["2024/25", "2025/26", "2026/27", *later]
