"""Which errors are outages of ours: the tables, and what real databases raise."""

import errno
import resource
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pymysql
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    InternalError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from infoscreen_core.db.engine import make_engine
from infoscreen_core.db.outages import (
    HANG_UPS,
    MARIADB,
    SQLITE,
    SYSTEM,
    HangingError,
    Outage,
    may_be_the_data,
    outage_of,
)
from tests.support.failing import garbage, limited

FROM_THE_DATA = {
    "SQLITE_ABORT", "SQLITE_CONSTRAINT", "SQLITE_EMPTY", "SQLITE_ERROR", "SQLITE_FORMAT",
    "SQLITE_INTERNAL", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_NOTFOUND", "SQLITE_RANGE",
    "SQLITE_SCHEMA", "SQLITE_TOOBIG",
}  # fmt: skip
"""SQLite's errors that say nothing about the machine."""


def of_sqlite(code: int, words: str = "no") -> DBAPIError:
    cause = sqlite3.OperationalError(words)
    cause.sqlite_errorcode = code
    return OperationalError("INSERT", {}, cause)


def of_mariadb(
    number: int, words: str = "no", kind: type[DBAPIError] = OperationalError
) -> DBAPIError:
    return kind("INSERT", {}, pymysql.err.OperationalError(number, words))


@pytest.mark.parametrize("code", SQLITE)
def test_sqlites_codes_are_told_apart(code: int) -> None:
    assert outage_of(of_sqlite(code)) is SQLITE[code]
    assert not may_be_the_data(of_sqlite(code))


@pytest.mark.parametrize("number", MARIADB)
def test_mariadbs_numbers_are_told_apart(number: int) -> None:
    error = of_mariadb(number)
    assert outage_of(error) is MARIADB[number]
    assert may_be_the_data(error) is (number in HANG_UPS)


@pytest.mark.parametrize("number", SYSTEM)
def test_the_systems_numbers_are_told_apart(number: int) -> None:
    error = OSError(number, "no")
    assert outage_of(error) is SYSTEM[number]
    assert not may_be_the_data(error)


def test_each_error_of_sqlite_is_judged() -> None:
    unjudged = {name for name in _PRIMARY if getattr(sqlite3, name) not in SQLITE}
    assert unjudged == FROM_THE_DATA


_PRIMARY = {
    "SQLITE_ABORT", "SQLITE_AUTH", "SQLITE_BUSY", "SQLITE_CANTOPEN", "SQLITE_CONSTRAINT",
    "SQLITE_CORRUPT", "SQLITE_EMPTY", "SQLITE_ERROR", "SQLITE_FORMAT", "SQLITE_FULL",
    "SQLITE_INTERNAL", "SQLITE_INTERRUPT", "SQLITE_IOERR", "SQLITE_LOCKED", "SQLITE_MISMATCH",
    "SQLITE_MISUSE", "SQLITE_NOLFS", "SQLITE_NOMEM", "SQLITE_NOTADB", "SQLITE_NOTFOUND",
    "SQLITE_PERM", "SQLITE_PROTOCOL", "SQLITE_RANGE", "SQLITE_READONLY", "SQLITE_SCHEMA",
    "SQLITE_TOOBIG",
}  # fmt: skip
"""The result codes of https://sqlite.org/rescode.html that are errors."""


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (of_sqlite(sqlite3.SQLITE_BUSY_SNAPSHOT), Outage.BUSY),
        (of_sqlite(sqlite3.SQLITE_READONLY_DBMOVED), Outage.READ_ONLY),
        (of_sqlite(sqlite3.SQLITE_IOERR_FSYNC), Outage.DAMAGED),
        (of_sqlite(sqlite3.SQLITE_ERROR, "no such table: clients"), Outage.AWAY),
        (of_mariadb(3, "Error writing file './ib' (Errcode: 28)", InternalError), Outage.DISK_FULL),
        (of_mariadb(1, "Can't create '/tmp/#sql' (Errcode: 30)", InternalError), Outage.READ_ONLY),
        (of_mariadb(1030, "Got error 28 from storage engine InnoDB"), Outage.DISK_FULL),
        (of_mariadb(1030, "Got error 135 from storage engine"), Outage.DISK_FULL),
        (of_mariadb(1030, "Got error 168 from storage engine"), Outage.DAMAGED),
        (of_mariadb(1016, "Can't open file: 'x' (errno: 24)"), Outage.BUSY),
        (of_mariadb(2003, "Can't connect (timed out)"), Outage.HANGING),
        (of_mariadb(2013, "Lost connection (The read operation timed out)"), Outage.HANGING),
        (of_mariadb(1146, "Table does not exist", ProgrammingError), Outage.AWAY),
        (InterfaceError("SELECT", {}, pymysql.err.InterfaceError(0, "")), Outage.AWAY),
        (OperationalError("SELECT", {}, Exception(), connection_invalidated=True), Outage.AWAY),
        (PoolTimeoutError("no connection is free"), Outage.BUSY),
        (HangingError("known already"), Outage.HANGING),
        (TimeoutError("timed out"), Outage.HANGING),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Outage.AWAY),
    ],
    ids=str,
)
def test_what_a_number_leaves_open_the_text_tells(error: Exception, kind: Outage) -> None:
    assert outage_of(error) is kind


@pytest.mark.parametrize(
    "error",
    [
        of_sqlite(sqlite3.SQLITE_CONSTRAINT_UNIQUE),
        of_sqlite(sqlite3.SQLITE_TOOBIG),
        of_sqlite(sqlite3.SQLITE_ERROR, "near SELECT: syntax error"),
        of_mariadb(1406, "Data too long", DatabaseError),
        of_mariadb(1153, "Got a packet bigger than 'max_allowed_packet' bytes"),
        OperationalError("INSERT", {}, Exception("who knows")),
        ProgrammingError("SELECT", {}, sqlite3.ProgrammingError("Cannot operate on a closed one.")),
        FileNotFoundError(errno.ENOENT, "no such file"),
        KeyError("a mistake of ours"),
    ],
    ids=str,
)
def test_whatever_is_unknown_may_come_from_the_data(error: Exception) -> None:
    assert outage_of(error) is None
    assert may_be_the_data(error)


def _fill(directory: Path) -> None:
    with create_engine(f"sqlite:///{directory / 'full.db'}").begin() as connection:
        connection.execute(text("PRAGMA max_page_count=4"))
        connection.execute(text("CREATE TABLE t (x)"))
        connection.execute(text("INSERT INTO t VALUES (zeroblob(100000))"))


def _meet_the_limit_of_size(directory: Path) -> None:
    with (
        create_engine(f"sqlite:///{directory / 'limit.db'}").begin() as connection,
        limited(resource.RLIMIT_FSIZE, 40_000),
    ):
        connection.execute(text("CREATE TABLE t (x)"))
        connection.execute(text("INSERT INTO t VALUES (zeroblob(1000000))"))
        connection.commit()


def _write_read_only(directory: Path) -> None:
    path = directory / "read.db"
    sqlite3.connect(path).execute("CREATE TABLE t (x)").connection.close()
    with create_engine(f"sqlite:///file:{path}?mode=ro&uri=true").begin() as connection:
        connection.execute(text("INSERT INTO t VALUES (1)"))


def _wait_for_the_lock(directory: Path) -> None:
    url = f"sqlite:///{directory / 'locked.db'}"
    with make_engine(url).begin() as first, make_engine(url, busy_seconds=0).connect() as second:
        first.execute(text("CREATE TABLE t (x)"))
        second.execute(text("SELECT 1"))


def _open_a_directory(directory: Path) -> None:
    create_engine(f"sqlite:///{directory}").connect()


def _open_garbage(directory: Path) -> None:
    with create_engine(f"sqlite:///{garbage(directory / 'x.db')}").connect() as connection:
        connection.execute(text("SELECT * FROM sqlite_master"))


def _write_to_a_full_device(_directory: Path) -> None:
    with Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (_fill, Outage.DISK_FULL),
        (_meet_the_limit_of_size, Outage.DISK_FULL),
        (_write_read_only, Outage.READ_ONLY),
        (_wait_for_the_lock, Outage.BUSY),
        (_open_a_directory, Outage.AWAY),
        (_open_garbage, Outage.DAMAGED),
        (_write_to_a_full_device, Outage.DISK_FULL),
    ],
)
def test_real_failures_are_known(
    fail: Callable[[Path], None], kind: Outage, tmp_path: Path
) -> None:
    with pytest.raises((SQLAlchemyError, OSError)) as caught:
        fail(tmp_path)
    assert outage_of(caught.value) is kind
