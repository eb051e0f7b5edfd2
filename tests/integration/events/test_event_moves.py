"""Events that are moved: in time, as a series, and to another group."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import Occurrence
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.events.occurrences import series_of
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    indexed_starts,
    lesson,
    local,
    move,
    plan,
    utc,
)

NOW = MONDAY


def test_an_event_moved_to_another_group_takes_its_index_along(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session))
        other = add_group(session, "Hof")
        events.update_event(
            session, event.id, lesson(other), version=event.version, actor=CLI, now=NOW
        )
        assert session.scalars(select(Occurrence.group_id)).all() == [other]


def test_a_dragged_event_lies_where_it_was_dropped(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        move(session, event, "2026-09-09T13:00", "2026-09-09T15:00")
        assert (event.start, event.end) == (utc("2026-09-09T11:00"), utc("2026-09-09T13:00"))


def test_a_dragged_series_takes_its_weekdays_and_its_end_along(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        rule = "FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20260921"
        event = plan(session, add_group(session), recurrence_rule=rule)
        move(session, event, "2026-09-15T09:00", "2026-09-15T10:00", utc("2026-09-14T06:00"))
        assert indexed_starts(session, event.id) == [
            utc("2026-09-08T07:00"),
            utc("2026-09-10T07:00"),
            utc("2026-09-15T07:00"),
            utc("2026-09-17T07:00"),
            utc("2026-09-22T07:00"),
        ]


@pytest.mark.parametrize(
    ("dropped", "rule", "last"),
    [  # across a clock change: from before the autumn's to behind it, and the other way
        ("2026-09-14T08:00", "FREQ=WEEKLY;UNTIL=20261019T060000Z", "2026-10-26T07:00"),
        ("2026-08-31T08:00", "FREQ=WEEKLY;UNTIL=20261026T070000Z", "2026-10-19T06:00"),
        ("2026-09-07T10:00", "FREQ=WEEKLY;UNTIL=20261026T070000Z", "2026-10-26T09:00"),
    ],
)
def test_a_series_dragged_across_a_clock_change_keeps_its_last_occurrence(
    sqlite_sessions: Sessions, dropped: str, rule: str, last: str
) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule=rule)
        count = len(indexed_starts(session, event.id))
        move(session, event, dropped, dropped.replace(":00", ":50"))
        bare = series_of(event, with_exceptions=False)
        found = expand(bare, window_start=utc("2026-01-01"), window_end=utc("2027-01-01"))
        assert (len(found), found[-1].start) == (count, utc(last))


def test_every_second_week_stays_every_second_week_when_dragged(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4",
        )
        before = indexed_starts(session, event.id)
        move(session, event, "2026-09-12T08:00", "2026-09-12T08:50")
        assert indexed_starts(session, event.id) == [start + timedelta(days=5) for start in before]


def test_a_series_bound_to_month_days_moves_within_the_day_only(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=MONTHLY;BYDAY=1MO")
        move(session, event, "2026-09-07T10:00", "2026-09-07T11:00")
        assert event.start == utc("2026-09-07T08:00")
        with pytest.raises(InvalidInputError, match="another day"):
            move(session, event, "2026-09-08T10:00", "2026-09-08T11:00")


def test_a_finished_event_that_is_moved_ahead_becomes_active_again(
    sqlite_sessions: Sessions,
) -> None:
    later = NOW + timedelta(days=2)
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), is_active=False)
        draft = lesson(
            event.group_id,
            start=local("2026-09-20T08:00"),
            end=local("2026-09-20T09:00"),
            is_active=False,
        )
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=later)
        assert event.is_active
        assert indexed_starts(session, event.id) == [utc("2026-09-20T06:00")]
