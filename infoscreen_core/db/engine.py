"""Engine and session factory: SQLite in WAL mode, or MariaDB."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

SQLITE_BUSY_SECONDS = 15
MARIADB_LOCK_SECONDS = 10
"""How long a statement waits for a row that another transaction holds."""
_ENGINE_OPTIONS: dict[str, dict[str, Any]] = {
    "sqlite": {"connect_args": {"timeout": SQLITE_BUSY_SECONDS}},
    "mysql": {
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "isolation_level": "READ COMMITTED",
        "connect_args": {"connect_timeout": 5, "read_timeout": 60, "write_timeout": 60},
    },
}


def make_engine(url: str) -> Engine:
    """Return an engine for `url` (`sqlite:///…` or `mysql+pymysql://…`), not yet connected."""
    parsed = make_url(url)
    backend = (
        "mysql" if parsed.get_backend_name() in {"mysql", "mariadb"} else parsed.get_backend_name()
    )
    if backend == "sqlite" and parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, **_ENGINE_OPTIONS[backend])
    listener = _prepare_sqlite if backend == "sqlite" else _prepare_mysql
    event.listen(engine, "connect", listener)
    if backend == "sqlite":
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def make_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return the factory whose `.begin()` is a unit of work; objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - an SQLAlchemy connection
    # IMMEDIATE takes the write lock up front: a deferred transaction that reads and then writes
    # fails at once with "database is locked" if another writer came in between, whatever the busy
    # timeout. Read-only work opts out with execution_options(sqlite_deferred=True).
    deferred = connection.get_execution_options().get("sqlite_deferred", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def _prepare_mysql(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    with connection.cursor() as cursor:
        cursor.execute(
            "SET time_zone = '+00:00', sql_mode = 'TRADITIONAL,NO_ENGINE_SUBSTITUTION', "
            f"innodb_lock_wait_timeout = {MARIADB_LOCK_SECONDS}"
        )


def make_read_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return a factory for sessions that only read: they never wait for SQLite's write lock."""
    return sessionmaker(engine.execution_options(sqlite_deferred=True), expire_on_commit=False)
