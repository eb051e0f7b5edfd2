"""Players' health over time, written in bulk: repeating any of this changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Select,
    Table,
    TextClause,
    bindparam,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Client, ClientHealth, ClientHealthHour
from infoscreen_core.db.queries.monitoring.telemetry import JsonText, database_time, list_known
from infoscreen_core.db.sql_time import EpochSeconds
from infoscreen_core.domain.monitoring.health import HOUR, STRETCH, Metric, hour_of
from infoscreen_core.domain.monitoring.spans import Span

_STRETCHES: Final[Table] = ClientHealth.__table__  # type: ignore[assignment]
_TABLES: Final[dict[timedelta, Table]] = {
    STRETCH: _STRETCHES,
    HOUR: ClientHealthHour.__table__,  # type: ignore[dict-item]
}
"""The tables by the length of their stretches."""
_HOUR_SECONDS: Final = int(HOUR.total_seconds())
_KEY: Final = ("client_uuid", "at")
_FIGURES: Final = tuple(column.name for column in _STRETCHES.columns if column.name not in _KEY)


def write_stretches(
    session: Session, rows: Sequence[Mapping[str, Any]], *, length: timedelta
) -> None:
    """Write rows of five minutes, or hours; what a row of that player and time held is replaced.

    Those of players that do not exist (any more) are passed over.
    """
    _write(session, length, rows)


def list_stretches_at(
    session: Session, client_uuids: Collection[str], at: datetime
) -> list[Mapping[str, Any]]:
    """Return the rows of five minutes that begin at an instant, of these players."""
    query = select(_STRETCHES).where(
        _STRETCHES.c.client_uuid.in_(client_uuids), _STRETCHES.c.at == at
    )
    return [dict(row) for row in session.execute(query).mappings()]


def list_rows(
    session: Session, client_uuid: str, length: timedelta, *, since: datetime, until: datetime
) -> list[Mapping[str, Any]]:
    """Return a player's stretches of five minutes, or hours, that began in a window, in order."""
    table = _TABLES[length]
    query = select(table).where(
        table.c.client_uuid == client_uuid, table.c.at >= since, table.c.at < until
    )
    return [dict(row) for row in session.execute(query.order_by(table.c.at)).mappings()]


def sum_reconnects(
    session: Session, client_uuids: Collection[str], *, since: datetime
) -> dict[str, int]:
    """Return how often these players reconnected in the stretches that began since then."""
    if not client_uuids:
        return {}
    table = _STRETCHES.c
    query = select(table.client_uuid, func.sum(table.reconnects)).where(
        table.client_uuid.in_(client_uuids), table.at >= since
    )
    return {uuid: int(count) for uuid, count in session.execute(query.group_by(table.client_uuid))}


def list_clients(session: Session, *, after: str, limit: int) -> list[str]:
    """Return the UUIDs of players that follow one in their order."""
    query = select(Client.uuid).where(Client.uuid > after).order_by(Client.uuid).limit(limit)
    return list(session.scalars(query))


def find_oldest(session: Session) -> datetime | None:
    """Return when the oldest stretch of five minutes began, or None."""
    oldest = select(func.min(_STRETCHES.c.at)).where(_STRETCHES.c.client_uuid == Client.uuid)
    of_each = select(oldest.scalar_subquery().label("at")).subquery()
    found: datetime | None = session.scalar(select(func.min(of_each.c.at)))
    return found


def list_oldest(
    session: Session, length: timedelta, *, after: str, limit: int
) -> list[tuple[str, datetime | None]]:
    """Return when the oldest stretch of players began, of those that follow one in their order."""
    table = _TABLES[length]
    oldest = select(func.min(table.c.at)).where(table.c.client_uuid == Client.uuid)
    query = select(Client.uuid, oldest.scalar_subquery()).where(Client.uuid > after)
    found = session.execute(query.order_by(Client.uuid).limit(limit))
    return [(uuid, at) for uuid, at in found]


def delete_before(session: Session, client_uuid: str, length: timedelta, before: datetime) -> int:
    """Delete a player's stretches that began before then; return how many."""
    table = _TABLES[length]
    found = session.execute(
        delete(table).where(table.c.client_uuid == client_uuid, table.c.at < before)
    )
    return int(found.rowcount)  # type: ignore[attr-defined]


def roll_up(session: Session, client_uuids: Collection[str], window: Span) -> int:
    """Make the hours of these players in a window from their stretches, anew; return how many.

    `domain.monitoring.health.fold` does the same in Python.
    """
    found = session.execute(_hours_of(client_uuids, window)).mappings()
    rows = [dict(row) | {"at": hour_of(int(row["at"]))} for row in found]
    _write(session, HOUR, rows)
    return len(rows)


def _hours_of(client_uuids: Collection[str], window: Span) -> Select[Any]:
    stretches = _STRETCHES.c
    hour = EpochSeconds(stretches.at) // _HOUR_SECONDS
    figures = [column for metric in Metric for column in _summary(metric)]
    return (
        select(
            stretches.client_uuid,
            hour.label("at"),
            *figures,
            func.sum(stretches.reconnects).label("reconnects"),
        )
        .where(
            stretches.client_uuid.in_(client_uuids),
            stretches.at >= window.start,
            stretches.at < window.end,
        )
        .group_by(stretches.client_uuid, hour)
    )


def _summary(metric: Metric) -> list[ColumnElement[Any]]:
    low, mean, high, count = (
        _STRETCHES.c[f"{metric}_{part}"] for part in ("min", "mean", "max", "count")
    )
    return [
        func.min(low).label(low.name),
        (func.sum(mean * count) / func.nullif(func.sum(count), 0)).label(mean.name),
        func.max(high).label(high.name),
        func.sum(count).label(count.name),
    ]


def _write(session: Session, length: timedelta, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows and _is_mariadb(session):
        values = orjson.dumps([_json_values(row) for row in rows], default=_whole)
        session.execute(_MARIADB_WRITES[length], {"rows": JsonText(values.decode())})
    elif rows:
        known = list_known(session, {row["client_uuid"] for row in rows})
        session.execute(
            _SQLITE_WRITES[length], [row for row in rows if row["client_uuid"] in known]
        )


def _json_values(row: Mapping[str, Any]) -> list[object]:
    return [row["client_uuid"], database_time(row["at"]), *map(row.get, _FIGURES)]


def _whole(value: object) -> int:
    """Return a sum of whole numbers, which are decimals to MariaDB, as a whole number."""
    if isinstance(value, Decimal) and value == int(value):
        return int(value)
    raise TypeError


def _is_mariadb(session: Session) -> bool:
    return session.get_bind().dialect.name in {"mysql", "mariadb"}


def _values(table: Table) -> dict[str, BindParameter[Any]]:
    return {column.name: bindparam(column.name, type_=column.type) for column in table.columns}


def _on_mariadb(table: Table) -> TextClause:
    # All rows as JSON: the driver would look at each value, which took longer than to store them.
    names = ", ".join((*_KEY, *_FIGURES))
    kinds = ["BIGINT" if name.endswith(("count", "reconnects")) else "DOUBLE" for name in _FIGURES]
    columns = ", ".join(
        f"{name} {kind} PATH '$[{place}]'"
        for place, (name, kind) in enumerate(zip(_FIGURES, kinds, strict=True), len(_KEY))
    )
    values = ", ".join(f"j.{name}" for name in (*_KEY, *_FIGURES))
    changes = ", ".join(f"{name} = VALUES({name})" for name in _FIGURES)
    return text(
        f"""
        INSERT INTO {table.name} ({names})
        SELECT {values} FROM JSON_TABLE(:rows, '$[*]' COLUMNS (
            client_uuid VARCHAR(36) PATH '$[0]', at DATETIME(6) PATH '$[1]', {columns}
        )) AS j
        STRAIGHT_JOIN clients AS c
            ON c.uuid = CONVERT(j.client_uuid USING utf8mb4) COLLATE utf8mb4_unicode_ci
        ON DUPLICATE KEY UPDATE {changes}
        """  # noqa: S608 - our own names
    )


def _on_sqlite(table: Table) -> sqlite.Insert:
    insert = sqlite.insert(table).values(_values(table))
    return insert.on_conflict_do_update(
        index_elements=_KEY, set_={name: insert.excluded[name] for name in _FIGURES}
    )


_MARIADB_WRITES: Final = {length: _on_mariadb(table) for length, table in _TABLES.items()}
_SQLITE_WRITES: Final = {length: _on_sqlite(table) for length, table in _TABLES.items()}
