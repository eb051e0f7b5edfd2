"""Several programs at once: nobody restarts too often, gets a command twice, or sees an error."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import ClientCommand
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.rollout import Limits, RolloutStatus, Waves
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.commands.rollouts.rollout_steps import Surroundings, take_step
from infoscreen_core.services.commands.rollouts.rollouts import get_rollout
from tests.support.at_once import at_once
from tests.support.commands.rollouts import GRACE, Drive, add_fleet, request_for
from tests.support.events.planning import Sessions
from tests.support.people import ADMIN, uuid_of

pytestmark = pytest.mark.server

PROGRAM = Path(sys.executable).with_name("infoscreen")
ISSUE = ("command", "issue", uuid_of(1), "reboot_host", "--reason", "Bild steht", "--json")
BY_CONSOLES, BY_PROGRAMS = 24, 2
_DIES_AT_THE_FOURTH = """
import os, signal, sys
from datetime import timedelta
from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.services import audit
from infoscreen_core.services.commands import commands
from infoscreen_core.services.commands.rollouts.rollout_steps import Surroundings, take_step
issued, record = [], audit.record
def record_or_die(session, action, *words, **more):
    issued.append(action)
    session.flush()
    if issued.count("command.issued") == 4:
        os.kill(os.getpid(), signal.SIGKILL)
    record(session, action, *words, **more)
commands.audit.record = record_or_die
with make_session_factory(make_engine(sys.argv[1])).begin() as session:
    take_step(session, sys.argv[2], Surroundings(timedelta(minutes=3)), now=utc_now())
"""


def _reboot(session: Session) -> State:
    command = issue_command(
        session, uuid_of(1), Action.REBOOT_HOST, reason="Bild steht", actor=ADMIN, now=utc_now()
    )
    return command.status


def _run(url: str) -> State:
    done = subprocess.run(
        [sys.executable, PROGRAM, *ISSUE],
        env=os.environ | {"DB_CONN": url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return State(json.loads(done.stdout)["status"])


def test_of_fifty_reboots_at_once_by_two_consoles_and_the_command_line_three_go_out(
    database_url: str,
) -> None:
    engines = [make_engine(database_url), make_engine(database_url)]
    consoles = [make_session_factory(engine) for engine in engines]
    with consoles[0].begin() as session:
        add_fleet(session, 1, now=utc_now())
    works = [
        *(partial(in_transaction, console, _reboot) for console in consoles * BY_CONSOLES),
        *[partial(_run, database_url)] * BY_PROGRAMS,
    ]
    told = Counter(future.result() for future in at_once(*works))
    assert told == {State.QUEUED: 3, State.BLOCKED_SAFETY: 47}
    with consoles[0]() as session:
        stored = session.execute(
            select(ClientCommand.status, func.count()).group_by(ClientCommand.status)
        )
        assert {status: count for status, count in stored} == told  # noqa: C416 - rows, not pairs
    for engine in engines:
        engine.dispose()


def test_two_that_lead_for_a_moment_send_each_screen_one_command(database_url: str) -> None:
    engines = [make_engine(database_url), make_engine(database_url)]
    both = [make_session_factory(engine) for engine in engines]
    with both[0].begin() as session:
        uuids = add_fleet(session, 60)
    drive = Drive(both[0])
    limits = Limits(at_once=7)
    drive.start(uuids, waves=Waves((1, 20)), limits=limits)

    def take(sessions: Sessions) -> None:
        step = partial(
            take_step, rollout_id=drive.rollout_id, around=Surroundings(GRACE), now=drive.now
        )
        in_transaction(sessions, step)

    while drive.view.status is RolloutStatus.RUNNING:
        for future in at_once(*(partial(take, sessions) for sessions in both * 2)):
            future.result()
        assert drive.view.counts.get(State.QUEUED, 0) <= limits.at_once
        drive.end_commands()
    assert drive.view.counts == {"completed": 60}
    assert Counter(drive.issued.values()) == {1: 60}
    for engine in engines:
        engine.dispose()


def test_of_two_who_roll_out_to_the_same_screens_one_is_told(sessions: Sessions) -> None:
    with sessions.begin() as session:
        uuids = add_fleet(session, 5)

    def start(_session: Session) -> str:
        return start_rollout(_session, request_for(uuids), actor=CLI, now=utc_now()).rollout_id

    works = [partial(in_transaction, sessions, start)] * 4
    outcomes = [future.exception() or future.result() for future in at_once(*works)]
    refused = [one for one in outcomes if isinstance(one, InvalidInputError)]
    assert len(refused) == 3
    assert all("in another roll-out" in str(one) for one in refused)
    (rollout_id,) = (one for one in outcomes if isinstance(one, str))
    with sessions() as session:
        assert get_rollout(session, rollout_id).counts == {"waiting": 5}


def test_whoever_dies_amid_a_step_has_sent_nothing_and_the_next_one_sends_all(
    database_url: str,
) -> None:
    engine = make_engine(database_url)
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        uuids = add_fleet(session, 8, now=utc_now())
    drive = Drive(sessions, now=utc_now())
    drive.start(uuids, waves=Waves((8,)))
    dead = subprocess.run(
        [sys.executable, "-c", _DIES_AT_THE_FOURTH, database_url, drive.rollout_id],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert dead.returncode == -signal.SIGKILL, dead.stderr
    assert drive.issued == {}
    assert drive.view.counts == {"waiting": 8}
    assert drive.step().issued == 8
    assert drive.run().counts == {"completed": 8}
    assert Counter(drive.issued.values()) == {1: 8}
    engine.dispose()
