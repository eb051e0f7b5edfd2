"""Which tables a statement reads and changes, by its words."""

from collections.abc import Set as AbstractSet

import pytest

from infoscreen_core.db import models
from infoscreen_core.db.touched import noting, tables_of


@pytest.mark.parametrize(
    ("statement", "read", "written"),
    [
        ("SELECT events.title FROM events", {"events"}, set()),
        (
            "SELECT 1 FROM clients AS c LEFT JOIN client_groups ON 1",
            {"clients", "client_groups"},
            set(),
        ),
        ("select `key` from `system_settings` FOR UPDATE", {"system_settings"}, set()),
        ("INSERT INTO audit_log (at) VALUES (?)", {"audit_log"}, {"audit_log"}),
        ("UPDATE incidents SET note=? WHERE id = ?", {"incidents"}, {"incidents"}),
        ("DELETE FROM job_runs", {"job_runs"}, {"job_runs"}),
        ("BEGIN IMMEDIATE", set(), set()),
        ("", set(), set()),
    ],
)
def test_a_statement_names_its_tables(
    statement: str, read: AbstractSet[str], written: AbstractSet[str]
) -> None:
    assert tables_of(statement) == (read, written)


def test_a_deleted_row_changes_what_points_to_it() -> None:
    _read, written = tables_of("DELETE FROM clients WHERE uuid = ?")
    assert {"clients", "client_weeks", "client_logs", "command_transitions"} <= written
    assert not {"client_groups", "users", "audit_log"} & written
    _read, written = tables_of("DELETE FROM client_groups WHERE id = ?")
    assert {"clients", "occurrences"} <= written
    assert "client_logs" not in written  # its players stay, in no group


def test_what_is_no_plain_statement_is_taken_for_a_deletion() -> None:
    _read, written = tables_of("WITH old AS (SELECT id FROM events) DELETE FROM events")
    assert {"events", "occurrences"} <= written


def test_every_table_is_found_by_its_name() -> None:
    for name in models.Client.metadata.tables:
        assert tables_of(f'SELECT FROM "{name}"') == (frozenset({name}), frozenset())


def test_around_what_is_noted_the_same_is_noted() -> None:
    with noting() as around:
        with noting() as within:
            within.note("UPDATE users SET language = ?")
        around.note("SELECT * FROM events")
    assert (around.read, around.written) == ({"users", "events"}, {"users"})
