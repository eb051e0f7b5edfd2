from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infoscreen_core.domain.school.holiday_import import HolidayFormat, plan_import
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError
from tests.support.school.lists import YEAR, holidays_in, read_list, said


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
    assert holidays_in(read_list(text)) == [(2, "Herbstferien", "2026-10-27", "2026-10-31", "Wien")]


@pytest.mark.parametrize(
    "text",
    [
        "Herbstferien,2026-10-27,2026-10-31,Wien",
        "Herbstferien;20261027;20261031;Wien;noch etwas",
        "Herbstferien\t27.10.2026\t31.10.2026\tWien",
    ],
)
def test_a_table_needs_no_header(text: str) -> None:
    listed = read_list(text)
    assert listed.format is HolidayFormat.TABLE
    assert holidays_in(listed) == [(1, "Herbstferien", "2026-10-27", "2026-10-31", "Wien")]


def test_a_comma_in_a_name_does_not_make_it_the_delimiter() -> None:
    listed = read_list(
        "Allerheiligen, Allerseelen;1.11.2026;2.11.2026\nTag, der;8.12.2026;8.12.2026;"
    )
    assert [name for _, name, *_ in holidays_in(listed)] == [
        "Allerheiligen, Allerseelen",
        "Tag, der",
    ]
    assert [region for *_, region in holidays_in(listed)] == [None, None]


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="no table of holidays"):
        read_list(";;;")


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
    assert said(read_list(text)) == [
        (2, invalid, "“31.02.2027” is no date; write it as 2026-10-26, 26.10.2026 or 20261026."),
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
    assert said(read_list("Ferien im Schuljahr\nHerbst;27.10.2026;31.10.2026")) == [
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
    assert said(read_list(text)) == [
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


NAMES = st.text(st.sampled_from('abcÄöß ,;\t"é'), min_size=1, max_size=12).filter(
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
    listed = read_list("\r\n".join(quoted).encode(encoding))
    assert [(name.strip(), day.isoformat()) for name, day in rows] == [
        (name, first) for _, name, first, _, _ in holidays_in(listed)
    ]


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        listed = read_list(content)
    except InvalidInputError:
        return
    plan_import(listed, {}, YEAR)


EXCEL = "Name;Von;Bis\nSemesterferien;01.02.2027;07.02.2027\n"


@pytest.mark.parametrize("line", ["sep=;", "SEP=;", '"sep=;"', "sep=;;;", "\n sep=; "])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_line_with_which_excel_names_the_delimiter_is_no_holiday(
    line: str, encoding: str
) -> None:
    listed = read_list(f"{line}\r\n{EXCEL}".encode(encoding))
    assert [one[1:] for one in holidays_in(listed)] == [
        ("Semesterferien", "2027-02-01", "2027-02-07", None)
    ]
    assert len(listed.lines) == 1


@pytest.mark.parametrize("delimiter", [",", "\t", "|", "^"])
def test_it_is_obeyed_whatever_it_names(delimiter: str) -> None:
    listed = read_list(f"sep={delimiter}\n{EXCEL.replace(';', delimiter)}")
    assert [name for _, name, *_ in holidays_in(listed)] == ["Semesterferien"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("sep=\n" + EXCEL, "Line 1, “sep=”, should say what separates the columns"),
        ("sep=ab\n" + EXCEL, "Line 1, “sep=ab”, should say what separates the columns"),
        ("sep=,\n" + EXCEL, "Line 1 says that “,” separates the columns, but no line below"),
        ('a;1.2.2027;2.2.2027\n"b;3.2.2027;4.2.2027\n', 'A quotation mark (") on line 2'),
        (
            'a;1.2.2027;2.2.2027\n"b;3.2.2027;4.2.2027\nc";5.2.2027;6.2.2027\n',
            'A quotation mark (") on line 2',
        ),
        ('"' + "x" * 200_000, "The file is no table of holidays"),
        ("x;" * 300, "Line 1 has 301 columns; 200 are allowed."),
        (
            "Titel;Bis\nFerien;1.2.2027\n",
            "The heading (line 1) has no column for the first day, as Start or Von; it has: Titel",
        ),
        ("Von;Bis\n1.2.2027;2.2.2027\n", "The heading (line 1) has no column for the name"),
        ("Name;Von\nFerien;1.2.2027\n", "The heading (line 1) has no column for the last day"),
        (
            "Name;Titel;Von;Bis\na;b;1.2.2027;2.2.2027\n",
            "The heading (line 1) has “Name” (column 1) and “Titel” (column 2), which mean the",
        ),
        ("Name;Start;Von;Bis\na;1.2.2027;1.2.2027;2.2.2027\n", "has “Start” (column 2) and “Von”"),
    ],
)
def test_a_table_that_cannot_be_understood_is_refused_by_line(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_list(text)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "heading",
    [
        "Start Date;End Date;Name;State",
        "start_date;end-date;EVENT NAME;REGION",
        "Beginnt am;Endet am;Betreff;Bundesland",
        "Gültig von;GÜLTIG BIS;Bezeichnung;Kanton",
        "Gu\u0308ltig ab;Gu\u0308ltig bis;Ferienname;Land",
        "From:;Until:;Summary;Subdivision",
        "Erster Tag;Letzter Tag;Schulferien;Province",
        "Datum von;Datum bis;Anlass;Region",
    ],
)
def test_headings_are_known_in_any_order_and_spelling(heading: str) -> None:
    listed = read_list(f"{heading}\n1.2.2027;7.2.2027;Semesterferien;Wien\n")
    assert holidays_in(listed) == [(2, "Semesterferien", "2027-02-01", "2027-02-07", "Wien")]


def test_a_list_of_single_days_needs_no_last_day() -> None:
    text = "Feiertag,Datum\nNationalfeiertag,26.10.2026\n"
    assert holidays_in(read_list(text)) == [
        (2, "Nationalfeiertag", "2026-10-26", "2026-10-26", None)
    ]


def test_columns_that_are_not_used_are_named() -> None:
    listed = read_list("Nr;Name;Tage;Von;Bis;;\n1;Ferien;2,5;1.2.2027;3.2.2027;;\n")
    assert [name for _, name, *_ in holidays_in(listed)] == ["Ferien"]
    assert [str(note) for note in listed.notes] == ["Columns that are not used: Nr, Tage."]


def test_what_stands_around_a_table_is_no_holiday() -> None:
    text = (
        "Schulferien Wien 2026/27;;\n\nName;Von;Bis\n# vorläufig\nHerbst;27.10.2026;31.10.2026\n"
        "#Semester;1.2.2027;7.2.2027\nName;Von;Bis\nWinter;24.12.2026;6.1.2027\n"
    )
    listed = read_list(text)
    assert [number for number, *_ in holidays_in(listed)] == [5, 8]
    assert [(line.number, str(line.sentence)) for line in listed.lines if line.sentence] == [
        (1, "Taken for the heading."),
        (4, "Taken for a comment."),
        (6, "Taken for a comment."),
        (7, "Taken for the heading."),
    ]


def test_a_first_line_with_dates_is_never_taken_for_the_heading() -> None:
    text = "Ferien;1.2.2027;7.2.2027\nName;1.3.2027;7.3.2027\n"
    assert [name for _, name, *_ in holidays_in(read_list(text))] == ["Ferien", "Name"]


def test_quoted_fields_may_hold_delimiters_and_line_ends() -> None:
    text = 'Name;Von;Bis\n"Ferien; und\nfreie ""Tage""";1.2.2027;7.2.2027\nx;1.3.2027;1.3.2027\n'
    assert [(number, name) for number, name, *_ in holidays_in(read_list(text))] == [
        (2, 'Ferien; und\nfreie "Tage"'),
        (4, "x"),
    ]


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("01.09.26", "“01.09.26” has a year of two figures; write all four, as in 26.10.2026."),
        ("9/1/26", "“9/1/26” has a year of two figures"),
        (
            "09/01/2026",
            "“09/01/2026” may begin with the day or with the month; write it as 2026-10-26",
        ),
        ("46266", "“46266” is how Excel counts days; format the column as a date"),
        ("46266,0", "“46266,0” is how Excel counts days"),
        ("1. September 2026", "“1. September 2026” is no date; write it as"),
        ("31.09.2026", "“31.09.2026” is no date; write it as"),
    ],
)
def test_days_that_must_be_guessed_are_refused_by_line(day: str, sentence: str) -> None:
    for text in (f"Name;Von;Bis\nx;{day};{day}\n", f"x;{day};{day}\n"):
        listed = read_list(text)
        assert [line.outcome for line in listed.lines] == [Outcome.INVALID]
        assert str(listed.lines[0].sentence).startswith(sentence)


def test_marks_of_writing_direction_and_hard_spaces_are_no_part_of_a_day_or_name() -> None:
    text = "\u200e27.10.2026\u200e;31.\u00a010.\u00a02026;\u00a0Mu\u0308llferien \u00a0"
    rows, _after = plan_import(read_list(f"Von;Bis;Name\n{text}\n"), {}, YEAR)
    assert rows[0].holiday
    assert rows[0].holiday.name == "Müllferien"


def test_a_kind_of_school_belongs_to_the_place() -> None:
    text = "Name;Von;Bis;Region;Schulart\nFerien;1.2.2027;7.2.2027;Tirol;AHS\n"
    assert [region for *_, region in holidays_in(read_list(text))] == ["Tirol · AHS"]
