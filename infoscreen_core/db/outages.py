"""What is the matter when the database, or the disk, refuses: an outage of ours, and which.

The tables below tell a failing machine from a wrong value. What they know is waited out, or told to
people in words; it is never the fault of what was to be stored. Whatever they do not know may be.
"""

import errno
import re
import sqlite3
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import SQLAlchemyError as SQLAlchemyError  # noqa: PLC0414 - cli takes it from here
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


class Outage(StrEnum):
    """Why nothing can be stored, or read, at the moment."""

    DISK_FULL = "disk_full"
    """No room: on the disk, in the table's space, or under a quota."""
    READ_ONLY = "read_only"
    """Readable; writing is forbidden, by the file system or the server."""
    BUSY = "busy"
    """Somebody else holds the lock, the connections, the files or the memory: over in a moment."""
    AWAY = "away"
    """Not reached, or not as we need it: no server, no file, no access, no such table."""
    HANGING = "hanging"
    """Reached, but no answer in time."""
    DAMAGED = "damaged"
    """The disk fails to read or write, or what it holds is broken."""


class HangingError(SQLAlchemyError):
    """Nobody was asked: the database is known to hang."""


SQLITE: Final[Mapping[int, Outage]] = {
    sqlite3.SQLITE_FULL: Outage.DISK_FULL,
    sqlite3.SQLITE_NOLFS: Outage.DISK_FULL,
    # A full disk has a code of its own: this one is a quota, or a limit of the file's size.
    sqlite3.SQLITE_IOERR_WRITE: Outage.DISK_FULL,
    # The index of the journal could not grow.
    sqlite3.SQLITE_IOERR_SHMSIZE: Outage.DISK_FULL,
    sqlite3.SQLITE_READONLY: Outage.READ_ONLY,
    sqlite3.SQLITE_PERM: Outage.READ_ONLY,
    sqlite3.SQLITE_BUSY: Outage.BUSY,
    sqlite3.SQLITE_LOCKED: Outage.BUSY,
    sqlite3.SQLITE_PROTOCOL: Outage.BUSY,
    sqlite3.SQLITE_INTERRUPT: Outage.BUSY,
    sqlite3.SQLITE_NOMEM: Outage.BUSY,
    sqlite3.SQLITE_IOERR_NOMEM: Outage.BUSY,
    sqlite3.SQLITE_IOERR_LOCK: Outage.BUSY,
    sqlite3.SQLITE_CANTOPEN: Outage.AWAY,
    sqlite3.SQLITE_AUTH: Outage.AWAY,
    sqlite3.SQLITE_IOERR: Outage.DAMAGED,
    sqlite3.SQLITE_CORRUPT: Outage.DAMAGED,
    sqlite3.SQLITE_NOTADB: Outage.DAMAGED,
}
"""By SQLite's extended code where it has an entry, else by its last byte, the primary code."""

MARIADB: Final[Mapping[int, Outage]] = {
    **dict.fromkeys((3, 20, 28, 1021, 1026, 1114), Outage.DISK_FULL),
    **dict.fromkeys((1036, 1142, 1143, 1207, 1290, 1792, 1836, 1874), Outage.READ_ONLY),
    # Locks and deadlocks; a row that changed meanwhile; connections, memory and files used up.
    **dict.fromkeys((1020, 1205, 1206, 1213, 1223, 1412), Outage.BUSY),
    **dict.fromkeys((1037, 1038, 1040, 1041, 1135, 1203, 1226), Outage.BUSY),
    # No server, or one that ends, or ended our connection.
    **dict.fromkeys((1047, 1053, 1077, 1079, 1080, 1152, 1159, 1160, 1161, 1184), Outage.AWAY),
    **dict.fromkeys((1317, 1927, 2002, 2003, 2005, 2006, 2013, 2055), Outage.AWAY),
    # No access, no database; tables of another version.
    **dict.fromkeys((1044, 1045, 1049, 1054, 1129, 1130, 1146, 1698), Outage.AWAY),
    **dict.fromkeys((1969, 3024), Outage.HANGING),
    **dict.fromkeys((2, 5, 1016, 1017, 1023, 1024, 1030, 1033, 1034, 1035), Outage.DAMAGED),
    **dict.fromkeys((1194, 1195, 1712, 1877, 1932), Outage.DAMAGED),
}
"""By the number that server (1000 and up, files below 100) or client (2000 and up) gives."""

SYSTEM: Final[Mapping[int, Outage]] = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), Outage.DISK_FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), Outage.READ_ONLY),
    **dict.fromkeys((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN), Outage.BUSY),
    **dict.fromkeys((errno.EBUSY, errno.ETXTBSY), Outage.BUSY),
    **dict.fromkeys((errno.EIO, errno.ESTALE, errno.ENXIO, errno.ENODEV), Outage.DAMAGED),
    errno.ETIMEDOUT: Outage.HANGING,
}
"""By the operating system's number."""

HANG_UPS: Final = frozenset({2006, 2013, 2055})
"""The server ended the connection: it went away, or could not bear what it was sent."""
_FILE_TROUBLE: Final = frozenset({1, 2, 3, 5, 6, 7, *range(1004, 1035), 1105})
"""Numbers of MariaDB whose text names the system's own."""
_ERRNO: Final = re.compile(r"(?:err(?:no|code):?|Got error) (\d+)", re.IGNORECASE)
_ENGINE: Final[Mapping[int, Outage]] = {
    **dict.fromkeys((135, 136), Outage.DISK_FULL),
    **dict.fromkeys((146, 149), Outage.BUSY),
    165: Outage.READ_ONLY,
}
"""Numbers of the storage engine, which begin where the system's end."""
_OLD_SCHEMA: Final = ("no such table", "no such column", "has no column named")
"""SQLite has no code for that."""


def outage_of(error: BaseException) -> Outage | None:
    """Return which outage of ours an error is; None when it may come from what was to be stored."""
    if isinstance(error, PoolTimeoutError):
        return Outage.BUSY
    if isinstance(error, HangingError):
        return Outage.HANGING
    if isinstance(error, OSError):
        return _of_system(error)
    if not isinstance(error, DBAPIError):
        return None
    cause = error.orig
    known = _of_sqlite(cause) if isinstance(cause, sqlite3.Error) else _of_mariadb(cause)
    if known is None and (error.connection_invalidated or isinstance(error, InterfaceError)):
        return Outage.AWAY
    return known


def may_be_the_data(error: BaseException) -> bool:
    """Whether an error may come from what was to be stored: unknown, or the server hung up."""
    kind = outage_of(error)
    if kind is not Outage.AWAY or not isinstance(error, DBAPIError):
        return kind is None
    return _number(error.orig) in HANG_UPS


def _of_system(error: OSError) -> Outage | None:
    if isinstance(error, TimeoutError):
        return Outage.HANGING
    if isinstance(error, ConnectionError):
        return Outage.AWAY
    return SYSTEM.get(error.errno or 0)


def _of_sqlite(cause: sqlite3.Error) -> Outage | None:
    code: int | None = getattr(cause, "sqlite_errorcode", None)  # errors of the module have none
    if code is None:
        return None
    if code == sqlite3.SQLITE_ERROR:
        return Outage.AWAY if any(word in str(cause) for word in _OLD_SCHEMA) else None
    return SQLITE.get(code) or SQLITE.get(code & 0xFF)


def _of_mariadb(cause: BaseException | None) -> Outage | None:
    number = _number(cause)
    if number is None:
        return None
    text = str(cause)
    if number in _FILE_TROUBLE and (found := _ERRNO.search(text)):
        system = int(found[1])
        return SYSTEM.get(system) or _ENGINE.get(system) or MARIADB.get(number)
    known = MARIADB.get(number)
    return Outage.HANGING if known is Outage.AWAY and "timed out" in text else known


def _number(cause: BaseException | None) -> int | None:
    number = cause.args[0] if cause is not None and cause.args else None
    return number if isinstance(number, int) else None
