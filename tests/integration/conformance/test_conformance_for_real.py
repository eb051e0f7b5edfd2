"""Players tried beside a running server, on mosquitto and on the embedded broker.

What waits long (rhythms, silences) is tried in a time of its own: tests/unit/conformance. Here the
way is real: processes, brokers, services, wills.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import SHUT_RDWR

import orjson
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from infoscreen_core.contracts import topics as wire
from infoscreen_core.contracts.topics import TEST_GROUPS
from infoscreen_core.db.models import ClientCommand, DeadLetter
from infoscreen_core.domain.commands.lifecycle import TERMINAL, State
from infoscreen_core.errors import UnavailableError
from tests.support.cli import Run, program_on
from tests.support.conformance import bad_manners as manners
from tests.support.conformance import bad_players as bad
from tests.support.conformance.server import EmbeddedBroker, Players, Restart, Server
from tests.support.playing.scheduling import Ear
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto
from workers.conformance.case import Verdict
from workers.conformance.cases.catalogue import choose
from workers.conformance.line import BrokerLine
from workers.conformance.main import make_report
from workers.conformance.office import ServerOffice, find_subject
from workers.conformance.stage import Pace, Stage
from workers.runtime import open_database
from workers.simulator.player import Player

pytestmark = [pytest.mark.server, pytest.mark.timeout(300)]

PACE = Pace(silence=1.5, settle=0.3)
TRIED = {
    Mosquitto: (
        "expired",
        "retained",
        "valid",
        "group",
        "power-override",
        "service-failed",
        "outage",
        "messages",
        "identity",
    ),
    EmbeddedBroker: (
        "alias",
        "retained",
        "valid",
        "unassigned",
        "power-override",
        "service-failed",
        "reboot",
        "boot-id",
        "dashboard",
    ),
}
"""What needs the real way; the others differ in words only, or wait for a minute."""
GOOD = manners.FailsOnce
HERE = b"%d" % TEST_GROUPS[0]
ALL_CAME_SECONDS = 0.5
"""From one retained message to the last that a broker sends to a new subscriber."""


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
        ear = Ear(self.server.broker, *names)  # type: ignore[arg-type]  # either kind of broker
        wait_until(lambda: ear.last_on(names[0]), seconds=60, what="the group, which is retained")
        time.sleep(ALL_CAME_SECONDS)
        found = {name: ear.last_on(name) for name in names}
        ear.close()
        return {name: payload for name, payload in found.items() if payload}


@contextmanager
def site_on(directory: Path, broker: Mosquitto | EmbeddedBroker) -> Iterator[Site]:
    server = Server(directory, broker, is_in_threads=True)
    try:
        players = Players(server, GOOD, bad.RunsLate)
        try:
            server.wait_ready()
            group = server.admit([player.uuid for player in players.players.values()])
            yield Site(server, players, b"%d" % group)
        finally:
            players.stop()
    finally:
        server.stop()


def on_both(sites: list[Site], work: Callable[[Site], object]) -> None:
    """Do something at both sites at once: it mostly waits."""
    with ThreadPoolExecutor(len(sites)) as pool:
        list(pool.map(work, sites))


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Site]]:
    # Made here: two threads would both set up pytest's own folder.
    one, other = (tmp_path_factory.mktemp(name) for name in ("mosquitto", "embedded"))
    places = [
        site_on(one, Mosquitto(one / "broker")),
        site_on(other, EmbeddedBroker(other / "broker")),
    ]
    with ExitStack() as stack, ThreadPoolExecutor(2) as pool:
        yield list(pool.map(stack.enter_context, places))


def test_the_simulator_keeps_the_contract_and_nothing_is_left_behind(sites: list[Site]) -> None:
    def check(site: Site) -> None:
        names = TRIED[type(site.server.broker)]
        verdicts = site.try_player(GOOD, *names, may_restart=True)
        assert {name for name, one in verdicts.items() if one is not Verdict.PASSED} == set()
        assert verdicts.keys() == set(names)
        wait_until(lambda: have_ended(site), seconds=60, what="the commands' ends")
        found = [status for status, _ in ends(site)]
        assert found
        assert set(found) == {State.COMPLETED}
        letters = [one for one in site.server.all(DeadLetter) if one.topic.endswith("/ack")]
        assert {letter.reason for letter in letters} == {"unknown_command"}
        group = wire.group_id_topic(site.players.uuid(GOOD))
        assert site.retained(GOOD) == {group: site.group}

    with capture_logs() as lines:
        on_both(sites, check)
    assert not {"mqtt.publish_refused", "mqtt.connection_refused"} & {one["event"] for one in lines}
    assert [one for one in lines if "exc_info" in one] == []


def have_ended(site: Site) -> bool:
    return all(status in TERMINAL for status, _ in ends(site))


def ends(site: Site) -> list[tuple[State, str | None]]:
    found = sorted(site.server.all(ClientCommand), key=lambda command: command.issued_at)
    return [(command.status, command.error_code) for command in found]


def test_a_run_that_is_killed_gives_the_player_back(sites: list[Site]) -> None:
    def check(site: Site) -> None:
        uuid = site.players.uuid(GOOD)
        topic = wire.group_id_topic(uuid)
        ear = Ear(site.server.broker, topic)  # type: ignore[arg-type]  # either kind of broker
        line = BrokerLine(site.server.settings, uuid)
        loan = line.borrow(topic, owed=site.group)
        loan.put(HERE)
        wait_until(lambda: ear.last_on(topic) == HERE, seconds=60, what="the test group")
        # What the system does to the connections of a program that is killed.
        loan.connection._client.socket().shutdown(SHUT_RDWR)  # type: ignore[attr-defined]  # noqa: SLF001
        wait_until(lambda: ear.last_on(topic) == site.group, seconds=60, what="the own group")
        ear.close()
        line.close()
        assert site.retained(GOOD).keys() == {topic}

    on_both(sites, check)


@pytest.fixture
def run(
    sites: list[Site], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """The program beside the server with mosquitto; what it does to this process is undone."""
    server = sites[0].server
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("workers.conformance.main._end_on_signals", lambda: None)
    monkeypatch.setattr("workers.conformance.main.configure_logging", lambda *_, **__: None)
    return program_on(server.database_url, monkeypatch, capsys, "conformance")


def test_the_program_says_by_its_code_how_it_went(sites: list[Site], run: Run) -> None:
    for kind, code in ((GOOD, 0), (bad.RunsLate, 1)):
        uuid = sites[0].players.uuid(kind)
        with capture_logs():
            ended, out, _err = run("--client", uuid, "--case", "expired", "--json")
        assert (ended, orjson.loads(out)["failed"]) == (code, code)


def test_a_wrong_account_is_named(sites: list[Site]) -> None:
    def check(site: Site) -> None:
        settings, uuid = site.server.settings, site.players.uuid(GOOD)
        wrong = settings.model_copy(update={"mqtt_password": SecretStr("a-wrong-password")})
        with pytest.raises(UnavailableError, match="refuses the account server"):
            BrokerLine(wrong, uuid)

    on_both(sites, check)
