"""MariaDB is killed for half a minute under load: is all back, and every line there? Opt-in.

Listener, scheduler and dispatcher run as processes on a MariaDB and a mosquitto of their own, while
players log all the time. Must hold: no process ends, no log has a traceback, every line is stored
once, and a command and a group change made afterwards go out.

    .venv/bin/python tests/trials/database_away.py [--away 30] [--rate 50]
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.models import (
    Client,
    ClientCommand,
    ClientLog,
    OutboxMessage,
    WorkerStatus,
)
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.screens.clients import assign_clients
from tests.support.listener.listening import Speaker, speaking
from tests.support.ports import wait_until
from tests.support.scratch import make_scratch
from tests.support.servers import MariaDB, Mosquitto

_PROGRAM = str(Path(sys.executable).with_name("infoscreen"))
_WORKERS = ("listener", "scheduler", "dispatcher")
_LOAD_SECONDS = 5.0


class Trial:
    """The servers, the workers, and what is said to them."""

    def __init__(self, room: Path) -> None:
        self.room = room
        self.database = MariaDB(room / "mariadb")
        self.broker = Mosquitto(room / "mosquitto")
        self.players = [str(uuid4()) for _ in range(20)]
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.said = 0

    def start(self) -> None:
        (self.room / "mariadb").mkdir()
        self.database.start()
        self.broker.start()
        url = self.database.new_database()
        self.environment = os.environ | self.broker.environment()
        self.environment |= {"DB_CONN": url, "INFOSCREEN_DATA_DIR": str(self.room / "var")}
        self.sessions = make_session_factory(make_engine(url))
        subprocess.run([_PROGRAM, "migrate"], env=self.environment, check=True, capture_output=True)
        with self.sessions.begin() as session:
            now = utc_now()
            session.add_all(
                Client(uuid=uuid, registration_time=now, approved_at=now) for uuid in self.players
            )
        for name in _WORKERS:
            with self._log(name).open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [_PROGRAM, name], env=self.environment, stdout=log, stderr=log
                )
        wait_until(self._all_connected, seconds=90, what="the workers")

    def talk(self, speaker: Speaker, seconds: float, rate: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            uuid = self.players[self.said % len(self.players)]
            body = json.dumps({"message": f"line {self.said}"}).encode()
            speaker.say(f"infoscreen/{uuid}/logs/error", body)
            self.said += 1
            time.sleep(1 / rate)

    def kill_database(self) -> None:
        assert self.database.process
        self.database.process.kill()
        self.database.process.wait()

    def restart_database(self) -> None:
        assert self.database.process
        self.database.process = subprocess.Popen(
            self.database.process.args, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until(self._answers, seconds=60, what="MariaDB")

    def count_lines(self) -> int:
        return _number(self.sessions, select(func.count()).select_from(ClientLog))

    def act(self) -> str:
        now = utc_now()
        with self.sessions.begin() as session:
            assign_clients(session, self.players, None, actor=CLI, now=now)
            return issue_command(
                session, self.players[0], Action.RESTART_APP, reason=None, actor=CLI, now=now
            ).command_id

    def is_sent(self, command_id: str) -> bool:
        with self.sessions() as session:
            state = session.get_one(ClientCommand, command_id).status
        waiting = _number(self.sessions, select(func.count()).select_from(OutboxMessage))
        return state is State.PUBLISHED and not waiting

    def logs(self) -> dict[str, str]:
        return {name: self._log(name).read_text() for name in _WORKERS}

    def stop(self) -> None:
        for process in self.processes.values():
            process.terminate()
            process.wait(20)
        self.database.stop()
        self.broker.stop()

    def _log(self, name: str) -> Path:
        return self.room / f"{name}.log"

    def _all_connected(self) -> bool:
        with self.sessions() as session:
            rows = list(session.scalars(select(WorkerStatus)))
        return len(rows) == len(_WORKERS) and all(row.is_broker_connected for row in rows)

    def _answers(self) -> bool:
        try:
            return self.count_lines() >= 0
        except Exception:  # noqa: BLE001 - whatever a dead server causes
            return False


def _number(sessions: sessionmaker[Session], query: object) -> int:
    with sessions() as session:
        return session.scalar(query) or 0  # type: ignore[call-overload]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--away", type=float, default=30.0)
    parser.add_argument("--rate", type=float, default=50.0)
    options = parser.parse_args()
    room = make_scratch() or Path(tempfile.mkdtemp())
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, room)
        trial = Trial(room)
        stack.callback(trial.stop)
        trial.start()
        found = _run(trial, options.away, options.rate)
    print(json.dumps(found, indent=2))
    return 0 if found["holds"] else 1


def _run(trial: Trial, away: float, rate: float) -> dict[str, object]:
    with speaking(trial.broker) as speaker:
        trial.talk(speaker, _LOAD_SECONDS, rate)
        trial.kill_database()
        trial.talk(speaker, away, rate)
        trial.restart_database()
        back = time.monotonic()
        trial.talk(speaker, _LOAD_SECONDS, rate)
        speaker.wait_for_confirmations()
    with suppress(AssertionError):  # the figures say what is missing
        wait_until(lambda: trial.count_lines() >= trial.said, seconds=60, what="every line")
    command_id = trial.act()
    wait_until(lambda: trial.is_sent(command_id), seconds=30, what="the command")
    caught_up = time.monotonic() - back
    logs = trial.logs()
    ended = [name for name, process in trial.processes.items() if process.poll() is not None]
    tracebacks = [name for name, text in logs.items() if "Traceback" in text]
    stored = trial.count_lines()
    return {
        "away_seconds": away,
        "lines_said": trial.said,
        "lines_stored": stored,
        "all_at_work_after_seconds": round(caught_up, 1),
        "ended": ended,
        "tracebacks": tracebacks,
        "holds": stored == trial.said and not ended and not tracebacks,
    }


if __name__ == "__main__":
    raise SystemExit(main())
