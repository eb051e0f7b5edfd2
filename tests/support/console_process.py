"""`infoscreen console` as a process on a database of its own; no worker runs beside it."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.services.setup.demo import seed_demo
from infoscreen_core.settings import Settings
from tests.support.console import show_workers
from tests.support.databases import migrated_file
from tests.support.installation import READY_SECONDS, clean_environment
from tests.support.people import add_user
from tests.support.ports import free_port, is_open, wait_until
from tests.support.record import GRACE, judge_all

PASSWORD = "vier-zufaellige-Woerter"
PLANNER = "planerin"
SIGN_SECONDS = 2.0


@dataclass
class RunningConsole:
    """A console that answers, and its database."""

    port: int
    sessions: sessionmaker[Session]
    pid: int = 0
    grace: timedelta = GRACE
    """How long after its last sign of life a screen is offline."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def signs_of_life(self, *, is_broker_connected: bool = True) -> Iterator[None]:
        """Let the workers be seen all the while."""

        def show(session: Session) -> None:
            show_workers(session, is_broker_connected=is_broker_connected)

        with self._again_and_again("signs of life", show):
            yield

    @contextmanager
    def judged(self) -> Iterator[None]:
        """Let every player be judged all the while, as if a scheduler did."""

        def judge(session: Session) -> None:
            judge_all(session, now=utc_now(), grace=self.grace)

        with self._again_and_again("judgements", judge):
            yield

    @contextmanager
    def _again_and_again(self, name: str, do: Callable[[Session], None]) -> Iterator[None]:
        is_over = threading.Event()

        def go_on() -> None:
            while True:
                with suppress(OperationalError), self.sessions.begin() as session:
                    do(session)
                if is_over.wait(SIGN_SECONDS):
                    return

        thread = threading.Thread(target=go_on, name=name)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()


@contextmanager
def running_console(
    data_dir: Path,
    furnish: Callable[[Session], None],
    *,
    with_workers: bool = True,
    database_url: str = "",
    **environment: str,
) -> Iterator[RunningConsole]:
    """Fill a fresh database and let a console run on it; its workers seem to run.

    The database is one of SQLite's unless there is another, which is migrated.
    """
    if database_url:
        environment["DB_CONN"] = database_url
    engine = make_engine(database_url or migrated_file(data_dir / "infoscreen.db"))
    seconds = environment.get("HEARTBEAT_GRACE_PERIOD_DEV")
    grace = timedelta(seconds=int(seconds)) if seconds else GRACE
    console = RunningConsole(free_port(), make_session_factory(engine), grace=grace)
    with console.sessions.begin() as session:
        furnish(session)
        judge_all(session, now=utc_now(), grace=grace)
    process = start_console(data_dir, console.port, **environment)
    console.pid = process.pid
    try:
        wait_until(lambda: is_open(console.port), seconds=READY_SECONDS, what="the console's port")
        with console.judged(), console.signs_of_life() if with_workers else nullcontext():
            yield console
    finally:
        process.terminate()
        process.wait(timeout=20)
        engine.dispose()


def start_console(data_dir: Path, port: int, **environment: str) -> subprocess.Popen[bytes]:
    """Start a console; who starts it ends it."""
    program = Path(sys.executable).with_name("infoscreen")
    with (data_dir / "console.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, str(program), "console", "--host", "127.0.0.1", "--port", str(port)],
            env={**clean_environment(data_dir), **environment},
            cwd=data_dir,
            stdout=log,
            stderr=log,
        )


def add_demo_school(session: Session) -> None:
    """The demo's groups and events without its players, and an editor who plans."""
    now = utc_now()
    bootstrap(session, Settings(_env_file=None), now=now)
    add_user(session, PLANNER, PASSWORD, Role.EDITOR, actor=SYSTEM, now=now)
    seed_demo(session, players=[], now=now)
