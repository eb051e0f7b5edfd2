"""Whoever tries names that nobody has stands in the audit trail: in numbers, without the names."""

import json
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.engine import make_read_session_factory
from infoscreen_core.db.models import AuditEntry
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import unknown_names
from infoscreen_core.services.people.sign_in import Refused, SignedIn, sign_in
from infoscreen_core.services.people.unknown_names import MOST_ADDRESSES, QUARTER, settled_until
from infoscreen_core.settings import Settings
from tests.support.people import NOW, add_user
from workers.runtime import Database, Worker
from workers.scheduler.strangers import StrangersNote

pytestmark = pytest.mark.slow

Sessions = sessionmaker[Session]
PASSWORD = "vier rote Fahrräder"
WRONG = "x" * 2000
"""Too long to be hashed, so that a test with many failures is quick."""
HOUSE, AWAY = "198.51.100.1", "2001:db8:1:2::7"
MINUTE = timedelta(minutes=1)
BEGIN = settled_until(NOW + QUARTER)
"""Of a quarter of an hour."""


@pytest.fixture
def people(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        add_user(session, "Änne", PASSWORD, Role.EDITOR)
        add_user(session, "bert", PASSWORD, Role.EDITOR)
    return sessions


def _try(
    sessions: Sessions, name: str, *, ip: str = HOUSE, at: datetime = BEGIN, password: str = WRONG
) -> SignedIn | Refused:
    with sessions.begin() as session:
        return sign_in(session, name, password, ip=ip, user_agent=None, now=at)


def _note(sessions: Sessions, now: datetime) -> int:
    with sessions.begin() as session:
        return unknown_names.note(session, now=now)


def _entries(sessions: Sessions) -> list[AuditEntry]:
    query = select(AuditEntry).where(AuditEntry.action == "address.names_guessed")
    with sessions() as session:
        return list(session.scalars(query.order_by(AuditEntry.id)))


def test_an_entry_for_each_address_and_quarter_without_the_names(people: Sessions) -> None:
    for name in ("root", "root", "Admin", "Sommer2026!"):
        _try(people, name)
    _try(people, "oracle", ip=AWAY, at=BEGIN + MINUTE)
    _try(people, "oracle", at=BEGIN + QUARTER)
    assert _note(people, BEGIN + 2 * QUARTER + MINUTE) == 3
    first, second, third = _entries(people)
    assert (first.entity, first.entity_id, first.source) == ("address", HOUSE, HOUSE)
    assert (first.actor_id, first.actor_name) == (None, "system")
    assert first.after == {
        "start": f"{BEGIN:%Y-%m-%dT%H:%M:%SZ}",
        "end": f"{BEGIN + QUARTER:%Y-%m-%dT%H:%M:%SZ}",
        "failed_login_attempts": 4,
        "unknown_names": 3,
        "addresses": 1,
    }
    assert second.entity_id == "2001:db8:1:2::/64"
    assert (third.entity_id, third.after and third.after["failed_login_attempts"]) == (HOUSE, 1)
    told = json.dumps([[one.entity_id, one.before, one.after] for one in (first, second, third)])
    assert not any(name in told.lower() for name in ("root", "admin", "sommer2026", "oracle"))


def test_names_that_somebody_has_are_not_among_them(people: Sessions) -> None:
    for name in ("bert", "BERT", "Änne"):
        _try(people, name)
    assert isinstance(_try(people, "bert", password=PASSWORD), SignedIn)
    assert _note(people, BEGIN + QUARTER + MINUTE) == 0
    _try(people, "somebody", at=BEGIN + QUARTER)
    _try(people, "bert", at=BEGIN + QUARTER)
    assert _note(people, BEGIN + 2 * QUARTER + MINUTE) == 1
    [entry] = _entries(people)
    assert entry.after
    assert entry.after["failed_login_attempts"] == 1


def test_each_quarter_is_told_once_when_it_is_over(people: Sessions) -> None:
    _try(people, "root")
    assert _note(people, BEGIN + QUARTER - MINUTE) == 0
    assert _note(people, BEGIN + QUARTER + MINUTE / 2) == 0, "a try may still be on its way"
    assert _note(people, BEGIN + QUARTER + MINUTE) == 1
    assert _note(people, BEGIN + QUARTER + 2 * MINUTE) == 0
    _try(people, "root", at=BEGIN + 3 * QUARTER)
    assert _note(people, BEGIN + 9 * QUARTER) == 1, "nothing ran meanwhile"
    assert _note(people, BEGIN + 9 * QUARTER) == 0
    assert len(_entries(people)) == 2


def test_a_clock_that_was_ahead_hides_nothing(people: Sessions) -> None:
    ahead = BEGIN + timedelta(days=300)
    _try(people, "root", at=ahead)
    assert _note(people, ahead + 2 * QUARTER) == 1
    _try(people, "root", at=BEGIN)
    assert _note(people, BEGIN + 2 * QUARTER) == 1


def test_however_many_addresses_guess_the_entries_are_few(people: Sessions) -> None:
    for number in range(MOST_ADDRESSES + 7):
        _try(people, f"root {number}", ip=f"203.0.113.{number}")
    for name in ("root", "admin"):
        _try(people, name, ip=HOUSE)
    assert _note(people, BEGIN + QUARTER + MINUTE) == MOST_ADDRESSES + 1
    entries = _entries(people)
    assert entries[0].entity_id == HOUSE, "the busiest first"
    rest = entries[-1]
    assert rest.entity_id == "*"
    assert rest.after
    assert rest.after["addresses"] == rest.after["failed_login_attempts"] == 8
    assert rest.after["unknown_names"] == 8
    told = sum(one.after["failed_login_attempts"] for one in entries if one.after)
    assert told == MOST_ADDRESSES + 9


def test_a_lockout_bounds_what_one_address_is_counted_with(people: Sessions) -> None:
    for number in range(60):
        _try(people, f"name {number}", at=BEGIN + number * timedelta(seconds=5))
    assert _note(people, BEGIN + QUARTER + MINUTE) == 1
    [entry] = _entries(people)
    assert entry.after
    assert entry.after["failed_login_attempts"] == 20


def test_the_scheduler_looks_once_for_each_quarter(people: Sessions) -> None:
    with people() as session:
        engine = session.get_bind().engine
    url = SecretStr(engine.url.render_as_string(hide_password=False))
    settings = Settings(db_conn=url, _env_file=None)
    worker = Worker(
        "scheduler", settings, Database(engine, people, make_read_session_factory(engine))
    )
    clock = [BEGIN + QUARTER + MINUTE]
    worker.clock = lambda: clock[0]  # type: ignore[assignment] # all that is asked of it
    keeper = StrangersNote(worker)
    _try(people, "root")
    keeper.step()
    assert len(_entries(people)) == 1
    _try(people, "root", at=BEGIN + QUARTER)
    keeper.step()
    assert len(_entries(people)) == 1
    clock[0] += QUARTER
    keeper.step()
    assert len(_entries(people)) == 2
