"""A screen with its plug, and whoever carries its power cycles out, step by step."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from infoscreen_core.db.models import AuditEntry, PlugCycle, PlugTransition
from infoscreen_core.domain.commands.plugs import PlugKind, State
from infoscreen_core.services.actor import CLI, SYSTEM
from infoscreen_core.services.commands.plugs import plug_setup, plug_steps, plugs
from infoscreen_core.services.commands.plugs.plug_access import PlugTools
from infoscreen_core.services.commands.plugs.plug_setup import PlugDraft
from infoscreen_core.services.commands.plugs.plug_steps import Task
from infoscreen_core.services.commands.plugs.plug_views import CycleView, PlugView
from infoscreen_core.services.encryption import Cipher
from tests.support.commands.plugs import POLICY
from tests.support.events.planning import MONDAY, Sessions, add_group
from tests.support.people import add_client, uuid_of

CIPHER = Cipher("a key for tests, which is long enough")
TOOLS = PlugTools(lambda: CIPHER, POLICY)


def draft(address: str = "127.0.0.1:8123", **changed: Any) -> PlugDraft:  # noqa: ANN401 - fields
    given = {"kind": PlugKind.SHELLY_GEN2, "is_enabled": True, **changed}
    return PlugDraft(address=address, **given)


@dataclass
class PowerDesk:
    """The screen 1, and the programs that switch its plug; time passes when told to."""

    sessions: Sessions
    now: datetime = MONDAY
    owner: str = "fetcher:1"
    tools: PlugTools = field(default_factory=lambda: TOOLS)
    uuid: str = uuid_of(1)

    def set_up(self, address: str = "127.0.0.1:8123", **changed: Any) -> PlugView:  # noqa: ANN401
        with self.sessions.begin() as session:
            return plug_setup.set_plug(
                session,
                self.uuid,
                draft(address, **changed),
                tools=self.tools,
                actor=CLI,
                now=self.now,
            )

    def request(self, reason: str = "stuck") -> CycleView:
        with self.sessions.begin() as session:
            return plugs.request_cycle(session, self.uuid, reason=reason, actor=CLI, now=self.now)

    def cancel(self, cycle_id: str) -> CycleView:
        with self.sessions.begin() as session:
            return plugs.cancel_cycle(session, cycle_id, actor=CLI, now=self.now)

    def claim(self) -> Task | None:
        """Take what is due of the only cycle that is, if any."""
        with self.sessions() as session:
            due = plug_steps.list_due(session, now=self.now, limit=10)
        if not due:
            return None
        with self.sessions.begin() as session:
            return plug_steps.claim(
                session, due[0], self.owner, self.tools, actor=SYSTEM, now=self.now
            )

    def store(self, task: Task, outcome: plug_steps.Outcome) -> str | None:
        with self.sessions.begin() as session:
            return plug_steps.store(session, task, outcome, self.tools, actor=SYSTEM, now=self.now)

    def step(self) -> str | None:
        """Do what is due, whole; return the state that it led to."""
        task = self.claim()
        if task is None:
            return None
        return self.store(task, plug_steps.carry_out(task, self.tools))

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def last(self) -> CycleView:
        with self.sessions() as session:
            return plugs.list_cycles(session, self.uuid, limit=1)[0]

    def stands(self, state: State) -> bool:
        """Whether the newest cycle stands so."""
        return self.last().status is state

    def course(self) -> list[tuple[str, str | None]]:
        """The states of the newest cycle and what led there."""
        with self.sessions() as session:
            newest = session.scalar(
                select(PlugCycle.cycle_id).order_by(PlugCycle.requested_at.desc()).limit(1)
            )
            steps = session.scalars(
                select(PlugTransition)
                .where(PlugTransition.cycle_id == newest)
                .order_by(PlugTransition.id)
            )
            return [(step.to_status, step.cause) for step in steps]

    def trail(self) -> list[str]:
        """What the audit says of plugs."""
        with self.sessions() as session:
            rows = session.scalars(
                select(AuditEntry)
                .where(AuditEntry.entity.in_(["plug", "plug_cycle"]))
                .order_by(AuditEntry.id)
            )
            return [row.action for row in rows]


def desk_on(sessions: Sessions) -> PowerDesk:
    """Return a desk for the first of two screens of a group."""
    with sessions.begin() as session:
        group = add_group(session)
        for number in (1, 2):
            add_client(session, number, group_id=group, hostname=f"screen-{number}")
    return PowerDesk(sessions)
