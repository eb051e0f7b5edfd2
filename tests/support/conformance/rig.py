"""A conformance run without network and waiting: a simulated player, a broker and a clock of ours.

The player and the cases are the real ones; what stands between them keeps retained messages,
knows who has subscribed, and lets time pass at once while a case waits.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import orjson
from paho.mqtt.client import topic_matches_sub

from infoscreen_core.clock import to_zulu
from infoscreen_core.contracts import Command, PowerIntent
from infoscreen_core.contracts import topics as wire
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.screens.power import DesiredPower
from workers.conformance.journal import Journal, acks_of, heard_entry, sent_entry
from workers.conformance.line import concerns, filters_of
from workers.conformance.stage import Pace, Stage, make_intent
from workers.conformance.texts import Text
from workers.simulator.agenda import (
    Effect,
    GoOffline,
    GoOnline,
    Publish,
    Subscribe,
    Unsubscribe,
)
from workers.simulator.identity import PlayerIdentity
from workers.simulator.memory import CommandMemory
from workers.simulator.player import Player
from workers.simulator.reports import Habits

START = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
RECONNECT = timedelta(seconds=1)
DISPATCH = timedelta(seconds=0.1)
GROUP = 7
MakePlayer = Callable[[PlayerIdentity, Habits, CommandMemory], Player]


@dataclass
class Rig:
    """Broker, server and clock; a `Line` and an `Office` at once."""

    directory: Path
    make_player: MakePlayer = Player
    journal: Journal = field(default_factory=Journal)
    is_connected: bool = True
    outage_seconds: float = 4.0
    has_order_already: bool = False

    def __post_init__(self) -> None:
        self.clock = START
        self.retained: dict[str, bytes] = {}
        self._filters: set[str] = set()
        self._unsent: list[Publish] = []
        self._later: list[tuple[datetime, Callable[[], None]]] = []
        self._issued: list[Command] = []
        self._order: str | None = None
        self.player = self.make_player(
            PlayerIdentity("rig", 1), Habits(), CommandMemory(self.directory / "commands.jsonl")
        )
        self.retained[wire.group_id_topic(self.player.uuid)] = b"%d" % GROUP
        self._connect()

    def stage(self, *, allows_reboot: bool = True) -> Stage:
        """Begin to listen, with what the broker retains, and return the stage."""
        self.wait(lambda: False, 2.0)
        for topic, payload in self.retained.items():
            self._tell_run(topic, payload, is_retained=True)
        outage = RigOutage(self)
        return Stage(
            self.player.uuid, self, self, Pace(), outage=outage, allows_reboot=allows_reboot
        )

    # --- Line ---

    def now(self) -> datetime:
        return self.clock

    def moment(self) -> float:
        return (self.clock - START).total_seconds()

    def publish(self, topic: str, payload: bytes, *, is_retained: bool = False) -> None:
        entry = sent_entry(
            topic, payload, at=self.clock, moment=self.moment(), is_retained=is_retained
        )
        self.journal.note(entry)
        self._carry(topic, payload, is_retained=is_retained, is_ours=True)

    def wait(self, condition: Callable[[], object], seconds: float) -> bool:
        end = self.clock + timedelta(seconds=seconds)
        while not condition():
            due = self._next_at()
            if due is None or due > end:
                self.clock = end
                return bool(condition())
            self._run_until(due)
        return True

    def borrow(self, topic: str, *, owed: bytes) -> "RigLoan":
        return RigLoan(self, topic, owed)

    def read_retained(self, topic: str) -> bytes | None:
        return self.retained.get(topic)

    # --- Office ---

    def group_payload(self) -> bytes:
        return b"%d" % GROUP

    def issue(self, action: Action) -> Command:
        command = Command.model_validate(
            {
                "schema_version": "1.0",
                "command_id": str(uuid4()),
                "client_uuid": self.player.uuid,
                "action": action,
                "issued_at": self.clock,
                "expires_at": self.clock + timedelta(seconds=240),
                "requested_by": None,
                "reason": "Conformance test",
            }
        )
        self._issued.append(command)

        def dispatch() -> None:
            for topic in (wire.command_topic, wire.command_alias_topic):
                self._carry(topic(self.player.uuid), command.to_payload())

        self._later.append((self.clock + DISPATCH, dispatch))
        return command

    def list_steps(self, command_id: str) -> list[str]:
        sent = any(command.command_id == command_id for command in self._issued)
        steps = [ack.message.status.value for ack in acks_of(self.journal, command_id)]
        return ["sent"] * sent + steps

    def has_order(self) -> bool:
        return self.has_order_already

    def order_tv(self, desired: DesiredPower, reason: str) -> None:
        assert reason
        stage = Stage(self.player.uuid, self, self)
        intent: PowerIntent = make_intent(stage, desired, group=None)
        topic = wire.client_power_intent_topic(self.player.uuid)
        self._carry(topic, intent.to_payload(), is_retained=True)

    def end_order(self) -> None:
        self._carry(wire.client_power_intent_topic(self.player.uuid), b"", is_retained=True)

    # --- the broker ---

    def cut(self) -> None:
        """Let the broker be away for a while."""
        self.is_connected = False
        self.player.disconnected(self.clock)
        self._drain()
        back = self.clock + timedelta(seconds=self.outage_seconds)
        self._later.append((back, self._bring_back))

    def _bring_back(self) -> None:
        self.is_connected = True
        self._connect()

    def _connect(self) -> None:
        if not self.is_connected:
            return
        self._filters.clear()
        self.player.connected(self.clock)
        unsent, self._unsent = self._unsent, []
        for effect in unsent:
            self._do(effect)
        self._drain()

    def _carry(
        self, topic: str, payload: bytes, *, is_retained: bool = False, is_ours: bool = False
    ) -> None:
        if is_retained:
            self.retained[topic] = payload
            if not payload:
                del self.retained[topic]
        if not is_ours or not topic.endswith("/group_id"):
            self._tell_run(topic, payload)
        self._tell_player(topic, payload)

    def _tell_run(
        self, topic: str, payload: bytes, *, is_retained: bool = False, qos: int = 1
    ) -> None:
        if not any(topic_matches_sub(one, topic) for one, _ in filters_of(self.player.uuid)):
            return
        entry = heard_entry(
            topic, payload, at=self.clock, moment=self.moment(), is_retained=is_retained, qos=qos
        )
        if concerns(entry, self.player.uuid):
            self.journal.note(entry)

    def _tell_player(self, topic: str, payload: bytes) -> None:
        is_heard = any(topic_matches_sub(one, topic) for one in self._filters)
        if is_heard and self.player.is_connected:
            self.player.receive(topic, payload, self.clock)
            self._drain()

    def _tell_retained(self, topic_filter: str) -> Callable[[], None]:
        def tell() -> None:
            for topic, payload in list(self.retained.items()):
                if topic_matches_sub(topic_filter, topic):
                    self._tell_player(topic, payload)

        return tell

    def _drain(self) -> None:
        for effect in self.player.drain():
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Publish():
                self._publish(effect)
            case Subscribe():
                self._filters.add(effect.topic_filter)
                self._later.append((self.clock, self._tell_retained(effect.topic_filter)))
            case Unsubscribe():
                self._filters.discard(effect.topic_filter)
            case GoOffline():
                self._filters.clear()
            case GoOnline():
                self._later.append((self.clock + RECONNECT, self._connect))

    def _publish(self, effect: Publish) -> None:
        if not self.is_connected:
            if effect.qos:
                self._unsent.append(effect)
            return
        if effect.retain:
            self.retained[effect.topic] = effect.payload
        self._tell_run(effect.topic, effect.payload, qos=effect.qos)
        if effect.topic == wire.discovery_topic():
            self._later.append((self.clock + DISPATCH, self._answer))

    def _answer(self) -> None:
        uuid = self.player.uuid
        answer = {
            "status": "ok",
            "uuid": uuid,
            "group_id": GROUP,
            "server_time": to_zulu(self.clock),
        }
        self._carry(wire.discovery_ack_topic(uuid), orjson.dumps(answer))

    # --- the clock ---

    def _next_at(self) -> datetime | None:
        times = [at for at, _ in self._later]
        if self.player.next_at is not None:
            times.append(self.player.next_at)
        return max(min(times), self.clock) if times else None

    def _run_until(self, due: datetime) -> None:
        self.clock = due
        ready = [deed for at, deed in self._later if at <= due]
        self._later = [(at, deed) for at, deed in self._later if at > due]
        for deed in ready:
            deed()
        self.player.run_due(self.clock)
        self._drain()


@dataclass
class RigLoan:
    """A retained topic that was lent."""

    rig: Rig
    topic: str
    owed: bytes

    def put(self, payload: bytes) -> None:
        self.rig.publish(self.topic, payload, is_retained=True)

    def give_back(self, payload: bytes) -> None:
        with suppress(KeyError):
            self.rig.publish(self.topic, payload, is_retained=True)


@dataclass
class RigOutage:
    """A broker that goes away for some seconds."""

    rig: Rig
    complaint: Text | None = None

    def begin(self) -> None:
        self.rig.cut()

    def is_over(self) -> bool:
        return self.rig.is_connected

    def problem(self) -> Text | None:
        return self.complaint
