"""What a holiday does to the series that heed it: dates left out, and given back."""

import random
import time
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, Occurrence
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.limits import HORIZON
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.errors import ConflictError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, occurrence_checks, occurrences
from infoscreen_core.services.school import holidays
from infoscreen_core.services.school.holiday_calendars import holiday_of
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_period,
    exceptions_of,
    indexed_starts,
    local,
    plan,
    utc,
)
from tests.support.people import EDITOR
from tests.support.school.holidays import enter

NOW = MONDAY


def weekly(
    session: Session,
    group: int,
    period_id: int | None,
    day: str = "MO",
    *,
    skip_holidays: bool = True,
) -> Event:
    first = {"MO": "07", "TU": "08", "WE": "09"}[day]
    return plan(
        session,
        group,
        recurrence_rule=f"FREQ=WEEKLY;BYDAY={day}",
        start=local(f"2026-09-{first}T08:00"),
        end=local(f"2026-09-{first}T08:50"),
        academic_period_id=period_id,
        skip_holidays=skip_holidays,
    )


def test_a_holiday_silences_the_series_of_its_period_and_frees_them_again(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        event = weekly(session, group, period)
        written = enter(session, period, "2026-09-14", "2026-09-21")
        assert written.event_count == 1
        assert exceptions_of(session, event.id) == [
            (utc("2026-09-14T06:00"), ExceptionKind.HOLIDAY),
            (utc("2026-09-21T06:00"), ExceptionKind.HOLIDAY),
        ]
        assert utc("2026-09-14T06:00") not in indexed_starts(session, event.id)
        shorter = Holiday(name="Ferien", start_date=date(2026, 9, 15), end_date=date(2026, 9, 21))
        holidays.update_holiday(session, written.holiday.id, shorter, actor=EDITOR, now=NOW)
        assert exceptions_of(session, event.id) == [
            (utc("2026-09-21T06:00"), ExceptionKind.HOLIDAY)
        ]
        assert utc("2026-09-14T06:00") in indexed_starts(session, event.id)
        assert holidays.delete_holiday(session, written.holiday.id, actor=EDITOR, now=NOW) == 1
        assert exceptions_of(session, event.id) == []
        assert occurrence_checks.verify(session, now=NOW) == []


def test_only_events_that_the_changed_days_touch_are_rewritten(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        touched = weekly(session, group, period, "TU")
        others = [
            weekly(session, group, period, "MO"),
            weekly(session, group, period, "TU", skip_holidays=False),
            weekly(session, group, None, "TU"),
            plan(session, group, academic_period_id=period, skip_holidays=True),
        ]
        before = [
            (event.version, event.indexed_until, _index_ids(session, event)) for event in others
        ]
        version, until = touched.version, touched.indexed_until
    later = NOW + timedelta(hours=1)
    with sessions.begin() as session:
        free = Holiday(name="Ferien", start_date=date(2026, 9, 15), end_date=date(2026, 9, 16))
        written = holidays.create_holiday(session, period, free, actor=EDITOR, now=later)
        assert written.event_count == 1
    with sessions() as session:
        now_touched = session.get_one(Event, touched.id)
        assert now_touched.version == version + 1
        assert now_touched.indexed_until == later + HORIZON != until
        again = [session.get_one(Event, event.id) for event in others]
        assert [
            (one.version, one.indexed_until, _index_ids(session, one)) for one in again
        ] == before


def _index_ids(session: Session, event: Event) -> list[int]:
    return list(session.scalars(select(Occurrence.id).where(Occurrence.event_id == event.id)))


def test_what_people_skipped_stays_skipped(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        event = weekly(session, group, period)
        start = utc("2026-09-14T06:00")
        event_series.skip_occurrence(session, event.id, start, version=None, actor=CLI, now=NOW)
        written = enter(session, period, "2026-09-14", "2026-09-14")
        assert exceptions_of(session, event.id) == [
            (start, ExceptionKind.HOLIDAY),
            (start, ExceptionKind.SKIPPED),
        ]
        holidays.delete_holiday(session, written.holiday.id, actor=EDITOR, now=NOW)
        assert exceptions_of(session, event.id) == [(start, ExceptionKind.SKIPPED)]
        assert start not in indexed_starts(session, event.id)


def test_a_series_that_ended_early_in_a_holiday_comes_back_without_it(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        event = plan(
            session,
            group,
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=2",
            academic_period_id=period,
            skip_holidays=True,
        )
        written = enter(session, period, "2026-09-14", "2026-09-18")
        at = utc("2026-09-08T12:00")
        assert occurrences.deactivate_finished(session, now=at) == [event.id]
        holidays.delete_holiday(session, written.holiday.id, actor=EDITOR, now=at)
        assert event.is_active
        assert utc("2026-09-14T06:00") in indexed_starts(session, event.id)
        assert occurrence_checks.verify(session, now=at) == []


def test_a_holiday_is_the_local_day_of_each_event(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        event = plan(
            session,
            group,
            recurrence_rule="FREQ=DAILY",
            start=local("2026-09-07T23:30"),
            end=local("2026-09-08T00:15"),
            timezone="Pacific/Auckland",
            academic_period_id=period,
            skip_holidays=True,
        )
        enter(session, period, "2026-09-14", "2026-09-14")
        assert exceptions_of(session, event.id) == [
            (utc("2026-09-14T11:30"), ExceptionKind.HOLIDAY)
        ]


def test_each_change_is_told_once(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        for _ in range(3):
            weekly(session, group, period)
        before = changes.current(session)
        enter(session, period, "2026-09-14", "2026-09-14")
        assert changes.current(session) == before + 1


def test_a_change_for_twenty_series_takes_a_blink(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        for _ in range(20):
            weekly(session, group, period)
    with sessions.begin() as session:
        begin = time.process_time()
        assert enter(session, period, "2026-09-14", "2026-09-14").event_count == 20
        assert time.process_time() - begin < 0.5


RULES = (
    "FREQ=WEEKLY;BYDAY=MO,WE",
    "FREQ=DAILY;COUNT=30",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR",
    "FREQ=MONTHLY;BYDAY=2TU",
    "FREQ=DAILY;UNTIL=20261015",
    None,
)


def _free_days(session: Session, period_id: int) -> set[date]:
    rows = holidays.list_holidays(session, period_id)
    return {day for row in rows for day in holiday_of(row).days}


def _change_something(session: Session, period_id: int, chance: random.Random) -> None:
    first = date(2026, 9, 7) + timedelta(days=chance.randrange(60))
    last = first + timedelta(days=chance.choice([0, 0, 1, 4, 9]))
    name = chance.choice(["Ferien", "FERIEN", "Feiertag", "Zwickeltag"])
    holiday = Holiday(name=name, start_date=first, end_date=last)
    rows = holidays.list_holidays(session, period_id)
    action = chance.choice(["create", "create", "update", "delete"]) if rows else "create"
    if action == "create":
        holidays.create_holiday(session, period_id, holiday, actor=EDITOR, now=NOW)
    elif action == "update":
        holidays.update_holiday(session, chance.choice(rows).id, holiday, actor=EDITOR, now=NOW)
    else:
        holidays.delete_holiday(session, chance.choice(rows).id, actor=EDITOR, now=NOW)


def test_after_any_changes_exactly_the_free_days_are_left_out(sqlite_sessions: Sessions) -> None:
    chance = random.Random(20260907)
    vienna = ZoneInfo("Europe/Vienna")
    with sqlite_sessions.begin() as session:
        period, group = add_period(session), add_group(session)
        series = [
            plan(
                session,
                group,
                recurrence_rule=rule,
                start=local(f"2026-09-07T{hour}:30"),
                end=local(f"2026-09-07T{hour}:50"),
                academic_period_id=period,
                skip_holidays=True,
            )
            for rule in RULES
            for hour in ("00", "23")
        ]
        dates = {
            event.id: [
                (one.start, to_local(one.start, vienna).date())
                for one in expand(
                    occurrences.series_of(event, with_exceptions=False),
                    window_start=NOW - timedelta(days=1),
                    window_end=NOW + timedelta(days=400),
                )
            ]
            for event in series
        }
        conflicts = 0
        for _ in range(60):
            before, versions = (
                _free_days(session, period),
                {event.id: event.version for event in series},
            )
            try:
                _change_something(session, period, chance)
            except ConflictError:
                conflicts += 1
            free = _free_days(session, period)
            session.flush()
            for event in series:
                wanted = [start for start, day in dates[event.id] if day in free]
                assert [start for start, _ in exceptions_of(session, event.id)] == wanted
                is_touched = any(day in before ^ free for _, day in dates[event.id])
                assert is_touched or event.version == versions[event.id]
        assert 0 < conflicts < 40
        assert occurrence_checks.verify(session, now=NOW) == []
