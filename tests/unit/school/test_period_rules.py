from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest

from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.periods import PeriodDraft, check_fits, check_not_archived, checked_draft
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
            'period_type cannot be "quartal"; choose one of: schulja',
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
