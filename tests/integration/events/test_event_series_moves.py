"""A series, or the rest of one, at other times: what was left out moves along."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    exceptions_of,
    indexed_starts,
    local,
    utc,
)
from tests.support.events.series import MONDAYS, skip, weekly

NOW = MONDAY


def test_a_changed_time_takes_the_skipped_dates_along(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[1])
        draft = replace(
            EventDraft.of(event), start=local("2026-09-07T10:00"), end=local("2026-09-07T11:00")
        )
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=NOW)
        assert event.recurrence_exception == "20260914T080000Z"
        assert utc("2026-09-14T08:00") not in indexed_starts(session, event.id)


def test_a_dragged_series_takes_its_skipped_dates_along(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[1])
        events.move_event(
            session,
            event.id,
            start=local("2026-09-09T08:00"),
            end=local("2026-09-09T08:50"),
            version=event.version,
            actor=CLI,
            now=NOW,
        )
        assert event.recurrence_exception == "20260916T060000Z"


def move_rest(session: Session, event: Event, start: datetime, to: str, end: str) -> Event:
    return event_series.move_following(
        session,
        event.id,
        start,
        start=local(to),
        end=local(end),
        version=event.version,
        actor=CLI,
        now=NOW,
    )


def test_this_and_following_move_by_as_much_as_one_was_dragged(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        following = move_rest(session, event, MONDAYS[2], "2026-09-22T10:00", "2026-09-22T11:00")
    with sessions() as session:
        assert indexed_starts(session, event.id) == MONDAYS[:2]
        moved = [utc("2026-09-22T08:00") + timedelta(weeks=n) for n in range(3)]
        assert indexed_starts(session, following.id) == moved
        assert (
            session.get_one(Event, following.id).recurrence_rule == "FREQ=WEEKLY;COUNT=3;BYDAY=TU"
        )


def test_what_was_left_out_of_the_moved_rest_stays_left_out(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[3])
        following = move_rest(session, event, MONDAYS[2], "2026-09-22T10:00", "2026-09-22T11:00")
        assert exceptions_of(session, event.id) == []
        assert exceptions_of(session, following.id) == [
            (utc("2026-09-29T08:00"), ExceptionKind.SKIPPED)
        ]


def test_from_the_first_on_the_whole_series_moves(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        following = move_rest(session, event, MONDAYS[0], "2026-09-07T09:00", "2026-09-07T10:00")
        assert following.id == event.id
        assert len(indexed_starts(session, event.id)) == 5


def test_the_rest_of_a_series_on_days_of_the_month_stays_on_its_day(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session, "FREQ=MONTHLY;BYMONTHDAY=7")
        with pytest.raises(InvalidInputError, match="days of the month"):
            move_rest(
                session, event, utc("2026-10-07T06:00"), "2026-10-08T08:00", "2026-10-08T09:00"
            )
        assert session.query(Event).count() == 1


def test_a_stale_version_stops_the_move_of_the_rest(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        with pytest.raises(ConflictError):
            event_series.move_following(
                session,
                event.id,
                MONDAYS[2],
                start=local("2026-09-22T10:00"),
                end=local("2026-09-22T11:00"),
                version=event.version + 1,
                actor=CLI,
                now=NOW,
            )
