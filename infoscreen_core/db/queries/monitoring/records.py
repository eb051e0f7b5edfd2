"""What a player showed and reported: pictures, logs, and the workers' signs of life. Reads only."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientLog, ClientScreenshot, WorkerStatus
from infoscreen_core.db.sql_time import EpochSeconds
from infoscreen_core.domain.monitoring.logs.lines import LogCount
from infoscreen_core.domain.screens.player import LogLevel, PictureType

_PRIORITY_TYPES = tuple(kind for kind in PictureType if kind.is_priority)
_NEWEST = (ClientScreenshot.id.desc(),)  # also when the clock was set back


def list_pictures(session: Session, client_uuid: str, *, limit: int = 20) -> list[ClientScreenshot]:
    """Return the kept pictures of a player, newest first."""
    query = select(ClientScreenshot).where(ClientScreenshot.client_uuid == client_uuid)
    return list(session.scalars(query.order_by(*_NEWEST).limit(limit)))


def find_latest_picture(session: Session, client_uuid: str) -> ClientScreenshot | None:
    """Return the newest picture of a player, or None."""
    return next(iter(list_pictures(session, client_uuid, limit=1)), None)


def find_priority_picture(session: Session, client_uuid: str) -> ClientScreenshot | None:
    """Return the newest priority picture of a player, or None."""
    query = select(ClientScreenshot).where(
        ClientScreenshot.client_uuid == client_uuid, ClientScreenshot.type.in_(_PRIORITY_TYPES)
    )
    return session.scalars(query.order_by(*_NEWEST).limit(1)).first()


def find_picture(session: Session, client_uuid: str, picture_id: int) -> ClientScreenshot | None:
    """Return one kept picture if it is that player's, or None."""
    row = session.get(ClientScreenshot, picture_id)
    return row if row and row.client_uuid == client_uuid else None


def list_logs(
    session: Session,
    client_uuid: str,
    *,
    since: datetime,
    levels: Collection[LogLevel] = tuple(LogLevel),
    limit: int = 100,
) -> list[ClientLog]:
    """Return a player's log lines since then, newest first."""
    query = select(ClientLog).where(
        ClientLog.client_uuid == client_uuid,
        ClientLog.level.in_(list(levels)),
        ClientLog.ordered_at > since,
    )
    return list(
        session.scalars(
            query.order_by(ClientLog.ordered_at.desc(), ClientLog.id.desc()).limit(limit)
        )
    )


def count_logs(
    session: Session,
    client_uuid: str,
    *,
    since: datetime,
    step: timedelta,
    levels: Collection[LogLevel],
) -> list[LogCount]:
    """Return a player's log lines since then, counted by level and stretch of `step`.

    Stretches without a line are left out. No line is loaded.
    """
    seconds = int(step.total_seconds())
    stretch = (EpochSeconds(ClientLog.ordered_at) // seconds).label("stretch")
    query = select(stretch, ClientLog.level, func.count()).where(
        ClientLog.client_uuid == client_uuid,
        ClientLog.level.in_(list(levels)),
        ClientLog.ordered_at > since,
    )
    rows = session.execute(
        query.group_by("stretch", ClientLog.level).order_by("stretch", ClientLog.level)
    )
    return [
        LogCount(datetime.fromtimestamp(int(number) * seconds, UTC), LogLevel(level), count)
        for number, level, count in rows
    ]


def list_workers(session: Session) -> list[WorkerStatus]:
    """Return every worker that ever showed a sign of life, by name."""
    return list(session.scalars(select(WorkerStatus).order_by(WorkerStatus.name)))


def find_worker(session: Session, name: str) -> WorkerStatus | None:
    """Return a worker's last sign of life."""
    return session.get(WorkerStatus, name)
