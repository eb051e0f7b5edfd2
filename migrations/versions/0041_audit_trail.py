"""The audit trail: append-only, sealed, and found by each of its filters in an index."""

import sqlalchemy as sa
from alembic import op

from infoscreen_core.db import append_only
from infoscreen_core.log import get_logger
from migrations.tables import INSTANT, create, drop, index, key, must, unique

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_INDEXES = {
    "kind": ("entity", "at"),
    "actor": ("actor_name", "at"),
    "action": ("action", "at"),
    "source": ("source", "at"),
}
_USER = "fk_audit_log_actor_id_users"


def upgrade() -> None:
    # The key let go of who did it when a user was deleted, which is a change to an entry. On SQLite
    # the table is made anew, since ids that were given are not given again from now on.
    with op.batch_alter_table("audit_log", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(_USER, type_="foreignkey")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_index(_USER, "audit_log")  # MariaDB keeps what it made for the key
    op.drop_index("ix_audit_log_entity", "audit_log")
    index("audit_log", "entity", "entity", "entity_id", "at")
    for name, columns in _INDEXES.items():
        index("audit_log", name, *columns)
    create(
        "audit_seals",
        *must(sa.Integer(), "number entry_id"),
        *must(sa.String(64), "previous digest"),
        *must(INSTANT, "sealed_at"),
        key("audit_seals", "number"),
        unique("audit_seals", "entry_id"),
    )
    if not append_only.protect(op.get_bind()):
        get_logger().warning("audit.not_protected", remedy="infoscreen audit protect")


def downgrade() -> None:
    append_only.unprotect(op.get_bind())
    drop("audit_seals")
    for name in _INDEXES:
        op.drop_index(f"ix_audit_log_{name}", "audit_log")
    op.drop_index("ix_audit_log_entity", "audit_log")
    index("audit_log", "entity", "entity", "entity_id")
    op.execute("UPDATE audit_log SET actor_id = NULL WHERE actor_id NOT IN (SELECT id FROM users)")
    with op.batch_alter_table("audit_log") as table:
        table.create_foreign_key(_USER, "users", ["actor_id"], ["id"], ondelete="SET NULL")
