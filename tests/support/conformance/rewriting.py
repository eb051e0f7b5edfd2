"""Simulated players that change what they send, or what they were sent."""

from datetime import datetime
from typing import Any

import orjson

from infoscreen_core.contracts import (
    TopicKind,
    parse_topic,
)
from workers.simulator.agenda import Effect, Publish
from workers.simulator.player import Player


class Rewriting(Player):
    """Changes what it is about to send."""

    def drain(self) -> list[Effect]:
        return [kept for effect in super().drain() for kept in self.rewrite(effect)]

    def rewrite(self, effect: Effect) -> list[Effect]:
        raise NotImplementedError


class RewritingAcks(Rewriting):
    """Changes its acknowledgements."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/ack"):
            return [
                Publish(topic, orjson.dumps(ack), effect.qos)
                for topic, ack in self.say(effect.topic, orjson.loads(effect.payload))
            ]
        return [effect]

    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        raise NotImplementedError


class MendingCommands(Player):
    """Reads commands too kindly."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        parsed = parse_topic(topic)
        if parsed and parsed.kind is TopicKind.COMMAND and payload:
            payload = orjson.dumps(self.mend(orjson.loads(payload), now))
        super().receive(topic, payload, now)

    def mend(self, fields: dict[str, Any], now: datetime, /) -> dict[str, Any]:
        raise NotImplementedError
