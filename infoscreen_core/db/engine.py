"""Engine and session factory: SQLite in WAL mode, or MariaDB."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, sessionmaker

Reader = Session | Connection
"""Whoever only asks: within a transaction, or with a single question outside of any."""
ANSWER_SECONDS = 60
"""How long a program that works by itself waits for an answer of MariaDB."""
SQLITE_BUSY_SECONDS = 15
_CONNECT_SECONDS = 5
_LOCK_SECONDS = 10
"""How long a statement waits for a row that another transaction holds on MariaDB."""


def make_engine(
    url: str,
    *,
    answer_seconds: int = ANSWER_SECONDS,
    busy_seconds: int = SQLITE_BUSY_SECONDS,
    is_pooled: bool = True,
) -> Engine:
    """Return an engine for `url` (`sqlite:///…` or `mysql+pymysql://…`), not yet connected.

    MariaDB is given up after `answer_seconds` without an answer, SQLite's lock after
    `busy_seconds`. Without a pool each use connects anew.
    """
    parsed = make_url(url)
    backend = (
        "mysql" if parsed.get_backend_name() in {"mysql", "mariadb"} else parsed.get_backend_name()
    )
    pool: dict[str, Any] = {} if is_pooled else {"poolclass": NullPool}
    if backend == "sqlite":
        if parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed, connect_args={"timeout": busy_seconds}, **pool)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(parsed, **_mysql_options(answer_seconds), **pool)
    event.listen(engine, "connect", partial(_prepare_mysql, min(_LOCK_SECONDS, answer_seconds - 1)))
    return engine


def make_glance_engine(url: str, *, answer_seconds: int) -> Engine:
    """Return an engine for single questions: no transaction, nothing asked before or after them.

    Whoever asks has to go elsewhere when that fails: a connection that the server closed meanwhile
    is found out by the question, and a lock of SQLite's, which readers hardly meet, is not waited
    for.
    """
    parsed = make_url(url)
    options: dict[str, Any] = {"pool_reset_on_return": None, "skip_autocommit_rollback": True}
    if parsed.get_backend_name() == "sqlite":
        options["connect_args"] = {"timeout": 0}
    else:
        options |= {**_mysql_options(answer_seconds), "pool_pre_ping": False}
    engine = create_engine(parsed, **{**options, "isolation_level": "AUTOCOMMIT"})
    lock_seconds = min(_LOCK_SECONDS, answer_seconds - 1)
    is_file = parsed.get_backend_name() == "sqlite"
    prepare = _prepare_sqlite if is_file else partial(_prepare_mysql, lock_seconds)
    event.listen(engine, "connect", prepare)
    return engine


def _mysql_options(answer_seconds: int) -> dict[str, Any]:
    return {
        "pool_pre_ping": True,
        "pool_recycle": 1800,
        "isolation_level": "READ COMMITTED",
        "connect_args": {
            "connect_timeout": min(_CONNECT_SECONDS, answer_seconds),
            "read_timeout": answer_seconds,
            "write_timeout": answer_seconds,
        },
    }


def make_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return the factory whose `.begin()` is a unit of work; objects stay readable after commit."""
    return sessionmaker(engine, expire_on_commit=False)


def tell_of_waits(
    sessions: sessionmaker[Session], begin: Callable[[], None], end: Callable[[], None]
) -> None:
    """Have `begin` called before a thread waits for the database, and `end` when it has waited.

    After a statement that fails `end` is not called before the next one that does not, or before
    the connection goes back.
    """
    engine = sessions.kw["bind"]
    for name in ("before_cursor_execute", "commit"):
        event.listen(engine, name, lambda *_told: begin())
    for name in ("after_cursor_execute", "checkin"):
        event.listen(engine, name, lambda *_told: end())


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    connection.create_function("casefold", 1, folded, deterministic=True)
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def folded(text: str | None) -> str | None:
    """Return a text folded for comparison: what SQLite is given as `casefold`."""
    return None if text is None else text.casefold()


def _begin_sqlite(connection: Any) -> None:  # noqa: ANN401 - an SQLAlchemy connection
    # IMMEDIATE takes the write lock up front: a deferred transaction that reads and then writes
    # fails at once with "database is locked" if another writer came in between, whatever the busy
    # timeout. Read-only work opts out with execution_options(sqlite_deferred=True).
    deferred = connection.get_execution_options().get("sqlite_deferred", False)
    connection.exec_driver_sql("BEGIN" if deferred else "BEGIN IMMEDIATE")


def _prepare_mysql(lock_seconds: int, connection: Any, _record: object) -> None:  # noqa: ANN401
    with connection.cursor() as cursor:
        cursor.execute(
            "SET time_zone = '+00:00', sql_mode = 'TRADITIONAL,NO_ENGINE_SUBSTITUTION', "
            f"innodb_lock_wait_timeout = {lock_seconds}"
        )


def make_read_session_factory(engine: Engine) -> sessionmaker[Session]:
    """Return a factory for sessions that only read: they never wait for SQLite's write lock."""
    return sessionmaker(engine.execution_options(sqlite_deferred=True), expire_on_commit=False)
