from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.school.holiday_import import (
    Bounds,
    HolidayFormat,
    HolidayList,
    plan_import,
)
from infoscreen_core.domain.school.holidays import Holiday, Outcome
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_file import decode_list
from infoscreen_core.formats.holiday_table import read_table

YEAR = Bounds("2026/27", date(2026, 9, 7), date(2027, 7, 2))
AUTUMN = Holiday(
    name="Herbstferien", region="Wien", start_date=date(2026, 10, 27), end_date=date(2026, 10, 31)
)

Read = list[tuple[int, str, str, str, str | None]]


def holidays_in(listed: HolidayList) -> Read:
    return [
        (line.number, one.name, one.start_date.isoformat(), one.end_date.isoformat(), one.region)
        for line in listed.lines
        if (one := line.holiday)
    ]


def said(listed: HolidayList) -> list[tuple[int, Outcome, str]]:
    rows, _ = plan_import(listed, {}, YEAR)
    return [(row.line, row.outcome, str(row.sentence)) for row in rows]


@pytest.mark.parametrize(
    "text",
    [
        "name,start,end,region\nHerbstferien,2026-10-27,2026-10-31,Wien\n",
        "Bezeichnung;Von;Bis;Bundesland\nHerbstferien;27.10.2026;31.10.2026;Wien",
        "Region\tEnd\tStart\tName\r\nWien\t20261031\t20261027\tHerbstferien\r\n",
        "irgend;was;anderes\nHerbstferien;27. 10. 2026;31. 10. 2026;Wien",
        '\n"Herbstferien" , "2026-10-27" , "2026-10-31" , "Wien"',
        "Start_Date;End_Date;NAME;Region\n2026-10-27;2026-10-31;Herbstferien;Wien",
    ],
)
def test_tables_of_all_kinds_say_the_same(text: str) -> None:
    assert holidays_in(read_table(text)) == [
        (2, "Herbstferien", "2026-10-27", "2026-10-31", "Wien")
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Herbstferien,2026-10-27,2026-10-31,Wien",
        "Herbstferien;20261027;20261031;Wien;noch etwas",
        "Herbstferien\t27.10.2026\t31.10.2026\tWien",
    ],
)
def test_a_table_needs_no_header(text: str) -> None:
    listed = read_table(text)
    assert listed.format is HolidayFormat.TABLE
    assert holidays_in(listed) == [(1, "Herbstferien", "2026-10-27", "2026-10-31", "Wien")]


def test_a_comma_in_a_name_does_not_make_it_the_delimiter() -> None:
    listed = read_table(
        "Allerheiligen, Allerseelen;1.11.2026;2.11.2026\nTag, der;8.12.2026;8.12.2026;"
    )
    assert [name for _, name, *_ in holidays_in(listed)] == [
        "Allerheiligen, Allerseelen",
        "Tag, der",
    ]
    assert [region for *_, region in holidays_in(listed)] == [None, None]


@pytest.mark.parametrize("text", [";;;", '"' + "x" * 200_000])
def test_a_table_without_rows_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="no table of holidays"):
        read_table(text)


def test_each_wrong_line_is_named_with_its_reason() -> None:
    text = (
        "name;start;end\n"
        "Herbst;31.02.2027;31.10.2026\n"
        ";27.10.2026;31.10.2026\n"
        "\n"
        "Ohne Ende;27.10.2026;\n"
        "Rückwärts;31.10.2026;27.10.2026\n"
        "Früher;27.10.2025;31.10.2025\n"
        "Gut;27.10.2026;31.10.2026\n"
    )
    invalid = Outcome.INVALID
    assert said(read_table(text)) == [
        (2, invalid, '"31.02.2027" is no date; write it as 2026-10-26, 26.10.2026 or 20261026.'),
        (3, invalid, "The holiday needs a name."),
        (5, invalid, "A date is missing; write name, first day, last day, and perhaps the region."),
        (
            6,
            invalid,
            "The last day, 2026-10-27, is before the first day, 2026-10-31; give a later one.",
        ),
        (7, invalid, "This lies outside the period 2026/27 (2026-09-07 – 2027-07-02)."),
        (8, Outcome.INSERTED, "It is new."),
    ]


def test_a_first_line_without_figures_is_shown_as_the_heading_it_is_taken_for() -> None:
    assert said(read_table("Ferien im Schuljahr\nHerbst;27.10.2026;31.10.2026")) == [
        (1, Outcome.SKIPPED, "Taken for the heading."),
        (2, Outcome.INSERTED, "It is new."),
    ]


def test_lines_of_one_file_are_merged_skipped_and_in_conflict_with_each_other() -> None:
    text = (
        "Herbst;27.10.2026;31.10.2026\n"
        "HERBST;1.11.2026;2.11.2026\n"
        "Herbst;27.10.2026;2.11.2026\n"
        "Allerseelen;2.11.2026;2.11.2026\n"
    )
    assert said(read_table(text)) == [
        (1, Outcome.INSERTED, "It is new."),
        (
            2,
            Outcome.MERGED,
            "Joined with what is there: Herbst now lasts from 2026-10-27 to 2026-11-02.",
        ),
        (3, Outcome.SKIPPED, "It is entered already."),
        (
            4,
            Outcome.CONFLICT,
            (
                "It overlaps Herbst (2026-10-27 – 2026-11-02) and is left out; "
                "change the days of one of them."
            ),
        ),
    ]


OPEN_HOLIDAYS = """Id;Country;StartDate;EndDate;Type;RegionalScope;Name;Subdivisions;Comment
1;AT;2026-10-27;2026-10-31;School;Regional;DE Herbstferien,EN Autumn holidays;AT-9;
2;AT;2026-10-26;;Public;National;DE Nationalfeiertag, Tag der Fahne,EN National Day;;"gesetzlich"
3;AT;2025-10-26;2025-10-26;Public;National;FR Fête nationale;;
"""


def test_the_open_holidays_download_is_recognised() -> None:
    listed = read_table(OPEN_HOLIDAYS)
    assert listed.format is HolidayFormat.OPEN_HOLIDAYS
    assert holidays_in(listed) == [
        (2, "Herbstferien", "2026-10-27", "2026-10-31", "AT-9"),
        (3, "Nationalfeiertag, Tag der Fahne", "2026-10-26", "2026-10-26", None),
        (4, "Fête nationale", "2025-10-26", "2025-10-26", None),
    ]


def test_its_names_are_in_the_users_language_else_in_german() -> None:
    names = [name for _, name, *_ in holidays_in(read_table(OPEN_HOLIDAYS, language="en"))]
    assert names == ["Autumn holidays", "National Day", "Fête nationale"]
    names = [name for _, name, *_ in holidays_in(read_table(OPEN_HOLIDAYS, language="hu"))]
    assert names == ["Herbstferien", "Nationalfeiertag, Tag der Fahne", "Fête nationale"]


def test_a_long_list_of_parts_is_shortened() -> None:
    parts = ",".join(f"CH-ZH-{number:02d}" for number in range(40))
    listed = read_table(OPEN_HOLIDAYS.replace("AT-9", parts))
    region = holidays_in(listed)[0][-1]
    assert region
    assert (len(region), region[-1]) == (100, "…")


def test_a_download_of_several_years_is_cut_to_the_period_line_by_line() -> None:
    assert [outcome for _, outcome, _ in said(read_table(OPEN_HOLIDAYS))] == [
        Outcome.INSERTED,
        Outcome.INSERTED,
        Outcome.SKIPPED,
    ]


NAMES = st.text(st.sampled_from('abcÄöß ,;\t"–'), min_size=1, max_size=12).filter(
    lambda text: any(letter.isalpha() for letter in text)
)


@given(
    st.lists(st.tuples(NAMES, st.dates(YEAR.first, YEAR.last)), min_size=1, max_size=8),
    st.sampled_from(";,\t"),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%Y%m%d"]),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]),
)
def test_what_is_written_as_a_table_is_read_back(
    rows: list[tuple[str, date]], delimiter: str, pattern: str, has_header: bool, encoding: str
) -> None:
    lines = [["name", "start", "end"]] if has_header else []
    lines += [[name, day.strftime(pattern), day.strftime(pattern)] for name, day in rows]
    quoted = [
        delimiter.join('"' + field.replace('"', '""') + '"' for field in line) for line in lines
    ]
    listed = read_table(decode_list("\r\n".join(quoted).encode(encoding)))
    assert [(name.strip(), day.isoformat()) for name, day in rows] == [
        (name, first) for _, name, first, _, _ in holidays_in(listed)
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        listed = read_table(decode_list(content))
    except InvalidInputError:
        return
    plan_import(listed, {}, YEAR)
