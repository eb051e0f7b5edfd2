"""The audit trail can only be added to, and whatever is done to it all the same is found."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from infoscreen_core.db import append_only
from infoscreen_core.db.models import AuditEntry, AuditSeal
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.domain.people.audit_seals import Fault, Head
from infoscreen_core.errors import NotAllowedError
from infoscreen_core.services.audit_trail import sealing
from infoscreen_core.services.audit_trail.views import Verdict
from tests.support.audits.audit import Sessions, add_entries, tamper
from tests.support.databases import Lender, sessions_on
from tests.support.people import NOW

LATER = NOW + timedelta(hours=1)


def seal(sessions: Sessions) -> int:
    with sessions.begin() as session:
        return sealing.seal_entries(session, now=LATER)


def look(sessions: Sessions, expected: Head | None = None) -> Verdict:
    return sealing.verify(sessions, expected=expected)


@pytest.fixture
def trail(sessions: Sessions) -> Sessions:
    """Ten entries, all sealed."""
    with sessions.begin() as session:
        add_entries(session, 10, after={"title": "Prüfung “ü”", "volume": 0.1, "n": [1, None]})
    assert seal(sessions) == 10
    return sessions


@pytest.fixture
def mariadb_sessions(lender: Lender) -> Iterator[Sessions]:
    """Where several write at once."""
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


def found(verdict: Verdict) -> tuple[Fault, int, int | None]:
    assert verdict.first
    assert not verdict.is_whole
    return verdict.first.fault, verdict.first.number, verdict.first.entry_id


def test_a_trail_that_nobody_touched_is_whole(trail: Sessions) -> None:
    verdict = look(trail)
    assert verdict.is_whole
    assert verdict.is_protected
    assert (verdict.head.number, verdict.fault_count) == (10, 0)
    assert look(trail, verdict.head).is_whole
    with trail.begin() as session:
        add_entries(session, 5)
    assert seal(trail) == 5
    assert seal(trail) == 0
    assert look(trail, verdict.head).is_whole


@pytest.mark.parametrize(
    "statement",
    [
        update(AuditEntry).where(AuditEntry.id == 3).values(actor_name="nobody"),
        delete(AuditEntry).where(AuditEntry.id == 3),
        update(AuditSeal).where(AuditSeal.number == 3).values(digest="0" * 64),
        delete(AuditSeal).where(AuditSeal.number == 3),
        text(
            "REPLACE INTO audit_log (id, at, actor_name, source, action, entity, entity_id)"
            " VALUES (3, '2026-01-01', 'x', 'x', 'x', 'x', 'x')"
        ),
    ],
)
def test_the_database_refuses_changes_with_a_sentence(trail: Sessions, statement: object) -> None:
    def change(session: Session) -> None:
        session.execute(statement)  # type: ignore[call-overload]

    with pytest.raises(NotAllowedError, match="only ever added to"):
        in_transaction(trail, change)
    assert look(trail).is_whole


def test_other_errors_are_no_refusals(trail: Sessions) -> None:
    with pytest.raises(DBAPIError) as caught, trail.begin() as session:
        session.execute(text("INSERT INTO audit_log (id) VALUES (99)"))
    assert append_only.refusal_of(caught.value) is None


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_log SET actor_name = 'nobody' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET at = '2020-01-01 00:00:00' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET actor_id = 1 WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET source = '10.0.0.2' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET action = 'event.created' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET entity = 'group' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET entity_id = '99' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET before = NULL WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_log SET after = '{}' WHERE id = 4", Fault.CHANGED),
        ("UPDATE audit_seals SET sealed_at = '2020-01-01' WHERE number = 4", Fault.CHANGED),
        ("UPDATE audit_seals SET previous = digest WHERE number = 4", Fault.CHAIN_BROKEN),
        ("DELETE FROM audit_log WHERE id = 4", Fault.REMOVED),
    ],
)
def test_what_was_done_to_an_entry_is_found(trail: Sessions, statement: str, fault: Fault) -> None:
    words = statement.replace(" before =", " `before` =").replace(" after =", " `after` =")
    tamper(trail, words)
    assert found(look(trail)) == (fault, 4, 4)


def test_the_first_of_several_is_named(trail: Sessions) -> None:
    tamper(trail, "UPDATE audit_log SET actor_name = 'x' WHERE id IN (3, 7)")
    verdict = look(trail)
    assert found(verdict) == (Fault.CHANGED, 3, 3)
    assert verdict.fault_count == 2
    assert verdict.first_entry
    assert verdict.first_entry.actor_name == "x"


def test_an_entry_that_is_gone_with_its_seal_leaves_a_gap(trail: Sessions) -> None:
    tamper(trail, "DELETE FROM audit_log WHERE id = 1")
    tamper(trail, "DELETE FROM audit_seals WHERE number = 1")
    assert found(look(trail)) == (Fault.SEAL_REMOVED, 1, None)


def test_an_end_that_was_noted_shows_what_the_chain_alone_cannot(trail: Sessions) -> None:
    noted = look(trail).head
    tamper(trail, "DELETE FROM audit_log WHERE id > 8")
    tamper(trail, "DELETE FROM audit_seals WHERE number > 8")
    assert look(trail).is_whole
    assert found(look(trail, noted)) == (Fault.END_REMOVED, 9, None)
    with trail.begin() as session:
        add_entries(session, 2, actor_name="eva")
    seal(trail)
    assert look(trail).is_whole
    assert found(look(trail, noted)) == (Fault.OTHER_CHAIN, 10, None)


def test_numbers_of_entries_are_not_given_twice(trail: Sessions) -> None:
    tamper(trail, "DELETE FROM audit_log WHERE id = 10")
    with trail.begin() as session:
        assert add_entries(session, 1) == [11]


def test_entries_that_come_late_are_sealed_too(sessions: Sessions) -> None:
    """On MariaDB a long transaction commits an entry whose number is lower than sealed ones."""
    with sessions.begin() as session:
        add_entries(session, 3)
        add_entries(session, 1, id=9_000)
    assert seal(sessions) == 4
    with sessions.begin() as session:
        add_entries(session, 1, id=8_500)  # near the newest
        add_entries(session, 1, id=50)  # far below
    assert seal(sessions) == 1
    with sessions.begin() as session:
        assert not sealing.has_unsealed(session)
        assert sealing.has_unsealed(session, after=0)
        assert sealing.seal_entries(session, after=0, now=LATER) == 1
        assert sealing.next_sweep(session, 0) == sealing.SWEEP
        assert sealing.next_sweep(session, sealing.SWEEP) == 0
    assert look(sessions).is_whole
    with sessions() as session:
        numbers = session.scalars(select(AuditSeal.entry_id).order_by(AuditSeal.number)).all()
    assert numbers == [1, 2, 3, 9_000, 8_500, 50]


def test_two_who_seal_at_once_make_one_chain(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_entries(session, 50)
    begin = Barrier(4)

    def work(_number: int) -> int:
        begin.wait(timeout=30)
        return in_transaction(sessions, lambda session: sealing.seal_entries(session, now=LATER))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 50
    verdict = look(sessions)
    assert verdict.is_whole
    assert verdict.head.number == 50


def test_writers_do_not_wait_for_each_other(mariadb_sessions: Sessions) -> None:
    """One transaction has written and not committed; another writes, and a third seals."""
    with mariadb_sessions.begin() as slow:
        add_entries(slow, 1, actor_name="slow")
        with mariadb_sessions.begin() as quick:
            quick.execute(text("SET innodb_lock_wait_timeout = 1"))
            add_entries(quick, 1, actor_name="quick")
        with mariadb_sessions.begin() as session:
            session.execute(text("SET innodb_lock_wait_timeout = 1"))
            assert sealing.seal_entries(session, now=LATER) == 1
    assert seal(mariadb_sessions) == 1
    assert look(mariadb_sessions).is_whole
