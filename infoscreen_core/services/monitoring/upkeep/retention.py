"""Delete what is too old, a few rows at a time, so that nobody has to wait for the lock."""

from datetime import datetime

from sqlalchemy.orm import Session

from infoscreen_core.db.queries.commands import recovery
from infoscreen_core.db.queries.monitoring import (
    content,
    history,
    incidents,
    patterns,
    plays,
    power_record,
)
from infoscreen_core.db.queries.monitoring import telemetry as queries
from infoscreen_core.db.queries.monitoring.logs import counts as log_counts
from infoscreen_core.db.queries.monitoring.sums import weeks
from infoscreen_core.domain.monitoring.retention import SWEEP_ROWS, cutoff


def delete_old_logs(session: Session, *, days: int, now: datetime) -> int:
    """Delete the oldest log lines past their retention, `SWEEP_ROWS` at most; return how many.

    Fewer than that means that none is left.
    """
    return queries.delete_logs_before(session, cutoff(now=now, days=days), limit=SWEEP_ROWS)


def delete_old_log_families(session: Session, *, days: int, now: datetime) -> int:
    """Delete families of which no line is left, as `delete_old_logs` does with their lines."""
    before = cutoff(now=now, days=days)
    return log_counts.delete_families_before(session, before, limit=SWEEP_ROWS)


def delete_old_log_counts(session: Session, *, days: int, now: datetime) -> int:
    """Delete the oldest counts of log lines past their retention, as `delete_old_logs` does."""
    before = cutoff(now=now, days=days)
    return log_counts.delete_counts_before(session, before, limit=SWEEP_ROWS)


def delete_old_dead_letters(session: Session, *, days: int, now: datetime) -> int:
    """Delete the oldest dead letters past their retention, as `delete_old_logs` does."""
    return queries.delete_dead_letters_before(session, cutoff(now=now, days=days), limit=SWEEP_ROWS)


def delete_old_statuses(session: Session, *, days: int, now: datetime) -> int:
    """Delete the oldest changes of status, incidents, decisions of crash recovery, and the like.

    At most `SWEEP_ROWS` of each, and fewer means that none is left, as with `delete_old_logs`. Of
    each player the change that was in force then stays, so that later time can be measured.
    """
    before = cutoff(now=now, days=days)
    history.delete_blind_spans_before(session, before)
    weeks.delete_weeks_before(session, before.date())
    patterns.delete_before(session, before)
    return max(
        power_record.delete_before(session, before, limit=SWEEP_ROWS),
        history.delete_changes_before(session, before, limit=SWEEP_ROWS),
        incidents.delete_closed_before(session, before, limit=SWEEP_ROWS),
        recovery.delete_before(session, before, limit=SWEEP_ROWS),
    )


def delete_old_contents(session: Session, *, days: int, now: datetime) -> int:
    """Delete the oldest published lists, changes of content and proofs of play.

    As `delete_old_statuses` does.
    """
    before = cutoff(now=now, days=days)
    return max(
        content.delete_changes_before(session, before, limit=SWEEP_ROWS),
        content.delete_published_before(session, before, limit=SWEEP_ROWS),
        plays.delete_before(session, before, limit=SWEEP_ROWS),
    )
