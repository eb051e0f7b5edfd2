"""`/healthz` and `/readyz`."""

import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, text

from console import runtime
from console.opening import OPENING_SECONDS
from infoscreen_core.services.monitoring.upkeep import storage
from infoscreen_core.settings import Settings
from tests.support.console import Console
from tests.support.failing import only_readable
from tests.support.ports import free_port
from tests.support.web import Visitor


@pytest.fixture
def broker_port() -> Iterator[int]:
    """A port that takes connections, as a broker's does."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def _configure(console: Console, *, url: str | None = None, broker_port: int) -> None:
    settings = Settings(
        db_conn=SecretStr(url or console.settings.database_url),
        mqtt_broker_port=broker_port,
        infoscreen_data_dir=console.settings.data_dir,
        _env_file=None,
    )
    runtime.configure(settings)


def test_healthz_answers_as_long_as_the_process_lives(visitor: Visitor, console: Console) -> None:
    _configure(console, url="sqlite:////nowhere/at/all.db", broker_port=free_port())
    answer = visitor.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_is_ready_when_database_schema_and_broker_are_there(
    visitor: Visitor, console: Console, broker_port: int
) -> None:
    _configure(console, broker_port=broker_port)
    answer = visitor.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ready"


def test_readyz_waits_for_what_pages_show_first(
    visitor: Visitor, console: Console, broker_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configure(console, broker_port=broker_port)
    runtime.resources().opening.begin()
    answer = visitor.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]["pages"]["ok"]) == (503, False)
    later = time.monotonic() + OPENING_SECONDS
    monkeypatch.setattr("console.opening.time", SimpleNamespace(monotonic=lambda: later))
    assert visitor.get("/readyz").status_code == 200


def test_readyz_says_that_the_broker_is_away(visitor: Visitor, console: Console) -> None:
    port = free_port()
    _configure(console, broker_port=port)
    answer = visitor.get("/readyz")
    checks = answer.json()["checks"]
    assert answer.status_code == 503
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "migrations": True,
        "storage": True,
        "broker": False,
        "pages": True,
    }
    assert checks["broker"]["address"] == f"127.0.0.1:{port}"


def test_readyz_says_that_migrations_are_missing(
    visitor: Visitor, console: Console, broker_port: int, tmp_path: Path
) -> None:
    empty = f"sqlite:///{tmp_path / 'empty.db'}"
    with create_engine(empty).connect() as connection:
        connection.execute(text("SELECT 1"))
    _configure(console, url=empty, broker_port=broker_port)
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["ok"]
    assert not answer.json()["checks"]["migrations"]["ok"]


def test_readyz_says_that_the_database_is_away_and_names_no_secret(
    visitor: Visitor, console: Console, broker_port: int
) -> None:
    url = f"mysql+pymysql://someone:hush-hush@127.0.0.1:{free_port()}/infoscreen"
    _configure(console, url=url, broker_port=broker_port)
    answer = visitor.get("/readyz")
    assert answer.status_code == 503
    assert not answer.json()["checks"]["database"]["ok"]
    assert not answer.json()["checks"]["migrations"]["ok"]
    assert "hush-hush" not in answer.text


def test_readyz_says_that_nothing_can_be_stored(
    visitor: Visitor, console: Console, broker_port: int
) -> None:
    _configure(console, broker_port=broker_port)
    only_readable(runtime.resources().probe)
    answer = visitor.get("/readyz")
    check = answer.json()["checks"]["storage"]
    assert answer.status_code == 503
    assert (check["ok"], check["outage"]) == (False, "read_only")
    assert answer.json()["checks"]["database"]["ok"]  # it can be read


def test_readyz_says_that_the_disk_is_full_before_it_is(
    visitor: Visitor, console: Console, broker_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _configure(console, broker_port=broker_port)
    monkeypatch.setattr(storage, "LOW_BYTES", sys.maxsize)
    answer = visitor.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["storage"]["isLow"]
    monkeypatch.setattr(storage, "FULL_BYTES", sys.maxsize)
    answer = visitor.get("/readyz")
    check = answer.json()["checks"]["storage"]
    assert answer.status_code == 503
    assert (check["ok"], check["outage"], check["directory"]) == (
        False,
        "disk_full",
        str(console.settings.data_dir),
    )
    assert 0 < check["freeBytes"] < sys.maxsize


def test_with_the_database_away_pages_are_served_to_say_so_and_nothing_else_is(
    visitor: Visitor, console: Console
) -> None:
    _configure(console, url="sqlite:////proc/nowhere.db", broker_port=free_port())
    visitor.cookies.set(runtime.SESSION_COOKIE, "some-token", domain="infoscreen.test")
    assert visitor.visit("/").status_code == 200
    assert visitor.get("/media/abc.png").status_code == 401
    assert "Die Datenbank antwortet nicht" in visitor.visit("/login").text
    answer = visitor.post("/login", {"username": "anna", "password": "x"})
    assert answer.status_code == 503
    assert "Die Datenbank antwortet nicht" in answer.text
    assert visitor.post("/logout").status_code == 503
