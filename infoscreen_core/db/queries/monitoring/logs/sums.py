"""Errors and warnings that all screens logged since an instant: whole hours as they are counted.

Only the hour that has begun by then is read from the lines themselves.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, func, literal, select, union_all
from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import Client, ClientLog, LogCount, LogHour
from infoscreen_core.db.queries.clients import IN_SERVICE
from infoscreen_core.db.queries.monitoring import statuses
from infoscreen_core.domain.monitoring.logs.lines import hour_number, hour_start
from infoscreen_core.domain.screens.player import LogLevel

_LEVELS: Final = (LogLevel.ERROR.value, LogLevel.WARN.value)
Counts = Counter[tuple[str, LogLevel]]
"""Lines by player and level."""


class Sums(NamedTuple):
    """How many lines of the levels that matter."""

    errors: int
    warnings: int


def sum_logs(session: Session, *, since: datetime) -> Sums:
    """Return how many errors and warnings the screens in service logged since then."""
    found = Counter[str]()
    hour, lines = _first_whole_hour(since), func.sum(LogHour.line_count)
    whole = select(LogHour.level, lines).where(LogHour.hour >= hour, LogHour.level.in_(_LEVELS))
    begun = select(ClientLog.level, func.count()).join(Client, Client.uuid == ClientLog.client_uuid)
    begun = begun.where(*_begun(since), IN_SERVICE)
    found.update(_counts(session, whole.group_by(LogHour.level)))
    found.update(_counts(session, begun.group_by(ClientLog.level)))
    found.subtract(_of_others(session, hour))
    return Sums(*(found[level] for level in _LEVELS))


def counts_of(session: Session, uuids: Collection[str], *, since: datetime) -> Counts:
    """Return how many lines some players logged since then, by player and level."""
    found: Counts = Counter()
    hour = _first_whole_hour(since)
    for start in range(0, len(uuids), MAX_NAMED):
        named = list(uuids)[start : start + MAX_NAMED]
        whole = select(LogCount.client_uuid, LogCount.level, func.sum(LogCount.line_count)).where(
            LogCount.client_uuid.in_(named), LogCount.hour >= hour
        )
        begun = select(ClientLog.client_uuid, ClientLog.level, func.count()).where(
            ClientLog.client_uuid.in_(named), *_begun(since, tuple(LogLevel))
        )
        for rows in (
            session.execute(whole.group_by(LogCount.client_uuid, LogCount.level)),
            session.execute(begun.group_by(ClientLog.client_uuid, ClientLog.level)),
        ):
            found.update({(uuid, LogLevel(level)): int(number) for uuid, level, number in rows})
    return found


def by_player(since: datetime) -> Subquery:
    """Return errors and warnings since then by `client_uuid`; players without any are left out."""
    whole = select(LogCount.client_uuid, LogCount.level, LogCount.line_count).where(
        LogCount.hour >= _first_whole_hour(since), LogCount.level.in_(_LEVELS)
    )
    begun = select(ClientLog.client_uuid, ClientLog.level, literal(1)).where(*_begun(since))
    parts = union_all(whole, begun).subquery()
    sums = (_sum_of(parts, level, name) for level, name in zip(_LEVELS, Sums._fields, strict=True))
    return select(parts.c.client_uuid, *sums).group_by(parts.c.client_uuid).subquery()


def _sum_of(parts: Subquery, level: str, name: str) -> ColumnElement[Any]:
    return func.sum(parts.c.line_count * (parts.c.level == level)).label(name)


def _first_whole_hour(since: datetime) -> int:
    return hour_number(since) + 1


def _begun(since: datetime, levels: Sequence[str] = _LEVELS) -> list[ColumnElement[bool]]:
    return [
        ClientLog.level.in_(levels),
        ClientLog.ordered_at > since,
        ClientLog.ordered_at < hour_start(_first_whole_hour(since)),
    ]


def _of_others(session: Session, hour: int) -> Counter[str]:
    """Return what players logged since an hour that are no screens in service: mostly few are."""
    uuids = list(session.scalars(select(Client.uuid).where(~statuses.IS_IN_SERVICE)))
    found = Counter[str]()
    for start in range(0, len(uuids), MAX_NAMED):
        found.update(_lines_of(session, uuids[start : start + MAX_NAMED], hour))
    return found


def _lines_of(session: Session, uuids: Collection[str], hour: int) -> Counter[str]:
    query = select(LogCount.level, func.sum(LogCount.line_count)).where(
        LogCount.client_uuid.in_(uuids), LogCount.hour >= hour, LogCount.level.in_(_LEVELS)
    )
    return _counts(session, query.group_by(LogCount.level))


def _counts(session: Session, query: Select[*tuple[Any, ...]]) -> Counter[str]:
    return Counter({str(level): int(number) for level, number in session.execute(query)})
