"""What the cases share: the line, the server's side, and what happened to the player so far."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Protocol
from uuid import uuid4

import orjson

from infoscreen_core.clock import to_zulu
from infoscreen_core.contracts import (
    AckStatus,
    Command,
    Discovery,
    EventItem,
    PowerIntent,
    TopicKind,
    event_list_payload,
)
from infoscreen_core.contracts import topics as wire
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.power import DesiredPower, PowerReason
from workers.conformance.case import EndOfCase, Verdict, untested
from workers.conformance.journal import Ack, Entry, acks_of, process_reports, sent_entry
from workers.conformance.line import Line, Loan
from workers.conformance.texts import Text

REASON: Final = Text("Conformance test", "Konformitätsprüfung")
_LASTING: Final = timedelta(seconds=240)
_DISTURBED: Final = Text(
    "The player announced itself anew meanwhile, and was told its own group in the answer. Run "
    "this case again.",
    "Der Player hat sich dazwischen neu gemeldet und mit der Antwort seine eigene Gruppe erfahren. "
    "Wiederholen Sie den Fall.",
)
_INTENT_LASTING: Final = timedelta(seconds=90)
_UNDER_WAY: Final = frozenset({AckStatus.EXECUTION_STARTED, AckStatus.COMPLETED})


class Office(Protocol):
    """The server's side: what goes through its services, and what it knows."""

    def group_payload(self) -> bytes:
        """Return what the broker has to retain about the player's group."""

    def issue(self, action: Action) -> Command:
        """Issue a command as an operator would; raise `EndOfCase` when the lockout stops it."""

    def list_steps(self, command_id: str) -> list[str]:
        """Return the steps that the server has noted of a command."""

    def has_order(self) -> bool:
        """Whether an operator holds the TV on or off."""

    def order_tv(self, desired: DesiredPower, reason: str) -> None:
        """Hold the TV on or off, as an operator would."""

    def end_order(self) -> None:
        """Let the TV follow its group again."""


class Outage(Protocol):
    """A broker that may be stopped."""

    def begin(self) -> None:
        """Begin to restart it."""

    def is_over(self) -> bool:
        """Whether the restart has come to its end."""

    def problem(self) -> Text | None:
        """Return what the restart complained of; None when it went well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long to wait; seconds."""

    silence: float = 20.0
    """For something that must not happen: a player may take 20 s to accept a command."""
    settle: float = 2.0
    """After an answer, for what it might do all the same."""


@dataclass(slots=True)
class Executed:
    """A command that the player was to carry out, and where the journal stood."""

    command: Command
    began: int
    ended: int


@dataclass
class Stage:
    """One player under test."""

    uuid: str
    line: Line
    office: Office
    pace: Pace = field(default_factory=Pace)
    language: str = "en"
    outage: Outage | None = None
    allows_reboot: bool = False
    restart: Executed | None = None
    """The one app restart of a run, which several cases look at."""
    was_restart_tried: bool = False
    reboot: Executed | None = None
    forbidden: dict[str, str] = field(default_factory=dict)
    """Commands that must never run, with the case that sent each."""
    calm_since: int = 0
    """Where the journal stood when the player was last done with what was ordered."""

    @property
    def mark(self) -> int:
        """Where the next message will stand in the journal."""
        return self.line.journal.mark

    # --- commands ---

    def issue(self, action: Action) -> Command:
        """Have a command issued by the server, which sends it; raise `EndOfCase` as it does."""
        command = self.office.issue(action)
        self.line.journal.note(
            sent_entry(
                wire.command_topic(self.uuid),
                command.to_payload(),
                at=self.line.now(),
                moment=self.line.moment(),
                is_retained=False,
            )
        )
        return command

    def send_command(
        self, case: str, *, topic: str | None = None, is_retained: bool = False, **fields: object
    ) -> str:
        """Send an app restart that must not run, with these fields; None leaves one out."""
        command_id = str(uuid4())
        self.forbidden[command_id] = case
        payload = orjson.dumps(self._fields(command_id, fields))
        self.line.publish(topic or wire.command_topic(self.uuid), payload, is_retained=is_retained)
        return command_id

    def stale_fields(self) -> dict[str, Any]:
        """Return the times of a command that expired ten minutes ago."""
        now = self.line.now()
        return {
            "issued_at": to_zulu(now - timedelta(minutes=14)),
            "expires_at": to_zulu(now - timedelta(minutes=10)),
        }

    def acks(self, command_id: str, since: int = 0) -> list[Ack]:
        """Return the acknowledgements of a command, whoever sent them."""
        return acks_of(self.line.journal, command_id, since)

    def bad_acks(self, since: int) -> list[Entry]:
        """Return what came on the player's acknowledgement topics and breaks the contract."""
        faults = self.line.journal.faults(TopicKind.COMMAND_ACK, since=since)
        return [entry for entry in faults if entry.sender == self.uuid]

    def has_run(self, command_id: str, since: int) -> bool:
        """Whether the player began with a command, by its own word or by what its process did."""
        said = any(ack.message.status in _UNDER_WAY for ack in self.acks(command_id, since))
        return said or self.was_restarted(since)

    def was_restarted(self, since: int) -> bool:
        """Whether the display process went down, or got another number, since a mark."""
        after = process_reports(self.line.journal, since)
        before = process_reports(self.line.journal, self.calm_since)
        before = before[: len(before) - len(after)]
        pids = [one.pid for one in before if one.pid is not None]
        was_running = not before or before[-1].status in {None, ProcessStatus.RUNNING}
        return any(
            (was_running and one.status not in {None, ProcessStatus.RUNNING})
            or (pids and one.pid is not None and one.pid != pids[-1])
            for one in after
        )

    def calm_down(self, command_id: str, seconds: float) -> None:
        """Let the player come to the end of a command, lest the next case be blamed for it."""
        ends = {AckStatus.COMPLETED, AckStatus.FAILED}
        self.line.wait(
            lambda: any(ack.message.status in ends for ack in self.acks(command_id)), seconds
        )
        self.line.wait(lambda: False, self.pace.settle)
        self.calm_since = self.mark

    def own_words(self, since: int = 0) -> list[Entry]:
        """Return all that the player said, in order or not."""
        return [
            entry
            for entry in self.line.journal.since(since)
            if not entry.is_sent and entry.kind is not None and entry.kind.is_from_player
            if entry.sender in {self.uuid, None}
        ]

    def _fields(self, command_id: str, changes: dict[str, object]) -> dict[str, object]:
        now = self.line.now()
        fields = {
            "schema_version": "1.0",
            "command_id": command_id,
            "client_uuid": self.uuid,
            "action": Action.RESTART_APP,
            "issued_at": to_zulu(now),
            "expires_at": to_zulu(now + _LASTING),
            "requested_by": None,
            "reason": REASON.of(self.language),
            **changes,
        }
        return {
            name: value
            for name, value in fields.items()
            if value is not None or name == "requested_by"
        }

    # --- what is shown ---

    @contextmanager
    def test_groups(self) -> Iterator["RunGroups"]:
        """Lend the player to the test groups; its own group has it back whatever happens."""
        since = self.mark
        try:
            with ExitStack() as stack:
                yield RunGroups(self, stack)
        except EndOfCase as end:
            if end.verdict is Verdict.FAILED and any(self.line.journal.heard(Discovery, since)):
                raise untested(_DISTURBED) from None
            raise
        finally:
            self.calm_since = self.mark


class RunGroups:
    """Two groups that only this run speaks for."""

    def __init__(self, stage: Stage, stack: ExitStack) -> None:
        self._stage = stage
        self._stack = stack
        self._loans: dict[str, Loan] = {}
        self._group: int | None = None

    def join(self, group: int) -> None:
        """Tell the player that it belongs to a test group."""
        self._group = group
        self._put(wire.group_id_topic(self._stage.uuid), b"%d" % group)

    def leave(self) -> None:
        """Tell the player that it belongs to no group."""
        self._group = None
        self._put(wire.group_id_topic(self._stage.uuid), b"")

    def show(self, group: int, *items: EventItem) -> None:
        """Retain a group's event list."""
        self._put(wire.events_topic(group), event_list_payload(items))

    def intend(self, group: int, intent: PowerIntent) -> None:
        """Retain a group's power intent."""
        self._put(wire.group_power_intent_topic(group), intent.to_payload())

    def remind(self) -> None:
        """Tell the group once more: an answer to a discovery may have told the real one."""
        if self._group is not None:
            self.join(self._group)

    def _put(self, topic: str, payload: bytes) -> None:
        if topic not in self._loans:
            self._borrow(topic)
        self._loans[topic].put(payload)

    def _borrow(self, topic: str) -> None:
        office = self._stage.office
        is_group = topic == wire.group_id_topic(self._stage.uuid)
        owed = office.group_payload() if is_group else b""
        self._loans[topic] = self._stage.line.borrow(topic, owed=owed)
        self._stack.callback(self._return_group if is_group else lambda: self._clear(topic))

    def _return_group(self) -> None:
        topic = wire.group_id_topic(self._stage.uuid)
        # Asked again: somebody may have moved the player meanwhile.
        self._loans[topic].give_back(self._stage.office.group_payload())
        # Lists are never empty payloads: let it leave the test groups before they are cleared.
        self._stage.line.wait(lambda: False, self._stage.pace.settle)

    def _clear(self, topic: str) -> None:
        self._loans[topic].give_back(b"")


def make_event(stage: Stage, group: int, number: int, *, priority: int = 0) -> EventItem:
    """Return a message for the screen that lasts some minutes."""
    now = stage.line.now().replace(microsecond=0)
    return EventItem.model_validate(
        {
            "id": number,
            "group_id": group,
            "title": REASON.of(stage.language),
            "start": now - timedelta(minutes=1),
            "end": now + timedelta(minutes=10),
            "event_type": "message",
            "priority": priority,
            "message": {"text": f"{REASON.of(stage.language)} {number % 1000}"},
        }
    )


def make_intent(
    stage: Stage, desired: DesiredPower, *, group: int | None, intent_id: str | None = None
) -> PowerIntent:
    """Return an intent for a test group or, without one, for the player itself."""
    now, is_on = stage.line.now(), desired is DesiredPower.ON
    plan = PowerReason.ACTIVE_EVENT if is_on else PowerReason.NO_ACTIVE_EVENT
    return PowerIntent(
        schema_version="1.0",
        intent_id=intent_id or str(uuid4()),
        group_id=group,
        client_uuid=stage.uuid if group is None else None,
        desired_state=desired,
        reason=PowerReason.OPERATOR_OVERRIDE if group is None else plan,
        issued_at=now,
        expires_at=now + _INTENT_LASTING,
        poll_interval_sec=30,
        active_event_ids=[],
        event_window_start=now if is_on else None,
        event_window_end=now + _INTENT_LASTING if is_on else None,
    )
