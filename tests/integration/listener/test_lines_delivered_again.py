"""Log lines through a real broker when the listener is killed, or it or the broker was away."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientLog
from tests.support.listener.listening import DYING, ListenerProcess, Speaker, speaking
from tests.support.listener.telemetry import health, stamp
from tests.support.monitoring.log_counts import recount, stored_counts
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto

StartListener = Callable[[Mosquitto], ListenerProcess]


@pytest.fixture
def start_listener(tmp_path: Path, sqlite_url: str) -> Iterator[StartListener]:
    started: list[ListenerProcess] = []

    def start(broker: Mosquitto) -> ListenerProcess:
        name = f"test-{uuid4().hex[:8]}"
        listener = ListenerProcess(broker, sqlite_url, tmp_path / "listener", name)
        started.append(listener)
        listener.start()
        return listener

    yield start
    for listener in started:
        listener.close()


def lines(listener: ListenerProcess) -> list[ClientLog]:
    with listener.sessions() as session:
        return list(session.scalars(select(ClientLog).order_by(ClientLog.id)))


def is_stored(listener: ListenerProcess, count: int) -> bool:
    return len(lines(listener)) >= count


def write(speaker: Speaker, uuid: str, message: str, at: datetime) -> None:
    body = json.dumps({"message": message, "timestamp": stamp(at)})
    speaker.say(f"infoscreen/{uuid}/logs/error", body.encode())


def away(listener: ListenerProcess) -> str:
    """Return a player's UUID; the listener has a session, and is away."""
    uuid = str(uuid4())
    listener.add_client(uuid)
    listener.kill()
    return uuid


@pytest.mark.parametrize("acknowledged", [0, 1, 2, 3])
def test_equal_lines_are_neither_lost_nor_doubled_by_death_between_commit_and_acknowledgement(
    mosquitto: Mosquitto, start_listener: StartListener, acknowledged: int
) -> None:
    listener = start_listener(mosquitto)
    uuid = away(listener)
    second = utc_now().replace(microsecond=0)
    with speaking(mosquitto) as speaker:
        for _ in range(3):
            write(speaker, uuid, "again", second)
        speaker.wait_for_confirmations()
        listener.start(wait=False, command=(*DYING, str(acknowledged)))
        listener.wait_for_death()
        assert lines(listener)  # all three, if they came in one batch
        write(speaker, uuid, "again", second)
        write(speaker, uuid, "last", second)
        speaker.wait_for_confirmations()
    listener.start()
    wait_until(lambda: any(line.message == "last" for line in lines(listener)), what="the last")
    assert [line.message for line in lines(listener)] == [*["again"] * 4, "last"]
    with listener.sessions() as session:
        assert stored_counts(session) == recount(session)


def test_a_line_that_waited_for_the_listener_keeps_its_time_and_a_live_one_does_not(
    mosquitto: Mosquitto, start_listener: StartListener
) -> None:
    listener = start_listener(mosquitto)
    uuid = away(listener)
    written = utc_now() - timedelta(minutes=6)
    with speaking(mosquitto) as speaker:
        for number in range(250):  # more than are under way at once
            write(speaker, uuid, f"waited {number}", written + timedelta(milliseconds=number))
        speaker.wait_for_confirmations()
        listener.start()
        wait_until(partial(is_stored, listener, 250), what="the backlog")
        write(speaker, uuid, "live", written)
        wait_until(partial(is_stored, listener, 251), what="the live line")
    *backlog, live = lines(listener)
    assert [line.ordered_at for line in backlog] == [line.timestamp for line in backlog]
    assert not any(line.is_clock_skewed for line in backlog)
    assert live.is_clock_skewed
    assert live.ordered_at == live.received_at
    assert not listener.metrics()["dead_lettered"]


def test_what_a_player_kept_while_the_broker_was_away_keeps_its_time(
    own_mosquitto: Mosquitto, start_listener: StartListener
) -> None:
    listener = start_listener(own_mosquitto)
    uuid = str(uuid4())
    listener.add_client(uuid)
    with speaking(own_mosquitto) as speaker:
        body = json.dumps(health(timestamp=stamp(utc_now()))).encode()
        speaker.say(f"infoscreen/{uuid}/health", body, qos=0)
        wait_until(partial(is_clock_known, listener, uuid), what="the clock's verdict")
    own_mosquitto.stop()
    own_mosquitto.start()
    wait_until(listener.is_ready, seconds=30, what="the listener back")
    written = utc_now() - timedelta(minutes=6)
    with speaking(own_mosquitto) as speaker:
        write(speaker, uuid, "kept", written)
        wait_until(partial(is_stored, listener, 1), what="the line")
    [line] = lines(listener)
    assert (line.ordered_at, line.is_clock_skewed) == (written, False)


def is_clock_known(listener: ListenerProcess, uuid: str) -> bool:
    with listener.sessions() as session:
        return session.get_one(Client, uuid).clock_behind_seconds is not None
