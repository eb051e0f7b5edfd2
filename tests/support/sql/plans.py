"""What is asked of the database, and whether that reads a table that grows from end to end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, event

from infoscreen_core.db.base import Base

GROWING: Final = frozenset(
    {
        "audit_log",
        "audit_seals",
        "blind_spans",
        "client_commands",
        "client_content_changes",
        "client_health",
        "client_health_hours",
        "client_logs",
        "client_screenshots",
        "client_status_changes",
        "client_weeks",
        "command_transitions",
        "dead_letters",
        "event_deletions",
        "group_weeks",
        "heat_weeks",
        "incidents",
        "log_counts",
        "log_family_clients",
        "log_family_days",
        "log_family_hours",
        "log_hours",
        "login_failures",
        "maintenance_firings",
        "maintenance_turns",
        "occurrences",
        "plug_cycles",
        "plug_transitions",
        "power_changes",
        "published_lists",
        "rollout_members",
        "recovery_decisions",
        "storm_stretches",
        "webhook_deliveries",
    }
)
"""Tables with rows for what happens: the longer a school runs, the more there are."""
Statement = tuple[str, Any]
"""What is asked, and its values."""


@contextmanager
def statements(of: Connection | Engine) -> Iterator[list[Statement]]:
    """Collect what is read through a connection, or through all of an engine's."""
    found: list[Statement] = []

    def note(_on: object, _cursor: object, statement: str, values: Any, *_: object) -> None:  # noqa: ANN401 - a driver's
        if statement.lstrip().startswith("SELECT"):
            found.append((statement, values))

    event.listen(of, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(of, "before_cursor_execute", note)


def plan_of(connection: Connection, statement: str, values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - a driver's
    """Return the rows in which the database says how it finds what is asked for."""
    how = "EXPLAIN QUERY PLAN" if connection.dialect.name == "sqlite" else "EXPLAIN"
    rows = connection.exec_driver_sql(f"{how} {statement}", values)
    return [dict(row) for row in rows.mappings()]


def full_reads(connection: Connection, statement: str, values: Any) -> list[str]:  # noqa: ANN401 - a driver's
    """Return the growing tables that the database reads from end to end, for want of an index.

    MariaDB may prefer that for a table with few rows, or when all of them are wanted; then there is
    an index, and it is no fault.
    """
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        scanned = [row.detail.split()[1] for row in rows if row.detail.startswith("SCAN ")]
    else:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        scanned = [
            str(row.table)
            for row in rows
            if row.type in {"ALL", "index"} and row.possible_keys is None
        ]
    tables = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", statement)}
    names = (tables.get(name, name) for name in scanned)
    return [name for name in names if name in GROWING]


def row_reads(connection: Connection, statement: str, values: Any) -> list[str]:  # noqa: ANN401 - a driver's
    """Return the tables of which the database reads row after row, where an index would do.

    An index that holds all that is asked for may be read from end to end.
    """
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        scans = [row.detail for row in rows if row.detail.startswith("SCAN ")]
        read = [one.split()[1] for one in scans if " COVERING INDEX " not in one]
    else:
        rows = connection.exec_driver_sql(f"EXPLAIN {statement}", values)
        read = [str(row.table) for row in rows if row.type == "ALL" and row.possible_keys is None]
    tables = {alias: table for table, alias in re.findall(r"(\w+) AS (\w+)", statement)}
    names = (tables.get(name, name) for name in read)
    return [name for name in names if name in Base.metadata.tables]
