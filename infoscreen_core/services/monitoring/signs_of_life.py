"""Which workers and players are alive; each worker renews a row of its own for that."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import WorkerStatus
from infoscreen_core.db.outages import Outage
from infoscreen_core.db.queries import clients, operations
from infoscreen_core.db.queries.monitoring import records as queries
from infoscreen_core.domain.monitoring.liveness import is_at_work
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.monitoring.views import WorkerView

CLOCK_AHEAD: Final = "clock_ahead_seconds"
"""The figure that says how far a worker's clock is ahead of the database's; only when it is."""
_STANDBY: Final = "-standby"
"""Ends the row's name of a worker that stands by, which must not overwrite the leader's row."""


TROUBLE: Final = "trouble"
"""The figure that says in one word what a worker cannot mend by itself."""
CLIENT_ID_TAKEN: Final = "client_id_taken"
PROGRAMS_MISSING: Final = "programs_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSign:
    """What a worker says of itself every few seconds."""

    name: str
    pid: int
    host: str
    started_at: datetime
    seen_at: datetime
    is_broker_connected: bool
    is_standby: bool = False
    """Whether it waits to take over from another one of its name."""
    metrics: Mapping[str, Any] | None = None


def show(session: Session, sign: WorkerSign) -> None:
    """Renew the worker's row."""
    session.merge(
        WorkerStatus(
            name=f"{sign.name}{_STANDBY}" if sign.is_standby else sign.name,
            pid=sign.pid,
            host=sign.host,
            started_at=sign.started_at,
            seen_at=sign.seen_at,
            is_broker_connected=sign.is_broker_connected,
            metrics=None if sign.metrics is None else dict(sign.metrics),
        )
    )


def list_workers(session: Session) -> list[WorkerView]:
    """Return every worker that ever showed a sign of life, by name."""
    return [
        WorkerView(
            row.name,
            row.seen_at,
            row.is_broker_connected,
            trouble=trouble_of(row.name, row.metrics),
            outage=_reported_outage(row.metrics),
        )
        for row in queries.list_workers(session)
    ]


def list_signs(session: Session) -> list[WorkerSign]:
    """Return the last sign of every worker, with its figures, by the name of its row."""
    return [
        WorkerSign(
            name=row.name,
            pid=row.pid,
            host=row.host,
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_broker_connected=row.is_broker_connected,
            is_standby=row.name.endswith(_STANDBY),
            metrics=row.metrics,
        )
        for row in queries.list_workers(session)
    ]


def trouble_of(name: str, metrics: Mapping[str, Any] | None) -> Sentence | None:
    """Return what the worker says that it cannot mend by itself, if anything."""
    figures = metrics or {}
    if figures.get(TROUBLE) == PROGRAMS_MISSING:
        return Sentence(
            "Files wait to be converted ({waiting}), and the server lacks the programs for that. "
            "Install them where the {worker} runs: apt-get install {packages}. It goes on by "
            "itself then.",
            worker=name,
            waiting=figures.get("waiting", 0),
            packages=figures.get("packages", ""),
        )
    if figures.get(TROUBLE) != CLIENT_ID_TAKEN:
        return None
    return Sentence(
        "Another program is connected to the message broker in the place of the {worker}, and each "
        "of the two gets only a part of what screens report. Start the {worker} once only, and "
        "give each installation on this broker its own MQTT_CLIENT_PREFIX.",
        worker=name,
    )


def _reported_outage(metrics: Mapping[str, Any] | None) -> Outage | None:
    """Return what keeps a worker from storing, which the smallest change may not meet."""
    word = (metrics or {}).get("outage")
    return Outage(word) if word in set(Outage) else None


def end_standby(session: Session, name: str) -> None:
    """Delete the row of a worker that stood by, since it leads now."""
    operations.delete_worker(session, f"{name}{_STANDBY}")


def is_process_at_work(session: Session, name: str, pid: int | None, *, now: datetime) -> bool:
    """Whether this process, leading or standing by, is connected and gave a sign of life lately."""
    return any(
        worker.pid == pid and worker.is_broker_connected and is_at_work(worker.seen_at, now=now)
        for worker in queries.list_workers(session)
        if worker.name in {name, f"{name}{_STANDBY}"}
    )


def count_running(session: Session, client_uuids: Collection[str], *, since: datetime) -> int:
    """Count those of the players that were seen since then and whose process runs."""
    return clients.count_running(session, client_uuids, since=since) if client_uuids else 0
