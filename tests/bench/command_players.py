"""Many players behind one connection: they carry out commands, count, and lose some answers."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Final

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from infoscreen_core.clock import utc_now
from infoscreen_core.contracts import Command, CommandAck
from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.contracts.topics import command_ack_topic, heartbeat_topic
from infoscreen_core.domain.commands.lifecycle import State
from tests.support.servers import Mosquitto

HEARTBEAT_SECONDS: Final = 30
_STEPS: Final = (AckStatus.ACCEPTED, AckStatus.EXECUTION_STARTED, AckStatus.COMPLETED)


@dataclass
class Players:
    """Players by their UUIDs; `off` ones are silent, `hung` ones live but ignore commands."""

    broker: Mosquitto
    uuids: Sequence[str]
    off: frozenset[str]
    hung: frozenset[str]
    lost_acks: float
    """Which part of their acknowledgements never arrives."""
    runs: Counter[str] = field(default_factory=Counter)
    """How often each command was carried out."""
    said: dict[str, set[AckStatus]] = field(default_factory=dict)
    """Which acknowledgements of each command were sent off."""

    def __post_init__(self) -> None:
        self._random = random.Random(7)  # the same losses in each run
        self._messages: SimpleQueue[bytes] = SimpleQueue()
        self._stopped = threading.Event()
        self._client = Client(
            CallbackAPIVersion.VERSION2, client_id="the-players", clean_session=False
        )
        self._client.max_inflight_messages_set(1000)
        self._client.username_pw_set(self.broker.user, self.broker.password)
        self._client.on_message = self._on_message
        self._client.on_connect = lambda client, *_: client.subscribe("infoscreen/+/commands", 1)
        self._client.connect(self.broker.host, self.broker.port)
        self._client.loop_start()
        for work in (self._act, self._live):
            threading.Thread(target=work, daemon=True).start()

    def stop(self) -> None:
        """Fall silent."""
        self._stopped.set()
        self._client.disconnect()
        self._client.loop_stop()

    def right_state(self, command_id: str, uuid: str) -> State:
        """Return how a command must end, by what of its player's answers was not lost."""
        if uuid in self.off:
            return State.EXPIRED
        is_done = AckStatus.COMPLETED in self.said.get(command_id, set())
        return State.COMPLETED if is_done else State.TIMED_OUT

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._messages.put(bytes(message.payload))

    def _act(self) -> None:
        while not self._stopped.is_set():
            command = Command.model_validate_json(self._messages.get())
            uuid, key = str(command.client_uuid), str(command.command_id)
            is_deaf = uuid in self.off or uuid in self.hung
            if is_deaf or key in self.runs or utc_now() >= command.expires_at:
                continue
            self.runs[key] += 1
            for step in _STEPS:
                self._say(command, step)

    def _say(self, command: Command, step: AckStatus) -> None:
        if self._random.random() < self.lost_acks:
            return
        ack = CommandAck(
            command_id=command.command_id, status=step, error_code=None, error_message=None
        )
        topic = command_ack_topic(str(command.client_uuid))
        self._client.publish(topic, ack.model_dump_json(), 1)
        self.said.setdefault(str(command.command_id), set()).add(step)

    def _live(self) -> None:
        living = [uuid for uuid in self.uuids if uuid not in self.off]
        pause = HEARTBEAT_SECONDS / len(living)
        while not self._stopped.is_set():
            for uuid in living:
                self._client.publish(heartbeat_topic(uuid), b"{}", 0)
                time.sleep(pause)
                if self._stopped.is_set():
                    return
