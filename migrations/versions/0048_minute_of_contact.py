"""Find silent screens by the minute of their last sign, since an index over each sign is dear."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

_INDEX = "ix_clients_alive"
_MINUTE = {
    "sqlite": "CAST(strftime('%s', last_alive) AS INTEGER) / 60",
    "mariadb": "(TO_SECONDS(last_alive) - 62167219200 + CRC32(uuid) MOD 60) DIV 60",
}


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    # SQLite adds none that is stored, and MariaDB keeps an index on one that is not more slowly.
    minute = sa.Computed(_MINUTE["sqlite" if is_sqlite else "mariadb"], persisted=not is_sqlite)
    op.drop_index(_INDEX, "clients")
    op.add_column("clients", sa.Column("alive_minute", sa.BigInteger(), minute))
    op.create_index(_INDEX, "clients", ["is_active", "alive_minute"])


def downgrade() -> None:
    op.drop_index(_INDEX, "clients")
    op.drop_column("clients", "alive_minute")
    op.create_index(_INDEX, "clients", ["is_active", "last_alive"])
