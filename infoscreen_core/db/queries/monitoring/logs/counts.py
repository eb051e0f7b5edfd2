"""Log lines counted as they are stored, and the counts read again.

Whoever stores lines holds the rows of the players that they are from, so nobody else stores lines
of these meanwhile: those that are not known yet are new, and each counts once.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, bindparam, delete, func, select, update
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from infoscreen_core.db.base import MAX_NAMED
from infoscreen_core.db.models import (
    ClientLog,
    LogCount,
    LogFamily,
    LogFamilyClient,
    LogFamilyDay,
    LogFamilyHour,
    LogHour,
)
from infoscreen_core.db.sql_time import EpochSeconds
from infoscreen_core.domain.monitoring.logs.families import LogFamily as Family
from infoscreen_core.domain.monitoring.logs.lines import HOURS_OF_DAY, hour_number

_COUNTS: Final[Table] = LogCount.__table__  # type: ignore[assignment]
_HOURS: Final[Table] = LogHour.__table__  # type: ignore[assignment]
_FAMILIES: Final[Table] = LogFamily.__table__  # type: ignore[assignment]
_FAMILY_HOURS: Final[Table] = LogFamilyHour.__table__  # type: ignore[assignment]
_FAMILY_DAYS: Final[Table] = LogFamilyDay.__table__  # type: ignore[assignment]
_FAMILY_CLIENTS: Final[Table] = LogFamilyClient.__table__  # type: ignore[assignment]
HOUR_OF_LINE: Final[ColumnElement[int]] = EpochSeconds(ClientLog.ordered_at) // 3600
"""The hour in which a stored line counts, as `domain.monitoring.logs.lines.hour_number`."""


def list_stored_digests(session: Session, digests: Collection[str]) -> set[str]:
    """Return those of the digests whose lines are stored."""
    wanted, found = list(digests), set[str]()
    for start in range(0, len(wanted), MAX_NAMED):
        part = wanted[start : start + MAX_NAMED]
        found.update(session.scalars(select(ClientLog.digest).where(ClientLog.digest.in_(part))))
    return found


def count_lines(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Add lines that were just stored to the counts of their hours, levels and players."""
    counts = Counter(
        (row["client_uuid"], hour_number(row["ordered_at"]), row["level"]) for row in rows
    )
    hours = Counter[tuple[int, str]]()
    for (_uuid, hour, level), lines in counts.items():
        hours[hour, level] += lines
    _add(
        session,
        _COUNTS,
        [
            {"client_uuid": uuid, "hour": hour, "level": level, "line_count": lines}
            for (uuid, hour, level), lines in sorted(counts.items())
        ],
    )
    _add(
        session,
        _HOURS,
        [
            {"hour": hour, "level": level, "line_count": lines}
            for (hour, level), lines in sorted(hours.items())
        ],
    )


def count_families(
    session: Session, rows: Sequence[Mapping[str, Any]], families: Mapping[int, Family]
) -> None:
    """Add lines that were just stored to the families that their `family_id` names."""
    spans: dict[int, list[datetime]] = {}
    clients: dict[tuple[int, str], list[datetime]] = {}
    for row in rows:
        spans.setdefault(row["family_id"], []).append(row["ordered_at"])
        clients.setdefault((row["family_id"], row["client_uuid"]), []).append(row["ordered_at"])
    _widen(session, _FAMILIES, [_family(families[key], spans[key]) for key in sorted(spans)])
    hours = Counter((row["family_id"], hour_number(row["ordered_at"])) for row in rows)
    _add(
        session,
        _FAMILY_HOURS,
        [
            {"family_id": key, "hour": hour, "line_count": lines}
            for (key, hour), lines in sorted(hours.items())
        ],
    )
    _add(
        session,
        _FAMILY_DAYS,
        [
            {"family_id": key, "day": day, "line_count": lines}
            for (key, day), lines in sorted(_by_day(hours).items())
        ],
    )
    _widen(
        session,
        _FAMILY_CLIENTS,
        [
            {"family_id": key, "client_uuid": uuid, "first_at": min(times), "last_at": max(times)}
            for (key, uuid), times in sorted(clients.items())
        ],
    )


def forget_clients(session: Session, client_uuids: Collection[str]) -> None:
    """Take players' lines out of the counts of all together; call it before they are removed."""
    counted = (
        select(func.sum(LogCount.line_count))
        .where(
            LogCount.client_uuid.in_(client_uuids),
            LogCount.hour == LogHour.hour,
            LogCount.level == LogHour.level,
        )
        .scalar_subquery()
    )
    hours = select(LogCount.hour).where(LogCount.client_uuid.in_(client_uuids)).distinct()
    session.execute(
        update(LogHour)
        .where(LogHour.hour.in_(hours))
        .values(line_count=LogHour.line_count - func.coalesce(counted, 0))
        .execution_options(synchronize_session=False)
    )
    _forget_in_families(session, client_uuids)


def _forget_in_families(session: Session, client_uuids: Collection[str]) -> None:
    query = select(ClientLog.family_id, HOUR_OF_LINE.label("hour"), func.count()).where(
        ClientLog.client_uuid.in_(client_uuids), ClientLog.family_id.is_not(None)
    )
    rows = session.execute(query.group_by(ClientLog.family_id, "hour")).all()
    hours = Counter({(int(key or 0), hour): lines for key, hour, lines in rows})
    for table, of, counts in (
        (_FAMILY_HOURS, _FAMILY_HOURS.c.hour, hours),
        (_FAMILY_DAYS, _FAMILY_DAYS.c.day, _by_day(hours)),
    ):
        for (key, number), lines in sorted(counts.items()):
            session.execute(
                update(table)
                .where(table.c.family_id == key, of == number)
                .values(line_count=table.c.line_count - lines)
            )


def _by_day(hours: Mapping[tuple[int, int], int]) -> Counter[tuple[int, int]]:
    days = Counter[tuple[int, int]]()
    for (key, hour), lines in hours.items():
        days[key, hour // HOURS_OF_DAY] += lines
    return days


def delete_counts_before(session: Session, moment: datetime, *, limit: int) -> int:
    """Delete the oldest counts of hours before `moment`, at most `limit`; return how many."""
    hour = hour_number(moment)
    session.execute(delete(LogHour).where(LogHour.hour < hour))
    query = select(LogCount.client_uuid, LogCount.hour, LogCount.level).where(LogCount.hour < hour)
    rows = session.execute(query.order_by(LogCount.hour).limit(limit)).all()
    if rows:
        session.connection().execute(
            delete(_COUNTS).where(
                _COUNTS.c.client_uuid == bindparam("uuid"),
                _COUNTS.c.hour == bindparam("at"),
                _COUNTS.c.level == bindparam("of"),
            ),
            [{"uuid": uuid, "at": at, "of": level} for uuid, at, level in rows],
        )
    return len(rows)


def delete_families_before(session: Session, moment: datetime, *, limit: int) -> int:
    """Delete families whose last line was before `moment`, at most `limit`; return how many.

    With them goes what is counted of them; of the others, hours before `moment`.
    """
    hour = hour_number(moment)
    session.execute(delete(LogFamilyHour).where(LogFamilyHour.hour < hour))
    session.execute(delete(LogFamilyDay).where(LogFamilyDay.day < hour // HOURS_OF_DAY))
    query = select(LogFamily.id).where(LogFamily.last_at < moment).order_by(LogFamily.last_at)
    ids = session.scalars(query.limit(limit)).all()
    if ids:
        session.execute(delete(LogFamily).where(LogFamily.id.in_(ids)))
    return len(ids)


def _family(family: Family, times: Collection[datetime]) -> dict[str, Any]:
    return {
        "id": family.id,
        "level": family.level.value,
        "shape": family.shape,
        "first_at": min(times),
        "last_at": max(times),
    }


def _add(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to counts; those that are not there yet begin."""
    if not rows:
        return
    if _is_mariadb(session):
        upsert = mysql.insert(table)
        statement: Any = upsert.on_duplicate_key_update(
            line_count=table.c.line_count + upsert.inserted.line_count
        )
    else:
        insertion = sqlite.insert(table)
        statement = insertion.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={"line_count": table.c.line_count + insertion.excluded.line_count},
        )
    session.execute(statement, list(rows))


def _widen(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Let spans hold these as well; those that are not there yet begin."""
    if not rows:
        return
    if _is_mariadb(session):
        upsert = mysql.insert(table)
        statement: Any = upsert.on_duplicate_key_update(
            first_at=func.least(table.c.first_at, upsert.inserted.first_at),
            last_at=func.greatest(table.c.last_at, upsert.inserted.last_at),
        )
    else:
        insertion = sqlite.insert(table)
        statement = insertion.on_conflict_do_update(
            index_elements=list(table.primary_key),
            set_={
                "first_at": func.min(table.c.first_at, insertion.excluded.first_at),
                "last_at": func.max(table.c.last_at, insertion.excluded.last_at),
            },
        )
    session.execute(statement, list(rows))


def _is_mariadb(session: Session) -> bool:
    return session.get_bind().dialect.name in {"mysql", "mariadb"}
