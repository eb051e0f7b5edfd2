"""What it costs to judge players of which nothing has changed, against reading their rows.

    python tests/bench/judging.py [--players 10000] [--rounds 5] [--backend sqlite|mariadb] [--json]

The leading scheduler judges each player at least once a minute. Processor time of its process
counts, the best of each: judging all that are due, and loading the same players and their statuses,
all columns, and nothing else.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session, lazyload, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import Client, ClientStatus
from infoscreen_core.services.monitoring import status_history
from tests.bench.figures import options_of, tell
from tests.support.big_fleet.fleet import Size, add_fleet
from tests.support.servers import MariaDB

MOST_TIMES_READING: Final = 1.7
"""A fifth above what it was before incidents were judged as well."""
GRACE: Final = timedelta(seconds=170)
PAUSE: Final = timedelta(seconds=30)
_COUNTED: Final = 10_000
"""Figures are for so many players, however many there were."""


@contextmanager
def fleet(backend: str, players: int) -> Iterator[sessionmaker[Session]]:
    """Open a database with so many players, all of them judged once."""
    with tempfile.TemporaryDirectory(prefix="infoscreen-bench-") as name, ExitStack() as stack:
        url = f"sqlite:///{name}/bench.db"
        if backend == "mariadb":
            server = MariaDB(Path(name))
            server.start()
            stack.callback(server.stop)
            url = server.new_database()
        engine = make_engine(url)
        stack.callback(engine.dispose)
        upgrade(engine)
        add_fleet(engine, Size(players=players, groups=max(players // 20, 1)), now=utc_now())
        yield make_session_factory(engine)


def let_all_speak(sessions: sessionmaker[Session], now: datetime) -> None:
    """Let every player have spoken just now, and be due."""
    spoken = {"last_alive": now, "health_at": now, "last_screenshot_at": now}
    with sessions.begin() as session:
        session.execute(update(Client).values(**spoken))
        session.execute(update(ClientStatus).values(judge_at=now))


def judge_all(sessions: sessionmaker[Session], now: datetime) -> None:
    is_more = True
    while is_more:
        with sessions.begin() as session:
            judged = status_history.judge_due(session, now=now, grace=GRACE)
        is_more = judged.is_more_due


def read_all(sessions: sessionmaker[Session], now: datetime) -> None:
    """Load whoever is due in the same portions, with every column."""
    query = (
        select(ClientStatus, Client)
        .join(Client, Client.uuid == ClientStatus.client_uuid)
        .where(ClientStatus.judge_at <= now)
        .order_by(ClientStatus.judge_at)
        .options(lazyload(Client.group))
        .execution_options(yield_per=status_history.BATCH)
    )
    with sessions() as session:
        for portion in session.execute(query).partitions():
            for row in portion:
                session.expunge(row[0])
                session.expunge(row[1])


def cpu_seconds(work: Callable[..., None], *arguments: Any) -> float:  # noqa: ANN401 - passed on
    begun = time.process_time()
    work(*arguments)
    return time.process_time() - begun


def measure(sessions: sessionmaker[Session], *, players: int, rounds: int) -> dict[str, Any]:
    now = utc_now()
    let_all_speak(sessions, now)
    judge_all(sessions, now)  # what changes, changes now
    reading, judging = [], []
    for _ in range(rounds):
        now += PAUSE
        let_all_speak(sessions, now)
        reading.append(cpu_seconds(read_all, sessions, now))
        judging.append(cpu_seconds(judge_all, sessions, now))
    read, judged = (min(found) * _COUNTED / players for found in (reading, judging))
    return {
        "players": players,
        "reading 10,000, CPU seconds": round(read, 3),
        "judging 10,000, CPU seconds": round(judged, 3),
        "times reading": round(judged / read, 2),
        "wanted at most": MOST_TIMES_READING,
        "holds": judged / read <= MOST_TIMES_READING,
    }


def main() -> None:
    parser = options_of(__doc__, players=10_000, rounds=5)
    parser.add_argument("--backend", choices=["sqlite", "mariadb"], default="sqlite")
    options = parser.parse_args()
    with fleet(options.backend, options.players) as sessions:
        figures = measure(sessions, players=options.players, rounds=options.rounds)
    tell(figures, as_json=options.json)


if __name__ == "__main__":
    main()
