"""“Why is this (not) showing?” now: scheduler, broker, and each screen of the group."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, Event, Lease, WorkerStatus
from infoscreen_core.domain.events.explanation import ReasonCode
from infoscreen_core.domain.screens.player import ObservedPower, ProcessStatus
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import power
from tests.support.events.planning import MONDAY, Sessions, add_group, local, plan
from tests.support.people import add_client
from tests.support.playing.explaining import ON, ask, codes, only, places


def on_air(session: Session, now: datetime = ON) -> tuple[int, Event]:
    """A group with an event that is on, and a scheduler that leads."""
    group = add_group(session)
    session.add(Lease(name="scheduler", holder="me", expires_at=now + timedelta(seconds=5)))
    session.add(
        WorkerStatus(
            name="scheduler", pid=1, host="h", started_at=now, seen_at=now, is_broker_connected=True
        )
    )
    return group, plan(session, group)


def add_screen(session: Session, number: int, group: int, event: Event, **changed: Any) -> Client:  # noqa: ANN401
    screen = add_client(
        session, number, description=f"Aula {number}", group_id=group, last_alive=ON
    )
    screen.process_status, screen.health_at, screen.current_event_id = (
        ProcessStatus.RUNNING,
        ON,
        event.id,
    )
    for name, value in changed.items():
        setattr(screen, name, value)
    session.flush()
    return screen


def test_screens_that_show_it_are_counted(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, event = on_air(session)
        for number in (1, 2):
            add_screen(session, number, group, event)
        found = ask(session, group, now=ON)
    assert codes(found) == [ReasonCode.LEADS, ReasonCode.SHOWS_IT]
    assert places(found, ReasonCode.SHOWS_IT) == {"count": 2, "total": 2, "title": "Mathe 3B"}


def test_of_another_time_nothing_is_said_about_screens(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group, _event = on_air(session)
        assert codes(ask(session, group, now=MONDAY)) == [ReasonCode.LEADS]
        assert codes(ask(session, group, now=ON)) == [ReasonCode.LEADS, ReasonCode.NO_SCREENS]
        assert codes(ask(session, group, now=ON, at=None)) == [
            ReasonCode.LEADS,
            ReasonCode.NO_SCREENS,
        ]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"last_alive": ON - timedelta(minutes=20)}, ReasonCode.SCREEN_OFFLINE),
        ({"last_alive": None}, ReasonCode.SCREEN_OFFLINE),
        ({"is_active": False}, ReasonCode.SCREEN_SWITCHED_OFF),
        ({"process_status": ProcessStatus.CRASHED}, ReasonCode.SCREEN_TROUBLE),
        ({"screen_health_status": ScreenHealth.BLACK}, ReasonCode.SCREEN_TROUBLE),
        ({"power_state": ObservedPower.OFF}, ReasonCode.TV_OFF),
        ({"current_event_id": None}, ReasonCode.SHOWS_OTHER),
        ({"current_event_id": 999}, ReasonCode.SHOWS_OTHER),
    ],
)
def test_a_screen_that_does_not_show_it_says_why(
    sqlite_sessions: Sessions, changed: dict[str, Any], code: ReasonCode
) -> None:
    with sqlite_sessions.begin() as session:
        group, event = on_air(session)
        add_screen(session, 1, group, event)
        bad = add_screen(session, 2, group, event, **changed)
        found = ask(session, group, now=ON)
    assert codes(found) == [ReasonCode.LEADS, ReasonCode.SHOWS_IT, code]
    assert places(found, ReasonCode.SHOWS_IT)["count"] == 1
    assert only(found, code).client_uuid == bad.uuid
    assert only(found, code).sentence.params["screen"] == "Aula 2"


def test_a_screen_that_shows_another_event_names_both(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group, event = on_air(session)
        film = plan(session, group, title="Film", end=local("2026-09-07T08:10"))
        add_screen(session, 1, group, event, current_event_id=film.id)
        known = places(ask(session, group, now=ON), ReasonCode.SHOWS_OTHER)
    assert (known["shown"], known["title"], known["reported_at"]) == ("Film", "Mathe 3B", ON)


def test_what_a_screen_said_before_the_event_began_is_no_contradiction(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        group, event = on_air(session)
        early = event.start - timedelta(seconds=3)
        add_screen(session, 1, group, event, current_event_id=None, health_at=early)
        assert codes(ask(session, group, now=ON)) == [ReasonCode.LEADS]


def test_an_operators_order_is_named_with_its_reason_and_end(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, event = on_air(session)
        screen = add_screen(session, 1, group, event, power_state=ObservedPower.OFF)
        power.set_override(
            session,
            screen.uuid,
            DesiredPower.OFF,
            reason="Prüfung im Raum",
            lasting=timedelta(hours=1),
            actor=CLI,
            now=ON,
        )
        found = ask(session, group, now=ON)
    assert codes(found) == [ReasonCode.LEADS, ReasonCode.TV_HELD_OFF]
    known = places(found, ReasonCode.TV_HELD_OFF)
    assert (known["why"], known["until"]) == ("Prüfung im Raum", ON + timedelta(hours=1))


def test_without_a_leader_the_screens_keep_what_they_have(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group, _event = on_air(session)
        session.get_one(Lease, "scheduler").expires_at = ON - timedelta(seconds=1)
        session.get_one(WorkerStatus, "scheduler").seen_at = ON - timedelta(minutes=3)
        session.flush()
        reason = only(ask(session, group, now=ON), ReasonCode.NO_LEADER)
    assert reason.sentence.params["seen_at"] == ON - timedelta(minutes=3)


def test_a_scheduler_without_its_broker_is_told(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group, _event = on_air(session)
        session.get_one(WorkerStatus, "scheduler").is_broker_connected = False
        session.flush()
        assert ReasonCode.BROKER_AWAY in codes(ask(session, group, now=ON))
