"""“Why is this (not) showing?” on a real database: every reason, in agreement with the lists."""

from datetime import date, timedelta
from typing import Any

import pytest

from infoscreen_core.db.models import AcademicPeriod, ClientGroup
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.events.explanation import ReasonCode
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Days
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_series import detach_occurrence, skip_occurrence
from infoscreen_core.services.events.occurrences import deactivate_finished, settle
from infoscreen_core.services.playing import playing
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    add_period,
    lesson,
    local,
    plan,
    utc,
)
from tests.support.playing.explaining import DAILY, ON, ask, codes, only, places

# --- what is on
# -------------------------------------------------------------------------------------------


def test_what_is_on_says_since_when_and_until_when(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group)
        found = ask(session, group)
    assert codes(found) == [ReasonCode.LEADS]
    assert found.is_shown
    assert found.reasons[0].event_id == event.id
    assert places(found, ReasonCode.LEADS) == {
        "title": "Mathe 3B",
        "start": event.start,
        "end": event.end,
    }
    assert "occurrence" not in str(found.reasons[0].sentence)


def test_an_occurrence_of_a_series_is_named_so(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group, recurrence_rule=DAILY)
        found = ask(session, group, utc("2026-09-10T06:30"))
    assert "an occurrence of its series" in str(only(found, ReasonCode.LEADS).sentence)
    assert places(found, ReasonCode.LEADS)["start"] == utc("2026-09-10T06:00")


def test_the_start_belongs_to_it_and_the_end_does_not(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group)
        assert ask(session, group, utc("2026-09-07T06:00")).is_shown
        assert not ask(session, group, utc("2026-09-07T05:59:59")).is_shown
        assert not ask(session, group, utc("2026-09-07T06:50")).is_shown


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"priority": Priority.HIGH, "start": local("2026-09-07T08:20")}, "higher priority"),
        ({"start": local("2026-09-07T07:30")}, "began earlier"),
    ],
)
def test_what_stands_behind_another_says_why(
    sqlite_sessions: Sessions, other: dict[str, Any], why: str
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        behind = plan(session, group)
        leader = plan(session, group, title="Film", **other)
        found = ask(session, group)
    assert codes(found) == [ReasonCode.LEADS, ReasonCode.BEHIND]
    assert [one.event_id for one in found.on_screen] == [leader.id, behind.id]
    assert why in str(only(found, ReasonCode.BEHIND).sentence)


def test_of_two_at_once_the_one_planned_first_leads(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(session, group)
        twin = plan(session, group, title="Zwilling")
        reason = only(ask(session, group), ReasonCode.BEHIND)
    assert reason.event_id == twin.id
    assert "planned first" in str(reason.sentence)


def test_an_emergency_is_alone_and_the_others_wait_for_its_end(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        waiting = plan(session, group, priority=Priority.HIGH)
        end = local("2026-09-07T08:40")
        alarm = plan(session, group, title="Feueralarm", priority=Priority.EMERGENCY, end=end)
        found = ask(session, group)
        asked = ask(session, group, event_id=waiting.id)
    assert codes(found) == [ReasonCode.EMERGENCY_ALONE, ReasonCode.EMERGENCY_HIDES]
    assert [one.event_id for one in found.on_screen] == [alarm.id]
    assert places(found, ReasonCode.EMERGENCY_HIDES)["until"] == alarm.end
    assert (codes(asked), asked.is_shown) == ([ReasonCode.EMERGENCY_HIDES], False)


# --- what is not
# ------------------------------------------------------------------------------------------


def test_when_nothing_is_on_what_was_and_what_comes_is_named(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        plan(session, group)
        plan(
            session,
            group,
            title="Chor",
            start=local("2026-09-08T13:00"),
            end=local("2026-09-08T14:00"),
        )
        found = ask(session, group, utc("2026-09-07T12:00"))
    assert codes(found) == [ReasonCode.NOTHING_PLANNED, ReasonCode.BEFORE, ReasonCode.NEXT]
    assert places(found, ReasonCode.BEFORE) == {"title": "Mathe 3B", "end": utc("2026-09-07T06:50")}
    assert places(found, ReasonCode.NEXT)["start"] == utc("2026-09-08T11:00")


def test_when_nothing_is_near_it_says_so(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        assert codes(ask(session, group)) == [ReasonCode.NOTHING_PLANNED, ReasonCode.NOTHING_NEXT]


@pytest.mark.parametrize(
    ("at", "code"),
    [
        ("2026-09-06T06:30", ReasonCode.NOT_YET),
        ("2026-09-08T12:00", ReasonCode.BETWEEN),
        ("2026-09-12T06:30", ReasonCode.OVER),
    ],
)
def test_an_event_at_other_times_names_the_nearest(
    sqlite_sessions: Sessions, at: str, code: ReasonCode
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group, recurrence_rule="FREQ=DAILY;COUNT=4")
        found = ask(session, group, utc(at), event_id=event.id)
    assert codes(found) == [code]
    assert not found.is_shown
    expected = {
        ReasonCode.NOT_YET: {"start": utc("2026-09-07T06:00")},
        ReasonCode.BETWEEN: {"end": utc("2026-09-08T06:50"), "start": utc("2026-09-09T06:00")},
        ReasonCode.OVER: {"end": utc("2026-09-10T06:50")},
    }
    assert places(found, code) == {"title": "Mathe 3B", **expected[code]}


def test_a_skipped_occurrence_is_an_exception_of_its_series(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group, recurrence_rule=DAILY)
        start = utc("2026-09-08T06:00")
        skip_occurrence(session, event.id, start, version=event.version, actor=CLI, now=MONDAY)
        found = ask(session, group, start, event_id=event.id)
    assert codes(found) == [ReasonCode.SKIPPED]
    assert places(found, ReasonCode.SKIPPED)["start"] == start


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_detached_occurrence_says_where_it_went(
    sqlite_sessions: Sessions, *, is_kept: bool
) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group, recurrence_rule=DAILY)
        start = utc("2026-09-08T06:00")
        moved = lesson(
            group,
            title="Mathe in Raum 7",
            start=local("2026-09-08T11:00"),
            end=local("2026-09-08T11:50"),
        )
        other = detach_occurrence(
            session, event.id, start, moved, version=None, actor=CLI, now=MONDAY
        )
        if not is_kept:
            events.delete_event(session, other.id, actor=CLI, now=MONDAY)
        found = ask(session, group, start)
    reason = only(found, ReasonCode.DETACHED)
    if is_kept:
        assert reason.sentence.params["other"] == "Mathe in Raum 7"
        assert reason.sentence.params["new_start"] == utc("2026-09-08T09:00")
    else:
        assert "deleted since" in str(reason.sentence)


@pytest.mark.parametrize("has_period", [True, False])
def test_a_holiday_is_named_with_its_period(sessions: Sessions, *, has_period: bool) -> None:
    with sessions.begin() as session:
        group, period = add_group(session), add_period(session) if has_period else None
        add_holiday(session, date(2026, 9, 8), date(2026, 9, 9), period)
        plan(session, group, recurrence_rule=DAILY, skip_holidays=True, academic_period_id=period)
        found = ask(session, group, utc("2026-09-09T06:30"))
        name = session.get_one(AcademicPeriod, period).name if period else None
    known = places(found, ReasonCode.HOLIDAY)
    assert known["holiday"] == "Herbstferien"
    assert known["days"] == Days(date(2026, 9, 8), date(2026, 9, 9))
    assert known.get("period") == name
    assert not found.is_shown


def test_an_event_that_is_switched_off_says_so(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group, recurrence_rule=DAILY)
        event.is_active = False
        settle(session, event, now=MONDAY)
        at_its_time = ask(session, group)
        elsewhere = ask(session, group, utc("2026-09-08T12:00"), event_id=event.id)
    assert codes(at_its_time)[:2] == [ReasonCode.NOTHING_PLANNED, ReasonCode.SWITCHED_OFF]
    assert ReasonCode.NOTHING_NEXT in codes(at_its_time)
    assert codes(elsewhere) == [ReasonCode.SWITCHED_OFF, ReasonCode.BETWEEN]


def test_what_became_inactive_by_its_end_was_on_nevertheless(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        event = plan(session, group)
        later = MONDAY + timedelta(days=30)
        assert deactivate_finished(session, now=later) == [event.id]
        session.refresh(event)
        assert codes(ask(session, group, now=later)) == [ReasonCode.LEADS]


def test_an_event_of_another_group_is_sent_there(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        aula, hof = add_group(session), add_group(session, "Hof")
        event = plan(session, aula)
        found = ask(session, hof, event_id=event.id)
    assert codes(found) == [ReasonCode.OTHER_GROUP]
    assert places(found, ReasonCode.OTHER_GROUP) == {
        "title": "Mathe 3B",
        "other": "Aula",
        "group": "Hof",
    }


def test_an_unknown_group_or_event_is_told(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        with pytest.raises(NotFoundError, match="no group"):
            ask(session, 99)
        with pytest.raises(NotFoundError, match="no event"):
            ask(session, group, event_id=99)


@pytest.mark.parametrize("at", ["2026-08-10T06:30", "2028-03-01T07:30"])
def test_beyond_the_index_the_rules_are_asked(sqlite_sessions: Sessions, at: str) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        plan(
            session,
            group,
            now=utc("2026-08-01T00:00"),
            start=local("2026-08-03T08:00"),
            end=local("2026-08-03T08:50"),
            recurrence_rule=DAILY,
        )
        found = ask(session, group, utc(at))
    assert codes(found) == [ReasonCode.LEADS]
    assert places(found, ReasonCode.LEADS)["start"] == utc(at) - timedelta(minutes=30)


def test_a_user_may_ask(sqlite_sessions: Sessions) -> None:
    looker = Actor(user_id=1, name="u", role=Role.USER, source="here")
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        assert ask(session, group, actor=looker).group_name == "Aula"


# --- it agrees with what players get
# ----------------------------------------------------------------------


def test_it_agrees_with_the_players_lists_and_the_overview(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        groups = [add_group(session, name) for name in ("Aula", "Hof", "Mensa")]
        add_holiday(session, date(2026, 9, 8), date(2026, 9, 8))
        for number, group in enumerate(groups):
            plan(session, group, recurrence_rule=DAILY, skip_holidays=number == 1)
            begin = local("2026-09-07T08:00") + timedelta(minutes=7 * number)
            plan(session, group, title="Film", start=begin, end=begin + timedelta(days=1))
        alarm = local("2026-09-07T08:30")
        plan(session, groups[2], priority=100, start=alarm, end=alarm + timedelta(minutes=30))
        session.add(ClientGroup(name="Leer", created_at=MONDAY))
        session.flush()
        for minutes in range(-30, 1600, 13):
            at = ON + timedelta(minutes=minutes)
            lists = playing.active_lists(session, now=at)
            cards = playing.playing_overview(session, now=at)
            for group_id, items in lists.items():
                shown = [one.event_id for one in ask(session, group_id, at, now=MONDAY).on_screen]
                assert shown == [item.id for item in items]
                assert shown == [item.event_id for item in cards[group_id].current]
