import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.formats.csv_writer import write_csv


def test_a_table_is_written_with_its_heading_and_quoted_where_needed() -> None:
    written = write_csv(("Zeit", "Text"), [("08:00", 'Größe, "Maß"'), (1, "Zeile 1\nZeile 2")])
    assert written == 'Zeit,Text\r\n08:00,"Größe, ""Maß"""\r\n1,"Zeile 1\nZeile 2"\r\n'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_text_is_a_formula(text: str) -> None:
    (_heading, (cell, number)) = csv.reader(
        StringIO(write_csv(("a", "b"), [(text, -1)]), newline="")
    )
    assert (cell, number) == (f"'{text}", "-1")


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])), min_size=2, max_size=4
    )
)
def test_what_is_written_is_read_back(row: list[str]) -> None:
    (_heading, read) = csv.reader(StringIO(write_csv(("a",), [row]), newline=""))
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in row]
