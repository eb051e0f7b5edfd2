"""What players logged: the lines, and how many there are."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientLog
from infoscreen_core.db.queries.monitoring import records as queries
from infoscreen_core.domain.monitoring.logs.lines import LogCount, without_terminal_codes
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.views import LogLine


def list_logs(
    session: Session, client_uuid: str, *, since: datetime, levels: Collection[LogLevel], limit: int
) -> list[LogLine]:
    """Return a player's log lines since then, newest first."""
    rows = queries.list_logs(session, client_uuid, since=since, levels=levels, limit=limit)
    return [_log_line(row) for row in rows]


def count_logs(
    session: Session,
    client_uuid: str,
    *,
    since: datetime,
    step: timedelta,
    levels: Collection[LogLevel],
) -> list[LogCount]:
    """Return how many lines a player logged since then, by level and slot of time.

    Slots are `step` long, a whole number of seconds, and counted in UTC.
    """
    return queries.count_logs(session, client_uuid, since=since, step=step, levels=levels)


def _log_line(row: ClientLog) -> LogLine:
    text = without_terminal_codes(row.message)
    return LogLine(row.ordered_at, LogLevel(row.level), text, row.is_clock_skewed)
