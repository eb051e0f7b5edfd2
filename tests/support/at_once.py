"""Several things at the same time, each in a thread of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from tests.support.ports import wait_until


def at_once(*works: Callable[[], object]) -> list[Future[object]]:
    """Run all at the same time, each in a thread of its own; wait for all."""
    barrier = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> object:
        barrier.wait(10)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [pool.submit(run, work) for work in works]


def while_open(
    sessions: sessionmaker[Session],
    first: Callable[[Session], object],
    second: Callable[[], object],
) -> Future[object]:
    """Do `first`; commit it only when `second`, begun meanwhile, waits for it (MariaDB)."""
    with ThreadPoolExecutor(1) as pool:
        with sessions.begin() as session:
            first(session)
            session.flush()
            later = pool.submit(second)
            wait_until(lambda: later.done() or _is_anybody_waiting(sessions), what="the second")
        return later


def _is_anybody_waiting(sessions: sessionmaker[Session]) -> bool:
    # Not information_schema.innodb_trx: asked as often as here, it is never brought up to date.
    with sessions() as session:
        _name, count = session.execute(
            text("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")
        ).one()
    return int(count) > 0
