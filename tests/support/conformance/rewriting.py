"""Simulated players that change what they send, or what they were sent."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

import orjson

from infoscreen_core.contracts import (
    AckStatus,
    Command,
    TopicKind,
    WireError,
    WireModel,
    decode,
    parse_topic,
)
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.power import PowerIntent
from infoscreen_core.contracts.topics import ParsedTopic
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.screens.player import LogLevel, ObservedPower
from workers.simulator.agenda import Effect, Publish, Subscribe, Unsubscribe
from workers.simulator.player import Player
from workers.simulator.state import PlayerState



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
