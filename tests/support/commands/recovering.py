"""Screens in trouble, and a scheduler that recovers them when it is told to look."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts import CommandAck
from infoscreen_core.contracts.commands import AckStatus
from infoscreen_core.db.models import Client, ClientCommand, ClientStatus, RecoveryDecision
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import Action, Cause, State
from infoscreen_core.domain.commands.recovery_facts import Limits, Outcome, Verdict
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.commands import commands
from infoscreen_core.services.commands.recovery import recovery
from infoscreen_core.services.commands.recovery.recovery import Looked
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
SEES: Final = Sight()


class Ward:
    """Screens that run at `NOW`, and what becomes of them."""

    def __init__(self, sessions: Sessions, count: int = 1, limits: Limits = Limits()) -> None:  # noqa: B008 - frozen
        self.sessions, self.limits = sessions, limits
        self.now = NOW
        with sessions.begin() as session:
            for number in range(1, count + 1):
                add_client(session, number)
        self.report(range(1, count + 1))

    def wait(self, **span: float) -> datetime:
        """Let time pass; return what it is then."""
        self.now += timedelta(**span)
        return self.now

    def report(
        self,
        numbers: Collection[int] = (1,),
        process: ProcessStatus = ProcessStatus.RUNNING,
        **facts: Any,  # noqa: ANN401 - columns
    ) -> None:
        """Let screens say how their app does, and be judged by that."""
        status = Status.CRITICAL if process is ProcessStatus.CRASHED else Status.HEALTHY
        with self.sessions.begin() as session:
            for number in numbers:
                client = session.get_one(Client, uuid_of(number))
                client.last_alive, client.process_status = self.now, process
                for name, value in facts.items():
                    setattr(client, name, value)
                session.merge(
                    ClientStatus(client_uuid=client.uuid, status=status, judge_at=self.now)
                )

    def crash(self, *numbers: int) -> None:
        """Let screens say that their app crashed."""
        self.report(numbers or (1,), ProcessStatus.CRASHED)

    def look(self, sight: Sight = SEES) -> Looked:
        """Do what the leading scheduler does every other second."""
        with self.sessions.begin() as session:
            return recovery.look(session, self.limits, sight=sight, now=self.now)

    def verdict(self, number: int = 1) -> Verdict | None:
        """Return the one in force."""
        with self.sessions() as session:
            query = select(RecoveryDecision.verdict)
            return session.scalar(query.where(RecoveryDecision.open_key == uuid_of(number)))

    def verdicts(self, number: int = 1) -> list[Verdict]:
        """Return all of a screen, in their order."""
        with self.sessions() as session:
            query = select(RecoveryDecision.verdict).order_by(RecoveryDecision.id)
            mine = query.where(RecoveryDecision.client_uuid == uuid_of(number))
            return list(session.scalars(mine))

    def outcomes(self, number: int = 1) -> list[Outcome | None]:
        """Return what came of a screen's recoveries, in their order."""
        with self.sessions() as session:
            query = select(RecoveryDecision.outcome).order_by(RecoveryDecision.id)
            row = RecoveryDecision
            was_tried = or_(row.command_id.is_not(None), row.cycle_id.is_not(None))
            mine = query.where(row.client_uuid == uuid_of(number), was_tried)
            return list(session.scalars(mine))

    def commands(self, number: int | None = None) -> list[tuple[Action, State]]:
        """Return the commands of a screen or of all, in their order."""
        query = select(ClientCommand.action, ClientCommand.status)
        if number is not None:
            query = query.where(ClientCommand.client_uuid == uuid_of(number))
        with self.sessions() as session:
            found = session.execute(query.order_by(ClientCommand.issued_at))
            return [(action, state) for action, state in found]

    def send(self, number: int = 1) -> None:
        """Let the newest command of a screen go out to the broker."""
        with self.sessions.begin() as session:
            command = self._newest(session, number)
            assert commands.move(session, command, Cause.CLAIMED, now=self.now)
            assert commands.move(session, command, Cause.PUBACK, now=self.now)

    def answer(self, status: AckStatus, number: int = 1) -> None:
        """Let a screen acknowledge its newest command."""
        with self.sessions.begin() as session:
            command = self._newest(session, number)
            ack = CommandAck.model_validate(
                {
                    "command_id": command.command_id,
                    "status": status,
                    "error_code": None,
                    "error_message": None,
                }
            )
            uuid = command.client_uuid
            assert commands.apply_ack(session, client_uuid=uuid, ack=ack, now=self.now).is_applied

    def end(self, cause: Cause, number: int = 1) -> None:
        """Let the newest command of a screen end so."""
        with self.sessions.begin() as session:
            assert commands.move(session, self._newest(session, number), cause, now=self.now)

    def _newest(self, session: Session, number: int) -> ClientCommand:
        query = select(ClientCommand).where(ClientCommand.client_uuid == uuid_of(number))
        newest = query.order_by(ClientCommand.issued_at.desc()).limit(1)
        return session.scalars(newest).one()


def look_again_if_it_collides(ward: Ward) -> None:
    """Do what one of several schedulers does, each of which believes that it leads."""
    in_transaction(
        ward.sessions,
        lambda session: recovery.look(session, ward.limits, sight=SEES, now=ward.now),
    )
