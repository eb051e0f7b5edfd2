"""Tables to which rows are added and of which none is ever changed or deleted: by triggers.

They bind every account that is not allowed to drop them, and our own programs. What an
administrator of the server can do all the same, the seals show (`domain.people.audit_seals`).
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InternalError, OperationalError

from infoscreen_core.errors import InvalidInputError, NotAllowedError

TABLES: Final[dict[str, str]] = {"audit_log": "id", "audit_seals": "number"}
"""Each with its key."""
REFUSAL: Final = "the audit trail is append-only"
"""What the triggers say."""
_SIGNAL: Final = 1644
_NO_SUPER: Final = 1419
"""A binary log, and neither SUPER nor `log_bin_trust_function_creators`."""
_NO_TRIGGER_RIGHT: Final = 1142


def protect(connection: Connection) -> bool:
    """Create the triggers that are missing; return False if this account may not.

    On MariaDB that takes the right TRIGGER and, where the server keeps a binary log, SUPER or the
    server's variable `log_bin_trust_function_creators`.
    """
    there = _list_triggers(connection)
    try:
        for name, statement in _statements(connection.dialect.name):
            if name not in there:
                connection.execute(text(statement))
    except OperationalError as error:
        if _number(error) not in {_NO_SUPER, _NO_TRIGGER_RIGHT}:
            raise
        return False
    return True


def unprotect(connection: Connection) -> None:
    """Drop the triggers, for a migration that has to change such a table."""
    for name in _list_triggers(connection):
        connection.execute(text(f"DROP TRIGGER {name}"))


def is_protected(connection: Connection) -> bool:
    """Whether every trigger is there."""
    wanted = {name for name, _ in _statements(connection.dialect.name)}
    return wanted <= _list_triggers(connection)


def require_protection(connection: Connection) -> None:
    """Create the triggers that are missing; raise `InvalidInputError` if this account may not."""
    if not protect(connection):
        raise InvalidInputError(
            "The server does not let this account create triggers. Let its administrator grant the "
            "right TRIGGER and, since there is a binary log, SET GLOBAL "
            "log_bin_trust_function_creators = 1; then try again."
        )


def refusal_of(error: DBAPIError) -> NotAllowedError | None:
    """Return the sentence for a change that the triggers refused; None for any other error."""
    is_ours = isinstance(error, IntegrityError | OperationalError | InternalError)
    if not is_ours or REFUSAL not in str(error.orig):
        return None
    return NotAllowedError(
        "The audit trail is only ever added to: no entry of it can be changed or deleted."
    )


def _list_triggers(connection: Connection) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.dialect.name == "sqlite"
        else "SELECT trigger_name FROM information_schema.triggers"
        " WHERE trigger_schema = DATABASE()"
    )
    ours = {name for name, _ in _statements(connection.dialect.name)}
    return {str(name) for name in connection.scalars(text(query))} & ours


def _statements(dialect: str) -> Iterator[tuple[str, str]]:
    """Return each trigger's name, and the statement that creates it."""
    for table, key in TABLES.items():
        for action in ("update", "delete"):
            name = f"tr_{table}_{action}"
            yield name, f"CREATE TRIGGER {name} BEFORE {action} ON {table} {_refusing(dialect)}"
        if dialect == "sqlite":  # its INSERT OR REPLACE deletes without asking a trigger
            name = f"tr_{table}_replace"
            taken = f"EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key})"  # noqa: S608 - constants
            yield (
                name,
                f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {taken} {_refusing(dialect)}",
            )


def _refusing(dialect: str) -> str:
    if dialect == "sqlite":
        return f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
    return f"FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '{REFUSAL}'"


def _number(error: DBAPIError) -> object:
    return error.orig.args[0] if error.orig is not None and error.orig.args else None
