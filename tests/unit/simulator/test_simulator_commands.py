from datetime import timedelta
from pathlib import Path

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import CommandAck, Discovery, Health, TopicKind
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.failing import no_more_files
from tests.support.screens.players import Stage, command
from workers.simulator.agenda import Effect, GoOffline, GoOnline, Publish
from workers.simulator.memory import CommandMemory
from workers.simulator.reports import Habits

STEPS = ["accepted", "execution_started", "completed"]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    stage = Stage(tmp_path, Habits(reboot_seconds=12))
    stage.connect()
    stage.take()
    return stage


def acks(stage: Stage) -> list[CommandAck]:
    return [
        ack for ack in stage.take_messages(TopicKind.COMMAND_ACK) if isinstance(ack, CommandAck)
    ]


def statuses(stage: Stage) -> list[str]:
    """Return each status once: real players send every step on both topics."""
    found = [ack.status.value for ack in acks(stage)]
    assert found[::2] == found[1::2]
    return found[::2]


def test_every_step_is_sent_on_both_topics(stage: Stage) -> None:
    stage.tell("commands", command(stage, "restart_app"))
    topics = [effect.topic for effect in stage.take() if isinstance(effect, Publish)]
    assert topics == [
        f"infoscreen/{stage.uuid}/commands/ack",
        f"infoscreen/{stage.uuid}/command/ack",
    ]


def test_an_app_restart_goes_through_starting_to_running(stage: Stage) -> None:
    pid = stage.player.state.pid
    stage.tell("commands", command(stage, "restart_app"))
    stage.wait(1)
    assert statuses(stage) == ["accepted", "execution_started"]
    assert stage.player.state.process_status is ProcessStatus.STARTING
    stage.wait(3)
    effects = stage.take()
    stage.effects = list(effects)
    assert statuses(stage) == ["completed"]
    stage.effects = list(effects)
    health = stage.take_messages(TopicKind.HEALTH)[-1]
    assert isinstance(health, Health)
    assert health.actual_state.status is ProcessStatus.RUNNING
    assert health.actual_state.pid != pid


def test_a_reboot_is_silent_and_completes_after_the_return(stage: Stage) -> None:
    stage.tell("commands", command(stage, "reboot_host"))
    stage.wait(2)
    effects: list[Effect] = stage.take()
    assert effects[-1] == GoOffline()
    stage.wait(9)
    assert stage.take() == []
    stage.wait(2)
    assert stage.take() == [GoOnline()]
    stage.connect()
    stage.wait(3)
    messages = [effect.topic for effect in stage.take() if isinstance(effect, Publish)]
    discovery, beat = (
        messages.index("infoscreen/discovery"),
        messages.index(f"infoscreen/{stage.uuid}/heartbeat"),
    )
    assert discovery < beat < messages.index(f"infoscreen/{stage.uuid}/commands/ack")


def told_boots(stage: Stage) -> list[tuple[str | None, float | None]]:
    """Return boot and uptime of the last discovery and the last health."""
    effects = stage.take()
    found = []
    for kind, model in ((TopicKind.DISCOVERY, Discovery), (TopicKind.HEALTH, Health)):
        stage.effects = list(effects)
        message = stage.take_messages(kind)[-1]
        assert isinstance(message, model)
        found.append((message.boot_id, message.uptime_seconds))
    return found


def test_a_reboot_is_another_boot_whose_uptime_starts_again(stage: Stage) -> None:
    stage.wait(100)
    stage.connect()
    (boot, uptime), told_by_health = told_boots(stage)
    assert (boot, uptime) == told_by_health
    assert (boot, uptime) == (stage.player.state.boot_id, 100)
    stage.tell("commands", command(stage, "reboot_host"))
    stage.wait(15)
    assert stage.take()[-1] == GoOnline()
    stage.connect()
    (next_boot, uptime), told_by_health = told_boots(stage)
    assert (next_boot, uptime) == told_by_health
    assert next_boot not in {None, boot}
    assert uptime == 2.1  # it went down 0.9 s after the command, for 12 s


def test_neither_an_app_restart_nor_a_lost_connection_is_a_boot(stage: Stage) -> None:
    boot = stage.player.state.boot_id
    stage.tell("commands", command(stage, "restart_app"))
    stage.wait(20)
    stage.player.disconnected(stage.now)
    stage.wait(10)
    stage.connect()
    assert told_boots(stage) == [(boot, 30), (boot, 30)]


def test_power_that_comes_back_by_hand_is_a_boot_as_well(stage: Stage) -> None:
    boot = stage.player.state.boot_id
    stage.player.power_off(stage.now)
    assert stage.player.state.boot_id is None
    stage.wait(60)
    stage.player.power_on(stage.now)
    stage.wait(3)
    stage.connect()
    (next_boot, uptime), _ = told_boots(stage)
    assert next_boot not in {None, boot}
    assert uptime == 3


def test_a_shutdown_completes_and_stays_silent(stage: Stage) -> None:
    stage.tell("commands", command(stage, "shutdown_host"))
    stage.wait(3)
    effects = stage.take()
    assert effects[-1] == GoOffline()
    stage.effects = effects[:-1]
    assert statuses(stage) == STEPS
    stage.wait(10_000)
    assert stage.take() == []


def test_somebody_may_be_there_to_wake_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, Habits(wake_after_seconds=900))
    stage.connect()
    stage.tell("commands", command(stage, "shutdown_host"))
    stage.wait(902)
    assert stage.take()[-1] == GoOnline()


def test_the_alias_topic_does_not_run_it_again(stage: Stage) -> None:
    order = command(stage, "restart_app")
    stage.tell("commands", order)
    stage.tell("command", order)
    stage.wait(4)
    assert statuses(stage) == STEPS
    stage.tell("commands", order)
    assert statuses(stage) == []


def test_a_late_repeat_is_answered_with_where_it_stands(stage: Stage) -> None:
    order = command(stage, "restart_app")
    stage.tell("commands", order)
    stage.wait(60)
    stage.take()
    stage.tell("commands", order)
    stage.wait(60)
    assert statuses(stage) == ["completed"]


def test_an_expired_command_is_refused(stage: Stage) -> None:
    stage.tell("commands", command(stage, "reboot_host", expires_at=stage.now.isoformat()))
    stage.wait(60)
    found = acks(stage)
    assert [(ack.status.value, ack.error_code) for ack in found] == [
        ("failed", "stale_command")
    ] * 2


def test_a_command_without_a_field_is_refused(stage: Stage) -> None:
    order = command(stage, "reboot_host")
    del order["expires_at"]
    stage.tell("commands", order)
    assert {ack.error_code for ack in acks(stage)} == {"missing_field"}


@pytest.mark.parametrize(
    "change",
    [
        {"action": "format_disk"},
        {"schema_version": "2.0"},
        {"client_uuid": "00000000-0000-4000-8000-000000000001"},
    ],
)
def test_a_command_that_breaks_the_contract_is_refused(
    stage: Stage, change: dict[str, str]
) -> None:
    stage.tell("commands", command(stage, "reboot_host") | change)
    assert {ack.error_code for ack in acks(stage)} == {"invalid_schema"}


def restart_simulator(stage: Stage) -> None:
    stage.player = stage.make_player()
    stage.effects = []
    stage.connect()
    stage.wait(5)


def test_a_command_under_way_ends_after_the_simulators_death(stage: Stage) -> None:
    stage.tell("commands", command(stage, "reboot_host"))
    stage.wait(0.5)
    assert statuses(stage) == ["accepted", "execution_started"]
    restart_simulator(stage)
    assert statuses(stage) == ["completed"]
    restart_simulator(stage)
    assert statuses(stage) == []


def test_an_accepted_command_runs_once_after_the_simulators_death(stage: Stage) -> None:
    order = command(stage, "restart_app")
    stage.tell("commands", order)
    assert statuses(stage) == ["accepted"]
    restart_simulator(stage)
    stage.tell("commands", order)
    stage.wait(4)
    assert statuses(stage) == ["execution_started", "completed"]


def test_a_command_that_the_server_has_given_up_does_not_run_any_more(stage: Stage) -> None:
    stage.tell("commands", command(stage, "reboot_host"))
    stage.now += timedelta(seconds=15)
    restart_simulator(stage)
    assert {(ack.status.value, ack.error_code) for ack in acks(stage)} == {
        ("failed", "execution_timeout")
    }


def test_when_nothing_can_be_written_a_player_goes_on_and_its_memory_catches_up(
    stage: Stage, tmp_path: Path
) -> None:
    with no_more_files():
        stage.tell("commands", command(stage, "restart_app"))
        stage.wait(1)
    assert statuses(stage) == ["accepted", "execution_started"]
    stage.wait(3)
    assert statuses(stage) == ["completed"]
    (path,) = tmp_path.rglob("commands.jsonl")
    memory = CommandMemory(path)
    assert path.read_text().count('"completed"') == 1
    assert memory.list_unfinished(stage.uuid, now=utc_now()) == []


def test_half_a_line_of_the_memory_is_ignored(stage: Stage) -> None:
    order = command(stage, "restart_app")
    stage.tell("commands", order)
    stage.wait(5)
    path = stage.directory / "commands.jsonl"
    with path.open("ab") as file:
        file.write(b'{"command_id":"0000')
    restart_simulator(stage)
    other = command(stage, "restart_app")
    stage.tell("commands", other)
    stage.wait(5)
    stage.take()
    restart_simulator(stage)
    stage.now += timedelta(seconds=60)
    for known in (order, other):
        stage.tell("commands", known)
    stage.wait(30)
    assert statuses(stage) == ["completed", "completed"]
