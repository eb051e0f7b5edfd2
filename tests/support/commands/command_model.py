"""A small world of commands: a server's services, a broker that loses things, and players.

It has no clock and no wire of its own: a test says what happens next. After each event `check`
compares what the database holds with what must always hold.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts import CommandAck
from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    CommandTransition,
    Rollout,
    RolloutMember,
)
from infoscreen_core.domain.commands.hearing import SIGHT_SETTLES, Deafness
from infoscreen_core.domain.commands.lifecycle import (
    LOCKOUT_COUNT,
    LOCKOUT_WINDOW,
    RESTARTS,
    TERMINAL,
    TIMESTAMP_OF,
    TRANSITIONS,
    Action,
    Cause,
    State,
)
from infoscreen_core.domain.commands.rollout import OPEN, MemberStatus, RolloutStatus
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands, dispatching
from infoscreen_core.services.commands.rollouts import rollout_steps, rollouts
from tests.support.commands.rollouts import GRACE, add_fleet
from tests.support.people import NOW, uuid_of

_CLAIMED = "claimed_at"
"""The only instant that is set again: when what was not confirmed is claimed anew."""
_WORDLESS = {
    Cause.ACK_TIMEOUT,
    Cause.EXECUTION_TIMEOUT,
    Cause.STAYED_SILENT,
    Cause.RECONNECT_CEILING,
    Cause.NOT_REBOOTED,
}
"""What nobody may conclude while nobody listens."""
_STAMPS = sorted(set(TIMESTAMP_OF.values()) - {_CLAIMED})


@dataclass
class Player:
    """What a player has been sent, what it has run, and what it says about it."""

    uuid: str
    boot: int = 0
    inbox: list[Any] = field(default_factory=list)
    acks: list[CommandAck] = field(default_factory=list)
    runs: list[str] = field(default_factory=list)
    """The ids of the commands that it carried out."""

    def take(self, message: Any, now: datetime, *, fails: bool) -> None:  # noqa: ANN401
        """Do what a command says: once, and not after it has expired."""
        key = str(message.command_id)
        if now >= message.expires_at:
            self._say(message, AckStatus.FAILED, "stale_command")
        elif key in self.runs:
            self._say(message, AckStatus.FAILED, "duplicate_command")
        else:
            self.runs.append(key)
            self._say(message, AckStatus.ACCEPTED)
            self._say(message, AckStatus.EXECUTION_STARTED)
            self._say(message, *((AckStatus.FAILED, "x") if fails else (AckStatus.COMPLETED,)))
            self.boot += message.action is Action.REBOOT_HOST

    def _say(self, message: Any, status: AckStatus, code: str | None = None) -> None:  # noqa: ANN401
        self.acks.append(
            CommandAck(
                command_id=message.command_id, status=status, error_code=code, error_message=code
            )
        )


class World:
    """Services on a database, and the players behind them."""

    def __init__(self, sessions: sessionmaker[Session], players: int) -> None:
        self.sessions = sessions
        self.now = NOW
        self.players = [Player(uuid_of(number)) for number in range(1, players + 1)]
        self.unconfirmed: list[str] = []
        """Ids of commands whose confirmation by the broker is on its way."""
        self.apps_down: set[str] = set()
        self.deaf: list[Deafness] = []
        self._was_clock_set = False
        self._set_back = timedelta()
        self._stamps: dict[tuple[str, str], datetime] = {}
        self._ends: dict[str, State | RolloutStatus] = {}
        with sessions.begin() as session:
            add_fleet(session, players)

    def dispatch(self) -> None:
        """Claim what waits and publish it."""
        with self.sessions.begin() as session:
            claims = dispatching.claim_queued(session, owner="me", now=self.now)
        for claim in claims:
            player = next(one for one in self.players if one.uuid == str(claim.command.client_uuid))
            player.inbox.append(claim.command)
            self.unconfirmed.append(str(claim.command.command_id))

    def confirm(self) -> None:
        """Let the broker's confirmations arrive, all that are on their way."""
        with self.sessions.begin() as session:
            dispatching.confirm_published(session, self.unconfirmed, now=self.now)
        self.unconfirmed.clear()

    def apply(self, player: Player, ack: CommandAck) -> None:
        """Let an acknowledgement arrive."""
        with self.sessions.begin() as session:
            outcome = commands.apply_ack(session, client_uuid=player.uuid, ack=ack, now=self.now)
            assert outcome.refused_reason is None

    def hear(self, player: Player, *, says_boot: bool) -> None:
        """Let a sign of life arrive."""
        boot = f"boot-{player.boot}" if says_boot else None
        with self.sessions.begin() as session:
            client = session.get_one(Client, player.uuid)
            client.last_alive = max(self.now, client.last_alive or self.now)
            client.boot_id = boot or client.boot_id
            session.flush()
            commands.note_seen(session, {player.uuid: boot}, now=self.now)

    def pass_time(self, seconds: float) -> None:
        """Let time pass; the dispatcher sweeps, and takes its roll-outs further."""
        self.now += timedelta(seconds=seconds)
        with self.sessions.begin() as session:
            dispatching.sweep(session, self.apps_down, grace=GRACE, deaf=self.deaf, now=self.now)
            due = rollout_steps.list_due(session)
        for rollout_id in due:
            with self.sessions.begin() as session:
                around = rollout_steps.Surroundings(GRACE)
                rollout_steps.take_step(session, rollout_id, around, now=self.now)

    def be_deaf(self, seconds: float) -> None:
        """Let time pass in which nobody listens; nothing may be concluded from that."""
        self.pass_time(0)  # what had run out before, though nobody had looked
        earlier = self._count_wordless()
        begun, known = self.now, self.deaf
        self.deaf = [*known, Deafness(begun, None, SIGHT_SETTLES)]
        self.pass_time(seconds)
        assert self._count_wordless() == earlier
        self.deaf = [*known, Deafness(begun, self.now, SIGHT_SETTLES)]

    def _count_wordless(self) -> int:
        counted = select(func.count()).where(CommandTransition.cause.in_(_WORDLESS))
        with self.sessions() as session:
            return session.scalar(counted) or 0

    def set_clock(self, step: timedelta) -> None:
        """Set the server's clock; the dispatcher notices and moves what is under way."""
        self.now += step
        self._was_clock_set = True
        self._set_back += max(-step, timedelta())
        self.deaf = [
            Deafness(one.began_at + step, one.ended_at and one.ended_at + step, one.settles)
            for one in self.deaf
        ]
        with self.sessions.begin() as session:
            dispatching.shift_open(session, step, now=self.now)
            rollout_steps.shift_put_off(session, step, now=self.now)
            session.flush()
            for command in session.scalars(select(ClientCommand)):
                if command.status not in TERMINAL:
                    self._forget(command)

    def check(self) -> None:
        """Assert what must hold at any time."""
        steps: dict[str, list[CommandTransition]] = defaultdict(list)
        members: dict[str, list[RolloutMember]] = defaultdict(list)
        with self.sessions() as session:
            found = list(session.scalars(select(ClientCommand)))
            for step in session.scalars(select(CommandTransition).order_by(CommandTransition.id)):
                steps[step.command_id].append(step)
            for member in session.scalars(select(RolloutMember)):
                members[member.rollout_id].append(member)
            rows = list(session.scalars(select(Rollout)))
        for command in found:
            self._check_command(command, steps[command.command_id])
        for row in rows:
            sent = [one for one in found if one.rollout_id == row.rollout_id]
            self._check_rollout(row, members[row.rollout_id], sent)
        for player in self.players:
            self._check_lockout([one for one in found if one.client_uuid == player.uuid])
            assert len(player.runs) == len(set(player.runs))

    def _forget(self, command: ClientCommand) -> None:
        for name in _STAMPS:
            self._stamps.pop((command.command_id, name), None)

    def _check_command(self, command: ClientCommand, steps: list[CommandTransition]) -> None:
        key, status = command.command_id, State(command.status)
        assert steps[0].from_status is None
        assert steps[0].to_status in {State.QUEUED, State.BLOCKED_SAFETY}
        for before, after in pairwise(steps):
            assert after.from_status == before.to_status
            assert after.cause is not None
            assert TRANSITIONS[after.from_status, after.cause] == after.to_status
        assert steps[-1].to_status == status
        assert self._ends.setdefault(key, status) == status or self._ends[key] not in TERMINAL
        self._ends[key] = status
        for name in _STAMPS:
            at = getattr(command, name)
            if at is not None:
                assert self._stamps.setdefault((key, name), at) == at, (key, name)
            else:
                assert (key, name) not in self._stamps
        column = TIMESTAMP_OF.get(status)
        assert column is None or getattr(command, column) is not None

    def _check_rollout(
        self, row: Rollout, members: list[RolloutMember], sent: list[ClientCommand]
    ) -> None:
        key, status = row.rollout_id, RolloutStatus(row.status)
        assert self._ends.setdefault(key, status) == status or self._ends[key] in OPEN
        self._ends[key] = status
        assert len(members) == row.total
        assert len({one.client_uuid for one in sent}) == len(sent)
        assert {one.command_id for one in sent} == {
            one.command_id for one in members if one.command_id is not None
        }
        assert sum(one.status not in TERMINAL for one in sent) <= row.at_once
        waiting = sum(one.status is MemberStatus.WAITING for one in members)
        assert waiting == 0 or status in OPEN
        assert (row.ended_at is None) is (status in OPEN)
        assert (row.stopped_reason is None) is (status is not RolloutStatus.STOPPED)

    def _check_lockout(self, sent: list[ClientCommand]) -> None:
        if self._was_clock_set:
            return  # nobody can tell any more what was within the last quarter of an hour
        restarts = [
            one.issued_at
            for one in sent
            if one.action in RESTARTS and one.status is not State.BLOCKED_SAFETY
        ]
        assert sum(self.now - at < LOCKOUT_WINDOW for at in restarts) <= LOCKOUT_COUNT

    def end_all(self) -> None:
        """Let nothing more happen but time, until all commands and roll-outs have ended."""
        with self.sessions.begin() as session:
            for row in session.scalars(select(Rollout)):
                if row.status is RolloutStatus.PAUSED:
                    rollouts.resume_rollout(session, row.rollout_id, actor=CLI, now=self.now)
        # A player heard before the clock was set back counts as not heard until it has caught up.
        for _ in range(200 + int(self._set_back.total_seconds() // 30)):
            self.dispatch()
            self.confirm()
            self.pass_time(30)
            if self._has_ended():
                break
        self.check()
        assert self._has_ended()

    def _has_ended(self) -> bool:
        with self.sessions() as session:
            states = set(session.scalars(select(ClientCommand.status)))
            statuses = set(session.scalars(select(Rollout.status)))
            under_way = session.scalars(
                select(RolloutMember).where(RolloutMember.status == MemberStatus.ISSUED)
            ).first()
        return states <= TERMINAL and not statuses & set(OPEN) and under_way is None
