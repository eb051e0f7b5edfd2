"""Series that heed the holidays: which dates are left out, and what brings them back."""

from dataclasses import replace
from datetime import date

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.school import holidays
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    add_period,
    exceptions_of,
    indexed_starts,
    local,
    plan,
    utc,
)
from tests.support.events.series import MONDAYS, skip

NOW = MONDAY


def test_occurrences_in_holidays_are_exceptions_by_their_local_date(sessions: Sessions) -> None:
    with sessions.begin() as session:
        period = add_period(session)
        add_holiday(session, date(2026, 9, 14), date(2026, 9, 21), period)
        add_holiday(session, date(2026, 9, 28), date(2026, 9, 28))
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=5",
            start=local("2026-09-07T00:30"),
            end=local("2026-09-07T01:00"),
            skip_holidays=True,
            academic_period_id=period,
        )
    with sessions() as session:
        holiday = ExceptionKind.HOLIDAY
        assert exceptions_of(session, event.id) == [
            (utc("2026-09-13T22:30"), holiday),
            (utc("2026-09-20T22:30"), holiday),
        ]
        assert len(indexed_starts(session, event.id)) == 3


def test_events_without_a_period_follow_the_holidays_without_one(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        add_holiday(session, date(2026, 9, 14), date(2026, 9, 14), add_period(session))
        add_holiday(session, date(2026, 9, 21), date(2026, 9, 21))
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=5",
            skip_holidays=True,
        )
        assert event.recurrence_exception == "20260921T060000Z"


def test_a_changed_holiday_rebuilds_the_event_and_never_loses_what_people_skipped(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        holiday = add_holiday(session, date(2026, 9, 14), date(2026, 9, 14))
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=5",
            skip_holidays=True,
        )
        skip(session, event, MONDAYS[3])
        skip(session, event, MONDAYS[1])
        day = date(2026, 10, 5)
        moved = Holiday(name="Herbstferien", start_date=day, end_date=day)
        holidays.update_holiday(session, holiday.id, moved, actor=CLI, now=NOW)
    with sessions() as session:
        assert exceptions_of(session, event.id) == [
            (MONDAYS[1], ExceptionKind.SKIPPED),
            (MONDAYS[3], ExceptionKind.SKIPPED),
            (MONDAYS[4], ExceptionKind.HOLIDAY),
        ]
        assert indexed_starts(session, event.id) == [MONDAYS[0], MONDAYS[2]]
        assert session.get_one(Event, event.id).recurrence_end == utc("2026-09-21T06:50")


def test_the_flag_taken_away_brings_the_holidays_back(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        add_holiday(session, date(2026, 9, 14), date(2026, 9, 14))
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=5",
            skip_holidays=True,
        )
        draft = replace(EventDraft.of(event), skip_holidays=False)
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=NOW)
        assert indexed_starts(session, event.id) == MONDAYS[:5]
        assert event.recurrence_exception is None
