"""What the walked school asks of its screens: commands, roll-outs, maintenance, recovery, plugs."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    ClientCommand,
    MaintenanceFiring,
    Plug,
    PlugCycle,
    RecoveryDecision,
)
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.domain.commands.on_site import Need
from infoscreen_core.domain.commands.plugs import PlugKind
from infoscreen_core.domain.commands.plugs import State as PlugState
from infoscreen_core.domain.commands.recovery_facts import Outcome, Verdict
from infoscreen_core.domain.commands.windows import LocalWindow
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.commands.maintenance.plans import PlanDraft, create_plan
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from tests.support.people import uuid_of

SCREEN = uuid_of(1)
"""A player with pictures, commands and logs."""
GIVEN_UP = uuid_of(3)
"""A player that crashed, and that recovery restarted in vain; its plug is left to people."""
WAITING = uuid_of(8)
"""A player that nobody approved yet."""
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


def add_all_of_commands(session: Session, group_ids: list[int], now: datetime) -> None:
    """Add something in every state that pages of commands show."""
    _add_commands(session, now)
    _add_rollout(session, now)
    _add_maintenance(session, group_ids, now)
    _add_recovery(session, now)
    _add_plug(session, now)


def _add_commands(session: Session, now: datetime) -> None:
    for hours, state in ((1, State.FAILED), (2, State.COMPLETED), (3, State.EXPIRED)):
        at = now - hours * _HOUR
        session.add(
            ClientCommand(
                command_id=str(uuid4()),
                client_uuid=SCREEN,
                action=Action.REBOOT_HOST,
                status=state,
                reason="Xr",
                issued_at=at,
                expires_at=at + _HOUR / 12,
                published_at=at,
                failed_at=at if state is State.FAILED else None,
                completed_at=at if state is State.COMPLETED else None,
                created_at=at,
                updated_at=at,
            )
        )


def _add_rollout(session: Session, now: datetime) -> None:
    """Let two screens wait for their turns, and one be left out."""
    target = Target(client_uuids=(uuid_of(2), uuid_of(4), WAITING))
    request = RolloutRequest(action=Action.RESTART_APP, reason="Xr", target=target)
    start_rollout(session, request, actor=SYSTEM, now=now)


def _add_maintenance(session: Session, ids: list[int], now: datetime) -> None:
    """Plan a restart each night, of which the last was missed."""
    window = LocalWindow(120, 300, "Europe/Vienna")
    draft = PlanDraft(name="Xm", action=Action.RESTART_APP, window=window, group_ids=tuple(ids[:2]))
    made = create_plan(session, draft, actor=SYSTEM, now=now)
    yesterday = window.local_day(now) - _DAY
    opens_at, closes_at = window.span_on(yesterday)
    session.add(
        MaintenanceFiring(
            plan_id=made.id,
            day=yesterday,
            opens_at=opens_at,
            closes_at=closes_at,
            status=FiringStatus.SKIPPED,
            reason=SkipReason.SERVER_OFF,
            updated_at=now,
        )
    )


def _add_recovery(session: Session, now: datetime) -> None:
    """Let recovery have given a screen up."""
    evidence = {"last_alive": now.isoformat(), "strikes": 3, "attempts": 3, "need": Need.NOT_BACK}
    of_both: dict[str, Any] = {
        "client_uuid": GIVEN_UP,
        "trouble": CrashReason.HEARTBEAT_STALE,
        "evidence": evidence,
    }
    session.add_all(
        (
            RecoveryDecision(
                **of_both,
                at=now - _HOUR,
                until=now - _HOUR / 2,
                verdict=Verdict.REBOOTING,
                outcome=Outcome.FAILED,
            ),
            RecoveryDecision(
                **of_both,
                at=now - _HOUR / 2,
                verdict=Verdict.NEEDS_PERSON,
                is_person_called=True,
                look_at=now + _HOUR,
                open_key=GIVEN_UP,
            ),
        )
    )


def _add_plug(session: Session, now: datetime) -> None:
    """Let two screens hang on plugs that were tested; the first's could not be reached lately."""
    found = Sentence(
        "Reached: {name}, firmware {firmware}; relay {relay} is on.",
        name="Shelly",
        firmware="1.4.4",
        relay=1,
    )
    for uuid, host in ((SCREEN, "10.0.0.90"), (GIVEN_UP, "10.0.0.91")):
        session.add(
            Plug(
                client_uuid=uuid,
                kind=PlugKind.SHELLY_GEN2,
                host=host,
                port=80,
                relay=1,
                access_encrypted="x",
                seconds_off=10,
                is_enabled=True,
                checked_at=now - _HOUR,
                check_result=found.kept(),
                created_at=now - _DAY,
                updated_at=now - _DAY,
                version=1,
            )
        )
    away = Sentence("The plug {host} did not answer in time.", host="10.0.0.90")
    for hours, state in ((1, PlugState.FAILED), (2, PlugState.COMPLETED)):
        at = now - hours * _HOUR
        is_failed = state is PlugState.FAILED
        session.add(
            PlugCycle(
                cycle_id=str(uuid4()),
                client_uuid=SCREEN,
                status=state,
                reason="Xr",
                seconds_off=10,
                next_at=at,
                attempts=0,
                requested_at=at,
                switching_off_at=at,
                off_at=None if is_failed else at,
                switching_on_at=None if is_failed else at,
                completed_at=None if is_failed else at,
                failed_at=at if is_failed else None,
                error_code="unreachable" if is_failed else None,
                error=away.kept() if is_failed else None,
            )
        )
