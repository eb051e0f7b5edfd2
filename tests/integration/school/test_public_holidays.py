import sys
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import SchoolHoliday
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import InvalidInputError, NotAllowedError
from infoscreen_core.formats.holiday_data import Choice, is_available
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.school import holidays
from infoscreen_core.services.school.public_holidays import fill_period, preview_fill
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
VIENNA = Choice("AT", "9")


def stored(session: Session) -> list[str]:
    rows = session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.start_date))
    return [f"{row.name} {row.start_date} – {row.end_date}" for row in rows]


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


def test_filling_again_changes_nothing_and_what_people_entered_stays(
    sqlite_sessions: Sessions,
) -> None:
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
        (
            Choice("XX"),
            "country",
            "The data know no country “XX”; give a code of two letters, such as AT.",
        ),
        (Choice(""), "country", "The data know no country “”"),
        (
            Choice("AT", "10"),
            "subdivision",
            "The data know no part “10” of AT; choose one of: 1 (Burgenland), 2 (Kärnten)",
        ),
        (Choice("LI", "1"), "subdivision", "The data know no part “1” of LI; choose one of: -"),
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
    assert not is_available()
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
