import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Session

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series
from infoscreen_core.services.events.event_conflicts import Conflict, Replaced, find_conflicts
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    lesson,
    local,
    plan,
    utc,
)

NOW = MONDAY
ZONE = "Europe/Vienna"


def physics(group: int, **changed: object) -> EventDraft:
    """A draft on the Monday of the first week, 08:30–09:20, unless told otherwise."""
    values: dict[str, object] = {
        "title": "Physik",
        "timezone": ZONE,
        "start": local("2026-09-07T08:30"),
        "end": local("2026-09-07T09:20"),
    }
    return lesson(group, **(values | changed))


def found(session: Session, draft: EventDraft, replaces: Replaced | None = None) -> list[Conflict]:
    return find_conflicts(session, draft, now=NOW, replaces=replaces)


def test_an_event_at_the_same_time_is_named_with_its_time(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        maths = plan(session, group)
        (conflict,) = found(session, physics(group))
    assert (conflict.event_id, conflict.title, conflict.group_id) == (maths.id, "Mathe 3B", group)
    assert (conflict.start, conflict.end, conflict.times) == (maths.start, maths.end, 1)


def test_touching_another_group_and_inactive_events_are_in_nobody_s_way(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Foyer")
        plan(session, other)
        plan(session, group, is_active=False)
        plan(session, group, start=local("2026-09-07T09:20"), end=local("2026-09-07T10:00"))
        assert found(session, physics(group)) == []
        assert (
            found(session, physics(group, is_active=False, start=local("2026-09-07T09:00"))) == []
        )


def test_a_series_meets_another_one_as_often_as_they_share_a_day(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, recurrence_rule="FREQ=DAILY")
        (conflict,) = found(session, physics(group, recurrence_rule="FREQ=WEEKLY;COUNT=3"))
        assert conflict.times == 3
        assert conflict.start == utc("2026-09-07T06:00")


def test_holidays_and_left_out_dates_are_free(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        add_holiday(session, date(2026, 9, 14), date(2026, 9, 14))
        plan(session, group, recurrence_rule="FREQ=DAILY")
        draft = physics(group, recurrence_rule="FREQ=WEEKLY;COUNT=3", skip_holidays=True)
        assert found(session, draft)[0].times == 2
        own = plan(session, add_group(session, "Foyer"), recurrence_rule="FREQ=WEEKLY;COUNT=3")
        event_series.skip_occurrence(session, own.id, own.start, version=None, actor=CLI, now=NOW)
        moved = replace(EventDraft.of(own), group_ids=[group])
        assert found(session, moved, Replaced(own.id))[0].times == 2


def test_what_the_draft_replaces_is_not_in_its_way(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        series = plan(session, group, recurrence_rule="FREQ=DAILY")
        tuesday = utc("2026-09-08T06:00")
        single = physics(group, start=local("2026-09-08T08:00"), end=local("2026-09-08T08:50"))
        assert found(session, single, Replaced(series.id)) == []
        assert found(session, single, Replaced(series.id, since=tuesday, until=tuesday)) == []
        later = replace(single, start=local("2026-09-09T08:00"), end=local("2026-09-09T08:50"))
        assert found(session, later, Replaced(series.id, since=tuesday, until=tuesday)) != []
        assert found(session, later, Replaced(series.id, since=tuesday)) == []


def test_what_begins_beyond_the_index_is_computed(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, recurrence_rule="FREQ=DAILY")
        far = physics(
            group,
            start=local("2027-05-03T08:10"),
            end=local("2027-05-03T09:00"),
            recurrence_rule="FREQ=WEEKLY",
        )
        (conflict,) = found(session, far)
        assert conflict.start == utc("2027-05-03T06:00")


def test_what_is_over_meets_nobody_and_what_runs_does(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, start=local("2026-09-07T06:00"), end=local("2026-09-07T08:00"))
        over = physics(group, start=local("2026-09-07T06:10"), end=local("2026-09-07T06:20"))
        assert found(session, over) == []
        running = physics(group, start=local("2026-09-07T06:10"), end=local("2026-09-07T07:20"))
        assert len(found(session, running)) == 1


def test_a_draft_that_cannot_be_saved_is_refused_as_when_saved(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        with pytest.raises(InvalidInputError) as caught:
            found(session, physics(group, end=local("2026-09-07T08:00")))
        assert caught.value.field == "end"


def test_it_takes_few_queries_and_little_time_however_full_the_plan_is(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        groups = [add_group(session, f"Gang {number}") for number in range(5)]
        for group in groups:
            for hour in range(7, 17):
                start = local("2026-09-07T00:00") + timedelta(hours=hour)
                plan(
                    session,
                    group,
                    start=start,
                    end=start + timedelta(minutes=50),
                    recurrence_rule="FREQ=DAILY",
                )
    statements: list[str] = []
    with sqlite_sessions() as session:
        sqlalchemy_event.listen(
            session.get_bind(), "before_cursor_execute", lambda *args: statements.append(args[2])
        )
        began = time.perf_counter()
        conflicts = found(
            session, physics(groups[0], group_ids=groups, recurrence_rule="FREQ=DAILY")
        )
        seconds = time.perf_counter() - began
    assert len(conflicts) == 2 * len(groups)
    assert sum("occurrences" in text for text in statements) == 1
    assert seconds < 2
