"""Health in stretches of five minutes equals what the messages say, whatever happens meanwhile."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import delete, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, ClientHealth
from infoscreen_core.domain.monitoring.health import STRETCH, Figures, Metric, Stretch, fold
from infoscreen_core.services.monitoring.health import stretch_of
from tests.support.listener.telemetry import Desk, at, health, say, stamp
from workers.mqtt.connection import ReceivedMessage

FIELDS = {
    Metric.CPU: "cpu_percent",
    Metric.MEMORY: "memory_percent",
    Metric.TEMPERATURE: "temperature_c",
    Metric.DISK: "disk_free_mb",
}
Heard = list[tuple[datetime, dict[str, float | None]]]


def metrics(**values: float | None) -> dict[str, float | None]:
    return {"cpu_percent": 20.0, "memory_percent": 40.0, **values}


def says(uuid: str, values: dict[str, float | None], received_at: datetime) -> ReceivedMessage:
    payload = health(health_metrics=values)
    return say(uuid, "health", payload, qos=0, received_at=received_at)


def counts(uuid: str, count: int, received_at: datetime) -> ReceivedMessage:
    payload = health(broker_connection={"reconnect_count": count})
    return say(uuid, "health", payload, qos=0, received_at=received_at)


def recomputed(heard: Heard) -> list[Stretch]:
    samples = [
        Stretch(
            moment,
            {
                metric: Figures(value, value, value, 1)
                for metric, field in FIELDS.items()
                if (value := values.get(field)) is not None
            },
            0,
        )
        for moment, values in sorted(heard, key=lambda one: one[0])
    ]
    return fold(samples, STRETCH)


def stored(desk: Desk, uuid: str) -> list[Stretch]:
    rows = [row for row in desk.all(ClientHealth) if row.client_uuid == uuid]
    return [stretch_of(vars(row)) for row in sorted(rows, key=lambda row: row.at)]


def write(desk: Desk) -> None:
    desk.listener.ingest.health.finish(60)


def assert_same(found: list[Stretch], wanted: list[Stretch]) -> None:
    assert [one.at for one in found] == [one.at for one in wanted]
    for one, other in zip(found, wanted, strict=True):
        assert one.figures.keys() == other.figures.keys()
        assert one.reconnects == other.reconnects
        for metric, figures in one.figures.items():
            expected = other.figures[metric]
            assert (figures.low, figures.high) == (expected.low, expected.high)
            assert figures.count == expected.count
            assert figures.mean == pytest.approx(expected.mean)


@contextmanager
def lost_answers(sessions: sessionmaker[Session]) -> Iterator[None]:
    """Let the database store what it is told, and the connection break before it says so."""

    def break_off(_session: Session) -> None:
        raise OperationalError("COMMIT", None, ConnectionError("gone away"))

    event.listen(sessions, "after_commit", break_off)
    try:
        yield
    finally:
        event.remove(sessions, "after_commit", break_off)


def test_what_is_stored_equals_what_was_said_over_restarts_and_lost_answers(desk: Desk) -> None:
    luck = random.Random(9)
    heard: dict[str, Heard] = {desk.new_client(): [] for _ in range(3)}
    moment = at(0)
    for number in range(60):
        batch = []
        for _ in range(luck.randint(1, 30)):
            moment += timedelta(seconds=luck.choice((0, 0.2, 1, 4)))
            uuid = luck.choice(list(heard))
            names = luck.sample(list(FIELDS.values()), luck.randint(0, 4))
            values: dict[str, float | None] = {
                name: luck.choice((None, luck.uniform(-10, 90))) for name in names
            }
            heard[uuid].append((moment, values))
            batch.append(says(uuid, values, moment))
        desk.hear(*batch)
        if number % 7 == 3:
            with lost_answers(desk.sessions):
                write(desk)
        if number % 5 == 4:
            write(desk)
        if number % 10 == 9:
            desk.restart()
    for uuid, samples in heard.items():
        wanted = [one for one in recomputed(samples) if one.figures]
        found = [one for one in stored(desk, uuid) if one.figures]
        assert len(wanted) > 3
        assert_same(found, wanted)


def test_a_killed_listener_loses_what_it_had_not_written_and_counts_nothing_twice(
    desk: Desk,
) -> None:
    uuid = desk.new_client()
    desk.hear(says(uuid, metrics(temperature_c=50), at(10)))
    write(desk)
    desk.hear(says(uuid, metrics(temperature_c=90), at(20)))
    desk.restart()
    desk.hear(says(uuid, metrics(temperature_c=40), at(30)))
    write(desk)
    write(desk)
    [stretch] = stored(desk, uuid)
    assert stretch.figures[Metric.TEMPERATURE] == Figures(40, 45, 50, 2)


def test_the_servers_clock_tells_the_stretch_whatever_the_player_says(desk: Desk) -> None:
    uuid = desk.new_client()
    payload = health(health_metrics=metrics(), timestamp=stamp(at(-365 * 86_400)))
    desk.hear(say(uuid, "health", payload, received_at=at(299)))
    desk.hear(say(uuid, "health", payload, received_at=at(300)))
    write(desk)
    assert [stretch.at for stretch in stored(desk, uuid)] == [at(0), at(300)]


def test_a_server_clock_that_is_set_back_adds_to_the_stretch_before(desk: Desk) -> None:
    uuid = desk.new_client()
    for moment in (10, 310, 20, 320):
        desk.hear(says(uuid, metrics(), at(moment)))
        write(desk)
    assert [one.figures[Metric.CPU].count for one in stored(desk, uuid)] == [2, 2]


def test_reconnects_are_counted_where_the_players_counter_grew(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(counts(uuid, 7, at(0)))  # earlier ones concern nobody
    desk.hear(counts(uuid, 9, at(60)))
    desk.hear(counts(uuid, 9, at(65)))
    write(desk)
    desk.restart()
    desk.hear(counts(uuid, 10, at(330)))  # one while nobody listened
    desk.hear(counts(uuid, 2, at(340)))  # the player began again
    write(desk)
    assert [one.reconnects for one in stored(desk, uuid)] == [2, 3]


def test_unknown_and_removed_players_leave_no_row(desk: Desk) -> None:
    stranger, removed, kept = str(uuid4()), desk.new_client(), desk.new_client()
    for uuid in (stranger, removed, kept):
        desk.hear(says(uuid, metrics(), at(0)))
    with desk.sessions.begin() as session:
        session.execute(delete(Client).where(Client.uuid == removed))
    write(desk)
    assert {row.client_uuid for row in desk.all(ClientHealth)} == {kept}


def test_a_player_that_is_silent_takes_no_memory(desk: Desk) -> None:
    uuid, other = desk.new_client(), desk.new_client()
    desk.hear(says(uuid, metrics(), at(0)))
    write(desk)
    desk.hear(says(other, metrics(), at(3_600)))
    write(desk)
    write(desk)
    assert list(desk.listener.ingest.health._sums) == [other]  # noqa: SLF001 - its size is the point
    assert len(stored(desk, uuid)) == 1


def test_the_listener_writes_by_itself_at_its_beat(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workers.listener.health.BEAT_SECONDS", 0.0)
    desk.restart()
    uuid = desk.new_client()
    desk.hear(says(uuid, metrics(), at(0)))
    desk.listener.step(now=at(1))
    assert [one.figures[Metric.CPU].count for one in stored(desk, uuid)] == [1]
