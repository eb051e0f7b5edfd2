import re
import sys
from datetime import date
from importlib.metadata import requires, version
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import SchoolHoliday
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError, NotAllowedError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import holidays, public_holidays
from infoscreen_core.services.school.public_holidays import Choice, Subdivision, fill_period, preview_fill
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    add_period,
    indexed_starts,
    local,
    plan,
    utc,
)
from tests.support.people import EDITOR

NOW = MONDAY
ROOT = Path(__file__).resolve().parents[3]
YEAR = (date(2026, 9, 7), date(2027, 7, 2))
VIENNA = Choice("AT", "9")


def spans(choice: Choice, language: str = "de") -> list[tuple[str, str | None, str, str]]:
    return [
        (one.name, one.region, one.start_date.isoformat(), one.end_date.isoformat())
        for one in public_holidays.list_holidays(choice, *YEAR, language=language)
    ]


def stored(session: Session) -> list[str]:
    rows = session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.start_date))
    return [f"{row.name} {row.start_date} – {row.end_date}" for row in rows]


def test_the_data_are_installed_as_pinned_and_dateutil_stays_at_four() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE))
    assert version("holidays") == pins["holidays"]
    assert version("python-dateutil") == pins["python-dateutil"]
    assert pins["python-dateutil"].startswith("4.")


def test_the_data_still_have_to_be_installed_apart() -> None:
    caps = [line for line in requires("holidays") or [] if line.startswith("python-dateutil")]
    assert any("<3" in line for line in caps), "the cap is gone: make holidays an ordinary dependency"


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
    assert "AT" in public_holidays.list_countries()
    parts = public_holidays.list_subdivisions("AT")
    assert (parts[0], parts[-1]) == (Subdivision("1", "Burgenland"), Subdivision("9", "Wien"))
    assert public_holidays.list_subdivisions("LI") == []
    assert public_holidays.has_school_holidays("AT")
    assert not public_holidays.has_school_holidays("LI")


def test_one_step_fills_a_period_and_silences_its_series(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO",
            start=local("2026-09-07T08:00"),
            academic_period_id=period,
            skip_holidays=True,
        )
        expected = preview_fill(session, period, VIENNA, actor=EDITOR)
        assert stored(session) == []
        report = fill_period(session, period, VIENNA, actor=EDITOR, now=NOW)
        assert (report.rows, report.inserted, report.event_count) == (expected.rows, 11, 1)
        assert [str(row.sentence) for row in report.rows if row.outcome is Outcome.SKIPPED] == [
            "These days are free already: Weihnachtsferien.",
            "These days are free already: Weihnachtsferien.",
            "These days are free already: Weihnachtsferien.",
            "These days are free already: Weihnachtsferien.",
            "These days are free already: Osterferien.",
            "These days are free already: Pfingstferien.",
        ]
        assert utc("2026-10-26T07:00") not in indexed_starts(session, event.id)
        assert utc("2026-11-02T07:00") in indexed_starts(session, event.id)
        rows = holidays.list_holidays(session, period)
        assert {row.source_file_name for row in rows} == {"holidays-AT-9"}


def test_filling_again_changes_nothing_and_what_people_entered_stays(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        add_holiday(session, date(2027, 5, 7), date(2027, 5, 7), period)
        fill_period(session, period, VIENNA, actor=EDITOR, now=NOW)
        before = stored(session)
        report = fill_period(session, period, VIENNA, actor=EDITOR, now=NOW)
        assert (report.inserted, report.merged, report.conflicts) == (0, 0, 0)
        assert stored(session) == before
        assert "Herbstferien 2027-05-07 – 2027-05-07" in before


@pytest.mark.parametrize(
    ("choice", "field", "sentence"),
    [
        (Choice("XX"), "country", 'The data know no country "XX"; give a code of two letters, such as AT.'),
        (Choice(""), "country", 'The data know no country ""'),
        (
            Choice("AT", "10"),
            "subdivision",
            'The data know no part "10" of AT; choose one of: 1 (Burgenland), 2 (Kärnten)',
        ),
        (Choice("LI", "1"), "subdivision", 'The data know no part "1" of LI; choose one of: -'),
    ],
)
def test_an_unknown_place_is_refused_with_a_sentence(
    sqlite_sessions: Sessions, choice: Choice, field: str, sentence: str
) -> None:
    with sqlite_sessions.begin() as session:
        with pytest.raises(InvalidInputError) as refused:
            fill_period(session, add_period(session), choice, actor=EDITOR, now=NOW)
        assert refused.value.field == field
        assert str(refused.value).startswith(sentence)
        assert stored(session) == []


def test_without_the_data_a_sentence_says_so(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert not public_holidays.is_available()
    with sqlite_sessions.begin() as session:
        with pytest.raises(InvalidInputError, match="The public-holiday data are not installed"):
            fill_period(session, add_period(session), VIENNA, actor=EDITOR, now=NOW)
        assert stored(session) == []


def test_users_do_not_fill(sqlite_sessions: Sessions) -> None:
    user = Actor(None, "a user", Role.USER, "10.0.0.1")
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        with pytest.raises(NotAllowedError):
            fill_period(session, period, VIENNA, actor=user, now=NOW)
        with pytest.raises(NotAllowedError):
            preview_fill(session, period, VIENNA, actor=user)
