"""Private, real servers on free loopback ports."""

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pymysql

from tests.support.ports import free_port, is_open, wait_until

if TYPE_CHECKING:
    from pymysql.cursors import Cursor


def program(name: str) -> str:
    """Return the path of a system program; Debian keeps servers outside a user's PATH."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin")
    assert found, f"{name} is not installed; run tests/system-packages.sh"
    return found


@dataclass
class Mosquitto:
    """A mosquitto with one account that may do everything, like the one `infoscreen up` starts."""

    directory: Path
    port: int = field(default_factory=free_port)
    user: str = "server"
    password: str = "a-test-password"
    host: str = "127.0.0.1"
    process: subprocess.Popen[bytes] | None = None

    def write_configuration(self) -> Path:
        self.directory.mkdir(parents=True, exist_ok=True)
        passwords = self.directory / "passwords"
        passwords.touch(mode=0o600)
        subprocess.run(
            [program("mosquitto_passwd"), "-b", str(passwords), self.user, self.password],
            check=True,
            capture_output=True,
        )
        configuration = self.directory / "mosquitto.conf"
        configuration.write_text(
            f"listener {self.port} {self.host}\n"
            "allow_anonymous false\n"
            f"password_file {passwords}\n"
            "persistence true\n"
            f"persistence_location {self.directory}/\n"
            "autosave_interval 30\n"
            "max_queued_messages 100000\n"
            "max_inflight_messages 100\n"
            "user root\n"
        )
        return configuration

    def start(self) -> None:
        configuration = self.write_configuration()
        log = (self.directory / "mosquitto.log").open("ab")
        self.process = subprocess.Popen(
            [program("mosquitto"), "-c", str(configuration)], stdout=log, stderr=log
        )
        wait_until(lambda: is_open(self.port), what="mosquitto's port")

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=10)
            self.process = None

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process
        self.process.kill()
        self.process.wait(timeout=10)
        self.process = None

    def environment(self) -> dict[str, str]:
        return {
            "MQTT_BROKER_HOST": self.host,
            "MQTT_BROKER_PORT": str(self.port),
            "MQTT_USER": self.user,
            "MQTT_PASSWORD": self.password,
        }


@dataclass
class MariaDB:
    """A MariaDB whose data live as long as its folder."""

    directory: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    databases: int = 0
    memory: str = "64M"
    """For its tables."""

    def start(self) -> None:
        data = self.directory / "data"
        if not data.exists():
            self._install(data)
        self._run()

    def _install(self, data: Path) -> None:
        installed = subprocess.run(
            [
                program("mariadb-install-db"),
                "--no-defaults",
                f"--datadir={data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            check=False,
            capture_output=True,
            text=True,
            env=self._environment(),
        )
        assert installed.returncode == 0, installed.stdout + installed.stderr

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process
        self.process.kill()
        self.process.wait(timeout=10)
        self.process = None

    def revive(self) -> None:
        """Start it again with the data that it had."""
        self._run()

    def _run(self) -> None:
        log = (self.directory / "mariadb.log").open("ab")
        self.process = subprocess.Popen(
            [
                program("mariadbd"),
                "--no-defaults",
                f"--datadir={self.directory / 'data'}",
                f"--port={self.port}",
                "--bind-address=127.0.0.1",
                f"--socket={self.directory}/s",
                "--user=root",
                f"--innodb-buffer-pool-size={self.memory}",
                "--innodb-flush-log-at-trx-commit=1",
                *self.options(),
            ],
            env=self._environment(),
            stdout=log,
            stderr=log,
        )
        wait_until(self._answers, seconds=60, what="MariaDB")

    def options(self) -> list[str]:
        """What a server of another kind is told besides."""
        return []

    def connect(self) -> "pymysql.Connection[Cursor]":
        """Return a connection with every right, to no database."""
        return pymysql.connect(host="127.0.0.1", port=self.port, user="root")

    def _environment(self) -> dict[str, str]:
        # At its start a server removes all temporary tables in its folder, another server's too.
        temporary = self.directory / "tmp"
        temporary.mkdir(parents=True, exist_ok=True)
        return {**os.environ, "TMPDIR": str(temporary)}

    def _answers(self) -> bool:
        try:
            self.connect().close()
        except pymysql.err.OperationalError:
            return False
        return True

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=30)
            self.process = None

    def new_database(self) -> str:
        """Create an empty database and return its URL."""
        self.databases += 1
        return self.database(f"test_{self.databases}")

    def database(self, name: str) -> str:
        """Return the URL of the database of this name, created if it is not there yet."""
        with self.connect() as connection:
            words = "CREATE DATABASE IF NOT EXISTS"
            connection.cursor().execute(f"{words} {name} CHARACTER SET utf8mb4")
        return f"mysql+pymysql://root@127.0.0.1:{self.port}/{name}?charset=utf8mb4"
