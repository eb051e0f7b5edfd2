"""What every worker needs: settings, logging, engine, stop signals, a sign of life."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import Any

from sqlalchemy import Engine, delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import make_engine, make_read_session_factory, make_session_factory
from infoscreen_core.db.models import WorkerStatus
from infoscreen_core.log import configure_logging, get_logger
from infoscreen_core.settings import Settings, load_settings

DatabaseError = SQLAlchemyError
"""Whatever the database, or the way to it, may raise."""

log = get_logger()

SIGN_OF_LIFE_SECONDS = 2.0
STANDBY = "-standby"
"""Ends the name in the sign of life of a worker that waits to take over."""


@dataclass
class Worker:
    """One running worker process: its name, settings, sessions and the event that ends it."""

    name: str
    settings: Settings
    engine: Engine
    sessions: sessionmaker[Session]
    read_sessions: sessionmaker[Session]
    stop: threading.Event = field(default_factory=threading.Event)
    started_at: datetime = field(default_factory=utc_now)
    _last_sign: datetime | None = None
    _was_standby: bool = False

    def show_sign_of_life(
        self, *, is_broker_connected: bool, metrics: dict[str, Any] | None = None, is_standby: bool = False
    ) -> None:
        """Renew this worker's row, at most every `SIGN_OF_LIFE_SECONDS`; a database outage is only logged.

        One that stands by has a row of its own, so that it does not write over what the leading one says.
        """
        now = utc_now()
        if self._last_sign and now - self._last_sign < timedelta(seconds=SIGN_OF_LIFE_SECONDS):
            return
        self._last_sign = now
        try:
            with self.sessions.begin() as session:
                if self._was_standby and not is_standby:
                    session.execute(delete(WorkerStatus).where(WorkerStatus.name == f"{self.name}{STANDBY}"))
                session.merge(
                    WorkerStatus(
                        name=f"{self.name}{STANDBY}" if is_standby else self.name,
                        pid=os.getpid(),
                        host=socket.gethostname(),
                        started_at=self.started_at,
                        seen_at=now,
                        is_broker_connected=is_broker_connected,
                        metrics=metrics,
                    )
                )
            self._was_standby = is_standby
        except SQLAlchemyError as error:
            log.warning("worker.sign_of_life_failed", error=type(error).__name__)


@contextmanager
def worker_process(name: str) -> Iterator[Worker]:
    """Set a worker up and tear it down; SIGTERM and SIGINT set `worker.stop`."""
    settings = load_settings()
    configure_logging(settings, program=name)
    engine = make_engine(settings.database_url)
    worker = Worker(name, settings, engine, make_session_factory(engine), make_read_session_factory(engine))
    _stop_on_signal(worker.stop)
    log.info("worker.started", pid=os.getpid())
    try:
        yield worker
    finally:
        engine.dispose()
        log.info("worker.stopped")


def _stop_on_signal(stop: threading.Event) -> None:
    def handle(number: int, _frame: FrameType | None) -> None:
        log.info("worker.stopping", signal=signal.Signals(number).name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
