"""A database that hangs: found out once, said at once, and back as soon as it answers."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.types import ASGIApp

from console import runtime
from console.shared import shared
from console.web import health
from infoscreen_core.errors import UnavailableError
from infoscreen_core.settings import Settings
from tests.support.ports import wait_until
from tests.support.servers import MariaDB
from tests.support.web import Visitor


@pytest.fixture
def stopped(
    mariadb: MariaDB,
    app: ASGIApp,  # noqa: ARG001 - it opens a database of its own, before this one
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[MariaDB]:
    """A MariaDB that the console has used, stopped now; patience is short."""
    monkeypatch.setattr(runtime, "ANSWER_SECONDS", 1)
    monkeypatch.setattr(health, "_PATIENCE_SECONDS", 2.0)
    url = mariadb.new_database()
    runtime.configure(
        Settings(db_conn=SecretStr(url), infoscreen_data_dir=tmp_path, _env_file=None)
    )
    runtime.reach_database()
    with _stopped(mariadb):
        yield mariadb
    runtime.dispose()


@contextmanager
def _stopped(server: MariaDB) -> Iterator[None]:
    assert server.process
    os.kill(server.process.pid, signal.SIGSTOP)
    wait_until(partial(_stands_still, server.process.pid), what="the server standing still")
    try:
        yield
    finally:
        go_on(server)


def _stands_still(pid: int) -> bool:
    """Whether every thread has been stopped: the signal takes a moment to reach all of them."""
    states = [path.read_text().rpartition(")")[2].split()[0] for path in tasks_of(pid)]
    return set(states) == {"T"}


def tasks_of(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").glob("*/stat"))


def go_on(server: MariaDB) -> None:
    assert server.process
    os.kill(server.process.pid, signal.SIGCONT)


def seconds_to_fail() -> float:
    began = time.monotonic()
    with pytest.raises(runtime.OutageError):
        runtime.reach_database()
    return time.monotonic() - began


def test_only_the_first_who_asks_waits_and_news_carry_their_age(
    stopped: MariaDB, app: ASGIApp
) -> None:
    calls: list[int] = []

    @shared(seconds=0, entries=1, is_kept_in_outage=True)
    def news() -> int:
        if calls:
            runtime.reach_database()
        calls.append(1)
        return len(calls)

    assert news() == 1
    seconds_to_fail()
    assert runtime.resources().reach.is_hanging
    assert [seconds_to_fail() < 0.5 for _ in range(3)] == [True] * 3
    assert news() == 1
    answer = Visitor(app).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["outage"] == "hanging"
    assert Visitor(app).get("/healthz").status_code == 200
    go_on(stopped)
    wait_until(lambda: not runtime.resources().reach.is_hanging, what="the database back")
    runtime.reach_database()
    assert news() == 2


def test_readiness_finds_out_by_itself(stopped: MariaDB, app: ASGIApp) -> None:
    began = time.monotonic()
    answer = Visitor(app).get("/readyz")
    assert (answer.status_code, time.monotonic() - began < 10) == (503, True)
    assert answer.json()["checks"]["database"]["outage"] == "hanging"
    assert runtime.resources().reach.is_hanging
    go_on(stopped)
    wait_until(lambda: not runtime.resources().reach.is_hanging, what="the database back")
    assert Visitor(app).get("/readyz").json()["checks"]["database"]["ok"]


@pytest.mark.usefixtures("stopped")
def test_what_a_hanging_database_means_is_said() -> None:
    with pytest.raises(UnavailableError, match="hangs"), runtime.explained():
        runtime.reach_database()
