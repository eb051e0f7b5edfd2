"""What players say of themselves, and what the listener makes of it."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, update

from infoscreen_core.db.models import (
    Client,
    ClientGroup,
    ClientLog,
    ClientScreenshot,
    ClientStatus,
    OutboxMessage,
)
from infoscreen_core.domain.screens.player import ObservedPower, ProcessStatus, later_sign
from tests.support.listener.telemetry import (
    NOW,
    Desk,
    ack,
    at,
    dashboard,
    health,
    picture,
    say,
    stamp,
)


def test_health_writes_process_events_metrics_and_the_sign_of_life(desk: Desk) -> None:
    uuid = desk.new_client()
    metrics = {
        "screen_on": True,
        "last_frame_update": "2026-11-23T08:59:58.5+01:00",
        "cpu_percent": 12.5,
        "memory_percent": 40,
        "temperature_c": 51.25,
        "disk_free_mb": 9000,
    }
    desk.hear(
        say(
            uuid,
            "health",
            health(expected_state={"event_id": 5}, health_metrics=metrics),
            received_at=at(1),
        )
    )
    client = desk.client(uuid)
    assert (client.last_alive, client.health_at) == (at(1), at(1))
    assert (client.current_process, client.process_pid) == ("chromium", 42)
    assert client.process_status is ProcessStatus.RUNNING
    assert (client.expected_event_id, client.current_event_id) == (5, None)
    assert client.screen_on is True
    assert client.last_frame_update == at(-1.5)
    assert (client.cpu_percent, client.memory_percent) == (12.5, 40)
    assert (client.temperature_c, client.disk_free_mb) == (51.25, 9000)


def test_what_a_player_leaves_out_stays_and_what_it_sends_as_null_goes(desk: Desk) -> None:
    uuid = desk.new_client(current_process="vlc", process_pid=7, current_event_id=3, ip="10.0.0.1")
    desk.hear(say(uuid, "heartbeat", {"process_status": "starting", "current_event_id": None}))
    client = desk.client(uuid)
    assert (client.current_process, client.process_pid, client.ip) == ("vlc", 7, "10.0.0.1")
    assert client.process_status is ProcessStatus.STARTING
    assert client.current_event_id is None


def test_messages_of_one_player_are_folded_in_their_order(desk: Desk) -> None:
    uuid, other = desk.new_client(), desk.new_client()
    desk.hear(
        say(uuid, "heartbeat", {"current_event_id": 1, "ip": "10.0.0.9"}, received_at=at(1)),
        say(other, "health", health("stopped"), received_at=at(1)),
        say(uuid, "health", health("crashed"), received_at=at(2)),
        say(
            uuid,
            "heartbeat",
            {"current_event_id": 2, "process_status": "running"},
            received_at=at(3),
        ),
    )
    client = desk.client(uuid)
    assert (client.current_event_id, client.ip, client.last_alive) == (2, "10.0.0.9", at(3))
    assert (client.process_status, client.process_pid) == (ProcessStatus.RUNNING, 42)
    assert desk.client(other).process_status is ProcessStatus.STOPPED


def test_last_alive_never_moves_backwards(desk: Desk) -> None:
    uuid = desk.new_client(last_alive=at(60))
    desk.hear(say(uuid, "heartbeat", received_at=at(10)))
    assert desk.client(uuid).last_alive == at(60)


@pytest.mark.parametrize("leaf", ["heartbeat", "discovery"])
@pytest.mark.parametrize("ahead", [-5, 0.5, 59.5, 61, 3600])
def test_a_sign_of_life_from_the_future_gives_way_to_the_next(
    desk: Desk, leaf: str, ahead: float
) -> None:
    uuid = desk.new_client(last_alive=at(ahead))
    body = {"uuid": uuid, "hostname": "aula"} if leaf == "discovery" else {}
    desk.hear(say(uuid, leaf, body, received_at=NOW))
    assert desk.client(uuid).last_alive == later_sign(at(ahead), NOW)


def test_after_our_clock_was_set_back_tvs_and_pictures_are_those_that_came_last(
    desk: Desk,
) -> None:
    uuid, hour_ahead = desk.new_client(), at(3600)
    off, on = ({"state": state, "reported_at": stamp(at(3600))} for state in ("off", "on"))
    desk.hear(say(uuid, "power/state", off, received_at=hour_ahead))
    for number in range(21):
        body = dashboard(uuid, picture(30 + number), captured_at=at(number))
        desk.hear(say(uuid, "dashboard", body, received_at=at(3600 + number)))
    last = dashboard(uuid, picture(200), captured_at=at(100))
    desk.hear(say(uuid, "dashboard", last, received_at=at(60)))
    desk.hear(say(uuid, "power/state", on | {"reported_at": stamp(NOW)}, received_at=NOW))
    assert desk.client(uuid).power_state is ObservedPower.ON
    kept = desk.all(ClientScreenshot)
    assert len(kept) == 20
    assert max(kept, key=lambda row: row.id).captured_at == at(100)


def test_logs_and_power_reports_are_no_sign_of_life(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(
        say(uuid, "logs/info", {"message": "hello"}, qos=0),
        say(uuid, "power/state", {"state": "on", "reported_at": stamp(NOW)}),
    )
    assert desk.client(uuid).last_alive is None


def test_a_process_name_longer_than_its_column_is_cut(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "heartbeat", {"ip": "1" * 300}))
    assert desk.client(uuid).ip == "1" * 45


BOOT, NEXT_BOOT = str(uuid4()), str(uuid4())


def boot_of(desk: Desk, uuid: str) -> tuple[str | None, datetime | None]:
    client = desk.client(uuid)
    return client.boot_id, client.booted_at


def test_health_tells_the_boot_and_a_later_one(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "health", health(boot_id=BOOT, uptime_seconds=3600.25), received_at=at(5)))
    assert boot_of(desk, uuid) == (BOOT, at(5 - 3600.25))
    desk.hear(say(uuid, "health", health(boot_id=NEXT_BOOT, uptime_seconds=0), received_at=at(60)))
    assert boot_of(desk, uuid) == (NEXT_BOOT, at(60))


def test_a_discovery_tells_the_boot_of_a_new_and_of_a_known_player(desk: Desk) -> None:
    uuid = str(uuid4())
    told = {"uuid": uuid, "boot_id": BOOT, "uptime_seconds": 20}
    desk.hear(say(uuid, "discovery", told, received_at=at(20)))
    assert boot_of(desk, uuid) == (BOOT, NOW)
    desk.hear(say(uuid, "discovery", told | {"boot_id": NEXT_BOOT}, received_at=at(80)))
    assert boot_of(desk, uuid) == (NEXT_BOOT, at(60))


@pytest.mark.parametrize(
    "silence", [{}, {"boot_id": None, "uptime_seconds": None}, {"boot_id": ""}]
)
def test_a_player_that_says_nothing_of_its_boot_leaves_what_is_known(
    desk: Desk, silence: dict[str, Any]
) -> None:
    uuid = desk.new_client(boot_id=BOOT, booted_at=at(-60))
    desk.hear(say(uuid, "discovery", {"uuid": uuid} | silence))
    desk.hear(say(uuid, "health", health(**silence)), say(uuid, "heartbeat"))
    assert boot_of(desk, uuid) == (BOOT, at(-60))


def test_boot_id_and_uptime_are_taken_each_for_itself(desk: Desk) -> None:
    uuid = desk.new_client(boot_id=BOOT, booted_at=at(-60))
    desk.hear(say(uuid, "health", health(uptime_seconds=30)))
    assert boot_of(desk, uuid) == (BOOT, at(-30))
    desk.hear(say(uuid, "health", health(boot_id=NEXT_BOOT)))
    assert boot_of(desk, uuid) == (NEXT_BOOT, at(-30))


def test_health_from_before_a_reboot_does_not_outdo_the_discovery_after_it(desk: Desk) -> None:
    """A batch that waited for the database may hold both, and discoveries are written first."""
    uuid = desk.new_client()
    desk.hear(
        say(uuid, "health", health(boot_id=BOOT, uptime_seconds=500), received_at=at(1)),
        say(
            uuid,
            "discovery",
            {"uuid": uuid, "boot_id": NEXT_BOOT, "uptime_seconds": 9},
            received_at=at(30),
        ),
    )
    assert boot_of(desk, uuid) == (NEXT_BOOT, at(21))
    assert desk.client(uuid).process_status is ProcessStatus.RUNNING


def test_the_longest_uptime_has_a_date_in_the_database(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "health", health(uptime_seconds=1e9)))
    assert boot_of(desk, uuid) == (None, at(-1e9))


def test_an_unknown_player_is_dead_lettered_and_not_created(desk: Desk) -> None:
    known, unknown = desk.new_client(), str(uuid4())
    desk.hear(
        say(unknown, "health", health()),
        say(known, "health", health()),
        say(unknown, "logs/error", {"message": "who am I"}),
        say(unknown, "commands/ack", ack(str(uuid4()), "accepted")),
        say(unknown, "service_failed", failure(NOW), retain=True),
        say(unknown, "power/state", {"state": "on", "reported_at": stamp(NOW)}),
    )
    assert desk.reasons() == ["unknown_client"] * 5
    assert {letter.client_uuid for letter in desk.letters()} == {unknown}
    assert [client.uuid for client in desk.all(Client)] == [known]
    assert desk.client(known).last_alive == NOW
    assert desk.all(ClientLog) == []


def test_a_removed_player_is_not_resurrected(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "health", health(broker_connection={"reconnect_count": 1})))
    with desk.sessions.begin() as session:
        session.execute(delete(Client).where(Client.uuid == uuid))
    desk.hear(say(uuid, "health", health(broker_connection={"reconnect_count": 2})))
    assert desk.all(Client) == []
    assert desk.reasons() == ["unknown_client"]


def test_a_first_discovery_creates_a_pending_client_and_says_new_then_ok(desk: Desk) -> None:
    uuid = str(uuid4())
    described = {
        "uuid": uuid.upper(),
        "hostname": "aula-links",
        "ip": "10.1.2.3",
        "macs": ["aa:bb", "cc:dd"],
        "capabilities": {"recovery_class": "software_only", "watchdog_enabled": True},
    }
    desk.hear(say(uuid, "discovery", described, received_at=at(1)))
    desk.hear(say(uuid, "discovery", described | {"hostname": "aula-rechts"}, received_at=at(2)))

    client = desk.client(uuid)
    assert (client.approved_at, client.group_id) == (None, None)
    assert (client.registration_time, client.last_alive) == (at(1), at(2))
    assert (client.hostname, client.macs, client.watchdog_enabled) == (
        "aula-rechts",
        "aa:bb,cc:dd",
        True,
    )
    acks = desk.all(OutboxMessage)
    assert {message.topic for message in acks} == {f"infoscreen/{uuid}/discovery_ack"}
    assert [b'"status":"new"' in acks[0].payload, b'"status":"ok"' in acks[1].payload] == [
        True,
        True,
    ]
    assert b'"server_time":"2026-11-23T08:00:02Z"' in acks[1].payload


def test_a_new_player_is_to_be_judged_at_once(desk: Desk) -> None:
    uuid = str(uuid4())
    for second in (1, 2):
        desk.hear(say(uuid, "discovery", {"uuid": uuid}, received_at=at(second)))
    assert [(row.client_uuid, row.judge_at) for row in desk.all(ClientStatus)] == [(uuid, at(1))]


def test_a_discovery_of_an_approved_player_repeats_its_group(desk: Desk) -> None:
    with desk.sessions.begin() as session:
        session.add(ClientGroup(id=9, name="Aula", created_at=NOW))
    approved = desk.new_client(approved_at=NOW, group_id=9)
    pending = desk.new_client(group_id=9)
    desk.hear(say("", "discovery", {"uuid": approved}), say("", "discovery", {"uuid": pending}))
    messages = {message.topic: message for message in desk.all(OutboxMessage)}
    group = messages.pop(f"infoscreen/{approved}/group_id")
    assert (group.payload, group.retain, group.qos) == (b"9", True, 1)
    assert b'"group_id":9' in messages[f"infoscreen/{approved}/discovery_ack"].payload
    assert b'"group_id":null' in messages[f"infoscreen/{pending}/discovery_ack"].payload
    assert len(messages) == 2


def test_telemetry_beside_the_first_discovery_is_applied(desk: Desk) -> None:
    uuid = str(uuid4())
    desk.hear(
        say(uuid, "discovery", {"uuid": uuid}),
        say(uuid, "health", health()),
        say(uuid, "logs/warn", {"message": "first words"}),
    )
    assert desk.client(uuid).process_status is ProcessStatus.RUNNING
    assert [log.message for log in desk.all(ClientLog)] == ["first words"]
    assert desk.reasons() == []


def reconnects(count: int, last: str | None = None) -> dict[str, object]:
    return health(broker_connection={"reconnect_count": count, "last_disconnect_at": last})


def growth(client: Client) -> int:
    return client.mqtt_reconnect_count - client.reconnect_window_count


def test_reconnects_are_counted_within_an_hour(desk: Desk) -> None:
    uuid = desk.new_client()
    hour = 3600
    steps = [
        (0, 50, 0),
        (60, 50, 0),
        (120, 52, 2),
        (180, 53, 3),
        (120 + 2 * hour, 54, 1),
        (3 * hour, 2, 2),
    ]
    for seconds, count, grown in steps:
        desk.hear(say(uuid, "health", reconnects(count, stamp(NOW)), received_at=at(seconds)))
        client = desk.client(uuid)
        assert (client.mqtt_reconnect_count, growth(client)) == (count, grown)
    desk.hear(say(uuid, "health", reconnects(3), received_at=at(3 * hour + 1)))
    assert desk.client(uuid).mqtt_last_disconnect_at == NOW


def failure(failed_at: object, unit: str = "player.service") -> dict[str, object]:
    moment = failed_at.isoformat() if hasattr(failed_at, "isoformat") else failed_at
    return {"event": "service_failed", "unit": unit, "failed_at": moment}


def acknowledge(desk: Desk, uuid: str) -> None:
    with desk.sessions.begin() as session:
        columns = {"service_failed_at": None, "service_failed_unit": None}
        session.execute(update(Client).where(Client.uuid == uuid).values(columns))


def test_an_acknowledged_failure_is_not_set_again_by_its_retained_copy(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "service_failed", failure(NOW), retain=True))
    client = desk.client(uuid)
    assert (client.service_failed_at, client.service_failed_unit) == (NOW, "player.service")

    acknowledge(desk, uuid)
    desk.hear(say(uuid, "service_failed", failure(NOW), retain=True))
    assert desk.client(uuid).service_failed_at is None

    desk.hear(say(uuid, "service_failed", failure(at(60), "other.service")))
    client = desk.client(uuid)
    assert (client.service_failed_at, client.service_failed_unit) == (at(60), "other.service")
    assert desk.reasons() == []


def test_an_empty_service_failed_message_means_nothing(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "service_failed", failure(NOW)), say(uuid, "service_failed", b""))
    assert desk.client(uuid).service_failed_at == NOW
    assert desk.reasons() == []


def test_other_retained_messages_say_nothing_about_now(desk: Desk) -> None:
    uuid = desk.new_client()
    desk.hear(say(uuid, "heartbeat", retain=True))
    assert desk.client(uuid).last_alive is None
    assert desk.reasons() == ["kept_by_broker"]
