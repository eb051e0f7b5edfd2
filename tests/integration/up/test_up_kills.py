"""Sudden deaths while messages and commands are under way: nothing is lost or done twice."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientCommand, ClientLog
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from tests.support.installation import Installation
from tests.support.listener.steady_publisher import SteadyPublisher
from tests.support.ports import wait_until

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

IN_FLIGHT = 100
"""What a dying broker may have acknowledged but not yet passed on (max_inflight_messages)."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("kills"), demo=3)
    running.start()
    running.wait_ready()
    yield running
    running.stop()


def kill_and_wait(installation: Installation, name: str) -> None:
    since = utc_now()
    pid = installation.kill(name)
    installation.wait_back(name, instead_of=pid, since=since)


def list_uuids(installation: Installation) -> list[str]:
    with installation.sessions() as session:
        return list(session.scalars(select(Client.uuid).order_by(Client.uuid)))


def count_logs(installation: Installation, word: str) -> Counter[str]:
    with installation.sessions() as session:
        return Counter(
            session.scalars(select(ClientLog.message).where(ClientLog.message.like(f"{word} %")))
        )


def test_acknowledged_log_lines_are_stored_exactly_once(installation: Installation) -> None:
    uuid = list_uuids(installation)[0]
    with SteadyPublisher(installation.state(), uuid, word="steady") as publisher:
        for name in ("listener", "dispatcher", "listener", "scheduler", "simulator", "listener"):
            kill_and_wait(installation, name)
    expected = Counter(publisher.message(number) for number in publisher.acknowledged)
    assert len(expected) == publisher.published > 500
    wait_until(
        lambda: len(count_logs(installation, "steady")) >= len(expected),
        seconds=30,
        what="every log line",
    )
    assert count_logs(installation, "steady") == expected


def test_the_death_of_the_broker_costs_at_most_what_was_in_flight(
    installation: Installation,
) -> None:
    uuid = list_uuids(installation)[1]
    with SteadyPublisher(installation.state(), uuid, word="brave") as publisher:
        wait_until(lambda: len(publisher.acknowledged) > 200, what="a steady stream")
        kill_and_wait(installation, "broker")
        before = publisher.published
        wait_until(lambda: publisher.published > before + 200, what="a steady stream again")
    assert len(publisher.acknowledged) == publisher.published
    wait_until(
        lambda: len(count_logs(installation, "brave")) >= publisher.published - IN_FLIGHT,
        seconds=30,
        what="the log lines",
    )
    assert max(count_logs(installation, "brave").values()) == 1


def issue(installation: Installation, uuid: str, action: Action) -> str:
    with installation.sessions.begin() as session:
        command = issue_command(
            session, uuid, action, reason="Test of sudden deaths", actor=CLI, now=utc_now()
        )
        return command.command_id


def list_states(installation: Installation, command_ids: list[str]) -> list[State]:
    with installation.sessions() as session:
        query = select(ClientCommand.status).where(ClientCommand.command_id.in_(command_ids))
        return list(session.scalars(query))


def are_completed(installation: Installation, command_ids: list[str]) -> bool:
    return set(list_states(installation, command_ids)) == {State.COMPLETED}


def count_runs(data_dir: Path) -> Counter[str]:
    lines = (data_dir / "simulator" / "demo" / "commands-1.jsonl").read_text().splitlines()
    steps = [json.loads(line) for line in lines]
    return Counter(step["command_id"] for step in steps if step["status"] == "execution_started")


def test_no_command_runs_twice_and_all_end_well(installation: Installation) -> None:
    uuids = list_uuids(installation)
    issued: list[str] = []
    rounds = {
        "dispatcher": Action.RESTART_APP,
        "simulator": Action.RESTART_APP,
        "listener": Action.REBOOT_HOST,
    }
    for name, action in rounds.items():
        issued.extend(issue(installation, uuid, action) for uuid in uuids)
        kill_and_wait(installation, name)
        wait_until(partial(are_completed, installation, issued), seconds=60, what="completion")
    assert count_runs(installation.data_dir) == dict.fromkeys(issued, 1)
