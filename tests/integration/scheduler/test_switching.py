"""Many groups at one boundary, and what the broker holds after outages, with real servers."""

import gc
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import delete, update

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts.topics import (
    client_power_intent_topic,
    events_topic,
    group_power_intent_topic,
)
from infoscreen_core.db.models import ClientGroup, Event, Occurrence
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import power
from infoscreen_core.settings import load_settings
from tests.support.events.planning import Sessions, add_group, plan
from tests.support.people import add_client, uuid_of
from tests.support.playing.scheduling import Ear, SchedulerProcess
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.mqtt.connection import MqttConnection

GROUPS = 200
POWER_ON = {"POWER_INTENT_PUBLISH_ENABLED": "true"}
DAY = timedelta(days=1)
LOOK_SECONDS = 0.5
"""Between two subscribers: each costs the broker and this process threads and sockets."""


@pytest.fixture
def scheduler(
    sqlite_url: str, own_mosquitto: Mosquitto, tmp_path: Path
) -> Iterator[SchedulerProcess]:
    process = SchedulerProcess(sqlite_url, own_mosquitto, tmp_path / "scheduler.log", POWER_ON)
    yield process
    process.stop()


def show(sessions: Sessions, group_id: int, title: str, start: datetime, end: datetime) -> int:
    with sessions.begin() as session:
        wall = {"start": start.replace(tzinfo=None), "end": end.replace(tzinfo=None)}
        return plan(session, group_id, now=utc_now(), title=title, timezone="UTC", **wall).id


def move_boundary(sessions: Sessions, before: datetime, after: datetime) -> None:
    """Let everything that starts or ends at one instant do so at another one."""
    with sessions.begin() as session:
        for model in (Event, Occurrence):
            session.execute(update(model).where(model.start == before).values(start=after))
            session.execute(update(model).where(model.end == before).values(end=after))
        changes.bump(session)


def test_two_hundred_groups_switch_within_a_second_and_none_goes_dark(
    scheduler: SchedulerProcess, ear: Ear, sqlite_sessions: Sessions
) -> None:
    far = utc_now().replace(microsecond=0) + timedelta(hours=2)
    with sqlite_sessions.begin() as session:
        groups = [add_group(session, f"Raum {number:03}") for number in range(GROUPS)]
    touching, alone = groups[: GROUPS // 2], groups[GROUPS // 2 :]
    for group in touching:
        show(sqlite_sessions, group, "vorher", far - DAY, far)
    for group in groups:
        show(sqlite_sessions, group, "jetzt", far, far + DAY)
    scheduler.start()
    intents = [group_power_intent_topic(group) for group in groups]
    wait_until(
        lambda: (
            all(ear.last(group) for group in groups) and all(ear.intent(topic) for topic in intents)
        ),
        seconds=30,
        what="every group's list and intent",
    )
    before = {topic: ear.intent(topic) for topic in intents}
    mark = len(ear.heard)
    boundary = utc_now().replace(microsecond=0) + timedelta(seconds=3)
    move_boundary(sqlite_sessions, far, boundary)

    came = {group: ear.wait_for(group, title="jetzt") for group in groups}
    lags = sorted(moment - boundary.timestamp() for moment in came.values())
    print(f"{GROUPS} groups after the boundary: first {lags[0]:.3f} s, last {lags[-1]:.3f} s")  # noqa: T201 - the figure is worth seeing
    assert lags[0] >= 0
    assert lags[-1] < 1.0

    def is_on(topic: str) -> bool:
        intent = ear.intent(topic)
        return intent is not None and intent.desired_state is DesiredPower.ON

    wait_until(lambda: all(map(is_on, intents)), what="every TV being told to be on")
    since = ear.heard[mark:]
    assert b"[]" not in {message.payload for message in since}
    assert b'"desired_state":"off"' not in b"".join(message.payload for message in since)
    for group in touching:
        old, new = (
            before[group_power_intent_topic(group)],
            ear.intent(group_power_intent_topic(group)),
        )
        assert old
        assert new
        assert new.intent_id == old.intent_id
        assert new.event_window_end == old.event_window_end
    new_ids = {intent.intent_id for topic in intents if (intent := ear.intent(topic))}
    old_ids = {intent.intent_id for intent in before.values() if intent}
    assert len(new_ids & old_ids) == len(touching)
    assert len(new_ids - old_ids) == len(alone)


def retained(broker: Mosquitto) -> dict[str, Any]:
    """What a subscriber that has just come gets; times of issue left out."""
    heard: dict[str, bytes] = {}
    has_all = False

    def take(message: Any) -> None:  # noqa: ANN401 - a ReceivedMessage
        nonlocal has_all
        if message.topic == "end":
            has_all = True
        elif message.retain:
            heard[message.topic] = message.payload

    settings = load_settings(
        mqtt_broker_port=broker.port,
        mqtt_user=broker.user,
        mqtt_password=broker.password,
        mqtt_keepalive=10,  # seconds until what a busy machine has lost is noticed
    )
    connection = MqttConnection(
        settings,
        client_id=f"fresh-{uuid4()}",
        on_message=take,
        subscriptions=[("infoscreen/#", 1), ("end", 1)],
    )
    connection.start()
    wait_until(lambda: connection.is_connected, seconds=60, what="the new connection")
    connection.publish("end", b"")  # comes back behind all that is retained
    wait_until(lambda: has_all, what="all that is retained")
    connection.stop()
    gc.collect()  # or its sockets stay open, until select() knows no more
    return {topic: _without_times(orjson.loads(payload)) for topic, payload in heard.items()}


def _without_times(document: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(document, list):
        return [item["title"] for item in document]
    return {
        key: document[key] for key in ("intent_id", "desired_state", "reason", "active_event_ids")
    }


def retain(broker: Mosquitto, *topics: str) -> None:
    """Leave something false behind."""
    settings = load_settings(
        mqtt_broker_port=broker.port, mqtt_user=broker.user, mqtt_password=broker.password
    )
    connection = MqttConnection(settings, client_id=f"stranger-{uuid4()}")
    connection.start()
    wait_until(lambda: connection.is_connected, what="the stranger's connection")
    for topic in topics:
        connection.publish(topic, b'[{"title":"stale"}]', retain=True)
    wait_until(
        lambda: connection.confirmed.qsize() == len(topics), what="the stranger's publications"
    )
    connection.stop()


Outage = Callable[[SchedulerProcess, Mosquitto, Callable[[], None]], None]


def broker_restarts(
    _scheduler: SchedulerProcess, broker: Mosquitto, meanwhile: Callable[[], None]
) -> None:
    broker.stop()
    meanwhile()
    broker.start()


def broker_dies_and_loses_all(
    _scheduler: SchedulerProcess, broker: Mosquitto, meanwhile: Callable[[], None]
) -> None:
    broker.kill()
    for stored in broker.directory.glob("*.db*"):
        stored.unlink()
    meanwhile()
    broker.start()


def scheduler_restarts(
    scheduler: SchedulerProcess, _broker: Mosquitto, meanwhile: Callable[[], None]
) -> None:
    scheduler.terminate()
    meanwhile()
    scheduler.start()


def scheduler_dies(
    scheduler: SchedulerProcess, _broker: Mosquitto, meanwhile: Callable[[], None]
) -> None:
    scheduler.kill()
    meanwhile()
    scheduler.start()


def both_restart(
    scheduler: SchedulerProcess, broker: Mosquitto, meanwhile: Callable[[], None]
) -> None:
    scheduler.kill()
    broker.stop()
    meanwhile()
    broker.start()
    retain(
        broker,
        events_topic(998),
        group_power_intent_topic(998),
        client_power_intent_topic(uuid_of(98)),
    )
    scheduler.start()


def both_die_and_the_broker_loses_all(
    scheduler: SchedulerProcess, broker: Mosquitto, meanwhile: Callable[[], None]
) -> None:
    scheduler.kill()
    broker_dies_and_loses_all(scheduler, broker, meanwhile)
    scheduler.start()


@pytest.mark.parametrize(
    "outage",
    [
        broker_restarts,
        broker_dies_and_loses_all,
        scheduler_restarts,
        scheduler_dies,
        both_restart,
        both_die_and_the_broker_loses_all,
    ],
)
def test_after_an_outage_exactly_what_is_right_is_retained(
    scheduler: SchedulerProcess, own_mosquitto: Mosquitto, sqlite_sessions: Sessions, outage: Outage
) -> None:
    now = utc_now()
    with sqlite_sessions.begin() as session:
        busy, idle, doomed = (add_group(session, name) for name in ("Aula", "Hof", "Keller"))
        uuid = add_client(session, group_id=busy).uuid
        power.set_override(
            session,
            uuid,
            DesiredPower.OFF,
            reason="Probe",
            lasting=timedelta(hours=1),
            actor=CLI,
            now=now,
        )
    lasting = show(sqlite_sessions, busy, "bleibt", now - DAY, now + DAY)
    show(sqlite_sessions, doomed, "geht", now - DAY, now + DAY)
    scheduler.start()
    intents = [group_power_intent_topic(group) for group in (busy, idle, doomed)]
    lists = [events_topic(group) for group in (busy, idle, doomed)]
    everything = {*intents, *lists, client_power_intent_topic(uuid)}
    wait_until(
        lambda: retained(own_mosquitto).keys() == everything,
        seconds=60,
        what="all that is to be retained",
        pause=LOOK_SECONDS,
    )
    first = retained(own_mosquitto)
    assert [first[topic] for topic in lists] == [["bleibt"], [], ["geht"]]

    def meanwhile() -> None:
        with sqlite_sessions.begin() as session:
            session.execute(delete(ClientGroup).where(ClientGroup.id == doomed))
            changes.bump(session)
        show(sqlite_sessions, idle, "kommt", now - DAY, now + DAY)

    outage(scheduler, own_mosquitto, meanwhile)

    def right() -> bool:
        held = retained(own_mosquitto)
        # The list of a group that is gone stays, empty: the contract knows no empty payload there.
        gone = {topic for topic in held if topic.startswith("infoscreen/events/")} - set(lists[:2])
        return (
            held.keys() - gone == {*intents[:2], *lists[:2], client_power_intent_topic(uuid)}
            and all(held[topic] == [] for topic in gone)
            and held[lists[1]] == ["kommt"]
            and held[intents[1]]["desired_state"] == "on"
        )

    wait_until(right, seconds=60, what="what is right, and only that", pause=LOOK_SECONDS)
    held = retained(own_mosquitto)
    assert held[lists[0]] == ["bleibt"]
    assert held[intents[0]] == first[intents[0]]
    assert held[intents[0]]["active_event_ids"] == [lasting]
    assert held[intents[1]]["intent_id"] != first[intents[1]]["intent_id"]
    assert held[client_power_intent_topic(uuid)] == first[client_power_intent_topic(uuid)]
