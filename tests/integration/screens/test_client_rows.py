"""Single clients, judged by what is known of them and read by the record."""

from datetime import timedelta
from itertools import count, product
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, ClientLog
from infoscreen_core.db.queries.clients import (
    IN_SERVICE,
    ClientRow,
    LogCounts,
    list_pending_uuids,
)
from infoscreen_core.db.queries.monitoring.lists.players import list_rows
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, Status, StatusReason
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.domain.screens.standing import Standing
from tests.support.people import NOW, add_client, uuid_of
from tests.support.record import GRACE, judge_all

HOUR = timedelta(hours=1)
_digests = count()


def _add_healthy(session: Session, number: int = 1, **columns: Any) -> Client:  # noqa: ANN401 - column values
    values = {"last_alive": NOW, "process_status": ProcessStatus.RUNNING, **columns}
    return add_client(session, number, **values)


def _log(
    session: Session, level: LogLevel, *, age: timedelta, number: int = 1, times: int = 1
) -> None:
    for _ in range(times):
        session.add(
            ClientLog(
                client_uuid=uuid_of(number),
                level=level,
                message="x",
                received_at=NOW - age,
                ordered_at=NOW - age,
                digest=str(next(_digests)),
            )
        )
    session.flush()


def _one(session: Session, *, log_window: timedelta = LOG_WINDOW) -> ClientRow:
    judge_all(session, now=NOW)
    [row] = list_rows(session, [uuid_of(1)], now=NOW, window=log_window)
    return row


def test_counts_are_taken_within_their_windows(sessions: sessionmaker[Session]) -> None:
    with sessions.begin() as session:
        _add_healthy(session)
        _log(session, LogLevel.ERROR, age=HOUR / 2)
        _log(session, LogLevel.ERROR, age=HOUR * 5, times=2)
        _log(session, LogLevel.WARN, age=HOUR * 23, times=3)
        _log(session, LogLevel.ERROR, age=HOUR * 25, times=4)
        _log(session, LogLevel.INFO, age=HOUR / 2, times=5)
    with sessions() as session:
        assert _one(session).logs == LogCounts(errors=3, warnings=3, errors_last_hour=1)
        assert _one(session, log_window=HOUR).logs == LogCounts(1, 0, 1)
        assert _one(session, log_window=HOUR * 168).logs == LogCounts(7, 3, 1)


def test_a_window_shorter_than_an_hour_still_knows_the_last_hours_errors(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        _add_healthy(session)
        _log(session, LogLevel.ERROR, age=HOUR / 2)
    with sessions() as session:
        assert _one(session, log_window=HOUR / 4).logs == LogCounts(0, 0, 1)


@pytest.mark.parametrize(
    ("columns", "status", "reason"),
    [
        ({}, Status.HEALTHY, StatusReason.ALL_WELL),
        ({"last_alive": None}, Status.OFFLINE, StatusReason.NEVER_SEEN),
        ({"last_alive": NOW - GRACE}, Status.HEALTHY, StatusReason.ALL_WELL),
        (
            {"last_alive": NOW - GRACE - timedelta(microseconds=1)},
            Status.OFFLINE,
            StatusReason.HEARTBEAT_STALE,
        ),
        ({"is_active": False}, Status.OFFLINE, StatusReason.DEACTIVATED),
        ({"is_approved": False}, Status.UNKNOWN, StatusReason.PENDING),
        ({"process_status": ProcessStatus.CRASHED}, Status.CRITICAL, StatusReason.PROCESS_CRASHED),
        ({"screen_health_status": ScreenHealth.BLACK}, Status.CRITICAL, StatusReason.SCREEN_BLACK),
        ({"service_failed_at": NOW}, Status.CRITICAL, StatusReason.SERVICE_FAILED),
        ({"process_status": None}, Status.WARNING, StatusReason.PROCESS_NOT_RUNNING),
        (
            {"expected_event_id": 3, "current_event_id": 4},
            Status.WARNING,
            StatusReason.UNEXPECTED_EVENT,
        ),
        (
            {
                "mqtt_reconnect_count": 7,
                "reconnect_window_count": 4,
                "reconnect_window_at": NOW - HOUR,
            },
            Status.WARNING,
            StatusReason.RECONNECTS,
        ),
        (
            {
                "mqtt_reconnect_count": 7,
                "reconnect_window_count": 4,
                "reconnect_window_at": NOW - 2 * HOUR,
            },
            Status.HEALTHY,
            StatusReason.ALL_WELL,
        ),
    ],
)
def test_a_client_gets_the_status_of_its_facts(
    sqlite_sessions: sessionmaker[Session],
    columns: dict[str, Any],
    status: Status,
    reason: StatusReason,
) -> None:
    with sqlite_sessions.begin() as session:
        _add_healthy(session, **columns)
        verdict = _one(session).verdict
    assert (verdict.status, verdict.reason) == (status, reason)


def test_an_unknown_client_has_no_row(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions() as session:
        assert list_rows(session, [uuid_of(1)], now=NOW, window=LOG_WINDOW) == []


def test_those_who_wait_longest_come_first(sqlite_sessions: sessionmaker[Session]) -> None:
    with sqlite_sessions.begin() as session:
        add_client(session, 1)
        late, early = (add_client(session, number, is_approved=False) for number in (2, 3))
        early.registration_time = NOW - HOUR
        session.flush()
        assert list_pending_uuids(session) == [early.uuid, late.uuid]


def test_sql_and_rule_agree_on_which_screens_are_in_service(
    sessions: sessionmaker[Session],
) -> None:
    with sessions.begin() as session:
        for number, (is_approved, is_active, rejected_at) in enumerate(
            product((True, False), (True, False), (None, NOW)), start=1
        ):
            add_client(
                session,
                number,
                is_approved=is_approved,
                is_active=is_active,
                rejected_at=rejected_at,
            )
        by_rule = {
            client.uuid
            for client in session.scalars(select(Client))
            if client.standing is Standing.IN_SERVICE
        }
        assert set(session.scalars(select(Client.uuid).where(IN_SERVICE))) == by_rule
        assert len(by_rule) == 2
