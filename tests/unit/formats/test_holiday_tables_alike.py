"""However a table is written, it says the same; and said twice, it changes nothing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.school.holiday_import import plan_import
from infoscreen_core.domain.school.holidays import Outcome
from tests.support.school.lists import YEAR, entered, read_list

HEADINGS = {
    "name": ["Name", "BEZEICHNUNG", "Titel", "Event Name", "summary"],
    "start": ["Start Date", "von", "Beginnt am", "ERSTER_TAG", "From"],
    "end": ["End-Date", "Bis", "endet am", "Letzter Tag", "Until"],
    "region": ["Region", "bundesland", "Kanton", "State"],
}
FORMS = ["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"]
NAMES = st.text(st.sampled_from('abcÄöüß ,;|\t"é'), min_size=1, max_size=12).filter(
    lambda text: any(letter.isalpha() for letter in text)
)
ROWS = st.lists(
    st.tuples(NAMES, st.dates(YEAR.first, YEAR.last), st.sampled_from(["", "Wien", "Tirol"])),
    min_size=1,
    max_size=8,
)


def table(rows: list[tuple[str, date, str]], draw: st.DataObject) -> bytes:
    """Write a table in one of the many ways."""
    order = draw.draw(st.permutations(["name", "start", "end", "region", "unknown"]))
    delimiter = draw.draw(st.sampled_from(";,\t|"))
    form = draw.draw(st.sampled_from(FORMS))
    ending = draw.draw(st.sampled_from(["\n", "\r\n", "\r"]))
    words = {key: draw.draw(st.sampled_from(known)) for key, known in HEADINGS.items()}
    lines = [[words.get(column, "Anmerkung") for column in order]]
    for name, day, region in rows:
        written = day.strftime(form)
        fields = {"name": name, "start": written, "end": written, "region": region}
        lines.append([fields.get(column, "x, y; z") for column in order])
    blank = [""] if draw.draw(st.booleans()) else []
    separator = [f"sep={delimiter}"] if draw.draw(st.booleans()) else []
    tail = delimiter * draw.draw(st.integers(0, 2))
    text = [delimiter.join(quoted(field) for field in line) + tail for line in lines]
    encoding = draw.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    return ending.join([*separator, *blank, *text, ""]).encode(encoding)


def quoted(field: str) -> str:
    return '"' + field.replace('"', '""') + '"'


@given(ROWS, st.data())
def test_tables_that_are_written_differently_give_the_same_holidays(
    rows: list[tuple[str, date, str]], draw: st.DataObject
) -> None:
    plain = [["Name", "Von", "Bis", "Region"]]
    plain += [[name, f"{day}", f"{day}", region] for name, day, region in rows]
    text = "\n".join(";".join(quoted(field) for field in line) for line in plain)
    assert entered(read_list(table(rows, draw))) == entered(read_list(text))


@given(ROWS, st.data())
def test_the_same_table_again_changes_nothing(
    rows: list[tuple[str, date, str]], draw: st.DataObject
) -> None:
    _rows, once = plan_import(read_list(table(rows, draw)), {}, YEAR)
    again, twice = plan_import(read_list(table(rows, draw)), once, YEAR)
    assert twice == once
    settled = {Outcome.SKIPPED, Outcome.CONFLICT, Outcome.MERGED}
    assert {row.outcome for row in again} <= settled
