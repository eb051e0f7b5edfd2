"""What is wrong with a form is found together, and told together."""

from collections.abc import Callable
from datetime import date

import pytest

from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.holidays import Holiday, checked_holiday
from infoscreen_core.domain.school.periods import PeriodDraft, checked_draft
from infoscreen_core.errors import (
    ConflictError,
    InvalidFieldsError,
    InvalidInputError,
    Refusals,
)
from infoscreen_core.services.exchange.subscription_access import checked_access

BACKWARDS = (date(2026, 12, 24), date(2026, 12, 23))


def _collect(*errors: Exception) -> None:
    refusals = Refusals()
    for error in errors:
        with refusals:
            raise error
    refusals.raise_any()


def test_an_only_refusal_is_raised_as_itself() -> None:
    only = InvalidInputError("Give a name.", field="name")
    with pytest.raises(InvalidInputError) as raised:
        _collect(only)
    assert raised.value is only
    assert only.parts == (only,)


def test_several_are_told_in_their_order_and_the_first_stands_for_all() -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        _collect(InvalidInputError("Give a name."), InvalidInputError("At {n}.", field="at", n=3))
    assert str(raised.value) == "Give a name. At 3."
    assert (raised.value.template, raised.value.field) == ("Give a name.", None)
    assert [one.field for one in raised.value.parts] == [None, "at"]


def test_of_one_field_the_first_refusal_counts_also_among_several() -> None:
    both = InvalidFieldsError(
        [InvalidInputError("A.", field="a"), InvalidInputError("B.", field="b")]
    )
    with pytest.raises(InvalidFieldsError) as raised:
        _collect(InvalidInputError("First.", field="b"), both)
    assert [str(one) for one in raised.value.parts] == ["First.", "A."]


def test_nothing_else_is_collected() -> None:
    with pytest.raises(ConflictError):
        _collect(InvalidInputError("Give a name."), ConflictError("Somebody was faster."))
    Refusals().raise_any()


@pytest.mark.parametrize(
    ("check", "fields"),
    [
        (
            lambda: checked_draft(
                PeriodDraft(
                    name=" ",
                    period_type=PeriodType.SCHULJAHR,
                    start_date=BACKWARDS[0],
                    end_date=BACKWARDS[1],
                    display_name="x" * 300,
                )
            ),
            ["name", "end_date", "display_name"],
        ),
        (
            lambda: checked_holiday(
                Holiday(name="", start_date=BACKWARDS[0], end_date=BACKWARDS[1], region="x" * 300)
            ),
            ["name", "region", "end_date"],
        ),
        (lambda: checked_access("gopher", "a:b", "\0"), ["address", "password", "username"]),
    ],
    ids=["period", "holiday", "calendar"],
)
def test_a_form_is_checked_to_its_end(check: Callable[[], object], fields: list[str]) -> None:
    with pytest.raises(InvalidFieldsError) as raised:
        check()
    assert [one.field for one in raised.value.parts] == fields
