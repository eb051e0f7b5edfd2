"""Raising an emergency on the spot, ending it, and knowing which screens show it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    AuditEntry,
    CalendarSubscription,
    Client,
    ClientScreenshot,
    Event,
    PowerOverride,
    SubscribedEvent,
)
from infoscreen_core.domain.events.emergency import UNTIL_ENDED
from infoscreen_core.domain.events.event import EventType, Priority, Severity
from infoscreen_core.domain.monitoring.showing import Showing
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.errors import ConflictError, InvalidInputError, NotAllowedError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.playing import emergency_orders, emergency_watch
from infoscreen_core.services.playing.emergency_orders import EmergencyOrder, EmergencyResult
from infoscreen_core.services.playing.playing import active_lists
from infoscreen_core.services.playing.views import EmergencyView, Interrupted
from tests.support.events.planning import Sessions, add_group, local, plan
from tests.support.people import EDITOR, add_client, uuid_of

NOW = datetime(2026, 9, 7, 6, 10, 0, 400_000, tzinfo=UTC)
"""A Monday at 08:10 in Vienna, during the lesson that `planning.plan` plans."""
LATER = NOW + timedelta(minutes=3)
GRACE = timedelta(minutes=3)
QUARTER = timedelta(minutes=15)


def order(*groups: int, **changed: Any) -> EmergencyOrder:  # noqa: ANN401 - fields of an order
    values: dict[str, Any] = {
        "text": "Feueralarm\nSammelplatz: Hof",
        "look": Severity.EMERGENCY,
        "duration": QUARTER,
    }
    return EmergencyOrder(**(values | changed), group_ids=groups)


def raise_in(
    sessions: Sessions,
    *groups: int,
    now: datetime = NOW,
    **changed: Any,  # noqa: ANN401 - fields of an order
) -> EmergencyResult:
    with sessions.begin() as session:
        wanted = order(*groups, **changed)
        return emergency_orders.raise_emergency(session, wanted, actor=EDITOR, now=now)


def end(sessions: Sessions, *event_ids: int, now: datetime = LATER) -> EmergencyResult:
    with sessions.begin() as session:
        return emergency_orders.end_emergency(session, event_ids, actor=EDITOR, now=now)


def titles(session: Session, group: int, now: datetime) -> list[str]:
    """What the group's players are told to show."""
    return [item.title for item in active_lists(session, now=now)[group]]


def watched(session: Session, now: datetime) -> tuple[EmergencyView, ...]:
    return emergency_watch.list_emergencies(session, now=now, grace=GRACE)


@pytest.fixture
def groups(sqlite_sessions: Sessions) -> list[int]:
    """Two groups with a screen each and a lesson under way in the first."""
    with sqlite_sessions.begin() as session:
        made = [add_group(session, name) for name in ("Aula", "Hof")]
        for number, group in enumerate(made, start=1):
            add_client(session, number, group_id=group, last_alive=NOW)
        plan(session, made[0])
    return made


def test_it_is_alone_on_the_screens_at_once_and_ends_by_itself(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    with sqlite_sessions() as session:
        before = changes.current(session)
    raised = raise_in(sqlite_sessions, *groups)
    assert (raised.title, raised.screens, len(raised.event_ids)) == ("Feueralarm", 2, 2)
    with sqlite_sessions() as session:
        assert changes.current(session) > before  # which wakes the scheduler
        event = session.get_one(Event, raised.event_ids[0])
        assert (event.priority, event.event_type) == (Priority.EMERGENCY, EventType.MESSAGE)
        assert event.message_text == "Feueralarm\nSammelplatz: Hof"
        assert titles(session, groups[0], NOW) == titles(session, groups[1], NOW) == ["Feueralarm"]
        assert titles(session, groups[0], NOW + QUARTER) == ["Mathe 3B"]


def test_ending_it_brings_the_plan_back_at_once_and_keeps_what_was(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    raised = raise_in(sqlite_sessions, *groups, duration=UNTIL_ENDED)
    with sqlite_sessions() as session:
        assert watched(session, LATER)[0].is_until_ended
    ended = end(sqlite_sessions, *raised.event_ids)
    assert (ended.title, ended.group_ids, ended.screens) == ("Feueralarm", tuple(groups), 2)
    with sqlite_sessions() as session:
        assert titles(session, groups[0], LATER) == ["Mathe 3B"]
        assert titles(session, groups[1], LATER) == []
        event = session.get_one(Event, raised.event_ids[0])
        assert (event.start, event.end) == (
            NOW.replace(microsecond=0),
            LATER.replace(microsecond=0),
        )


def test_a_second_click_on_end_changes_nothing(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    raised = raise_in(sqlite_sessions, groups[0])
    end(sqlite_sessions, *raised.event_ids)
    with pytest.raises(ConflictError, match="over already"):
        end(sqlite_sessions, *raised.event_ids, now=LATER + timedelta(seconds=1))


def test_one_that_is_ended_within_the_second_is_over_at_once(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    raised = raise_in(sqlite_sessions, groups[1])
    end(sqlite_sessions, *raised.event_ids, now=NOW)
    with sqlite_sessions() as session:
        assert titles(session, groups[1], NOW) == []


def test_a_new_one_takes_the_place_of_the_old_one_where_it_is_for(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    first = raise_in(sqlite_sessions, *groups)
    second = raise_in(sqlite_sessions, groups[0], text="Entwarnung", now=LATER)
    with sqlite_sessions() as session:
        assert titles(session, groups[0], LATER) == ["Entwarnung"]
        assert titles(session, groups[1], LATER) == ["Feueralarm"]
        row = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "emergency.raised")
        ).all()[-1]
    assert (row.actor_name, row.entity_id) == (EDITOR.name, str(second.event_ids[0]))
    assert row.after is not None
    assert row.after["replaced_event_ids"] == [first.event_ids[0]]
    assert (row.after["groups"], row.after["screens"]) == (1, 1)


def test_two_who_raise_it_at_the_same_instant_leave_one(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
    barrier = Barrier(2)

    def click() -> None:
        barrier.wait()
        raise_in(sessions, group)

    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(click) for _ in range(2)]:
            job.result(timeout=60)
    with sessions() as session:
        assert titles(session, group, NOW + timedelta(seconds=1)) == ["Feueralarm"]
        assert len(watched(session, NOW + timedelta(seconds=1))) == 1


def test_of_a_series_only_the_present_date_ends(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        alarm = plan(
            session,
            group,
            title="Probealarm",
            priority=Priority.EMERGENCY,
            recurrence_rule="FREQ=DAILY",
        )
        master, start = alarm.id, alarm.start
    end(sqlite_sessions, master, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    with sqlite_sessions() as session:
        assert titles(session, group, NOW) == []
        assert titles(session, group, tomorrow) == ["Probealarm"]
        today = session.scalars(select(Event).where(Event.master_event_id == master)).one()
        assert (today.start, today.end) == (start, NOW.replace(microsecond=0))
    end(sqlite_sessions, master, now=tomorrow)


def test_a_whole_day_ends_at_its_hour(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        day = local("2026-09-07T00:00")
        alarm = plan(
            session, group, priority=Priority.EMERGENCY, is_all_day=True, start=day, end=day
        ).id
    end(sqlite_sessions, alarm)
    with sqlite_sessions() as session:
        event = session.get_one(Event, alarm)
        assert (event.is_all_day, event.end) == (False, LATER.replace(microsecond=0))


def test_one_of_a_subscribed_calendar_is_switched_off(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        alarm = plan(session, group, priority=Priority.EMERGENCY).id
        session.add(
            CalendarSubscription(
                id=1,
                group_id=group,
                name="Schulkalender",
                access_encrypted="-",
                address_shown="https://example.org/…",
                interval_minutes=60,
                next_check_at=NOW,
                created_at=NOW,
            )
        )
        session.flush()
        session.add(SubscribedEvent(event_id=alarm, subscription_id=1, content_digest="-"))
    end(sqlite_sessions, alarm)
    with sqlite_sessions() as session:
        assert not session.get_one(Event, alarm).is_active
        assert titles(session, group, LATER) == []


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"text": " \u200b\n"}, "message_text"),
        ({"text": "x" * 5001}, "message_text"),
        ({"duration": timedelta(seconds=10)}, "duration"),
    ],
)
def test_what_will_not_do_is_refused_beside_its_field(
    sqlite_sessions: Sessions, groups: list[int], changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        raise_in(sqlite_sessions, *groups, **changed)
    assert refused.value.field == field
    with pytest.raises(InvalidInputError) as refused:
        raise_in(sqlite_sessions, 99)
    assert refused.value.field == "group_id"


def test_who_may_only_look_raises_and_ends_nothing(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    user = Actor(None, "a user", Role.USER, "10.0.0.1")
    raised = raise_in(sqlite_sessions, *groups)
    with sqlite_sessions.begin() as session, pytest.raises(NotAllowedError):
        emergency_orders.raise_emergency(session, order(*groups), actor=user, now=NOW)
    with sqlite_sessions.begin() as session, pytest.raises(NotAllowedError):
        emergency_orders.end_emergency(session, raised.event_ids, actor=user, now=NOW)


def test_beforehand_it_says_whom_it_reaches_and_what_it_interrupts(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    burst_end = raise_in(sqlite_sessions, groups[1], text="Wasserrohrbruch").until
    with sqlite_sessions.begin() as session:
        add_client(session, 3, group_id=groups[1], last_alive=NOW - timedelta(hours=1))
        add_client(session, 4, group_id=groups[1], is_active=False)
        lesson_end = session.scalars(select(Event.end).where(Event.title == "Mathe 3B")).one()
    with sqlite_sessions() as session:
        reach = emergency_orders.foresee(session, groups, now=LATER, grace=GRACE)
    assert (reach.groups, reach.screens, reach.offline) == (2, 3, 1)
    assert reach.interrupted == (
        Interrupted("Aula", "Mathe 3B", lesson_end, is_emergency=False),
        Interrupted("Hof", "Wasserrohrbruch", burst_end, is_emergency=True),
    )


def test_each_screen_is_known_to_show_it_or_named_with_its_state(sessions: Sessions) -> None:
    """One query finds reports, pictures and orders on both databases."""
    with sessions.begin() as session:
        aula, hof = add_group(session, "Aula"), add_group(session, "Hof")
        names = ("reports", "pictured", "behind", "silent", "held", "black", "mute")
        for number, name in enumerate(names, start=1):
            client = add_client(session, number, group_id=aula, description=name)
            client.last_alive = LATER
        add_client(session, 8, group_id=aula, is_approved=False, description="pending")
        add_client(session, 9, group_id=hof, hostname="elsewhere", last_alive=LATER)
    raised = raise_in(sessions, aula)
    (alarm,) = raised.event_ids
    with sessions.begin() as session:
        _report(session, 1, alarm)
        _picture(session, 2, alarm)
        _report(session, 3, alarm + 1)
        _client(session, 4).last_alive = NOW - GRACE
        session.add(_held_off(5))
        _client(session, 6).screen_health_status = ScreenHealth.BLACK
        _picture(session, 7, alarm + 1)  # of something else
    with sessions() as session:
        (view,) = watched(session, LATER)
    assert {screen.name: screen.shown.state for screen in view.screens} == {
        "reports": Showing.REPORTED,
        "pictured": Showing.PICTURED,
        "behind": Showing.BEHIND,
        "silent": Showing.OFFLINE,
        "held": Showing.TV_OFF,
        "black": Showing.BROKEN,
        "mute": Showing.NOT_YET,
    }
    assert [screen.name for screen in view.confirmed] == ["pictured", "reports"]
    assert (view.group_names, view.event_ids, view.text) == (
        ("Aula",),
        (alarm,),
        "Feueralarm\nSammelplatz: Hof",
    )


def test_what_was_raised_together_is_one_and_a_group_may_have_no_screen(
    sqlite_sessions: Sessions, groups: list[int]
) -> None:
    with sqlite_sessions.begin() as session:
        empty = add_group(session, "Keller")
    raise_in(sqlite_sessions, *groups, empty)
    with sqlite_sessions() as session:
        (view,) = watched(session, NOW)
        assert watched(session, NOW - timedelta(seconds=1)) == ()
    assert view.group_names == ("Aula", "Hof", "Keller")
    assert len(view.screens) == 2


def _client(session: Session, number: int) -> Client:
    return session.get_one(Client, uuid_of(number))


def _report(session: Session, number: int, event_id: int) -> None:
    client = _client(session, number)
    client.health_at, client.current_event_id = LATER, event_id


def _picture(session: Session, number: int, event_id: int) -> None:
    session.add(
        ClientScreenshot(
            client_uuid=uuid_of(number),
            type=PictureType.EVENT_START,
            filename=f"{number}.png",
            received_at=LATER,
            md5="0" * 32,
            size=1,
            width=1,
            height=1,
            event_id=event_id,
            screen_health=ScreenHealth.OK,
        )
    )


def _held_off(number: int) -> PowerOverride:
    return PowerOverride(
        client_uuid=uuid_of(number),
        intent_id=uuid_of(1),
        desired_state=DesiredPower.OFF,
        reason="Prüfung",
        set_at=NOW,
        expires_at=LATER + QUARTER,
    )
