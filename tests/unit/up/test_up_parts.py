import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from infoscreen_core.errors import ConflictError, InvalidInputError
from infoscreen_core.services.setup.bootstrap import Bootstrapped
from infoscreen_core.services.setup.demo import DemoSeeded
from infoscreen_core.services.setup.schema import SchemaUpgrade
from infoscreen_core.settings import Settings, load_settings
from workers.up.broker import (
    Broker,
    BrokerKind,
    choose_kind,
    find_mosquitto,
    keep_login,
    mosquitto_command,
)
from workers.up.plan import StartPlan
from workers.up.ports import choose_port, is_free
from workers.up.prepare import Prepared
from workers.up.report import describe_prepared
from workers.up.state import UpState, await_predecessor, exclusive, write_pids, write_state


@pytest.fixture
def settings() -> Settings:
    return load_settings()


def test_a_free_port_is_taken_as_wished_and_a_taken_one_is_left() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        assert not is_free("127.0.0.1", taken)
        chosen = choose_port("127.0.0.1", taken)
        assert chosen > taken
        assert choose_port("127.0.0.1", taken, besides={chosen}) > chosen


def test_a_listener_on_all_addresses_counts_as_taken() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:  # noqa: S104 - that is the case
        assert not is_free("127.0.0.1", server.getsockname()[1])


def test_the_made_up_account_is_kept_and_private(settings: Settings) -> None:
    login = keep_login(settings)
    assert len(login[1]) >= 20
    assert keep_login(settings) == login
    path = settings.data_dir / "broker" / "account.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_configured_account_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_USER", "hall")
    monkeypatch.setenv("MQTT_PASSWORD", "a-password")
    assert keep_login(load_settings()) == ("hall", "a-password")
    monkeypatch.setenv("MQTT_PASSWORD", "a:password")
    with pytest.raises(InvalidInputError, match="MQTT_PASSWORD"):
        keep_login(load_settings())


def test_a_configured_broker_is_used_instead_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose_kind(load_settings(), None) is BrokerKind.MOSQUITTO
    monkeypatch.setenv("MQTT_BROKER_HOST", "broker.example")
    settings = load_settings()
    assert choose_kind(settings, None) is BrokerKind.EXTERNAL
    assert choose_kind(settings, BrokerKind.EMBEDDED) is BrokerKind.EMBEDDED
    plan = StartPlan(settings, Broker(BrokerKind.EXTERNAL, "broker.example", 1883, None), 8501, 0)
    assert plan.broker_child() is None
    assert "MQTT_USER" not in plan.console_child().environment


def test_an_external_broker_has_to_be_configured(settings: Settings) -> None:
    with pytest.raises(InvalidInputError, match="MQTT_BROKER_HOST"):
        choose_kind(settings, BrokerKind.EXTERNAL)


def test_mosquitto_stores_no_password_in_the_clear(tmp_path: Path) -> None:
    command = mosquitto_command(tmp_path, 1999, ("infoscreen-server", "a-secret-password"))
    assert command[1:] == ("-c", str(tmp_path / "mosquitto.conf"))
    for path in tmp_path.iterdir():
        assert "a-secret-password" not in path.read_text()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = (tmp_path / "mosquitto.conf").read_text()
    for line in ("listener 1999 127.0.0.1", "allow_anonymous false", "autosave_interval 30"):
        assert line in text


def test_children_learn_where_the_broker_is_but_not_on_their_command_lines(
    settings: Settings,
) -> None:
    broker = Broker(
        BrokerKind.MOSQUITTO, "127.0.0.1", 1999, ("user", "a-secret-password"), "mosquitto"
    )
    plan = StartPlan(settings, broker, 8502, 2)
    children = [plan.console_child(), *plan.worker_children(["listener"])]
    assert [child.name for child in children] == ["console", "listener", "simulator"]
    for child in children:
        assert child.environment["MQTT_BROKER_PORT"] == "1999"
        assert child.environment["MQTT_PASSWORD"] == "a-secret-password"
        assert child.environment["CONSOLE_PORT"] == "8502"
        assert "a-secret-password" not in " ".join(child.command)


def test_an_address_for_everyone_is_opened_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONSOLE_HOST", "0.0.0.0")  # noqa: S104 - that is the case
    broker = Broker(BrokerKind.EMBEDDED, "127.0.0.1", 1999, None)
    assert StartPlan(load_settings(), broker, 8502, 0).console_url == "http://127.0.0.1:8502"


def test_only_one_process_holds_a_data_directory(tmp_path: Path) -> None:
    with (
        exclusive(tmp_path),
        pytest.raises(ConflictError, match=f"process {os.getpid()}"),
        exclusive(tmp_path),
    ):
        pass
    with exclusive(tmp_path):
        pass


def test_up_json_is_whole_and_private(tmp_path: Path) -> None:
    state = UpState(
        "http://127.0.0.1:8501",
        "127.0.0.1",
        1883,
        "u",
        "p",
        "sqlite:///x",
        "admin",
        7,
        {"console": 8},
    )
    write_state(tmp_path, state)
    written = json.loads((tmp_path / "up.json").read_text())
    assert written["processes"] == {"console": 8}
    assert written["mqtt_password"] == "p"
    assert stat.S_IMODE((tmp_path / "up.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["up.json"]


def test_an_earlier_run_is_waited_for(tmp_path: Path) -> None:
    assert not await_predecessor(tmp_path)
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"]) as process:
        write_pids(tmp_path, {"broker": process.pid})
        assert await_predecessor(tmp_path)
        assert process.poll() is not None
    write_pids(tmp_path, {"broker": process.pid})
    assert not await_predecessor(tmp_path)


def test_this_machine_has_mosquitto_for_the_tests() -> None:
    assert find_mosquitto()


def test_it_is_said_that_no_period_covers_today_and_what_the_demo_brought() -> None:
    nothing = Bootstrapped(admin_username="admin", created_password=None, active_period=None)
    prepared = Prepared(
        SchemaUpgrade("0001", "0001"),
        nothing,
        DemoSeeded(groups=6, events=35, players=3, holidays=11),
    )
    assert list(describe_prepared(prepared)) == [
        "Demo: 6 groups, 35 events, 11 holidays, 3 players added",
        "No academic period covers today; enter one in the console.",
        "Starting the workers …",
    ]
