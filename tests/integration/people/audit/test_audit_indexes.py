"""Each filter of the audit trail is answered from an index of its own, in its order."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from infoscreen_core.domain.people.audit import AuditFilter, AuditPlace
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.audit_trail import reading, sealing
from tests.support.audits.audit import Sessions, add_entries, forget
from tests.support.people import ADMIN, NOW
from tests.support.sql.plans import Statement, full_reads, statements

PLACE = AuditPlace(NOW + timedelta(minutes=5), 400)


@pytest.fixture
def trail(shared: Sessions) -> Sessions:
    """Enough entries for an index to be worth it."""
    forget(shared)
    with shared.begin() as session:
        for number in range(5):
            add_entries(
                session,
                200,
                at=NOW + timedelta(minutes=number),
                actor_name=f"person {number}",
                action=f"event.{number}",
                entity=f"thing {number}",
                source=f"10.0.0.{number}",
            )
        if session.get_bind().dialect.name != "sqlite":
            session.execute(text("ANALYZE TABLE audit_log"))
    return shared


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (AuditFilter(), "at"),
        (AuditFilter(start=NOW, end=NOW + timedelta(minutes=1)), "at"),
        (AuditFilter(text="physik"), "at"),
        (AuditFilter(actor="person 1"), "actor"),
        (AuditFilter(action="event.1"), "action"),
        (AuditFilter(entity="thing 1"), "kind"),
        (AuditFilter(entity="thing 1", entity_id="7"), "entity"),
        (AuditFilter(source="10.0.0.1"), "source"),
        (AuditFilter(actor="person 1", start=NOW, text="physik"), "actor"),
        (AuditFilter(actor="person 1", action="event.1", source="10.0.0.1"), "source"),
    ],
)
@pytest.mark.parametrize("place", [None, PLACE])
def test_each_filter_has_an_index(
    trail: Sessions, wanted: AuditFilter, index: str, place: AuditPlace | None
) -> None:
    with trail() as session:
        with statements(session.connection()) as found:
            reading.find_entries(session, wanted, before=place, limit=50, actor=CLI)
        asked = [one for one in found if "audit_log" in one[0]]
        assert asked
        for statement, values in asked:
            # Without any filter it reads along the index until the page is full.
            assert full_reads(session.connection(), statement, values) == [] or index == "at"
            plan = _plan(session.connection(), (statement, values))
            assert f"ix_audit_log_{index}" in plan
        # The one that tells how far it was looked reads nothing but the index, in its order.
        assert "sort" not in _plan(session.connection(), asked[0])
        assert "TEMP B-TREE" not in _plan(session.connection(), asked[0])


def _plan(connection: object, asked: Statement) -> str:
    statement, values = asked
    is_sqlite = connection.dialect.name == "sqlite"  # type: ignore[attr-defined]
    words = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{words} {statement}", values)  # type: ignore[attr-defined]
    return " ".join(str(cell) for row in rows for cell in row)


def test_all_else_that_is_asked_reads_no_table_from_end_to_end(trail: Sessions) -> None:
    with trail.begin() as session:
        sealing.seal_entries(session, now=NOW)
    with trail() as session:
        newest = reading.find_entries(session, AuditFilter(), limit=1, actor=CLI).entries[0].id
        with statements(session.connection()) as found:
            reading.list_choices(session, actor=ADMIN)
            reading.get_entry(session, newest, actor=ADMIN)
            reading.find_seal(session, newest)
            sealing.has_unsealed(session)
            sealing.has_unsealed(session, after=0)
            sealing.next_sweep(session, 0)
            sealing.find_end(session)
            system_settings.list_changes(session, limit=10)
        for statement, values in found:
            assert full_reads(session.connection(), statement, values) == [], statement
