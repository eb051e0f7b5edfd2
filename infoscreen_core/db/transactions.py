"""One transaction, tried again when it collided with somebody else's.

Two transactions may wait for each other's rows; then the database ends one of them (a deadlock).
Or both read that something is not there yet, and both write it: the second meets a key that is
taken, or a row that is gone. Whoever lost such a race did nothing wrong. Run again from its
beginning, the same work sees what the other one did, and succeeds or is refused with a sentence
about what is there now.

A refusal that was noted (`NotedError`) is committed before it is raised.

So a change is a function, not a `with` block, which could not run again. It may do nothing but read
and write with its session: whatever else it did would be done once for each try.
"""

import random
import time
from collections.abc import Callable
from itertools import count
from typing import Final, TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from infoscreen_core.db.append_only import refusal_of
from infoscreen_core.errors import BusyError, NotedError

T = TypeVar("T")

TRIES: Final = 10
"""Of work that lost a deadlock or waited for a lock in vain."""
CONSTRAINT_TRIES: Final = 3
"""Of work that met a key or a row of somebody else; more would only hide an error of ours."""
PATIENCE_SECONDS: Final = 12.0
"""No try begins later than this after the first."""
PAUSE_SECONDS: Final = 0.02, 0.5
"""The longest pause after the first try, and after the last; each is drawn at random below it."""

_GAVE_WAY: Final = {
    1020,  # the row changed since it was read
    1205,  # another transaction held the row for too long
    1213,  # a deadlock, and this one was chosen to give way
    1305,  # the same within a savepoint, which went with the whole transaction
}
_CONSTRAINTS: Final = {
    1062,  # the key is taken
    1451,  # something still points to the row
    1452,  # what the row points to is gone
}
_SQLITE_GAVE_WAY: Final = {"SQLITE_BUSY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED"}
_SQLITE_CONSTRAINTS: Final = {
    "SQLITE_CONSTRAINT_FOREIGNKEY",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "SQLITE_CONSTRAINT_UNIQUE",
}


def in_transaction(sessions: sessionmaker[Session], work: Callable[[Session], T]) -> T:
    """Do the work in one transaction and return its result; do it anew after a collision.

    Raises `BusyError` when it collided in every try, and `NotAllowedError` for a change to the
    audit trail; then nothing is stored.
    """
    begun = time.monotonic()
    for number in count(1):
        try:
            with sessions.begin() as session:
                outcome = _outcome(session, work)
        except SQLAlchemyError as error:
            if isinstance(error, DBAPIError) and (refusal := refusal_of(error)):
                raise refusal from error
            tries = _tries_after(error)
            if not tries:
                raise
            if number >= tries or time.monotonic() - begun > PATIENCE_SECONDS:
                raise BusyError(
                    "Others are changing the same thing at this moment, and nothing of yours was "
                    "stored. Try again."
                ) from error
        else:
            if isinstance(outcome, NotedError):
                raise outcome
            return outcome
        time.sleep(_pause(number))
    raise AssertionError  # pragma: no cover - the numbers do not end


def _outcome(session: Session, work: Callable[[Session], T]) -> T | NotedError:
    try:
        return work(session)
    except NotedError as refusal:
        return refusal


def is_collision(error: Exception) -> bool:
    """Whether the work was ended by somebody else's, and may succeed if it is done again."""
    return _tries_after(error) > 0


def _tries_after(error: Exception) -> int:
    if isinstance(error, StaleDataError | ObjectDeletedError):
        return CONSTRAINT_TRIES
    if not isinstance(error, DBAPIError):
        return 0
    code, name = _code_of(error)
    if code in _GAVE_WAY or name in _SQLITE_GAVE_WAY:
        return TRIES
    is_constraint = code in _CONSTRAINTS or name in _SQLITE_CONSTRAINTS
    return CONSTRAINT_TRIES if is_constraint and isinstance(error, IntegrityError) else 0


def _code_of(error: DBAPIError) -> tuple[object, str]:
    """Return MariaDB's number of the error and SQLite's name for it; one of them says nothing."""
    original = error.orig
    code = original.args[0] if original is not None and original.args else None
    return code, getattr(original, "sqlite_errorname", "")


def _pause(number: int) -> float:
    first, longest = PAUSE_SECONDS
    return random.uniform(0, min(first * 2 ** (number - 1), longest))  # noqa: S311 - no secret
