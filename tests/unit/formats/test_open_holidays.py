"""The download of OpenHolidays: languages, places, and what is no holiday in it."""

import pytest

from infoscreen_core.domain.school.holiday_import import HolidayFormat
from infoscreen_core.domain.school.holiday_places import PlaceChoice
from infoscreen_core.domain.school.holidays import Outcome
from tests.support.school.lists import entered, holidays_in, read_list, said

OPEN_HOLIDAYS = """Id;Country;StartDate;EndDate;Type;RegionalScope;Name;Subdivisions;Comment
1;AT;2026-10-27;2026-10-31;School;Regional;DE Herbstferien,EN Autumn holidays;AT-9;
2;AT;2026-10-26;;Public;National;DE Nationalfeiertag, Tag der Fahne,EN National Day;;"gesetzlich"
3;AT;2025-10-26;2025-10-26;Public;National;FR Fête nationale;;
"""


def test_the_open_holidays_download_is_recognised() -> None:
    listed = read_list(OPEN_HOLIDAYS)
    assert listed.format is HolidayFormat.OPEN_HOLIDAYS
    assert holidays_in(listed) == [
        (2, "Herbstferien", "2026-10-27", "2026-10-31", "AT-9"),
        (3, "Nationalfeiertag, Tag der Fahne", "2026-10-26", "2026-10-26", None),
        (4, "Fête nationale", "2025-10-26", "2025-10-26", None),
    ]


def test_its_names_are_in_the_users_language_else_in_german() -> None:
    names = [name for _, name, *_ in holidays_in(read_list(OPEN_HOLIDAYS, language="en"))]
    assert names == ["Autumn holidays", "National Day", "Fête nationale"]
    names = [name for _, name, *_ in holidays_in(read_list(OPEN_HOLIDAYS, language="hu"))]
    assert names == ["Herbstferien", "Nationalfeiertag, Tag der Fahne", "Fête nationale"]


def test_a_long_list_of_parts_is_shortened() -> None:
    parts = ",".join(f"CH-ZH-{number:02d}" for number in range(40))
    listed = read_list(OPEN_HOLIDAYS.replace("AT-9", parts))
    region = holidays_in(listed)[0][-1]
    assert region
    assert len(region) == 100
    assert region.startswith("CH-ZH-00, CH-ZH-01, ")
    other = holidays_in(read_list(OPEN_HOLIDAYS.replace("AT-9", f"{parts},CH-ZH-99")))[0][-1]
    assert other
    assert other[:90] == region[:90]
    assert other != region


def test_a_download_of_several_years_is_cut_to_the_period_line_by_line() -> None:
    assert [outcome for _, outcome, _ in said(read_list(OPEN_HOLIDAYS))] == [
        Outcome.INSERTED,
        Outcome.INSERTED,
        Outcome.SKIPPED,
    ]


GROUPS = """Id;Country;StartDate;EndDate;Type;RegionalScope;Name;Subdivisions;Groups;Tags
a1;CH;2026-09-19;2026-10-11;School;Regional;DE Herbstferien,EN Autumn holidays;BE;BE-DE;
a2;CH;2026-10-05;2026-10-16;School;Regional;DE Herbstferien,EN Autumn holidays;BE;BE-FR;
a3;CH;2026-10-17;2026-10-18;School;Regional;DE Herbstferien;BE;BE-DE,BE-FR;
a4;CH;2026-12-25;;Public;National;DE Weihnachten;;;
"""


def test_groups_of_schools_are_not_joined_with_each_other() -> None:
    outcomes = [outcome for _line, outcome, _sentence in said(read_list(GROUPS))]
    assert outcomes == [Outcome.INSERTED, Outcome.CONFLICT, Outcome.INSERTED, Outcome.INSERTED]
    assert entered(read_list(GROUPS)) == {
        "Herbstferien 2026-09-19 2026-10-11 BE · BE-DE",
        "Herbstferien 2026-10-17 2026-10-18 BE · BE-DE, BE-FR",
        "Weihnachten 2026-12-25 2026-12-25 None",
    }


@pytest.mark.parametrize("group", ["BE-FR", "be-fr", "CH-BE-FR", "FR"])
def test_one_group_gets_its_own_days_and_those_of_all(group: str) -> None:
    assert entered(read_list(GROUPS), PlaceChoice("BE", group)) == {
        "Herbstferien 2026-10-05 2026-10-18 BE · BE-FR",
        "Weihnachten 2026-12-25 2026-12-25 None",
    }


COMMENTS = """Id;Country;StartDate;EndDate;Type;Name;Subdivisions;Comment
1;CH;2026-09-19;2026-10-11;School;DE Herbst;BE;DE Kindergärten und Volksschulen
2;CH;2026-10-03;2026-10-18;School;DE Herbst;BE;DE Obligatorische Schulen,FR Écoles obligatoires
3;CH;2026-12-24;2027-01-10;School;DE Winter;BE;DE ab Mittag
"""


def test_a_comment_that_tells_two_kinds_of_schools_apart_is_their_group() -> None:
    assert entered(read_list(COMMENTS), PlaceChoice(school_group="Obligatorische Schulen")) == {
        "Herbst 2026-10-03 2026-10-18 BE · Obligatorische Schulen",
        "Winter 2026-12-24 2027-01-10 BE",
    }


def test_what_is_no_free_day_is_left_out() -> None:
    text = """Country;Type;TemporalScope;Name;StartDate;EndDate
AT;BackToSchool;FullDay;DE Schulbeginn;2026-09-07;
AT;EndOfLessons;FullDay;DE Schulschluss;2027-07-02;
AT;Public;HalfDay;DE Heiliger Abend;2026-12-24;
AT;School;FullDay;DE Ferien;2026-12-24;2027-01-06
"""
    assert said(read_list(text)) == [
        (2, Outcome.SKIPPED, "Schulbeginn is no holiday, but a day of school (backtoschool)."),
        (3, Outcome.SKIPPED, "Schulschluss is no holiday, but a day of school (endoflessons)."),
        (4, Outcome.SKIPPED, "Heiliger Abend is only half a day; enter it by hand if need be."),
        (5, Outcome.INSERTED, "It is new."),
    ]


COUNTRIES = """Country,StartDate,EndDate,Type,Name,Subdivisions
AT,2026-10-26,,Public,DE Feiertag,
CH,2026-10-28,,Public,DE Feiertag,
CH,2026-10-30,,Public,DE Feiertag,"BE,ZH"
DE,2026-11-02,,Public,DE Feiertag,BY
DE,2026-11-04,,Public,DE Feiertag,BY-AU
"""


@pytest.mark.parametrize(
    ("subdivision", "days"),
    [
        ("AT", ["2026-10-26 AT"]),
        ("CH-ZH", ["2026-10-28 CH", "2026-10-30 CH-ZH"]),
        ("DE-BY", ["2026-11-02 DE-BY"]),
        ("BY-AU", ["2026-11-02 DE-BY", "2026-11-04 DE-BY-AU"]),
    ],
)
def test_of_several_countries_each_place_has_its_own_and_what_surrounds_it(
    subdivision: str, days: list[str]
) -> None:
    found = entered(read_list(COUNTRIES), PlaceChoice(subdivision))
    assert sorted(" ".join(one.split()[2:]) for one in found) == days


def test_columns_stand_in_any_order_below_a_line_for_excel() -> None:
    text = "sep=,\nName,Type,EndDate,StartDate,Country\nDE Frei,Public,,2026-10-26,AT\n"
    listed = read_list(text.encode("utf-8-sig"))
    assert listed.format is HolidayFormat.OPEN_HOLIDAYS
    assert holidays_in(listed) == [(3, "Frei", "2026-10-26", "2026-10-26", None)]
