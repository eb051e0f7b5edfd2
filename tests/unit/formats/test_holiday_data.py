import re
from datetime import date
from importlib.metadata import requires, version
from pathlib import Path

import pytest

from infoscreen_core.formats.holiday_data import (
    Choice,
    Subdivision,
    has_school_holidays,
    list_countries,
    list_holidays,
    list_subdivisions,
)

ROOT = Path(__file__).resolve().parents[3]
YEAR = (date(2026, 9, 7), date(2027, 7, 2))
VIENNA = Choice("AT", "9")


def spans(choice: Choice, language: str = "de") -> list[tuple[str, str | None, str, str]]:
    return [
        (one.name, one.region, one.start_date.isoformat(), one.end_date.isoformat())
        for one in list_holidays(choice, *YEAR, language=language)
    ]


def test_the_data_are_installed_as_pinned_and_dateutil_stays_at_four() -> None:
    pins = dict(
        re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    )
    assert version("holidays") == pins["holidays"]
    assert version("python-dateutil") == pins["python-dateutil"]
    assert pins["python-dateutil"].startswith("4.")


def test_the_data_still_have_to_be_installed_apart() -> None:
    caps = [line for line in requires("holidays") or [] if line.startswith("python-dateutil")]
    assert any("<3" in line for line in caps), (
        "the cap is gone: make holidays an ordinary dependency"
    )


def test_vienna_has_its_school_and_public_holidays() -> None:
    assert spans(VIENNA) == [
        ("Herbstferien", "Wien", "2026-10-27", "2026-10-31"),
        ("Weihnachtsferien", "Wien", "2026-12-24", "2027-01-06"),
        ("Semesterferien", "Wien", "2027-02-01", "2027-02-06"),
        ("Osterferien", "Wien", "2027-03-20", "2027-03-29"),
        ("Pfingstferien", "Wien", "2027-05-15", "2027-05-17"),
        ("Nationalfeiertag", None, "2026-10-26", "2026-10-26"),
        ("Allerheiligen", None, "2026-11-01", "2026-11-01"),
        ("Mariä Empfängnis", None, "2026-12-08", "2026-12-08"),
        ("Christtag", None, "2026-12-25", "2026-12-25"),
        ("Stephanstag", None, "2026-12-26", "2026-12-26"),
        ("Neujahr", None, "2027-01-01", "2027-01-01"),
        ("Heilige Drei Könige", None, "2027-01-06", "2027-01-06"),
        ("Ostermontag", None, "2027-03-29", "2027-03-29"),
        ("Staatsfeiertag", None, "2027-05-01", "2027-05-01"),
        ("Christi Himmelfahrt", None, "2027-05-06", "2027-05-06"),
        ("Pfingstmontag", None, "2027-05-17", "2027-05-17"),
        ("Fronleichnam", None, "2027-05-27", "2027-05-27"),
    ]


@pytest.mark.parametrize(
    ("part", "first", "last"),
    [
        ("1", "2027-02-08", "2027-02-13"),
        ("Niederösterreich", "2027-02-01", "2027-02-06"),
        ("oö", "2027-02-15", "2027-02-20"),
        ("Steiermark", "2027-02-15", "2027-02-20"),
    ],
)
def test_the_winter_break_differs_by_part_of_the_country(part: str, first: str, last: str) -> None:
    break_ = next(one for one in spans(Choice("AT", part)) if one[0] == "Semesterferien")
    assert break_[2:] == (first, last)


def test_without_school_holidays_or_part_the_public_ones_remain() -> None:
    assert spans(Choice("AT")) == spans(Choice("at", "Wien", with_school=False))
    assert ("Nationalfeiertag", None, "2026-10-26", "2026-10-26") in spans(Choice("AT"))


def test_what_only_a_part_of_a_country_celebrates_bears_its_name() -> None:
    found = spans(Choice("DE", "BY", with_school=False))
    assert ("Fronleichnam", "Bayern", "2027-05-27", "2027-05-27") in found
    assert ("Tag der Deutschen Einheit", None, "2026-10-03", "2026-10-03") in found


def test_names_are_in_the_users_language_where_the_data_have_it() -> None:
    assert "National Day" in [name for name, *_ in spans(VIENNA, language="en")]
    assert "Nationalfeiertag" in [name for name, *_ in spans(VIENNA, language="fr")]


def test_parts_are_listed_with_their_names() -> None:
    assert "AT" in list_countries()
    parts = list_subdivisions("AT")
    assert (parts[0], parts[-1]) == (Subdivision("1", "Burgenland"), Subdivision("9", "Wien"))
    assert list_subdivisions("LI") == []
    assert has_school_holidays("AT")
    assert not has_school_holidays("LI")
