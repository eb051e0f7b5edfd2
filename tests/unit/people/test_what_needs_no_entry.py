"""What may be changed without an entry in the audit trail is a short list that is true."""

import pytest

from infoscreen_core.db.base import Base
from infoscreen_core.db.models import AuditEntry
from tests.support.audits.exempt import COLUMNS, TABLES, changed_by

_TABLES = Base.metadata.tables


def test_each_exempt_table_and_column_is_there_and_has_its_reason() -> None:
    assert AuditEntry.__tablename__ not in TABLES
    assert set(TABLES) - set(_TABLES) == set()
    assert all(len(reason) > 10 for reason in TABLES.values())
    for table, (columns, reason) in COLUMNS.items():
        assert table not in TABLES
        assert columns - set(_TABLES[table].columns.keys()) == set()
        assert columns
        assert len(reason) > 10


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("UPDATE users SET notes_seen=? WHERE users.id = ?", set()),
        ("UPDATE users SET role=? WHERE users.id = ?", {"users"}),
        ("UPDATE users SET notes_seen=?, role=? WHERE users.id = ?", {"users"}),
        ("UPDATE `users` SET `role`=%(role)s WHERE users.id = %(id)s", {"users"}),
        ("UPDATE clients SET last_screenshot_at=?, same_screenshot_count=? WHERE uuid = ?", set()),
        ("UPDATE clients SET last_screenshot_at=?, description=? WHERE uuid = ?", {"clients"}),
        ("\n UPDATE clients\n SET last_screenshot_at = ?2\n WHERE uuid = ?1\n", set()),
        ("\n UPDATE clients\n SET description = ?2\n WHERE uuid = ?1\n", {"clients"}),
        ("UPDATE clients SET group_id=? WHERE last_screenshot_at = ?", {"clients"}),
        ("UPDATE clients SET last_screenshot_at=?", set()),
        ("DELETE FROM saved_views WHERE id = ?", {"saved_views"}),
        ("INSERT INTO client_screenshots (client_uuid) VALUES (?)", set()),
        ("INSERT INTO outbox (topic) VALUES (?)", {"outbox"}),
        ("INSERT OR IGNORE INTO system_settings (key) VALUES (?)", set()),
        ("UPDATE system_settings SET value=? WHERE key = ?", {"system_settings"}),
        ("SELECT users.id FROM users", set()),
    ],
)
def test_a_statement_is_exempt_by_its_columns(statement: str, changed: set[str]) -> None:
    assert changed_by(statement) == changed
