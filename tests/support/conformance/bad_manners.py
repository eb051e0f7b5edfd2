"""Players that break the contract in what they show and say, each in one way."""

from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from infoscreen_core.contracts import (
    TopicKind,
    decode,
    parse_topic,
)
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.power import PowerIntent
from infoscreen_core.domain.screens.player import LogLevel, ObservedPower
from tests.support.conformance.rewriting import Rewriting
from workers.simulator.agenda import Effect, Publish, Unsubscribe
from workers.simulator.player import Player
from workers.simulator.state import PlayerState

_UNDECLARED: Final = "conformance_probe"
_AT_ONCE: Final = timedelta(seconds=1)
_AHEAD: Final = timedelta(minutes=5)
_ANOTHER: Final = "00000000-0000-4000-8000-000000000001"


# --- what is shown ---


class IgnoresItsGroup(Player):
    """Stays in the group that it had first."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if topic == wire.group_id_topic(self.uuid) and self.state.group_id is not None:
            return
        super().receive(topic, payload, now)


class StaysWithItsGroup(Rewriting):
    """Follows a new group without leaving the old one."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        return [] if isinstance(effect, Unsubscribe) else [effect]

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        parsed = parse_topic(topic)
        is_list = parsed and parsed.kind is TopicKind.EVENTS and payload
        if parsed and is_list and parsed.group_id != self.state.group_id:
            events = decode(parsed, payload)
            self.state.events = events.events  # type: ignore[union-attr]
            self._viewer.show_expected(now)
            return
        super().receive(topic, payload, now)


class KeepsItsGroup(Player):
    """Takes an empty group for none said."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if payload or topic != wire.group_id_topic(self.uuid):
            super().receive(topic, payload, now)


class KeepsShowing(Player):
    """Takes an empty list for none at all."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if payload != b"[]":
            super().receive(topic, payload, now)


class _LastFirst(PlayerState):
    @property
    def expected(self) -> Any:  # noqa: ANN401 - an event, or None
        return self.events[-1] if self.events else None


class ShowsTheLast(Player):
    def connected(self, now: datetime) -> None:
        self.state.__class__ = _LastFirst
        super().connected(now)


# --- power ---


class IgnoresIntents(Player):
    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if not topic.endswith("/power/intent"):
            super().receive(topic, payload, now)


class IgnoresOrders(Player):
    """Reads its group's intents alone."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if topic != wire.client_power_intent_topic(self.uuid):
            super().receive(topic, payload, now)


class ObeysForEver(Player):
    """Does not look at the times of an intent."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if topic.endswith("/power/intent") and payload:
            later = (now + timedelta(minutes=2)).isoformat()
            payload = orjson.dumps(orjson.loads(payload) | {"expires_at": later})
        super().receive(topic, payload, now)


class Toggles(Player):
    """Has a remote control with one button only."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        parsed = parse_topic(topic)
        message = decode(parsed, payload) if parsed and topic.endswith("/power/intent") else None
        before = self.state.group_intent
        super().receive(topic, payload, now)
        if isinstance(message, PowerIntent) and before and before.intent_id == message.intent_id:
            is_on = self.state.fixed_power is ObservedPower.ON
            self.fix_tv(ObservedPower.OFF if is_on else ObservedPower.ON, now)


# --- what it says by itself ---


class SaysAnotherName(Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/heartbeat"):
            payload = orjson.loads(effect.payload) | {"uuid": _ANOTHER}
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class SaysWrongHealth(Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/health"):
            payload = orjson.loads(effect.payload) | {"actual_state": {"status": "fine"}}
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class SendsNoPicture(Rewriting):
    """Sends a text where the picture should be."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/dashboard"):
            payload = orjson.loads(effect.payload)
            payload["content"]["screenshot"]["data"] = "R3LDvMOfIEdvdHQ="
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class SendsAtMostOnce(Rewriting):
    """Sends everything with QoS 0."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish):
            return [Publish(effect.topic, effect.payload, qos=0, retain=effect.retain)]
        return [effect]


class TellsNoTime(Rewriting):
    """Leaves its clock out of its reports."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith(("/health", "/heartbeat")):
            payload = orjson.loads(effect.payload)
            del payload["timestamp"]
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class LogsNothing(Player):
    """Sends log lines without a message."""

    def connected(self, now: datetime) -> None:
        super().connected(now)
        topic = wire.log_topic(self.uuid, LogLevel.WARN)
        self._effects.append(Publish(topic, b'{"message": ""}', qos=1))


class RetainsHeartbeats(Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/heartbeat"):
            return [Publish(effect.topic, effect.payload, effect.qos, retain=True)]
        return [effect]


class AsksForEver(Player):
    """Repeats its discovery whether it is answered or not."""

    def connected(self, now: datetime) -> None:
        self._reporter.answered = lambda: None  # type: ignore[method-assign]
        super().connected(now)


class NeverAsks(Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        is_discovery = isinstance(effect, Publish) and effect.topic == wire.discovery_topic()
        return [] if is_discovery else [effect]


class SpeaksInCapitals(Rewriting):
    """Names itself in upper case in its discovery."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic == wire.discovery_topic():
            payload = effect.payload.replace(self.uuid.encode(), self.uuid.upper().encode())
            return [Publish(effect.topic, payload, effect.qos)]
        return [effect]


class FailsAgain(Player):
    """Reports a failed unit, and again every ten seconds."""

    def connected(self, now: datetime) -> None:
        super().connected(now)
        self._fail(now)

    def _fail(self, now: datetime) -> None:
        self.fail_service(now)
        self._agenda.put("failed", now + timedelta(seconds=10), self._fail)


class FailsOnce(Player):
    """Reports a failed unit, as a good player does."""

    has_failed = False

    def connected(self, now: datetime) -> None:
        super().connected(now)
        if not self.has_failed:
            self.has_failed = True
            self.fail_service(now)


class FailsUnkept(FailsOnce):
    """Reports a failed unit without having the report kept."""

    def drain(self) -> list[Effect]:
        return [
            Publish(effect.topic, effect.payload, effect.qos)
            if isinstance(effect, Publish)
            else effect
            for effect in super().drain()
        ]
