"""What players report besides their state: log lines, reconnects, failed services, TVs' power."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.monitoring import telemetry as queries
from infoscreen_core.db.queries.monitoring.logs import counts as log_counts
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.monitoring.reconnects import count_reconnects, more_reconnects
from infoscreen_core.domain.screens.player import LogLevel, ObservedPower


class LogEntry(TypedDict):
    """A log line as it is stored; a dictionary, since they are inserted by the thousand."""

    client_uuid: str
    level: str
    message: str
    context: dict[str, Any] | None
    timestamp: datetime | None
    received_at: datetime
    ordered_at: datetime
    is_clock_skewed: bool
    digest: str
    """Lines with the same digest are the same line, delivered twice."""


class ReconnectReport(NamedTuple):
    """How often a player has reconnected by its own count."""

    client_uuid: str
    reconnect_count: int
    disconnected_at: datetime | None
    """Its last disconnect, when it names one."""
    seen_at: datetime


class ServiceFailure(NamedTuple):
    """A service of the player's machine that was given up."""

    client_uuid: str
    unit: str
    failed_at: datetime


class PowerReport(NamedTuple):
    """What a player says its TV does, and the intent that it follows."""

    client_uuid: str
    state: ObservedPower
    at: datetime
    intent_id: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reports:
    """A batch; every player in it exists, and any report may have been stored before."""

    logs: Sequence[LogEntry]
    reconnects: Sequence[ReconnectReport]
    failures: Sequence[ServiceFailure]
    powers: Sequence[PowerReport]


def store(session: Session, reports: Reports) -> dict[str, int]:
    """Store a batch in a handful of statements, whatever its size; repeats change nothing.

    Returns how often players have reconnected since they last said so, where they have.
    """
    more = _store_reconnects(session, reports.reconnects)
    _store_logs(session, reports.logs)
    queries.note_service_failures(session, reports.failures)
    queries.update_power_states(session, reports.powers)
    return more


def _store_logs(session: Session, entries: Sequence[LogEntry]) -> None:
    """Store and count the lines that are new; see `db.queries.monitoring.log_counts`."""
    known = log_counts.list_stored_digests(session, [entry["digest"] for entry in entries])
    new = [entry for entry in entries if entry["digest"] not in known]
    if not new:
        return
    families = {
        entry["digest"]: family_of(LogLevel(entry["level"]), entry["message"]) for entry in new
    }
    rows = [{**entry, "family_id": families[entry["digest"]].id} for entry in new]
    queries.insert_logs(session, rows)
    log_counts.count_lines(session, rows)
    log_counts.count_families(session, rows, {one.id: one for one in families.values()})


def _store_reconnects(session: Session, reports: Sequence[ReconnectReport]) -> dict[str, int]:
    if not reports:
        return {}
    windows = queries.list_reconnect_windows(session, [report.client_uuid for report in reports])
    queries.update_reconnect_windows(
        session,
        [
            (uuid, count_reconnects(windows[uuid], count=count, now=seen_at), disconnected_at)
            for uuid, count, disconnected_at, seen_at in reports
            if uuid in windows
        ],
    )
    more = {
        report.client_uuid: more_reconnects(windows[report.client_uuid], report.reconnect_count)
        for report in reports
        if report.client_uuid in windows
    }
    return {uuid: count for uuid, count in more.items() if count}
