"""A whole installation, as `infoscreen up` runs it, in a directory of the test's own."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import Client, WorkerStatus
from tests.support.clocks.moved_clock import clock_environment
from tests.support.ports import free_port, is_open, wait_until

READY_SECONDS = 120.0
"""For a start on a machine that runs other tests at the same time."""
BACK_SECONDS = 60.0
"""The same: on an idle machine a killed process is back within a few seconds."""
_PROGRAM = Path(sys.executable).with_name("infoscreen")


def run_infoscreen(
    *arguments: str, environment: dict[str, str], seconds: float = 60.0
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(_PROGRAM), *arguments],
        env=environment,
        cwd=environment["INFOSCREEN_DATA_DIR"],
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def clean_environment(data_dir: Path) -> dict[str, str]:
    names = ("PATH", "HOME", "LANG", "TMPDIR")
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        **clock_environment(),
        "INFOSCREEN_DATA_DIR": str(data_dir),
    }


@dataclass
class Installation:
    """`infoscreen up` with its own data directory and free ports, unless others are asked for."""

    directory: Path
    demo: int = 3
    console_port: int = field(default_factory=free_port)
    mqtt_port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None
    _engine: Engine | None = None

    @property
    def data_dir(self) -> Path:
        return self.directory / "var"

    @property
    def environment(self) -> dict[str, str]:
        return {**clean_environment(self.data_dir), **self.variables}

    @property
    def output(self) -> str:
        return (self.directory / "up.log").read_text()

    def first_password(self) -> str:
        """The superadmin's password, as the first start printed it."""
        found = re.search(r"password (\S+)", self.output)
        assert found, self.output
        return found[1]

    def start(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        options = (
            "--demo", str(self.demo),
            "--console-port", str(self.console_port),
            "--mqtt-port", str(self.mqtt_port),
            *self.options,
        )  # fmt: skip
        with (self.directory / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(_PROGRAM), "up", *options],
                env=self.environment,
                cwd=self.directory,
                stdout=log,
                stderr=log,
                process_group=0,
            )

    def wait_ready(self) -> dict[str, Any]:
        wait_until(self._is_ready_or_dead, seconds=READY_SECONDS, what="up.json")
        assert self.process
        assert self.process.poll() is None, self.output
        return self.state()

    def _is_ready_or_dead(self) -> bool:
        assert self.process
        return (self.data_dir / "up.json").exists() or self.process.poll() is not None

    def state(self) -> dict[str, Any]:
        return cast("dict[str, Any]", json.loads((self.data_dir / "up.json").read_text()))

    def pids(self) -> dict[str, int]:
        return cast("dict[str, int]", self.state()["processes"])

    @property
    def sessions(self) -> sessionmaker[Session]:
        self._engine = self._engine or make_engine(self.state()["database_url"])
        return make_session_factory(self._engine)

    def kill(self, name: str) -> int:
        """`kill -9` one process; return its number."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_back(self, name: str, *, instead_of: int, since: datetime) -> None:
        wait_until(
            lambda: self.pids()[name] != instead_of, seconds=BACK_SECONDS, what=f"a new {name}"
        )
        wait_until(
            lambda: self.works(name, since=since), seconds=BACK_SECONDS, what=f"{name} at work"
        )

    def works(self, name: str, *, since: datetime) -> bool:
        if name == "broker":
            return is_open(self.state()["mqtt_port"]) and all(
                self._has_worker(worker, since)
                for worker in ("listener", "scheduler", "dispatcher")
            )
        if name == "console":
            return self.get("/readyz")[0] == http.client.OK
        if name == "simulator":
            return all(alive > since for alive in self.last_alive())
        return self._has_worker(name, since)

    def _has_worker(self, name: str, since: datetime) -> bool:
        with self.sessions() as session:
            row = session.get(WorkerStatus, name)
        return (
            row is not None
            and row.pid == self.pids()[name]
            and row.is_broker_connected
            and row.seen_at > since
        )

    def last_alive(self) -> list[datetime]:
        with self.sessions() as session:
            return [client.last_alive for client in session.query(Client) if client.last_alive]

    def get(self, path: str) -> tuple[int, bytes]:
        host, _, port = self.state()["console_url"].removeprefix("http://").partition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        except OSError:
            return 0, b""
        finally:
            connection.close()

    def stop(self) -> int:
        """Ctrl-C; return the exit code."""
        if self._engine:
            self._engine.dispose()
            self._engine = None
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        exit_code = self.process.wait(timeout=20)
        self.process = None
        return exit_code
