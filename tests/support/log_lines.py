"""Log lines, stored and counted as the listener does it."""

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring import reports
from infoscreen_core.services.monitoring.reports import LogEntry, Reports
from tests.support.people import uuid_of

Line = tuple[int | str, LogLevel, datetime, str]
"""The player's number or UUID, the level, when, and the message."""


def store_lines(session: Session, lines: Iterable[Line]) -> None:
    """Store lines; each has its place in the list as context."""
    entries: list[LogEntry] = [
        {
            "client_uuid": uuid_of(player) if isinstance(player, int) else player,
            "level": level.value,
            "message": message,
            "context": {"n": index},
            "timestamp": at,
            "received_at": at,
            "ordered_at": at,
            "is_clock_skewed": False,
            "digest": f"{uuid4().hex}{uuid4().hex}",
        }
        for index, (player, level, at, message) in enumerate(lines)
    ]
    reports.store(session, Reports(logs=entries, reconnects=[], failures=[], powers=[]))
