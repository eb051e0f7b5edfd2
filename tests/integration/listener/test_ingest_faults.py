from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientLog
from infoscreen_core.db.queries.monitoring import telemetry
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.databases import migrated_file, sessions_on
from tests.support.listener.telemetry import NOW, Desk, health, say
from workers.listener import main as listener

Rows = Sequence[Mapping[str, Any]]
insert_logs = telemetry.insert_logs


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sessionmaker[Session]]:
    """SQLite alone: what fails here is not the database."""
    with sessions_on(migrated_file(tmp_path_factory.mktemp("faults") / "test.db")) as sessions:
        yield sessions


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "RETRY_SECONDS", (0.0, 0.0))


@pytest.fixture
def fail_on(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Make storing the log line "poison" fail; return the sizes of the batches that were tried."""

    def install(error: type[Exception], *, times: int = 1_000_000) -> list[int]:
        tried: list[int] = []

        def fail(session: Session, rows: Rows) -> None:
            tried.append(len(rows))
            if len(tried) <= times and any(row["message"] == "poison" for row in rows):
                raise error("INSERT", {}, Exception("the database says no"))
            insert_logs(session, rows)

        monkeypatch.setattr(telemetry, "insert_logs", fail)
        return tried

    return install


def lines(uuid: str, *messages: str) -> list[Any]:
    return [say(uuid, "logs/error", {"message": message}) for message in messages]


def stored(desk: Desk) -> list[str]:
    return sorted(log.message for log in desk.all(ClientLog))


def test_a_message_that_the_database_refuses_is_isolated(
    desk: Desk, fail_on: Callable[..., list[int]]
) -> None:
    fail_on(DataError)
    uuid = desk.new_client()
    good = [f"line {number:02}" for number in range(60)]
    desk.hear(*lines(uuid, *good[:20], "poison", *good[20:]), say(uuid, "health", health()))
    assert stored(desk) == good
    assert desk.client(uuid).process_status is ProcessStatus.RUNNING
    [letter] = desk.letters()
    assert (letter.reason, letter.client_uuid) == ("not_storable", uuid)
    assert "the database says no" in letter.detail
    assert b"poison" in letter.payload
    figures = desk.listener.metrics()
    assert figures["applied"] == 61
    assert figures["batch_sizes"]["sum"] == figures["received"]
    assert sum(figures["lag_seconds"]["counts"]) == sum(figures["batch_seconds"]["counts"]) > 0


def test_several_poisonous_messages_are_all_found(
    desk: Desk, fail_on: Callable[..., list[int]]
) -> None:
    fail_on(DataError)
    uuid = desk.new_client()
    desk.hear(*lines(uuid, "poison", "a", "poison", "poison", "b", "poison"))
    assert stored(desk) == ["a", "b"]
    assert desk.reasons() == ["not_storable"] * 4


def test_a_lost_race_is_no_poison(desk: Desk, fail_on: Callable[..., list[int]]) -> None:
    fail_on(IntegrityError, times=1)
    uuid = desk.new_client()
    desk.hear(*lines(uuid, "poison"))
    assert stored(desk) == ["poison"]
    assert desk.reasons() == []


def test_a_bug_in_our_own_code_blocks_nothing_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fall_over(_session: Session, _rows: object) -> None:
        msg = "no such thing"
        raise KeyError(msg)

    monkeypatch.setattr(telemetry, "note_service_failures", fall_over)
    uuid = desk.new_client()
    desk.hear(say(uuid, "health", health()))
    assert desk.reasons() == ["not_storable"]


def test_while_the_database_is_away_the_batch_is_kept_and_nothing_is_acknowledged(
    desk: Desk, fail_on: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = fail_on(OperationalError, times=3)
    acknowledged: list[object] = []
    monkeypatch.setattr(desk.listener.connection, "ack", acknowledged.append)
    uuid = desk.new_client()
    for message in lines(uuid, "poison", "a"):
        desk.listener.buffer.put(message)
    for attempt in range(1, 4):
        assert desk.listener.step(now=NOW) is False
        assert len(tried) == attempt
        assert stored(desk) == []
        assert acknowledged == []
        assert desk.listener.buffer.unfinished == 2
    desk.hear()
    assert stored(desk) == ["a", "poison"]
    assert len(acknowledged) == 2
    assert desk.reasons() == []


def test_a_message_on_which_the_database_hangs_up_every_time_is_found_in_the_end(
    desk: Desk, fail_on: Callable[..., list[int]]
) -> None:
    fail_on(OperationalError)
    uuid = desk.new_client()
    desk.hear(*lines(uuid, "a", "poison", "b"))
    assert stored(desk) == ["a", "b"]
    assert desk.reasons() == ["not_storable"]


def test_waiting_for_the_database_grows_longer_up_to_a_limit(
    desk: Desk, fail_on: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = fail_on(OperationalError)
    monkeypatch.setattr(listener, "RETRY_SECONDS", (60.0, 60.0))
    monkeypatch.setattr(listener, "IDLE_SECONDS", 0.0)
    desk.listener.buffer.put(lines(desk.new_client(), "poison")[0])
    for _ in range(20):
        desk.listener.step(now=NOW)
    assert len(tried) == 1
