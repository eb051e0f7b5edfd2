"""Players tried beside a running server, on mosquitto and on the embedded broker.

What waits long (rhythms, silences) is tried in a time of its own: tests/unit/conformance. Here the
way is real: processes, brokers, services, wills.
"""

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import TEST_GROUPS
from infoscreen_core.db.models import ClientCommand, DeadLetter
from infoscreen_core.domain.commands.lifecycle import TERMINAL, State
from tests.support.conformance import bad_players as bad
from tests.support.conformance.server import EmbeddedBroker, Players, Restart, Server
from tests.support.playing.scheduling import Ear
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.conformance.case import Verdict
from workers.conformance.cases.catalogue import CASES, choose
from workers.conformance.line import BrokerLine
from workers.conformance.main import make_report
from workers.conformance.office import ServerOffice, find_subject
from workers.conformance.stage import Pace, Stage
from workers.runtime import open_database
from workers.simulator.player import Player

if TYPE_CHECKING:
    import subprocess

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

PACE = Pace(silence=1.5, settle=0.3)
SLOW = {"health", "heartbeat", "discovery"}
"""They listen for half a minute and more."""
GOOD = bad.FailsOnce
HERE = b"%d" % TEST_GROUPS[0]


@dataclass
class Site:
    """A server on one of the brokers, with its players."""

    server: Server
    players: Players
    group: bytes

    def try_player(
        self, kind: type[Player], *names: str, may_restart: bool = False
    ) -> dict[str, Verdict]:
        server, uuid = self.server, self.players.uuid(kind)
        broker = server.broker
        line = BrokerLine(server.settings, uuid)
        try:
            with open_database(server.settings) as database:
                subject = find_subject(database, uuid, "de")
                stage = Stage(uuid, line, ServerOffice(database, uuid, "de"), PACE, "de")
                stage.allows_reboot = True
                if may_restart and isinstance(broker, Mosquitto):
                    stage.outage = Restart(broker)
                report = make_report(stage, subject, choose(list(names)), quiet=True)
        finally:
            line.close()
        return {one.case.name: one.verdict for one in report.results}

    def retained(self, kind: type[Player]) -> dict[str, bytes]:
        """What the broker keeps of all that a run may have touched."""
        uuid = self.players.uuid(kind)
        names = [
            *wire.retained_client_topics(uuid),
            wire.command_topic(uuid),
            *(topic for group in TEST_GROUPS for topic in wire.retained_group_topics(group)),
        ]
        line = BrokerLine(self.server.settings, uuid)
        try:
            found = {name: line.read_retained(name) for name in names}
        finally:
            line.close()
        return {name: payload for name, payload in found.items() if payload}


def build(directory: Path, broker: Mosquitto | EmbeddedBroker) -> Site:
    server = Server(directory, broker)
    server.wait_ready()
    players = Players(server, GOOD, bad.RunsLate, bad.StaysWithItsGroup)
    group = server.admit([player.uuid for player in players.players.values()])
    return Site(server, players, b"%d" % group)


def on_both(sites: list[Site], work: Callable[[Site], object]) -> None:
    """Do something at both sites at once: it mostly waits."""
    with ThreadPoolExecutor(len(sites)) as pool:
        list(pool.map(work, sites))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Site]]:
    # Made here: two threads would both set up pytest's own folder.
    one, other = (tmp_path_factory.mktemp(name) for name in ("mosquitto", "embedded"))
    brokers = [(one, Mosquitto(one / "broker")), (other, EmbeddedBroker(other / "broker"))]

    def make(place: tuple[Path, Mosquitto | EmbeddedBroker]) -> Site:
        return build(*place)

    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(make, brokers))
    yield found
    for site in found:
        site.players.stop()
        site.server.stop()


def test_the_simulator_keeps_the_contract_and_nothing_is_left_behind(sites: list[Site]) -> None:
    names = [case.name for case in CASES if case.name not in SLOW]

    def check(site: Site) -> None:
        verdicts = site.try_player(GOOD, *names, may_restart=True)
        is_embedded = isinstance(site.server.broker, EmbeddedBroker)
        not_tested = {"outage"} if is_embedded else set()
        assert {name for name, one in verdicts.items() if one is Verdict.FAILED} == set()
        assert {n for n, one in verdicts.items() if one is Verdict.NOT_TESTED} == not_tested
        wait_until(lambda: have_ended(site), seconds=60, what="the commands' ends")
        found = [status for status, _ in ends(site)]
        assert len(found) == (2 if is_embedded else 3)
        # After the outage the server may hear late, and give up what the player did in time.
        assert found[0] is State.COMPLETED
        letters = [one for one in site.server.all(DeadLetter) if one.topic.endswith("/ack")]
        assert {letter.reason for letter in letters} == {"unknown_command"}
        group = wire.group_id_topic(site.players.uuid(GOOD))
        assert site.retained(GOOD) == {group: site.group}
        for trouble in ("Traceback", "publish_refused", "connection_refused"):
            assert trouble not in site.server.logs()

    on_both(sites, check)


def have_ended(site: Site) -> bool:
    return all(status in TERMINAL for status, _ in ends(site))


def ends(site: Site) -> list[tuple[State, str | None]]:
    found = sorted(site.server.all(ClientCommand), key=lambda command: command.issued_at)
    return [(command.status, command.error_code) for command in found]


def test_bad_players_fail_the_right_cases(sites: list[Site]) -> None:
    def check(site: Site) -> None:
        late = site.try_player(bad.RunsLate, "expired,wrong-schema")
        assert late == {"expired": Verdict.FAILED, "wrong-schema": Verdict.PASSED}
        stays = site.try_player(bad.StaysWithItsGroup, "group,alias")
        assert stays == {"group": Verdict.FAILED, "alias": Verdict.PASSED}

    on_both(sites, check)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_run_that_is_ended_gives_the_player_back(
    sites: list[Site], how: signal.Signals, tmp_path: Path
) -> None:
    def check(site: Site) -> None:
        uuid = site.players.uuid(GOOD)
        topic = wire.group_id_topic(uuid)
        ear = Ear(site.server.broker, topic)  # type: ignore[arg-type]  # either kind of broker
        process = begin_run(site, uuid, tmp_path / f"{site.server.broker.port}.log")
        wait_until(lambda: ear.last_on(topic) == HERE, seconds=60, what="the test group")
        process.send_signal(how)
        code = process.wait(timeout=60)
        assert code == (-how if how is signal.SIGKILL else 130)
        wait_until(lambda: ear.last_on(topic) == site.group, seconds=60, what="the own group")
        ear.close()
        assert site.retained(GOOD).keys() == {topic}

    on_both(sites, check)


def begin_run(site: Site, uuid: str, log: Path) -> "subprocess.Popen[bytes]":
    return site.server.run("conformance", "--client", uuid, "--case", "group", "--yes", log=log)


def test_the_program_says_by_its_code_how_it_went(sites: list[Site], tmp_path: Path) -> None:
    site = sites[0]
    for kind, code in ((GOOD, 0), (bad.RunsLate, 1)):
        words = ("conformance", "--client", site.players.uuid(kind), "--case", "expired", "--json")
        process = site.server.run(*words, log=tmp_path / f"{code}.log")
        assert process.wait(timeout=60) == code
        text = (tmp_path / f"{code}.log").read_text()
        assert f'"failed": {code}' in text
