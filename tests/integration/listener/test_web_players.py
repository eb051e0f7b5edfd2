"""What browsers say goes the way of all players' messages: same rules, same dead letters."""

from datetime import timedelta
from pathlib import Path

import pytest

from infoscreen_core.db.models import ClientLog, ClientScreenshot, WebPlayerMessage
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.screens import groups
from infoscreen_core.services.screens import web_player_box as box
from infoscreen_core.services.screens import web_players as service
from infoscreen_core.services.screens.views import OpenWebPlayer
from tests.support.listener.telemetry import NOW, Desk, at, dashboard, health, picture, say, stamp
from tests.support.people import ADMIN
from tests.support.ports import wait_until
from workers.listener import web_players


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web_players, "LOOK_SECONDS", 0.0)


@pytest.fixture
def player(desk: Desk) -> OpenWebPlayer:
    with desk.sessions.begin() as session:
        group = groups.create_group(session, "Aula", actor=ADMIN, now=NOW)
        made = service.add_web_player(session, "Aula", group_id=group.id, actor=ADMIN, now=NOW)
        found = service.find_web_player(session, made.token)
        assert found is not None
        return found


def _post(desk: Desk, player: OpenWebPlayer, kind: str, payload: dict[str, object]) -> None:
    with desk.sessions.begin() as session:
        said = [{"kind": kind, "payload": payload}]
        box.post(session, player, said, address="10.0.0.7", now=NOW)


def _work(desk: Desk, seconds: float = 1) -> None:
    def is_done() -> bool:
        desk.listener.step(now=at(seconds))
        return not desk.all(WebPlayerMessage) and not desk.listener.pictures.waiting

    wait_until(is_done, what="an empty box")


def test_health_and_log_lines_of_a_browser_are_stored(desk: Desk, player: OpenWebPlayer) -> None:
    _post(desk, player, "health", health())
    _post(desk, player, "warn", {"message": "slow", "timestamp": stamp(NOW)})
    _work(desk)
    client = desk.client(player.uuid)
    assert (client.process_status, client.last_alive) == (ProcessStatus.RUNNING, NOW)
    assert [(line.level, line.message) for line in desk.all(ClientLog)] == [("WARN", "slow")]
    assert desk.listener.metrics()["from_web_players"] == 2


def test_a_discovery_describes_the_browser_and_its_approval_stays(
    desk: Desk, player: OpenWebPlayer
) -> None:
    _post(desk, player, "discovery", {"hostname": "Firefox", "boot_id": "b-1"})
    _work(desk)
    client = desk.client(player.uuid)
    assert (client.ip, client.hostname, client.boot_id) == ("10.0.0.7", "Firefox", "b-1")
    assert client.approved_at == NOW
    assert client.group_id == player.group_id


def test_a_picture_of_a_browser_is_kept(desk: Desk, player: OpenWebPlayer, tmp_path: Path) -> None:
    _post(desk, player, "dashboard", dashboard(player.uuid, picture()))
    _work(desk)
    [kept] = desk.all(ClientScreenshot)
    assert kept.client_uuid == player.uuid
    assert list((tmp_path / "var").rglob(kept.filename))


def test_what_breaks_the_contract_is_a_dead_letter_and_blocks_nothing(
    desk: Desk, player: OpenWebPlayer
) -> None:
    _post(desk, player, "health", {"actual_state": 5})
    _post(desk, player, "heartbeat", {"process_status": "running"})
    _work(desk)
    assert desk.reasons() == ["schema"]
    assert desk.client(player.uuid).last_alive == NOW


def test_what_waited_long_does_not_blame_the_clock(desk: Desk, player: OpenWebPlayer) -> None:
    late = stamp(NOW - timedelta(hours=2))
    _post(desk, player, "error", {"message": "while you were away", "timestamp": late})
    _work(desk, seconds=3600)
    [line] = desk.all(ClientLog)
    assert not line.is_clock_skewed


def test_the_brokers_messages_are_acknowledged_as_before(desk: Desk, player: OpenWebPlayer) -> None:
    other = desk.new_client()
    _post(desk, player, "dashboard", dashboard(player.uuid, picture()))
    desk.hear(say(other, "health", health()))
    _work(desk)
    assert desk.listener.buffer.unfinished == 0
    assert desk.client(other).process_status is ProcessStatus.RUNNING
