from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.formats.dates import describe_wrong_date, read_date


@pytest.mark.parametrize(
    "text",
    [
        "26.10.26",
        "2026-10-26T00:00",
        "10/26/2026",
        "2026-1026",
        "20261301",
        "31.06.2026",
        "",
        "0.1.2026",
    ],
)
def test_other_dates_are_none(text: str) -> None:
    assert read_date(text) is None


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_a_date_is_read_in_each_way_of_writing_it(day: date) -> None:
    written = (
        f"{day:%Y-%m-%d}",
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%Y%m%d}",
    )
    assert {read_date(f" {text} ") for text in written} == {day}


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("26.10.26", "“26.10.26” has a year of two figures"),
        ("10/26/2026", "“10/26/2026” may begin with the day or with the month"),
        ("46321", "“46321” is how Excel counts days"),
        ("31.06.2026", "“31.06.2026” is no date; write it as"),
        ("123456", "“123456” is no date; write it as"),
    ],
)
def test_a_wrong_date_is_told_what_is_wrong_with_it(text: str, start: str) -> None:
    assert str(describe_wrong_date(text)).startswith(start)


def test_invisible_marks_are_no_part_of_a_date() -> None:
    assert read_date("\u200e26.10.2026\u200e") == date(2026, 10, 26)
