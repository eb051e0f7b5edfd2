"""Reconnect storms, and crashes by temperature: counted every hour, read for the analysis."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import (
    BlindSpan,
    Client,
    ClientStatusChange,
    HeatWeek,
    StormStretch,
)
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.health import HOUR, STRETCH, Figures, Metric, Stretch
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.patterns.heat import HeatStep
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring import health
from infoscreen_core.services.monitoring.patterns import heat, storms
from infoscreen_core.services.monitoring.patterns.error_families import error_families
from infoscreen_core.services.monitoring.upkeep import retention
from infoscreen_core.settings import load_settings
from tests.support.events.planning import add_group
from tests.support.listener.telemetry import empty
from tests.support.log_lines import store_lines
from tests.support.monitoring.health_rows import NOW, add_players
from tests.support.people import uuid_of
from tests.support.sql.plans import full_reads, statements
from workers.scheduler.housekeeping import Housekeeping

Sessions = sessionmaker[Session]
HALL = range(1, 6)
LAB = range(6, 8)
BEGAN = NOW.replace(hour=5, minute=0)
MONDAY = date(2026, 11, 23)
VIENNA = ZoneInfo("Europe/Vienna")
LONG = Span(NOW - timedelta(days=30), NOW)


@pytest.fixture
def sessions(shared: Sessions) -> Sessions:
    empty(shared)
    add_players(shared, *(uuid_of(number) for number in (*HALL, *LAB)))
    return shared


@pytest.fixture
def hall(sessions: Sessions) -> int:
    """Five screens in the hall, two in no group."""
    with sessions.begin() as session:
        hall = add_group(session, "Aula")
        for number in HALL:
            session.get_one(Client, uuid_of(number)).group_id = hall
    return hall


def count(sessions: Sessions, now: datetime = NOW) -> None:
    """Let a scheduler that leads do everything that is due."""
    keeper = Housekeeping(load_settings(), sessions)
    while keeper._runner.step(now=now):  # noqa: SLF001 - without its pauses
        pass


def report(
    sessions: Sessions,
    number: int,
    at: datetime,
    *,
    reconnects: int = 0,
    degrees: float = 50,
    length: timedelta = STRETCH,
) -> None:
    with sessions.begin() as session:
        figures = {Metric.TEMPERATURE: Figures(degrees - 1, degrees, degrees + 1, 60)}
        one = Stretch(at, figures, reconnects)
        health.store(session, {(uuid_of(number), at): one}, length=length)


def crash(sessions: Sessions, number: int, at: datetime) -> None:
    with sessions.begin() as session:
        for moment, status, reason in (
            (at, Status.CRITICAL, StatusReason.PROCESS_CRASHED),
            (at + STRETCH, Status.HEALTHY, StatusReason.ALL_WELL),
        ):
            session.add(
                ClientStatusChange(
                    client_uuid=uuid_of(number), at=moment, status=status, reason=reason
                )
            )


def test_a_storm_is_found_with_its_group_and_the_outage_before_it(
    sessions: Sessions, hall: int
) -> None:
    for number in HALL:
        report(sessions, number, BEGAN, reconnects=number)
        report(sessions, number, BEGAN + HOUR, reconnects=int(number < 3))
    report(sessions, 6, BEGAN, reconnects=1)
    report(sessions, 1, BEGAN + STRETCH, reconnects=1)
    with sessions.begin() as session:
        session.add(
            BlindSpan(cause=BlindCause.BROKER, began_at=BEGAN - STRETCH, ended_at=BEGAN + STRETCH)
        )
    count(sessions)
    count(sessions, NOW + HOUR)  # counting again changes nothing
    with sessions() as session:
        found = storms.storms(session, LONG, group=None)
        assert [
            (one.group_id, one.screens, one.members, one.reconnects, one.span) for one in found
        ] == [
            (None, 6, 7, 16, Span(BEGAN, BEGAN + STRETCH)),
            (hall, 5, 5, 15, Span(BEGAN, BEGAN + STRETCH)),
        ]
        assert {one.outage.cause for one in found if one.outage} == {BlindCause.BROKER}
        assert len(storms.storms(session, LONG, group=hall + 1)) == 1


def test_crashes_count_with_the_temperature_of_the_hour_before(
    sessions: Sessions, hall: int
) -> None:
    for number, hours in ((1, range(4)), (2, range(3)), (6, range(2))):
        for hour in hours:
            degrees = 64.9 if hour == 1 else 65.0 if hour == 2 else 41.2
            report(sessions, number, BEGAN - hour * HOUR, degrees=degrees, length=HOUR)
    crash(sessions, 1, BEGAN + 30 * timedelta(minutes=1))  # after the hour from 4:00
    crash(sessions, 1, BEGAN - 1.5 * HOUR)
    crash(sessions, 2, BEGAN + HOUR)
    crash(sessions, 3, BEGAN)  # of which no hour is known
    crash(sessions, 6, BEGAN + 20 * HOUR)
    count(sessions)
    with sessions() as session:
        first = {"first": MONDAY, "last": MONDAY}
        assert heat.heat_steps(session, **first, group=hall) == [
            HeatStep(40, 3, 2),
            HeatStep(60, 2, 1),
            HeatStep(65, 2, 0),
        ]
        assert heat.heat_steps(session, **first, group=None) == [
            HeatStep(40, 4, 2),
            HeatStep(60, 3, 1),
            HeatStep(65, 2, 0),
        ]
        assert heat.mondays_to_count(session, zone=VIENNA, now=NOW) == [date(2026, 11, 16), MONDAY]


def test_they_go_with_the_record_of_statuses(sessions: Sessions, hall: int) -> None:
    for number in HALL:
        report(sessions, number, BEGAN, reconnects=1)
        report(sessions, number, BEGAN, length=HOUR)
    crash(sessions, 1, BEGAN)
    count(sessions)

    def left() -> list[int]:
        with sessions() as session:
            tables = (StormStretch, HeatWeek)
            return [session.scalar(select(func.count()).select_from(one)) or 0 for one in tables]

    assert left() == [2, 1]
    for days, rows in ((0, [2, 1]), (3, [0, 0])):
        with sessions.begin() as session:
            retention.delete_old_statuses(session, days=1, now=NOW + timedelta(days=days))
        assert left() == rows
    assert hall


def test_reading_and_counting_look_nothing_through_from_end_to_end(
    sessions: Sessions, hall: int
) -> None:
    for number in HALL:
        report(sessions, number, BEGAN, reconnects=1)
        report(sessions, number, BEGAN, length=HOUR)
    crash(sessions, 1, BEGAN + HOUR)
    with sessions.begin() as session:
        store_lines(session, [(uuid_of(1), LogLevel.ERROR, BEGAN, "No signal")])
    with sessions() as session, statements(session.connection()) as asked:
        storms.storms(session, LONG, group=None)
        storms.StormCount(Span(BEGAN, NOW)).look(session, after="")
        heat.heat_steps(session, first=MONDAY, last=MONDAY, group=hall)
        heat.count_group(session, hall, [uuid_of(1)], monday=MONDAY, zone=VIENNA)
        for group in (None, hall):
            found = error_families(session, LONG, group=group, limit=3)
            assert [(one.shape, one.lines) for one in found.families] == [("No signal", 1)]
    assert len(asked) > 5
    with sessions() as session:
        for statement, values in asked:
            assert full_reads(session.connection(), statement, values) == [], statement
