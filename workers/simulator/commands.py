"""How a simulated player runs commands: each once, each step remembered before it is taken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from infoscreen_core.contracts import AckStatus, Command, CommandAck
from infoscreen_core.contracts.topics import command_ack_alias_topic, command_ack_topic
from infoscreen_core.domain.commands.lifecycle import Action
from workers.simulator.agenda import Agenda, Publish
from workers.simulator.memory import CommandMemory, Step

_PAUSE = timedelta(seconds=0.4)
"""Between the steps of a command, as on a real machine."""

_LEAVE = timedelta(seconds=0.5)
_REPEAT_ANSWER_AFTER = timedelta(seconds=5)
_START_WITHIN = timedelta(seconds=10)
"""The server gives up a command 15 s after its acceptance; from here on it must not run."""


class Machine(Protocol):
    """What a command does to the player."""

    def reboot(self, now: datetime) -> None:
        """Go down and come back."""

    def shut_down(self, now: datetime) -> None:
        """Go down."""

    def restart_app(self, now: datetime, then: Callable[[datetime], None]) -> None:
        """Restart the display process and call `then` once it runs."""


class CommandRunner:
    """Commands of one player, from their arrival to their end."""

    def __init__(
        self,
        client_uuid: str,
        machine: Machine,
        agenda: Agenda,
        memory: CommandMemory,
        send: Callable[[Publish], None],
    ) -> None:
        self._uuid = client_uuid
        self._machine = machine
        self._agenda = agenda
        self._memory = memory
        self._send = send
        self._interrupted: list[Step] = []

    def receive(self, command: Command, now: datetime) -> None:
        """Take a command; one that was seen before is never run again."""
        known = self._memory.find(command.command_id)
        if known is not None:
            self._answer_repeat(known, now)
            return
        step = Step(
            command_id=command.command_id,
            client_uuid=self._uuid,
            action=command.action,
            status=AckStatus.ACCEPTED,
            at=now,
            expires_at=command.expires_at,
        )
        if command.expires_at <= now:
            self._fail(
                step,
                "stale_command",
                f"The command expired at {command.expires_at.isoformat()}.",
                now,
            )
            return
        self._take(step, now)
        self._plan_start(step, now)

    def refuse(self, command_id: str, code: str, message: str) -> None:
        """Answer a command that breaks the contract; it is not remembered, for it was none."""
        self._acknowledge(command_id, AckStatus.FAILED, code, message)

    def look_back(self, now: datetime) -> None:
        """See, at the start of the machine and before any message, what its end interrupted."""
        self._interrupted = self._memory.list_unfinished(self._uuid, now=now)

    def resume(self, now: datetime) -> None:
        """Go on with what the end of the machine interrupted."""
        interrupted, self._interrupted = self._interrupted, []
        for step in interrupted:
            if step.status is AckStatus.EXECUTION_STARTED:
                self._complete(step, now)
            elif now - step.at > _START_WITHIN:
                self._fail(
                    step,
                    "execution_timeout",
                    "The machine went down before the command started.",
                    now,
                )
            else:
                self._plan_start(step, now)

    def _answer_repeat(self, known: Step, now: datetime) -> None:
        # The alias topic brings every command twice at once: no answer. Later the server asks for
        # one.
        if now - known.at > _REPEAT_ANSWER_AFTER:
            self._acknowledge(known.command_id, known.status, known.error_code, known.error_message)

    def _plan_start(self, step: Step, now: datetime) -> None:
        self._agenda.put(
            f"command:{step.command_id}", now + _PAUSE, lambda at: self._start(step, at)
        )

    def _start(self, step: Step, now: datetime) -> None:
        started = self._take(replace(step, status=AckStatus.EXECUTION_STARTED), now)
        key = f"command:{step.command_id}"
        if step.action is Action.RESTART_APP:
            self._machine.restart_app(now, lambda at: self._complete(started, at))
        elif step.action is Action.REBOOT_HOST:
            self._agenda.put(key, now + _LEAVE, self._machine.reboot)
        else:
            self._agenda.put(key, now + _PAUSE, lambda at: self._shut_down(started, at))

    def _shut_down(self, step: Step, now: datetime) -> None:
        self._complete(step, now)
        self._agenda.put(f"command:{step.command_id}", now + _LEAVE, self._machine.shut_down)

    def _complete(self, step: Step, now: datetime) -> None:
        self._take(replace(step, status=AckStatus.COMPLETED), now)

    def _fail(self, step: Step, code: str, message: str, now: datetime) -> None:
        self._take(
            replace(step, status=AckStatus.FAILED, error_code=code, error_message=message),
            now,
        )

    def _take(self, step: Step, now: datetime) -> Step:
        step = replace(step, at=now)
        self._memory.record(step)
        self._acknowledge(step.command_id, step.status, step.error_code, step.error_message)
        return step

    def _acknowledge(
        self, command_id: str, status: AckStatus, code: str | None, message: str | None
    ) -> None:
        ack = CommandAck(
            command_id=command_id, status=status, error_code=code, error_message=message
        )
        payload = ack.to_payload()
        for topic in (command_ack_topic(self._uuid), command_ack_alias_topic(self._uuid)):
            self._send(Publish(topic, payload, qos=1))
