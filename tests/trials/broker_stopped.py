"""The broker is stopped while a fleet runs: is that one incident, and no screen down? Opt-in.

Listener and scheduler run as processes on an SQLite database and a mosquitto of their own, beside
simulated players. Must hold: one outage, open since the broker was gone and closed when it is back,
no incident of any screen and no screen offline. Then one player more, which is heard of once and
never again, has to be one incident since the end of its grace.

    .venv/bin/python tests/trials/broker_stopped.py [--players 200] [--away 120] [--grace 60]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import (
    make_engine,
    make_read_session_factory,
    make_session_factory,
)
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.db.models import Client, ClientStatus, ClientStatusChange, Incident
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.people import add_client, uuid_of
from tests.support.playing.scheduling import environment
from tests.support.ports import wait_until
from tests.support.servers import Mosquitto

_PATIENCE = 300.0
_UNPLUGGED = 900_000
_NOTICED_WITHIN = timedelta(seconds=10)


def main() -> None:
    options = _options()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        directory = Path(folder)
        broker = Mosquitto(directory / "broker")
        broker.start()
        stack.callback(broker.stop)
        url = f"sqlite:///{directory / 'infoscreen.db'}"
        engine = make_engine(url)
        upgrade(engine)
        stack.callback(engine.dispose)
        more = {"HEARTBEAT_GRACE_PERIOD_DEV": str(options.grace), "ENV": "development"}
        variables = environment(url, broker, INFOSCREEN_DATA_DIR=str(directory / "var"), **more)
        fleet = ("simulate", "--clients", str(options.players), "--prefix", "trial")
        for words in (("listener",), ("scheduler",), fleet):
            process = _start(words, variables, directory)
            stack.callback(process.wait, 60)
            stack.callback(process.terminate)
        _look(options, broker, make_session_factory(engine), make_read_session_factory(engine))


def _look(
    options: argparse.Namespace,
    broker: Mosquitto,
    writing: sessionmaker[Session],
    sessions: sessionmaker[Session],
) -> None:
    wait_until(
        lambda: _approve(sessions, writing) >= options.players,
        seconds=_PATIENCE,
        what="the fleet",
        pause=0.5,
    )
    wait_until(lambda: _count_up(sessions) >= options.players, seconds=_PATIENCE, what="statuses")
    before = utc_now()
    broker.stop()
    time.sleep(options.away)
    broker.start()
    back = utc_now()
    time.sleep(options.grace + 15)
    incidents = [
        row for row in _incidents(sessions) if row.closed_at is None or row.closed_at > before
    ]
    for row in incidents:
        print(row.kind, row.client_uuid, row.opened_at, row.closed_at, row.evidence)
    print(f"gone {before}, back {back}; {_count_down(sessions, before)} screens fell silent")
    assert [row.kind for row in incidents] == ["outage"]
    assert incidents[0].closed_at is not None
    assert _count_down(sessions, before) == 0
    heard = utc_now()
    with writing.begin() as session:
        add_client(session, _UNPLUGGED, last_alive=heard, process_status=ProcessStatus.RUNNING)
    ends = heard + timedelta(seconds=options.grace)
    wait_until(lambda: _open(sessions) != [], seconds=_PATIENCE, what="the silence")
    found, late = _open(sessions), utc_now() - ends
    print(f"unplugged: {found}, noticed {late} after the end of its grace")
    assert late < _NOTICED_WITHIN
    assert found == [("silent", uuid_of(_UNPLUGGED), ends)]


def _start(
    words: tuple[str, ...], variables: dict[str, str], directory: Path
) -> subprocess.Popen[bytes]:
    program = Path(sys.executable).with_name("infoscreen")
    log = (directory / f"{words[0]}.log").open("ab")
    return subprocess.Popen([program, *words], env=variables, cwd=directory, stdout=log, stderr=log)


def _approve(sessions: sessionmaker[Session], writing: sessionmaker[Session]) -> int:
    """Let in whoever has come; return how many are in."""
    with sessions() as session:
        waiting = session.scalars(select(Client.uuid).where(Client.approved_at.is_(None))).all()
        known = session.scalar(select(func.count()).select_from(Client)) or 0
    if waiting:  # else nobody's writing is held up
        with writing.begin() as session:
            approve = update(Client).where(Client.uuid.in_(waiting))
            session.execute(approve.values(approved_at=utc_now()))
    return known


def _count_up(sessions: sessionmaker[Session]) -> int:
    with sessions() as session:
        query = select(func.count()).where(
            ClientStatus.status.in_([Status.HEALTHY, Status.WARNING])
        )
        return session.scalar(query) or 0


def _count_down(sessions: sessionmaker[Session], since: object) -> int:
    row = ClientStatusChange
    with sessions() as session:
        query = select(func.count(row.id)).where(row.at >= since, row.status == Status.OFFLINE)
        return session.scalar(query) or 0


def _incidents(sessions: sessionmaker[Session]) -> list[Incident]:
    with sessions() as session:
        return list(session.scalars(select(Incident).order_by(Incident.id)))


def _open(sessions: sessionmaker[Session]) -> list[tuple[object, ...]]:
    rows = _incidents(sessions)
    return [(row.kind, row.client_uuid, row.opened_at) for row in rows if row.closed_at is None]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--players", type=int, default=200)
    parser.add_argument("--away", type=int, default=120, help="Seconds without a broker.")
    parser.add_argument("--grace", type=int, default=60, help="Seconds of silence.")
    return parser.parse_args()


if __name__ == "__main__":
    main()
