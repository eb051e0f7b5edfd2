"""Players that break the contract about commands, each in one way."""

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
    parse_topic,
)
from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import ParsedTopic
from infoscreen_core.domain.commands.lifecycle import Action
from tests.support.conformance.rewriting import MendingCommands, Rewriting, RewritingAcks
from workers.simulator.agenda import Effect, Publish, Subscribe
from workers.simulator.player import Player
from workers.simulator.state import PlayerState

_UNDECLARED: Final = "conformance_probe"
_AT_ONCE: Final = timedelta(seconds=1)
_AHEAD: Final = timedelta(minutes=5)
_ANOTHER: Final = "00000000-0000-4000-8000-000000000001"


# --- commands that must not run ---


class RunsLate(MendingCommands):
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


class RunsWithoutExpiry(MendingCommands):
    def mend(self, fields: dict[str, Any], now: datetime) -> dict[str, Any]:
        return {"expires_at": (now + timedelta(minutes=4)).isoformat()} | fields


class RunsAnyVersion(MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        return fields | {"schema_version": "1.0"}


class RunsUnknownActions(MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        known = {"restart_app", "reboot_host"}
        return fields if fields["action"] in known else fields | {"action": "restart_app"}


class OverlooksFields(MendingCommands):
    def mend(self, fields: dict[str, Any], _now: datetime) -> dict[str, Any]:
        return {name: value for name, value in fields.items() if name != _UNDECLARED}


class RunsForOthers(MendingCommands):
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


class ExplainsNothing(RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack | {"error_code": None, "error_message": None})]


class MixesUpCodes(RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        is_failure = ack["status"] == "failed"
        return [(topic, ack | {"error_code": "execution_failed"} if is_failure else ack)]


class AcceptsFirst(RewritingAcks):
    """Says “accepted” to everything, before it looks."""

    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        first = ack | {"status": "accepted", "error_code": None, "error_message": None}
        return [(topic, first), (topic, ack)] if ack["status"] == "failed" else [(topic, ack)]


class RepeatsItself(RewritingAcks):
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


class AcksOnAliasAlone(RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack)] if topic.endswith("/command/ack") else []


# --- commands that run ---


class SaysTooMuch(RewritingAcks):
    """Adds a field to its acknowledgements that their schema does not declare."""

    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [(topic, ack | {"note": "fine"})]


class SkipsTheStart(RewritingAcks):
    def say(self, topic: str, ack: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        return [] if ack["status"] == "execution_started" else [(topic, ack)]


class NeverEnds(RewritingAcks):
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


class ClockIsFast(MendingCommands, Rewriting):
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


class LosesSteps(Rewriting):
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
