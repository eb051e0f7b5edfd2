"""What a token may be called, how long it may last, and how it looks."""

from datetime import date

import pytest

from infoscreen_core.domain.people.api_tokens import (
    check_expiry,
    checked_token_name,
    has_shape,
    hint_of,
)
from infoscreen_core.errors import InvalidInputError

TODAY = date(2026, 11, 23)
SECRET = "isk_" + "aB3-" + 39 * "_"


def test_a_name_is_trimmed_and_needed() -> None:
    assert checked_token_name("  Skript \n der Aula ") == "Skript der Aula"
    for name in ("", " \t", "\u200b"):
        with pytest.raises(InvalidInputError, match="needs a name") as refusal:
            checked_token_name(name)
        assert refusal.value.field == "name"
    with pytest.raises(InvalidInputError):
        checked_token_name(61 * "x")


@pytest.mark.parametrize("day", [TODAY, date(2026, 12, 31), date(2027, 11, 24)])
def test_it_lasts_until_a_day_within_a_year(day: date) -> None:
    check_expiry(day, today=TODAY)


@pytest.mark.parametrize("day", [date(2026, 11, 22), date(2027, 11, 25), date.max, date.min])
def test_other_days_are_refused_with_those_that_are_possible(day: date) -> None:
    with pytest.raises(InvalidInputError, match="from 2026-11-23 to 2027-11-24") as refusal:
        check_expiry(day, today=TODAY)
    assert refusal.value.field == "expires_on"


def test_only_what_looks_like_a_token_is_one() -> None:
    assert has_shape(SECRET)
    assert hint_of(SECRET) == "aB3-"
    for other in ("", "isk_", SECRET + "x", SECRET[:-1], SECRET + "\n", SECRET.upper(), "ä" * 47):
        assert not has_shape(other)
