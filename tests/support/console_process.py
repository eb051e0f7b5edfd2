"""`infoscreen console` as a process on a database of its own; no worker runs beside it."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people import users
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.services.setup.demo import seed_demo
from infoscreen_core.settings import Settings
from tests.support.console import show_workers
from tests.support.installation import clean_environment
from tests.support.ports import free_port, is_open, wait_until
from tests.support.record import judge_all

PASSWORD = "vier-zufaellige-Woerter"
PLANNER = "planerin"
SIGN_SECONDS = 2.0


@dataclass
class RunningConsole:
    """A console that answers, and its database."""

    port: int
    sessions: sessionmaker[Session]
    pid: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def signs_of_life(self, *, is_broker_connected: bool = True) -> Iterator[None]:
        """Let the workers be seen all the while, and every player be judged."""
        is_over = threading.Event()

        def show() -> None:
            while True:
                with self.sessions.begin() as session:
                    show_workers(session, is_broker_connected=is_broker_connected)
                    judge_all(session, now=utc_now())
                if is_over.wait(SIGN_SECONDS):
                    return

        thread = threading.Thread(target=show, name="signs of life")
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
    **environment: str,
) -> Iterator[RunningConsole]:
    """Fill a fresh database and let a console run on it; its workers seem to run."""
    engine = make_engine(f"sqlite:///{data_dir / 'infoscreen.db'}")
    upgrade(engine)
    console = RunningConsole(free_port(), make_session_factory(engine))
    with console.sessions.begin() as session:
        furnish(session)
        judge_all(session, now=utc_now())
    process = start_console(data_dir, console.port, **environment)
    console.pid = process.pid
    try:
        wait_until(lambda: is_open(console.port), seconds=60, what="the console's port")
        with console.signs_of_life() if with_workers else nullcontext():
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
    users.create_user(session, PLANNER, PASSWORD, Role.EDITOR, actor=SYSTEM, now=now)
    seed_demo(session, players=[], now=now)
