"""The streams of browsers that are screens, from a console that runs."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientCommand, WebPlayerMessage
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.screens import clients, groups, web_players
from tests.support.console_process import RunningConsole, add_demo_school, running_console
from tests.support.ports import wait_until
from tests.support.screens.web_player import Address, add_address, listening

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with running_console(tmp_path_factory.mktemp("console"), add_demo_school) as running:
        yield running


@pytest.fixture
def address(console: RunningConsole) -> Address:
    with console.sessions.begin() as session:
        return add_address(session, f"Raum {uuid4().hex[:6]}")


def _plan(console: RunningConsole, group_id: int, title: str) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        draft = EventDraft(
            group_ids=[group_id],
            title=title,
            event_type=EventType.MESSAGE,
            start=(now - timedelta(hours=1)).replace(tzinfo=None),
            end=(now + timedelta(hours=1)).replace(tzinfo=None),
            timezone="UTC",
            message_text="Text",
        )
        events.create_events(session, draft, actor=CLI, now=now)


def _add_command(console: RunningConsole, uuid: str, status: State) -> str:
    now, command_id = utc_now(), str(uuid4())
    with console.sessions.begin() as session:
        session.add(
            ClientCommand(
                command_id=command_id,
                client_uuid=uuid,
                action=Action.RESTART_APP,
                status=status,
                issued_at=now,
                expires_at=now + timedelta(minutes=4),
                created_at=now,
                updated_at=now,
            )
        )
    return command_id


def test_a_stream_begins_with_what_holds_now(console: RunningConsole, address: Address) -> None:
    with listening(console.url, address) as source:
        assert source.headers["content-type"].startswith("text/event-stream")
        assert source.headers["x-accel-buffering"] == "no"
        name, facts = source.next()
        assert (name, facts["uuid"], facts["hasGroup"]) == ("screen", address.uuid, True)
        assert facts["timezone"] == "Europe/Vienna"
        name, data = source.next()
        assert (name, data["items"]) == ("list", [])
        assert data["serverTime"].endswith("Z")
        assert source.next() == ("role", {"speaks": True})


def test_a_change_comes_at_once_and_only_to_its_group(
    console: RunningConsole, address: Address
) -> None:
    with console.sessions.begin() as session:
        other = add_address(session, "Anderswo")
    with listening(console.url, address) as source, listening(console.url, other) as foreign:
        assert (source.titles(), foreign.titles()) == ([], [])
        _plan(console, address.group_id, "Lesung")
        assert source.titles() == ["Lesung"]
        _plan(console, other.group_id, "Konzert")
        assert foreign.titles() == ["Konzert"]


def test_another_group_brings_its_list(console: RunningConsole, address: Address) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        group = groups.create_group(session, f"Neu {uuid4().hex[:6]}", actor=CLI, now=now).id
    _plan(console, group, "Im Turnsaal")
    with listening(console.url, address) as source:
        assert source.titles() == []
        with console.sessions.begin() as session:
            clients.assign_clients(session, [address.uuid], group, actor=CLI, now=now)
        assert source.titles() == ["Im Turnsaal"]


def test_a_command_is_told_once_the_broker_has_it(
    console: RunningConsole, address: Address
) -> None:
    with listening(console.url, address) as source:
        source.wait_for("role")
        _add_command(console, address.uuid, State.QUEUED)
        told = _add_command(console, address.uuid, State.PUBLISHED)
        command = source.wait_for("command")
        assert (command["command_id"], command["action"]) == (told, "restart_app")
    with listening(console.url, address) as source:  # a page that was loaded anew
        assert source.wait_for("command")["command_id"] == told


def test_of_several_windows_the_newest_speaks_and_is_told_commands(
    console: RunningConsole, address: Address
) -> None:
    with listening(console.url, address, "w-1") as first:
        assert first.wait_for("role") == {"speaks": True}
        with listening(console.url, address, "w-2") as second:
            assert second.wait_for("role") == {"speaks": True}
            assert first.wait_for("role") == {"speaks": False}
            _add_command(console, address.uuid, State.PUBLISHED)
            second.wait_for("command")
        assert first.wait_for("role") == {"speaks": True}
        first.wait_for("command")


def test_a_window_that_comes_again_takes_the_place_of_its_dead_stream(
    console: RunningConsole, address: Address
) -> None:
    with listening(console.url, address) as dead:
        dead.wait_for("role")
        with listening(console.url, address) as alive:
            assert alive.wait_for("role") == {"speaks": True}
            assert dead.has_ended()


@pytest.mark.parametrize("end", ["revoked", "renewed", "removed"])
def test_an_address_that_ends_closes_its_stream(
    console: RunningConsole, address: Address, end: str
) -> None:
    with listening(console.url, address) as source:
        source.wait_for("role")
        with console.sessions.begin() as session:
            if end == "revoked":
                web_players.revoke_address(session, address.uuid, actor=CLI, now=utc_now())
            elif end == "renewed":
                web_players.renew_address(session, address.uuid, actor=CLI, now=utc_now())
            else:
                clients.remove_clients(session, [address.uuid], actor=CLI, now=utc_now())
        assert source.has_ended()
    with listening(console.url, address) as source:
        assert source.status == 403
    said = {"messages": [{"kind": "heartbeat", "payload": {}}]}
    assert httpx.post(f"{console.url}{address.path}/say", json=said).status_code == 403


def test_what_is_said_is_in_the_box(console: RunningConsole, address: Address) -> None:
    said = {"messages": [{"kind": "heartbeat", "payload": {"process_status": "running"}}]}
    answer = httpx.post(f"{console.url}{address.path}/say", json=said)
    assert answer.status_code == 200
    assert answer.json()["serverTime"]
    with console.sessions() as session:
        rows = session.query(WebPlayerMessage).filter_by(client_uuid=address.uuid).all()
    assert [row.topic for row in rows] == [f"infoscreen/{address.uuid}/heartbeat"]


def test_a_hundred_streams_cost_little_and_hold_no_connection_to_the_database(
    console: RunningConsole, tmp_path: Path
) -> None:
    with console.sessions.begin() as session:
        addresses = [add_address(session, f"Viele {number}") for number in range(100)]
    process = psutil.Process(console.pid)
    limits = httpx.Limits(max_connections=200)
    with httpx.Client(timeout=20, limits=limits) as client:
        idle = _busy(process)
        streams = [
            client.stream("GET", f"{console.url}{one.path}/events?window=w") for one in addresses
        ]
        opened = [stream.__enter__() for stream in streams]
        try:
            assert {one.status_code for one in opened} == {200}
            wait_until(lambda: _busy(process) < 0.2, seconds=30, what="a console at rest")
            files = [file.path for file in process.open_files() if "infoscreen.db" in file.path]
            busy = _busy(process)
        finally:
            for stream in streams:
                stream.__exit__(None, None, None)
    (tmp_path / "figures").write_text(f"idle {idle:.3f}, with 100 streams {busy:.3f} cores\n")
    assert busy - idle < 0.15
    assert len(files) < 30


def _busy(process: psutil.Process, seconds: float = 3.0) -> float:
    """Cores that a process keeps busy, as its own processor time says."""
    return process.cpu_percent(interval=seconds) / 100
