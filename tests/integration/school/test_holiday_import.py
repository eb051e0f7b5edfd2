from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import AuditEntry, Event, SchoolHoliday
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holiday_import import HolidayFormat
from infoscreen_core.domain.school.holiday_places import PlaceChoice
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.events import event_series, occurrence_checks
from infoscreen_core.services.school import periods as academic_periods
from infoscreen_core.services.school.holiday_import import (
    import_holidays,
    preview_import,
)
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    add_period,
    exceptions_of,
    indexed_starts,
    plan,
    utc,
)
from tests.support.people import actions_of
from tests.support.school.holiday_files import enter, preview, stored

NOW = MONDAY
TABLE = """name;start;end
Herbstferien;27.10.2026;31.10.2026
Herbstferien;1.11.2026;1.11.2026
Nationalfeiertag;26.10.2026;26.10.2026
Allerseelen;31.10.2026;2.11.2026
Nationalfeiertag;26.10.2026;26.10.2026
"""


def test_a_preview_says_what_the_import_does_and_writes_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        add_holiday(session, date(2026, 11, 2), date(2026, 11, 3), period)
    with sessions.begin() as session:
        expected = preview(session, period, TABLE)
        assert stored(session) == [("Herbstferien", "2026-11-02", "2026-11-03")]
        assert actions_of(session) == []
    with sessions.begin() as session:
        report = enter(session, period, TABLE)
    assert (report.format, report.rows, report.updated) == (
        HolidayFormat.TABLE,
        expected.rows,
        expected.updated,
    )
    assert [(row.line, row.outcome) for row in report.rows] == [
        (2, Outcome.INSERTED),
        (3, Outcome.MERGED),
        (4, Outcome.INSERTED),
        (5, Outcome.CONFLICT),
        (6, Outcome.SKIPPED),
    ]
    counts = (
        report.inserted,
        report.updated,
        report.merged,
        report.skipped,
        report.conflicts,
        report.invalid,
    )
    assert counts == (2, 1, 1, 1, 1, 0)
    with sessions() as session:
        assert stored(session) == [
            ("Nationalfeiertag", "2026-10-26", "2026-10-26"),
            ("Herbstferien", "2026-10-27", "2026-11-03"),
        ]
        row = session.scalars(
            select(SchoolHoliday).where(SchoolHoliday.name == "Nationalfeiertag")
        ).one()
        assert row.source_file_name == "ferien.csv"
        assert actions_of(session) == ["holiday.updated", "holiday.created", "holiday.imported"]
        summary = session.scalars(
            select(AuditEntry.after).where(AuditEntry.entity == "period")
        ).one()
        assert summary == {
            "source": "ferien.csv",
            "format": "table",
            "inserted": 2,
            "updated": 1,
            "merged": 1,
            "skipped": 1,
            "conflicts": 1,
        }


def test_the_same_file_again_changes_nothing(sqlite_sessions: Sessions) -> None:
    text = "Herbst,2026-10-27,2026-10-31\nWeihnachten,2026-12-24,2027-01-06"
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        enter(session, period, text)
        before = stored(session)
        report = enter(session, period, text)
        assert (report.skipped, report.inserted, report.updated) == (2, 0, 0)
        assert stored(session) == before


def test_the_record_names_the_place_that_was_chosen(sqlite_sessions: Sessions) -> None:
    text = "Name;Von;Bis;Region\na;27.10.2026;31.10.2026;Wien\nb;1.2.2027;7.2.2027;Tirol\n"
    with sqlite_sessions.begin() as session:
        enter(session, add_period(session), text, PlaceChoice("Wien"))
        assert stored(session) == [("a", "2026-10-27", "2026-10-31")]
        record = session.scalars(select(AuditEntry.after).where(AuditEntry.entity == "period"))
        assert [(one["subdivision"], one["skipped"]) for one in record if one] == [("Wien", 1)]


def test_events_follow_an_import_at_once_and_are_told_of_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        event = plan(
            session,
            group,
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO",
            academic_period_id=period,
            skip_holidays=True,
        )
        counter = changes.current(session)
        report = enter(session, period, "Ferien,2026-09-14,2026-09-20\nFrei,2026-09-28,2026-09-28")
        assert report.event_count == 1
        assert changes.current(session) == counter + 1
        gone = {utc("2026-09-14T06:00"), utc("2026-09-28T06:00")}
        assert gone.isdisjoint(indexed_starts(session, event.id))
        assert occurrence_checks.verify(session, now=NOW) == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Gut,2026-10-27,2026-10-27\nFalsch,2026-10-32,2026-11-01",
            "Line 2: “2026-10-32” is no date",
        ),
        (
            "Gut,2026-10-27,2026-10-27\nFern,2028-10-01,2028-10-02",
            "Line 2: This lies outside the period 2026/27",
        ),
        (
            "a,1,2\nb,3,4",
            "Nothing was imported: 2 lines are wrong. The first one, line 1: “1” is no date",
        ),
        ("name;start;end\n", "The file has no holidays; choose another one."),
        (b"\x00\x01\x02", "The file is no text"),
        (b"Ferien,2026-10-27,2026-10-27\n" * 20_000, "The file has 20000 lines; 5000 are allowed."),
        ("BEGIN:VCALENDAR\nEND:VCALENDAR\n", "The file has no holidays"),
    ],
)
def test_a_wrong_file_is_refused_as_a_whole(
    sessions: Sessions, text: str | bytes, sentence: str
) -> None:
    with sessions.begin() as session:
        period = add_period(session)
    with pytest.raises(InvalidInputError) as refused, sessions.begin() as session:
        enter(session, period, text)
    assert sentence in str(refused.value)
    with sessions() as session:
        assert stored(session) == []
        assert actions_of(session) == []


def test_a_preview_lists_every_wrong_line(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        report = preview(session, add_period(session), "a,1,2\nGut,2026-10-27,2026-10-27\nb,3,4")
        assert [(row.line, row.outcome) for row in report.rows] == [
            (1, Outcome.INVALID),
            (2, Outcome.INSERTED),
            (3, Outcome.INVALID),
        ]
        assert report.invalid == 2


def test_editors_import_and_archived_periods_take_nothing(sqlite_sessions: Sessions) -> None:
    user = Actor(None, "a user", Role.USER, "10.0.0.1")
    with sqlite_sessions.begin() as session:
        period = add_period(session)
        with pytest.raises(NotAllowedError):
            preview_import(session, period, b"x", file_name="x", actor=user)
        with pytest.raises(NotAllowedError):
            import_holidays(session, period, b"x", file_name="x", actor=user, now=NOW)
        academic_periods.archive_period(session, period, actor=CLI, now=NOW)
        with pytest.raises(ConflictError, match="is archived"):
            enter(session, period, TABLE)


def test_holidays_and_events_changed_at_the_same_time_agree_in_the_end(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period, group = add_period(session), add_group(session)

        first = plan(
            session,
            group,
            recurrence_rule="FREQ=DAILY",
            academic_period_id=period,
            skip_holidays=True,
        ).id

    def add_events(number: int) -> None:
        for day in range(4):
            with sessions.begin() as session:
                plan(
                    session,
                    group,
                    title=f"{number}/{day}",
                    recurrence_rule="FREQ=DAILY",
                    academic_period_id=period,
                    skip_holidays=True,
                )

    def add_holidays(number: int) -> None:
        for day in range(4):
            with sessions.begin() as session:
                enter(
                    session,
                    period,
                    f"F{number}{day},2026-{9 + number}-1{day},2026-{9 + number}-1{day}",
                )

    def skip(number: int) -> None:
        for day in range(4):
            with sessions.begin() as session:
                start = utc(f"2026-{9 + number:02d}-2{day}T06:00")
                event_series.skip_occurrence(
                    session, first, start, version=None, actor=CLI, now=NOW
                )

    with ThreadPoolExecutor(6) as pool:
        works = [
            pool.submit(work, number)
            for work in (add_events, add_holidays, skip)
            for number in (0, 1)
        ]
        for work in works:
            work.result()
    with sessions.begin() as session:
        ids = list(session.scalars(select(Event.id)))
        assert len(ids) == 9
        free = [utc(f"2026-{9 + number:02d}-1{day}T06:00") for number in (0, 1) for day in range(4)]
        for event_id in ids:
            found = exceptions_of(session, event_id)
            assert [start for start, kind in found if kind is ExceptionKind.HOLIDAY] == free
        assert occurrence_checks.verify(session, now=NOW) == []
