"""A simulated player without a network, and the words to speak with it."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from infoscreen_core.contracts import TopicKind, WireModel, decode, parse_topic
from workers.simulator.agenda import Effect, Publish
from workers.simulator.identity import PlayerIdentity
from workers.simulator.memory import CommandMemory
from workers.simulator.player import Player
from workers.simulator.reports import Habits

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Stage:
    """A player, a clock, and everything the player did."""

    directory: Path
    habits: Habits = field(default_factory=Habits)
    now: datetime = NOON
    effects: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.player = self.make_player()

    def make_player(self) -> Player:
        memory = CommandMemory(self.directory / "commands.jsonl")
        return Player(PlayerIdentity("stage", 1), self.habits, memory)

    @property
    def uuid(self) -> str:
        return self.player.uuid

    def connect(self, *, group_id: int | None = None) -> None:
        self.player.connected(self.now)
        self.tell("discovery_ack", {"status": "ok", "uuid": self.uuid, "group_id": group_id})

    def tell(self, leaf: str, value: object) -> None:
        payload = value if isinstance(value, bytes) else json.dumps(value).encode()
        topic = leaf if leaf.startswith("infoscreen/") else f"infoscreen/{self.uuid}/{leaf}"
        self.player.receive(topic, payload, self.now)
        self.effects += self.player.drain()

    def wait(self, seconds: float) -> None:
        """Let time pass, deed by deed, as the network loop does."""
        end = self.now + timedelta(seconds=seconds)
        while self.player.next_at is not None and self.player.next_at <= end:
            self.now = max(self.player.next_at, self.now)
            self.player.run_due(self.now)
            self.effects += self.player.drain()
        self.now = end

    def take(self) -> list[Effect]:
        self.effects += self.player.drain()
        taken, self.effects = self.effects, []
        return taken

    def take_messages(self, kind: TopicKind) -> list[WireModel]:
        """Return what was published of a kind; fail on a message that the server would refuse."""
        found = []
        for effect in self.take():
            if isinstance(effect, Publish):
                topic = parse_topic(effect.topic)
                assert topic is not None, effect.topic
                message = decode(topic, effect.payload)
                if topic.kind is kind and message is not None:
                    found.append(message)
        return found


def event(number: int, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - any field of the contract
    return {
        "id": number,
        "group_id": 7,
        "title": f"Event {number}",
        "start": "2026-11-23T08:00:00Z",
        "end": "2026-11-23T16:00:00Z",
        "event_type": "message",
        "priority": 0,
        "message": {"text": "Grüß Gott"},
        **values,
    }


def command(stage: Stage, action: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401 - any field
    return {
        "schema_version": "1.0",
        "command_id": str(uuid4()),
        "client_uuid": stage.uuid,
        "action": action,
        "issued_at": stage.now.isoformat(),
        "expires_at": (stage.now + timedelta(seconds=240)).isoformat(),
        "requested_by": 1,
        "reason": "Test",
        **values,
    }
