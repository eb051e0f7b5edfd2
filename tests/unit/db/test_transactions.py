"""Work that lost a race is done again, a bounded number of times, and only then."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from sqlalchemy import select
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from infoscreen_core.db import transactions
from infoscreen_core.db.models import ChangeCounter
from infoscreen_core.db.transactions import CONSTRAINT_TRIES, TRIES, in_transaction, is_collision
from infoscreen_core.errors import BusyError, ConflictError

Sessions = sessionmaker[Session]


def from_mariadb(kind: type[Any], code: int) -> SQLAlchemyError:
    original = pymysql.err.OperationalError(code, "…")
    error = kind("UPDATE …", {}, original)
    assert isinstance(error, SQLAlchemyError)
    return error


def from_sqlite(kind: type[Any], name: str) -> SQLAlchemyError:
    original = sqlite3.OperationalError("…")
    original.sqlite_errorname = name
    error = kind("UPDATE …", {}, original)
    assert isinstance(error, SQLAlchemyError)
    return error


@pytest.fixture(autouse=True)
def _without_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transactions, "PAUSE_SECONDS", (0.0, 0.0))


def failing(error: Exception, times: int) -> Callable[[Session], int]:
    """Work that adds a counter, fails so many times, and tells in which try it succeeded."""
    tries = 0

    def work(session: Session) -> int:
        nonlocal tries
        tries += 1
        session.add(ChangeCounter(subject=f"try-{tries}"))
        session.flush()
        if tries <= times:
            raise error
        return tries

    return work


def stored(sessions: Sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(ChangeCounter.subject)))


COLLISIONS = [
    (from_mariadb(OperationalError, 1213), TRIES),
    (from_mariadb(OperationalError, 1205), TRIES),
    (from_mariadb(OperationalError, 1305), TRIES),
    (from_mariadb(OperationalError, 1020), TRIES),
    (from_sqlite(OperationalError, "SQLITE_BUSY"), TRIES),
    (from_mariadb(IntegrityError, 1062), CONSTRAINT_TRIES),
    (from_mariadb(IntegrityError, 1452), CONSTRAINT_TRIES),
    (from_sqlite(IntegrityError, "SQLITE_CONSTRAINT_UNIQUE"), CONSTRAINT_TRIES),
    (StaleDataError("…"), CONSTRAINT_TRIES),
]
OTHERS = [
    from_mariadb(OperationalError, 2013),
    from_mariadb(IntegrityError, 1048),
    from_mariadb(DataError, 1406),
    from_sqlite(IntegrityError, "SQLITE_CONSTRAINT_NOTNULL"),
    ConflictError("No."),
    ZeroDivisionError(),
]


@pytest.mark.parametrize(("error", "tries"), COLLISIONS)
def test_work_that_collided_is_done_again_and_leaves_what_its_last_try_did(
    sqlite_sessions: Sessions, error: Exception, tries: int
) -> None:
    assert is_collision(error)
    assert in_transaction(sqlite_sessions, failing(error, tries - 1)) == tries
    assert stored(sqlite_sessions) == [f"try-{tries}"]


@pytest.mark.parametrize(("error", "tries"), COLLISIONS)
def test_work_that_always_collides_ends_in_a_sentence_and_stores_nothing(
    sqlite_sessions: Sessions, error: Exception, tries: int
) -> None:
    with pytest.raises(BusyError, match="Try again") as caught:
        in_transaction(sqlite_sessions, failing(error, tries))
    assert caught.value.__cause__ is error
    assert stored(sqlite_sessions) == []


@pytest.mark.parametrize("error", OTHERS)
def test_any_other_error_ends_it_at_once(sqlite_sessions: Sessions, error: Exception) -> None:
    assert not is_collision(error)
    with pytest.raises(type(error)):
        in_transaction(sqlite_sessions, failing(error, 1))
    assert stored(sqlite_sessions) == []


def test_whoever_has_waited_for_long_is_not_kept_waiting(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions, "PATIENCE_SECONDS", -1.0)
    with pytest.raises(BusyError):
        in_transaction(sqlite_sessions, failing(from_mariadb(OperationalError, 1205), 1))
