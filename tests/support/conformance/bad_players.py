"""Players that break the contract, each in one way; and what a conformance run says of them."""

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

_UNDECLARED: Final = "conformance_probe"
_AT_ONCE: Final = timedelta(seconds=1)
_AHEAD: Final = timedelta(minutes=5)
_ANOTHER: Final = "00000000-0000-4000-8000-000000000001"


class _Rewriting(Player):
    """Changes what it is about to send."""

    def drain(self) -> list[Effect]:
        return [kept for effect in super().drain() for kept in self.rewrite(effect)]

    def rewrite(self, effect: Effect) -> list[Effect]:
        raise NotImplementedError


class _RewritingAcks(_Rewriting):
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


class _MendingCommands(Player):
    """Reads commands too kindly."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        parsed = parse_topic(topic)
        if parsed and parsed.kind is TopicKind.COMMAND and payload:
            payload = orjson.dumps(self.mend(orjson.loads(payload), now))
        super().receive(topic, payload, now)

    def mend(self, fields: dict[str, Any], now: datetime, /) -> dict[str, Any]:
        raise NotImplementedError


# --- commands that must not run ---


class RunsLate(_MendingCommands):
    def mend(self, fields: dict[str, Any], now: datetime) -> dict[str, Any]:
        if "expires_at" in fields:
            fields["expires_at"] = (now + timedelta(minutes=4)).isoformat()
        return fields


class RunsLater(Player):
    """Refuses what has expired, and carries it out a minute later all the same."""

    def _on_command(self, topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        super()._on_command(topic, message, now)
        if isinstance(message, Command) and message.expires_at <= now:
            command_id = message.command_id
            self._agenda.put(
                f"later {command_id}",
                now + timedelta(minutes=1),
                lambda _: self._commands._acknowledge(  # noqa: SLF001
                    command_id, AckStatus.EXECUTION_STARTED, None, None
                ),
            )


class RunsWithoutExpiry(_MendingCommands):
    def mend(self, fields: dict[str, Any], now: datetime) -> dict[str, Any]:
        return {"expires_at": (now + timedelta(minutes=4)).isoformat()} | fields


class RunsAnyVersion(_MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        return fields | {"schema_version": "1.0"}


class RunsUnknownActions(_MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        known = {"restart_app", "reboot_host"}
        return fields if fields["action"] in known else fields | {"action": "restart_app"}


class OverlooksFields(_MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if name != _UNDECLARED}


class RunsForOthers(_MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        return fields | {"client_uuid": self.uuid}


class AnswersForOthers(Player):
    """Subscribes to everybody's commands, and answers them."""

    def connected(self, now: datetime) -> None:
        super().connected(now)
        self._effects.append(Subscribe(wire.command_topic("+")))

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        parsed = parse_topic(topic)
        if parsed and parsed.kind is TopicKind.COMMAND and parsed.client_uuid != self.uuid:
            self._commands.refuse(orjson.loads(payload)["command_id"], "invalid_schema", "Not me.")
        else:
            super().receive(topic, payload, now)


class IgnoresBroken(Player):
    def _refuse(self, topic: ParsedTopic, payload: bytes, error: Exception) -> None:
        assert isinstance(error, WireError)
        assert topic
        assert isinstance(payload, bytes)


class ExplainsNothing(_RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack | {"error_code": None, "error_message": None})]


class MixesUpCodes(_RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        is_failure = ack["status"] == "failed"
        return [(topic, ack | {"error_code": "execution_failed"} if is_failure else ack)]


class AcceptsFirst(_RewritingAcks):
    """Says “accepted” to everything, before it looks."""

    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        first = ack | {"status": "accepted", "error_code": None, "error_message": None}
        return [(topic, first), (topic, ack)] if ack["status"] == "failed" else [(topic, ack)]


class RepeatsItself(_RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack)] * 2


class TripsOverNothing(Player):
    """Goes down for two minutes when an empty command comes."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if topic == wire.command_topic(self.uuid) and not payload:
            self.power_off(now, seconds=120)
        super().receive(topic, payload, now)


class DeafToAlias(Player):
    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if topic != wire.command_alias_topic(self.uuid):
            super().receive(topic, payload, now)


class AcksOnAliasAlone(_RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack)] if topic.endswith("/command/ack") else []


# --- commands that run ---


class SaysTooMuch(_RewritingAcks):
    """Adds a field to its acknowledgements that their schema does not declare."""

    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack | {"note": "fine"})]


class SkipsTheStart(_RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [] if ack["status"] == "execution_started" else [(topic, ack)]


class NeverEnds(_RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [] if ack["status"] == "completed" else [(topic, ack)]


class GivesUp(Player):
    """Refuses what it should carry out."""

    def _on_command(self, topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        if isinstance(message, Command) and message.expires_at > now:
            self._commands.refuse(message.command_id, "permission_denied_local", "Not allowed.")
        else:
            super()._on_command(topic, message, now)


class RunsTwice(Player):
    """Forgets what it carried out."""

    def _on_command(self, topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        if isinstance(message, Command) and message.expires_at > now:
            known = self._commands._memory._latest  # noqa: SLF001 - to make it forget
            step = known.get(message.command_id)
            if step and step.status is AckStatus.COMPLETED:
                del known[message.command_id]
        super()._on_command(topic, message, now)


class RunsBothCopies(Player):
    """Takes the copy of a command on the other topic for one of its own."""

    def _on_command(self, topic: ParsedTopic, message: WireModel | None, now: datetime) -> None:
        if isinstance(message, Command) and message.expires_at > now:
            step = self._commands._memory.find(message.command_id)  # noqa: SLF001
            if step and message.action is Action.RESTART_APP and now - step.at < _AT_ONCE:
                self._agenda.put("again", now + timedelta(seconds=5), self._run_process)
        super()._on_command(topic, message, now)


class ClockIsFast(_MendingCommands, _Rewriting):
    """Lives five minutes ahead of everybody else."""

    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        if "expires_at" in fields:
            expiry = datetime.fromisoformat(fields["expires_at"]) - _AHEAD
            fields["expires_at"] = expiry.isoformat()
        return fields

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith(("/health", "/heartbeat")):
            payload = orjson.loads(effect.payload)
            at = datetime.fromisoformat(payload["timestamp"]) + _AHEAD
            payload["timestamp"] = at.isoformat()
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class LosesSteps(_Rewriting):
    """Does not keep what it could not send."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        is_lost = isinstance(effect, Publish) and not self.is_connected
        return [] if is_lost else [effect]


class ClaimsToReboot(Player):
    """Completes a reboot without one."""

    def reboot(self, now: datetime) -> None:
        for step in self._commands._memory.list_unfinished(self.uuid, now=now):  # noqa: SLF001
            self._commands._complete(step, now)  # noqa: SLF001


class HangsAtShutdown(Player):
    def reboot(self, now: datetime) -> None:
        assert isinstance(now, datetime)


class BootsWithTheApp(Player):
    """Takes a new boot_id with each restart of the application."""

    def restart_app(self, now: datetime, then: Callable[[datetime], None]) -> None:
        self.state.boot_id = str(uuid4())
        super().restart_app(now, then)


class _OneBoot(PlayerState):
    def boot(self, now: datetime) -> None:
        self.booted_at, self.boot_id = now, "always-the-same"


class KeepsItsBoot(Player):
    """Names every boot alike."""

    def connected(self, now: datetime) -> None:
        self.state.__class__ = _OneBoot
        super().connected(now)


# --- what is shown ---


class IgnoresItsGroup(Player):
    """Stays in the group that it had first."""

    def receive(self, topic: str, payload: bytes, now: datetime) -> None:
        if topic == wire.group_id_topic(self.uuid) and self.state.group_id is not None:
            return
        super().receive(topic, payload, now)


class StaysWithItsGroup(_Rewriting):
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


class SaysAnotherName(_Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/heartbeat"):
            payload = orjson.loads(effect.payload) | {"uuid": _ANOTHER}
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class SaysWrongHealth(_Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/health"):
            payload = orjson.loads(effect.payload) | {"actual_state": {"status": "fine"}}
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class SendsNoPicture(_Rewriting):
    """Sends a text where the picture should be."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/dashboard"):
            payload = orjson.loads(effect.payload)
            payload["content"]["screenshot"]["data"] = "R3LDvMOfIEdvdHQ="
            return [Publish(effect.topic, orjson.dumps(payload), effect.qos)]
        return [effect]


class SendsAtMostOnce(_Rewriting):
    """Sends everything with QoS 0."""

    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish):
            return [Publish(effect.topic, effect.payload, qos=0, retain=effect.retain)]
        return [effect]


class TellsNoTime(_Rewriting):
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


class RetainsHeartbeats(_Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        if isinstance(effect, Publish) and effect.topic.endswith("/heartbeat"):
            return [Publish(effect.topic, effect.payload, effect.qos, retain=True)]
        return [effect]


class AsksForEver(Player):
    """Repeats its discovery whether it is answered or not."""

    def connected(self, now: datetime) -> None:
        self._reporter.answered = lambda: None  # type: ignore[method-assign]
        super().connected(now)


class NeverAsks(_Rewriting):
    def rewrite(self, effect: Effect) -> list[Effect]:
        is_discovery = isinstance(effect, Publish) and effect.topic == wire.discovery_topic()
        return [] if is_discovery else [effect]


class SpeaksInCapitals(_Rewriting):
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
