from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.formats.dates import read_date


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
