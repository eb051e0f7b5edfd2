"""The players of log families lie in the order of families, on SQLite too."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, must, refers

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_TABLE = "log_family_clients"
_BEFORE = f"{_TABLE}_before"
_COLUMNS = "family_id, client_uuid, first_at, last_at"


def upgrade() -> None:
    _rebuild(has_rowid=False)


def downgrade() -> None:
    _rebuild(has_rowid=True)


def _rebuild(*, has_rowid: bool) -> None:
    # MariaDB's tables always lie in the order of their primary key.
    if op.get_bind().dialect.name != "sqlite":
        return
    op.drop_index(f"ix_{_TABLE}_client_uuid", _TABLE)
    op.rename_table(_TABLE, _BEFORE)
    create(
        _TABLE,
        *must(sa.BigInteger(), "family_id"),
        *must(sa.String(36), "client_uuid"),
        *must(INSTANT, "first_at last_at"),
        key(_TABLE, "family_id", "client_uuid"),
        refers(_TABLE, "family_id", "log_families.id", on_delete="CASCADE"),
        refers(_TABLE, "client_uuid", "clients.uuid", on_delete="CASCADE"),
        sqlite_with_rowid=has_rowid,
    )
    op.execute(
        f"INSERT INTO {_TABLE} ({_COLUMNS}) SELECT {_COLUMNS} FROM {_BEFORE} "  # noqa: S608 - our own words
        "ORDER BY family_id, client_uuid"
    )
    drop(_BEFORE)
    index(_TABLE, "client_uuid", "client_uuid")
