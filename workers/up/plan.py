"""What `infoscreen up` starts: every child with its command and environment."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infoscreen_core.settings import Settings
from workers.simulator.identity import PlayerIdentity, fleet
from workers.supervision import ChildSpec, infoscreen_command
from workers.up.broker import Broker, BrokerKind, mosquitto_command

DEMO_PREFIX = "demo"
DEMO_WAKE_SECONDS = 900
"""A demo player that was shut down comes back after this: nobody can press its button."""


@dataclass(frozen=True)
class StartPlan:
    """The choices of one run."""

    settings: Settings
    broker: Broker
    console_port: int
    demo: int

    @property
    def data_dir(self) -> Path:
        """The data directory, absolute."""
        return self.settings.data_dir

    @property
    def demo_fleet(self) -> Sequence[PlayerIdentity]:
        """The players of the demo."""
        return fleet(DEMO_PREFIX, self.demo)

    @property
    def demo_players(self) -> Sequence[str]:
        """The UUIDs of the demo fleet."""
        return [player.uuid for player in self.demo_fleet]

    @property
    def console_url(self) -> str:
        """Where people open the console."""
        host = self.console_address
        return f"http://{f'[{host}]' if ':' in host else host}:{self.console_port}"

    @property
    def console_address(self) -> str:
        """An address at which the console answers on this machine."""
        host = self.settings.console_host
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound

    def broker_child(self) -> ChildSpec | None:
        """Return the broker to run, None when it is somebody else's."""
        if self.broker.kind is BrokerKind.EXTERNAL:
            return None
        return self._child("broker", self._broker_command(), ends_last=True)

    def console_child(self) -> ChildSpec:
        """Return the console."""
        return self._child("console", infoscreen_command("console"))

    def worker_children(self, names: Sequence[str]) -> list[ChildSpec]:
        """Return the workers, by their commands' names, and the demo fleet if there is one."""
        workers = [self._child(name, infoscreen_command(name)) for name in names]
        return [*workers, self._simulator_child()] if self.demo else workers

    def _simulator_child(self) -> ChildSpec:
        options = (
            "--clients",
            str(self.demo),
            "--prefix",
            DEMO_PREFIX,
            "--wake-after",
            str(DEMO_WAKE_SECONDS),
        )
        return self._child("simulator", infoscreen_command("simulate", *options))

    def _broker_command(self) -> tuple[str, ...]:
        if self.broker.kind is BrokerKind.MOSQUITTO and self.broker.login:
            return mosquitto_command(self.data_dir / "broker", self.broker.port, self.broker.login)
        return infoscreen_command(
            "broker", "--port", str(self.broker.port), "--host", self.broker.host
        )

    def _child(self, name: str, command: tuple[str, ...], *, ends_last: bool = False) -> ChildSpec:
        log_path = self.data_dir / "log" / f"{name}.log"
        return ChildSpec(name, command, self._environment(), log_path, ends_last=ends_last)

    def _environment(self) -> Mapping[str, str]:
        own = {
            "INFOSCREEN_DATA_DIR": str(self.data_dir),
            "CONSOLE_HOST": self.settings.console_host,
            "CONSOLE_PORT": str(self.console_port),
            "MALLOC_ARENA_MAX": "2",  # threads share the allocator's pools: a fifth less memory
        }
        if self.broker.kind is not BrokerKind.EXTERNAL and self.broker.login:
            user, password = self.broker.login
            own |= {
                "MQTT_BROKER_HOST": self.broker.host,
                "MQTT_BROKER_PORT": str(self.broker.port),
                "MQTT_USER": user,
                "MQTT_PASSWORD": password,
                "MQTT_TLS_ENABLED": "false",
            }
        return {**os.environ, **own}
