"""From a crash on the wire to a command on the wire: a simulated player is recovered, or is not."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import ClientCommand, RecoveryDecision
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.recovery_facts import Limits, Outcome, Verdict
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import dispatching
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.recovery import recovery
from infoscreen_core.services.monitoring import sight
from tests.support.commands.plugs import Plug, TasmotaPlug, running
from tests.support.commands.power_desk import PowerDesk
from tests.support.exchange.calendar_server import CalendarServer
from tests.support.listener.telemetry import Desk
from tests.support.monitoring.chain import GRACE, Chain
from workers.dispatcher.messages import publications_of
from workers.simulator.control import obey, parse_note
from workers.simulator.reports import Habits

LIMITS = Limits(lockout=timedelta(minutes=2), may_cut_power=True)
RESTART, REBOOT = Action.RESTART_APP, Action.REBOOT_HOST
V = Verdict


class Sickbay(Chain):
    """A chain with crash recovery, and a dispatcher whose broker takes everything."""

    habits = Habits(health_seconds=30, picture_seconds=86_400, chatter_seconds=86_400)
    power: PowerDesk | None = None
    plug: Plug | None = None

    def plug_in(self, plug: Plug, server: CalendarServer) -> None:
        """Let the player hang on a plug, which is spoken to from now on."""
        self.power, self.plug = PowerDesk(self.desk.sessions, uuid=self.stage.uuid), plug
        self.power.set_up(f"127.0.0.1:{server.port}", kind=plug.kind)

    def note(self, text: str) -> None:
        """Let this befall the player."""
        obey(self.stage.player, parse_note(text), self.stage.now)

    def look(self) -> None:
        """Judge the player, recover it, send and move its commands, and speak with its plug."""
        super().look()
        self._switch()
        now, sessions = self.stage.now, self.desk.sessions
        with sessions.begin() as session:
            sight.note(session, now=now)
        with sessions.begin() as session:
            seen = sight.read(session, now=now)
            recovery.look(session, LIMITS, sight=seen, now=now)
        with sessions.begin() as session:
            claims = dispatching.claim_queued(session, owner="here", now=now)
        for claim in claims:
            if self.stage.player.is_connected:
                for message in publications_of(claim, self.desk.settings):
                    self.stage.tell(message.topic, message.payload)
        with sessions.begin() as session:
            sent = [str(claim.command.command_id) for claim in claims]
            dispatching.confirm_published(session, sent, now=now)
            dispatching.sweep(session, set(), grace=GRACE, now=now)

    def _switch(self) -> None:
        """Do what is due with the plug; it ends its pause before the next look."""
        if self.power is None or self.plug is None:
            return
        if self.plug.pause:
            self.plug.elapse()
            self.note("on 1")
        self.power.now = self.stage.now
        self.power.step()
        if not self.plug.is_on:
            self.note("off 1")

    def commands(self) -> list[tuple[Action, State]]:
        """Return the player's commands in their order."""
        query = select(ClientCommand.action, ClientCommand.status)
        with self.desk.sessions() as session:
            found = session.execute(query.order_by(ClientCommand.issued_at))
            return [(action, state) for action, state in found]

    def decisions(self) -> list[tuple[Verdict, Outcome | None]]:
        """Return what was decided, in its order."""
        query = select(RecoveryDecision.verdict, RecoveryDecision.outcome)
        with self.desk.sessions() as session:
            found = session.execute(query.order_by(RecoveryDecision.id))
            return [(verdict, outcome) for verdict, outcome in found]


@pytest.fixture
def bay(desk: Desk, tmp_path: Path) -> Sickbay:
    """A player that runs."""
    bay = Sickbay(desk, tmp_path)
    bay.wait(20)
    assert bay.decisions() == []
    return bay


def _once(verdicts: Iterable[Verdict]) -> list[Verdict]:
    return [verdict for verdict, _ in groupby(verdicts)]


def test_a_crashed_app_is_restarted_and_runs(bay: Sickbay) -> None:
    bay.note("crash 1")
    bay.wait(40)
    assert bay.commands() == [(RESTART, State.COMPLETED)]
    assert bay.stage.player.state.is_running
    bay.wait(960, step=60)
    assert bay.decisions() == [
        (V.RESTARTING_APP, Outcome.HELPED),
        (V.WATCHED, None),
        (V.WELL, None),
    ]


def test_an_app_that_stays_crashed_is_rebooted_then_a_person_is_called(bay: Sickbay) -> None:
    bay.note("broken 1")
    bay.wait(700)
    done = State.COMPLETED
    assert bay.commands() == [(RESTART, done), (REBOOT, done), (REBOOT, done)]
    verdicts = [verdict for verdict, _ in bay.decisions()]
    restarts = [one for one in verdicts if one in {V.RESTARTING_APP, V.REBOOTING}]
    assert restarts == [V.RESTARTING_APP, V.REBOOTING, V.REBOOTING]
    assert verdicts[-1] is V.NEEDS_PERSON
    assert [outcome for _, outcome in bay.decisions() if outcome] == [Outcome.FAILED] * 3
    bay.note("recover 1")
    bay.wait(960, step=60)
    assert _once(verdict for verdict, _ in bay.decisions())[-2:] == [V.WATCHED, V.WELL]
    bay.note("crash 1")
    bay.wait(20)
    assert bay.commands()[-1][0] is RESTART


def test_a_player_without_power_is_rebooted_in_vain_and_is_well_when_it_is_back(
    bay: Sickbay,
) -> None:
    bay.note("off 1")
    bay.wait(480)
    assert bay.commands() == [(REBOOT, State.EXPIRED)]
    bay.note("on 1")
    bay.wait(30)
    assert bay.stage.player.state.is_running
    assert bay.decisions()[-1] == (V.WATCHED, None)
    assert len(bay.commands()) == 1


def test_a_player_that_hangs_is_switched_off_and_on_by_its_plug_and_runs(bay: Sickbay) -> None:
    plug = TasmotaPlug()
    with running(plug) as server:
        bay.plug_in(plug, server)
        bay.note("off 1")  # as far as anybody can tell
        bay.wait(900)
    assert bay.commands() == [(REBOOT, State.EXPIRED)] * 2
    assert (plug.is_on, plug.offs) == (True, 1)
    assert bay.power is not None
    cycle = bay.power.last()
    assert (cycle.status, cycle.requested_by, cycle.reason) == (
        "completed",
        None,
        "Crash recovery: it gives no sign of life.",
    )
    assert bay.stage.player.state.is_running
    bay.wait(960, step=60)
    tried = [one for one in bay.decisions() if one[1]]
    assert tried == [
        (V.REBOOTING, Outcome.FAILED),
        (V.REBOOTING, Outcome.FAILED),
        (V.POWER_CYCLING, Outcome.HELPED),
    ]
    assert bay.decisions()[-1] == (V.WELL, None)


def test_a_player_that_is_shut_down_stays_so(bay: Sickbay) -> None:
    with bay.desk.sessions.begin() as session:
        issue_command(
            session,
            bay.stage.uuid,
            Action.SHUTDOWN_HOST,
            reason=None,
            actor=CLI,
            now=bay.stage.now,
        )
    bay.wait(600, step=20)
    assert bay.commands() == [(Action.SHUTDOWN_HOST, State.COMPLETED)]
    assert bay.decisions()[-1] == (V.SHUT_DOWN, None)
