"""Roll-outs for tests: a fleet, a request, and players that do what is asked of them, or not."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import Client, ClientCommand
from infoscreen_core.domain.commands.lifecycle import OPEN, Action, Cause, State
from infoscreen_core.domain.commands.rollout import RolloutStatus
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import move
from infoscreen_core.services.commands.rollouts import rollouts
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.commands.rollouts.rollout_steps import (
    StepResult,
    Surroundings,
    take_step,
)
from infoscreen_core.services.commands.views import RolloutView
from tests.support.people import NOW, add_client, uuid_of

GRACE = timedelta(seconds=180)
_COURSES = {
    State.COMPLETED: (Cause.CLAIMED, Cause.PUBACK, Cause.ACK_STARTED, Cause.ACK_COMPLETED),
    State.FAILED: (Cause.CLAIMED, Cause.PUBACK, Cause.ACK_FAILED),
    State.TIMED_OUT: (Cause.CLAIMED, Cause.PUBACK, Cause.ACK_TIMEOUT),
    State.EXPIRED: (Cause.EXPIRED,),
    State.MANUAL_INTERVENTION_REQUIRED: (
        Cause.CLAIMED,
        Cause.ACK_STARTED,
        Cause.WENT_DOWN,
        Cause.RECONNECT_CEILING,
    ),
}


def add_fleet(session: Session, count: int, *, now: datetime = NOW, **columns: Any) -> list[str]:  # noqa: ANN401
    """Add that many players in service that are alive; return their UUIDs."""
    for number in range(1, count + 1):
        add_client(session, number, last_alive=now, description=f"S{number:04d}", **columns)
    return [uuid_of(number) for number in range(1, count + 1)]


def request_for(uuids: Iterable[str], **changes: Any) -> RolloutRequest:  # noqa: ANN401
    """An app restart of these players."""
    values: dict[str, Any] = {
        "action": Action.RESTART_APP,
        "reason": "Neue Version",
        "target": Target(client_uuids=tuple(uuids)),
    }
    return RolloutRequest(**(values | changes))


def _succeed(_uuid: str) -> State:
    return State.COMPLETED


@dataclass
class Drive:
    """A roll-out under way, taken by the test step by step."""

    sessions: sessionmaker[Session]
    now: datetime = NOW
    fate: Callable[[str], State] = _succeed
    """How the command of a player ends."""
    rollout_id: str = field(default="", init=False)

    def start(self, uuids: Iterable[str], **changes: Any) -> RolloutView:  # noqa: ANN401
        with self.sessions.begin() as session:
            view = start_rollout(session, request_for(uuids, **changes), actor=CLI, now=self.now)
        self.rollout_id = view.rollout_id
        return view

    def step(self, *, is_broker_connected: bool = True, is_watched: bool = True) -> StepResult:
        around = Surroundings(GRACE, is_broker_connected, is_watched)
        with self.sessions.begin() as session:
            result = take_step(session, self.rollout_id, around, now=self.now)
        assert result is not None
        return result

    def end_commands(self, count: int | None = None) -> int:
        """Let the players act on what is under way; return how many commands ended."""
        with self.sessions.begin() as session:
            wanted = select(ClientCommand).where(ClientCommand.status.in_(OPEN))
            found = session.scalars(wanted.order_by(ClientCommand.client_uuid).limit(count)).all()
            for command in found:
                for cause in _COURSES[self.fate(command.client_uuid)]:
                    move(session, command, cause, now=self.now)
        return len(found)

    def pass_time(self, **length: float) -> None:
        """Let time pass; all players go on giving signs of life."""
        self.now += timedelta(**length)
        with self.sessions.begin() as session:
            session.execute(update(Client).values(last_alive=self.now))

    def run(self, *, rounds: int = 1000) -> RolloutView:
        """Go on until the roll-out ends and nothing is under way; return how it ended."""
        for _ in range(rounds):
            self.step()
            ended = self.end_commands()
            view = self.view
            if view.status not in {RolloutStatus.RUNNING, RolloutStatus.PAUSED} and not ended:
                return view
        raise AssertionError(self.view)

    @property
    def view(self) -> RolloutView:
        with self.sessions() as session:
            return rollouts.get_rollout(session, self.rollout_id)

    @property
    def issued(self) -> dict[str, int]:
        """How many commands each player was sent."""
        counted = select(ClientCommand.client_uuid, func.count()).group_by(
            ClientCommand.client_uuid
        )
        with self.sessions() as session:
            return {uuid: count for uuid, count in session.execute(counted)}  # noqa: C416 - rows
