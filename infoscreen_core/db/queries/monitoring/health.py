"""Players' health over time, written in bulk: repeating any of this changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Table, bindparam, select
from sqlalchemy.dialects import mysql, sqlite
from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientHealth, ClientHealthHour

_STRETCHES: Final[Table] = ClientHealth.__table__  # type: ignore[assignment]
_HOURS: Final[Table] = ClientHealthHour.__table__  # type: ignore[assignment]
_KEY: Final = ("client_uuid", "at")
_VALUES: Final = tuple(column.name for column in _STRETCHES.columns if column.name not in _KEY)


def write_stretches(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows of five minutes; what a row of that player and time held is replaced."""
    if rows:
        session.execute(_MARIADB_WRITE if _is_mariadb(session) else _SQLITE_WRITE, list(rows))


def list_stretches_at(
    session: Session, client_uuids: Collection[str], at: datetime
) -> list[Mapping[str, Any]]:
    """Return the rows of five minutes that begin at an instant, of these players."""
    query = select(_STRETCHES).where(
        _STRETCHES.c.client_uuid.in_(client_uuids), _STRETCHES.c.at == at
    )
    return [dict(row) for row in session.execute(query).mappings()]


def _is_mariadb(session: Session) -> bool:
    return session.get_bind().dialect.name in {"mysql", "mariadb"}


def _mariadb_upsert(statement: mysql.Insert) -> mysql.Insert:
    return statement.on_duplicate_key_update({name: statement.inserted[name] for name in _VALUES})


def _sqlite_upsert(statement: sqlite.Insert) -> sqlite.Insert:
    return statement.on_conflict_do_update(
        index_elements=_KEY, set_={name: statement.excluded[name] for name in _VALUES}
    )


_ROW: Final = {
    column.name: bindparam(column.name, type_=column.type) for column in _STRETCHES.columns
}
_MARIADB_WRITE: Final = _mariadb_upsert(mysql.insert(_STRETCHES).values(_ROW))
_SQLITE_WRITE: Final = _sqlite_upsert(sqlite.insert(_STRETCHES).values(_ROW))
