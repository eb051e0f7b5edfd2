"""Migrated databases at little cost: the history runs once per process and backend."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pymysql
from pymysql.cursors import Cursor
from sqlalchemy import make_url
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.base import Base
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import upgrade
from tests.support.servers import MariaDB

_LOCK_SECONDS = 5


def migrate(url: str) -> None:
    """Bring a database to the newest revision."""
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()


@contextmanager
def sessions_on(url: str) -> Iterator[sessionmaker[Session]]:
    """Sessions on a database that several tests share."""
    engine = make_engine(url)
    yield make_session_factory(engine)
    engine.dispose()


def migrated_file(path: Path) -> str:
    """Make a migrated SQLite database there and return its URL."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(Path(_template().name) / "template.db", path)
    return f"sqlite:///{path}"


@cache
def _template() -> "tempfile.TemporaryDirectory[str]":
    folder = tempfile.TemporaryDirectory(prefix="infoscreen-template-")
    migrate(f"sqlite:///{folder.name}/template.db")
    return folder


class Lender:
    """Lends a server's migrated databases, and empties what comes back for whoever is next.

    To create the tables of one anew takes a second; to empty the few that a test wrote to, a
    fraction of that.
    """

    def __init__(self, server: MariaDB) -> None:
        self._server = server
        self._free: list[str] = []

    @contextmanager
    def lend(self) -> Iterator[str]:
        """Let a test have an empty database, whose URL this is."""
        url = self._free.pop() if self._free else self._new()
        yield url
        if self._is_emptied(url):
            self._free.append(url)

    def _new(self) -> str:
        url = self._server.new_database()
        migrate(url)
        return url

    def _is_emptied(self, url: str) -> bool:
        """Empty a database; False if something still holds on to it, or its tables are others."""
        name = str(make_url(url).database)
        try:
            with self._server.connect() as connection, connection.cursor() as cursor:
                _cut_off(cursor, name)
                cursor.execute(f"USE {name}")
                cursor.execute(f"SET lock_wait_timeout = {_LOCK_SECONDS}, foreign_key_checks = 0")
                for table in _written(cursor, name):
                    cursor.execute(f"TRUNCATE TABLE {table}")
        except pymysql.err.MySQLError:
            return False
        return True


def _cut_off(cursor: Cursor, name: str) -> None:
    """End the connections that somebody left open to a database."""
    cursor.execute("SELECT id FROM information_schema.processlist WHERE db = %s", (name,))
    for (number,) in cursor.fetchall():
        cursor.execute(f"KILL {number}")


def _written(cursor: Cursor, name: str) -> set[str]:
    """Return the tables that hold rows or have given out ids."""
    tables = sorted(Base.metadata.tables)
    look = "SELECT '{0}' FROM dual WHERE EXISTS (SELECT 1 FROM {0})"
    cursor.execute(" UNION ALL ".join(look.format(table) for table in tables))
    filled = {table for (table,) in cursor.fetchall()}
    cursor.execute(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = %s AND auto_increment > 1",
        (name,),
    )
    return filled | {table for (table,) in cursor.fetchall()}
