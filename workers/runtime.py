"""What every worker needs: settings, logging, the database, stop signals, a sign of life.

This is the workers' one door to the database: sessions are made here, and its errors are told apart
here. What is read or written with a session is the business of the core's services.
"""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import FrameType
from typing import Any, TypeAlias

from sqlalchemy import Engine
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.engine import (
    make_engine,
    make_read_session_factory,
    make_session_factory,
    tell_of_waits,
)
from infoscreen_core.db.outages import may_be_the_data, outage_of
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.log import configure_logging, get_logger
from infoscreen_core.services import write_check
from infoscreen_core.services.database_clock import DatabaseClock
from infoscreen_core.services.monitoring import signs_of_life
from infoscreen_core.services.monitoring.signs_of_life import CLOCK_AHEAD, WorkerSign
from infoscreen_core.settings import Settings, load_settings

__all__ = [
    "Database",
    "DatabaseError",
    "Session",
    "SessionFactory",
    "Worker",
    "in_transaction",
    "is_outage",
    "may_be_the_data",
    "open_database",
    "outage_of",
    "takes_writes",
    "tell_of_waits",
    "worker_process",
]

SessionFactory: TypeAlias = sessionmaker[Session]
"""`.begin()` opens a transaction; calling it opens a session that only reads."""
DatabaseError = SQLAlchemyError
"""Anything that the database, or the way to it, may raise."""
SIGN_OF_LIFE_SECONDS = 2.0

log = get_logger()


@dataclass(frozen=True)
class Database:
    """The configured database: sessions that write, and sessions that never wait for a writer."""

    engine: Engine
    sessions: SessionFactory
    read_sessions: SessionFactory


@contextmanager
def open_database(settings: Settings) -> Iterator[Database]:
    """Open the configured database (it connects when it is used) and close it at the end."""
    engine = make_engine(settings.database_url)
    try:
        yield Database(engine, make_session_factory(engine), make_read_session_factory(engine))
    finally:
        engine.dispose()


def is_outage(error: Exception) -> bool:
    """Whether the error may pass by itself (disk, connection, lock, pool): it is waited out.

    Any other one comes from what was to be stored, and must not block what waits behind it.
    """
    return outage_of(error) is not None or isinstance(error, OperationalError | InterfaceError)


def takes_writes(sessions: SessionFactory) -> bool:
    """Whether the database stores the smallest change: a full disk still answers questions."""
    try:
        with sessions.begin() as session:
            write_check.write(session)
    except SQLAlchemyError:
        return False
    return True


@dataclass
class Worker:
    """One running worker process: its name, settings, database and the event that ends it."""

    name: str
    settings: Settings
    database: Database
    stop: threading.Event = field(default_factory=threading.Event)
    clock: DatabaseClock = field(default_factory=lambda: DatabaseClock(utc_now))
    """The time by which this worker goes."""
    started_at: datetime = field(default_factory=utc_now)
    _next_sign: float = field(default=0.0, init=False)
    _was_standby: bool = field(default=False, init=False)

    @property
    def sessions(self) -> SessionFactory:
        """Sessions for writing."""
        return self.database.sessions

    @property
    def read_sessions(self) -> SessionFactory:
        """Sessions that only read."""
        return self.database.read_sessions

    def show_sign_of_life(
        self,
        *,
        is_broker_connected: bool,
        metrics: dict[str, Any] | None = None,
        is_standby: bool = False,
    ) -> None:
        """Renew this worker's row, at most every `SIGN_OF_LIFE_SECONDS`; only log an outage."""
        moment = time.monotonic()
        if moment < self._next_sign:
            return
        self._next_sign = moment + SIGN_OF_LIFE_SECONDS
        self.compare_clock()
        sign = WorkerSign(
            name=self.name,
            pid=os.getpid(),
            host=socket.gethostname(),
            started_at=self.started_at,
            seen_at=self.clock(),
            is_broker_connected=is_broker_connected,
            is_standby=is_standby,
            metrics=(metrics or {}) | self._clock_metrics(),
        )
        try:
            self._show(sign)
        except SQLAlchemyError as error:
            log.warning(
                "worker.sign_of_life_failed", error=type(error).__name__, outage=outage_of(error)
            )

    def compare_clock(self) -> None:
        """Compare our clock with the database's; tell once when they begin or cease to differ."""
        try:
            with self.read_sessions() as session:
                has_changed = self.clock.compare(session)
        except SQLAlchemyError as error:
            log.warning("worker.clock_not_compared", error=type(error).__name__)
            return
        if has_changed:
            self._tell_clock()

    def _tell_clock(self) -> None:
        seconds = round(self.clock.ahead.total_seconds(), 1)
        if not seconds:
            log.info("clock.agreed")
        elif self.clock.is_corrected:
            log.warning("clock.corrected", ahead_seconds=seconds, hint="set this machine's clock")
        else:
            log.error("clock.differed_too_far", ahead_seconds=seconds, hint="set the clocks")

    def _clock_metrics(self) -> dict[str, Any]:
        ahead = self.clock.ahead
        return {CLOCK_AHEAD: round(ahead.total_seconds(), 1)} if ahead else {}

    def _show(self, sign: WorkerSign) -> None:
        with self.sessions.begin() as session:
            if self._was_standby and not sign.is_standby:
                signs_of_life.end_standby(session, self.name)
            signs_of_life.show(session, sign)
        self._was_standby = sign.is_standby


@contextmanager
def worker_process(name: str) -> Iterator[Worker]:
    """Set a worker up and tear it down; SIGTERM and SIGINT set `worker.stop`."""
    settings = load_settings()
    configure_logging(settings, program=name)
    with open_database(settings) as database:
        worker = Worker(name, settings, database)
        worker.compare_clock()
        _stop_on_signal(worker.stop)
        log.info("worker.started", pid=os.getpid())
        try:
            yield worker
        finally:
            log.info("worker.stopped")


def _stop_on_signal(stop: threading.Event) -> None:
    def handle(number: int, _frame: FrameType | None) -> None:
        log.info("worker.stopping", signal=signal.Signals(number).name)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, handle)
