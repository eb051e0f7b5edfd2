"""A thousand commands to a thousand players, while acknowledgements are lost and workers killed.

    python tests/bench/commands.py [--players 1000] [--backend sqlite|mariadb] [--json]

A listener and two dispatchers, as they are shipped, on a real broker; every ten seconds one of them
is killed (`kill -9`) and started anew. One process speaks for all players: 5 % of their
acknowledgements are lost, 1 % of them are off and 1 % live but ignore commands. First some commands
are issued one by one, at rest; then one to every player. At the end each must have ended as its
player's answers say, and none have been carried out twice. Times are from the insert until the
broker confirmed. It takes four minutes, since commands that nobody answers must expire.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import insert, select
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import Client, ClientCommand, CommandTransition
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.commands.lifecycle import MIN_EXPIRY, OPEN, Action, Cause, State
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from tests.bench.command_players import Players
from tests.bench.figures import tell
from tests.bench.ingest import uuid_of
from tests.support.ports import wait_until
from tests.support.servers import MariaDB, Mosquitto

MAX_P95_MS: Final = 500
KILL_SECONDS: Final = 10.0
START_SECONDS: Final = 170
"""How long the workers may take to start on a busy machine: the first command must not expire."""
AT_REST: Final = 40
"""How many commands are issued one by one, half a second apart."""
DEAD_PERCENT, LOST_ACKS = 1, 0.05
PATIENCE_SECONDS: Final = MIN_EXPIRY.total_seconds() + 180
_PROGRAM = Path(sys.executable).with_name("infoscreen")


@dataclass
class Workers:
    """A listener and two dispatchers, one of which dies every few seconds."""

    environment: dict[str, str]
    names: Sequence[str] = ("listener", "dispatcher", "dispatcher")
    kills: int = 0
    _running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._running = [self._begin(name) for name in self.names]

    def keep_killing(self) -> None:
        """Kill them in turn from now on, until `stop`."""
        threading.Thread(target=self._kill_in_turn, daemon=True).start()

    def stop(self) -> None:
        self._stopped.set()
        for process in self._running:
            process.kill()
            process.wait()

    def _kill_in_turn(self) -> None:
        for number in itertools.cycle(range(len(self.names))):
            if self._stopped.wait(KILL_SECONDS):
                return
            self._running[number].kill()
            self._running[number].wait()
            self._running[number] = self._begin(self.names[number])
            self.kills += 1

    def _begin(self, name: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, _PROGRAM, name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | self.environment,
        )


def database_url(stack: ExitStack, directory: Path, backend: str) -> str:
    """Return the URL of a migrated database that lives as long as the stack."""
    url = f"sqlite:///{directory}/bench.db"
    if backend == "mariadb":
        (directory / "mariadb").mkdir()
        server = MariaDB(directory / "mariadb")
        server.start()
        stack.callback(server.stop)
        url = server.new_database()
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


def add_players(sessions: sessionmaker[Session], uuids: Sequence[str], off: frozenset[str]) -> None:
    """Add them to the database: approved, and alive unless they are off."""
    now = utc_now()
    rows = [
        {
            "uuid": uuid,
            "registration_time": now,
            "approved_at": now,
            "last_alive": now - timedelta(hours=1) if uuid in off else now,
        }
        for uuid in uuids
    ]
    with sessions.begin() as session:
        session.execute(insert(Client), rows)


def issue(sessions: sessionmaker[Session], uuid: str) -> str:
    """Issue one command, in a transaction of its own; return its id."""

    def work(session: Session) -> str:
        return issue_command(
            session,
            uuid,
            Action.RESTART_APP,
            reason="bench",
            actor=CLI,
            now=utc_now(),
            expiry=MIN_EXPIRY,
        ).command_id

    return in_transaction(sessions, work)


def times_to_puback(sessions: sessionmaker[Session], ids: Sequence[str]) -> list[float]:
    """Return, sorted, the milliseconds from each insert to the broker's confirmation.

    The confirmation is that of the step `published`; a player that answers faster than the
    dispatcher marks it has skipped that step, and its command says when it was published.
    """
    with sessions() as session:
        rows = session.execute(
            select(ClientCommand.issued_at, ClientCommand.published_at).where(
                ClientCommand.command_id.in_(ids)
            )
        )
        return sorted(
            (published - issued).total_seconds() * 1000 for issued, published in rows if published
        )


def share(values: Sequence[float], part: float) -> float:
    """Return the value below which that part of sorted values lies."""
    return round(values[min(int(len(values) * part), len(values) - 1)], 1) if values else -1


def has_ended(sessions: sessionmaker[Session]) -> bool:
    """Whether no command is under way."""
    with sessions() as session:
        wanted = select(ClientCommand.command_id).where(ClientCommand.status.in_(OPEN))
        return session.scalar(wanted.limit(1)) is None


def count_repeats(sessions: sessionmaker[Session]) -> int:
    """Return how many publications were repeated, since a dispatcher died or was not confirmed."""
    with sessions() as session:
        query = select(CommandTransition.command_id).where(
            CommandTransition.cause == Cause.PUBLISH_UNCONFIRMED
        )
        return len(list(session.scalars(query)))


def run(count: int, backend: str) -> dict[str, Any]:
    """Run the whole and return its figures."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        directory = Path(folder)
        broker = Mosquitto(directory / "mosquitto")
        broker.start()
        stack.callback(broker.stop)
        url = database_url(stack, directory, backend)
        engine = make_engine(url)
        stack.callback(engine.dispose)
        sessions = make_session_factory(engine)
        uuids = [uuid_of(number) for number in range(1, count + 1)]
        dead = max(1, count * DEAD_PERCENT // 100)
        off, hung = frozenset(uuids[:dead]), frozenset(uuids[dead : 2 * dead])
        add_players(sessions, uuids, off)
        players = Players(broker, uuids, off, hung, LOST_ACKS)
        stack.callback(players.stop)
        environment = {
            **broker.environment(),
            "DB_CONN": url,
            "INFOSCREEN_DATA_DIR": str(directory),
        }
        workers = Workers(environment)
        workers.start()
        stack.callback(workers.stop)
        return _figures(sessions, players, workers, backend)


def _figures(
    sessions: sessionmaker[Session], players: Players, workers: Workers, backend: str
) -> dict[str, Any]:
    first = issue(sessions, players.uuids[-1])
    wait_until(lambda: players.runs[first], seconds=START_SECONDS, what="the first command")
    at_rest = []
    for uuid in itertools.islice(itertools.cycle(reversed(players.uuids)), 1, AT_REST + 1):
        at_rest.append(issue(sessions, uuid))
        time.sleep(0.5)
    wait_until(
        lambda: set(at_rest) <= players.runs.keys(), seconds=START_SECONDS, what="those at rest"
    )
    rest = times_to_puback(sessions, at_rest)
    workers.keep_killing()
    begun = time.monotonic()
    ids = [issue(sessions, uuid) for uuid in players.uuids]
    issued_in = time.monotonic() - begun
    wait_until(lambda: has_ended(sessions), seconds=PATIENCE_SECONDS, what="all ended")
    took = time.monotonic() - begun
    burst = times_to_puback(sessions, ids)
    with sessions() as session:
        rows = list(session.scalars(select(ClientCommand)))
    wrong = [
        row
        for row in rows
        if row.status is not State.BLOCKED_SAFETY
        and row.status is not players.right_state(row.command_id, row.client_uuid)
    ]
    twice = sum(times > 1 for times in players.runs.values())
    return {
        "backend": backend,
        "players": len(players.uuids),
        "at rest, insert → PUBACK ms (p50, p95, max)": [share(rest, at) for at in (0.5, 0.95, 1)],
        "of all, insert → PUBACK ms (p50, p95, max)": [share(burst, at) for at in (0.5, 0.95, 1)],
        "issued in s": round(issued_in, 1),
        "ended after s": round(took, 1),
        "ends": dict(Counter(row.status.value for row in rows)),
        "wrong ends": [f"{row.command_id} {row.status} {row.error_code}" for row in wrong[:20]],
        "carried out twice": twice,
        "workers killed": workers.kills,
        "publications repeated": count_repeats(sessions),
        "holds": not wrong and not twice and 0 <= share(rest, 0.95) < MAX_P95_MS,
    }


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--players", type=int, default=1000)
    parser.add_argument("--backend", choices=("sqlite", "mariadb"), default="sqlite")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    tell(run(options.players, options.backend), as_json=options.json)


if __name__ == "__main__":
    main()
