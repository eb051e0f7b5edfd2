"""Maintenance for tests: a plan, and a dispatcher that looks at its plans when the test says so."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import MaintenanceFiring
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.domain.commands.windows import read_window
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.maintenance.firing import Fired, list_due, run_due
from infoscreen_core.services.commands.maintenance.plans import PlanDraft, create_plan
from infoscreen_core.services.commands.maintenance.views import PlanView

VIENNA = "Europe/Vienna"
LOOK = timedelta(seconds=10)


def draft(window: str = "02:00-03:00", **changes: Any) -> PlanDraft:  # noqa: ANN401 - its fields
    """An app restart of all screens each night."""
    values: dict[str, Any] = {
        "name": "Nächtlicher Neustart",
        "action": Action.RESTART_APP,
        "window": read_window(window, VIENNA),
        "is_for_all": "group_ids" not in changes,
    }
    return PlanDraft(**(values | changes))


def add_plan(sessions: sessionmaker[Session], now: datetime, **changes: Any) -> PlanView:  # noqa: ANN401
    """Make a plan."""
    with sessions.begin() as session:
        return create_plan(session, draft(**changes), actor=CLI, now=now)


@dataclass
class Duty:
    """A dispatcher's part in maintenance."""

    sessions: sessionmaker[Session]
    now: datetime

    def look(self, now: datetime | None = None) -> list[Fired]:
        """Do what the leading dispatcher does every few seconds."""
        self.now = now or self.now
        at = self.now
        with self.sessions() as session:
            due = list_due(session, now=at)
        return [
            one
            for plan_id in due
            for one in in_transaction(self.sessions, partial(run_due, plan_id=plan_id, now=at))
        ]

    def firings(self) -> list[tuple[str, FiringStatus, SkipReason | None]]:
        """Return what is recorded of all days, oldest first."""
        query = select(MaintenanceFiring.day, MaintenanceFiring.status, MaintenanceFiring.reason)
        ordered = query.order_by(MaintenanceFiring.day, MaintenanceFiring.plan_id)
        with self.sessions() as session:
            found = session.execute(ordered).all()
        return [(str(day), status, reason) for day, status, reason in found]
