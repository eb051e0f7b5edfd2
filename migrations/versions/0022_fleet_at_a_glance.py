"""What pages over a large fleet read: counts from indexes, and families of log lines by day."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import create, drop, index, key, must, refers

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_HOURS_OF_DAY = 24
_OF_FOREIGN_KEY = "fk_clients_group_id_client_groups"


def upgrade() -> None:
    index("clients", "standing", "group_id", "is_active", "approved_at", "rejected_at", "uuid")
    index("clients", "priority_screenshot_at", "priority_screenshot_at")
    index("client_statuses", "status", "status")
    index("client_statuses", "content", "content")
    create(
        "log_family_days",
        *must(sa.BigInteger(), "family_id"),
        *must(sa.Integer(), "day line_count"),
        key("log_family_days", "family_id", "day"),
        refers("log_family_days", "family_id", "log_families.id", on_delete="CASCADE"),
    )
    index("log_family_days", "day", "day")
    divide = "/" if op.get_bind().dialect.name == "sqlite" else "DIV"
    day = f"hour {divide} {_HOURS_OF_DAY}"
    op.execute(
        "INSERT INTO log_family_days (family_id, day, line_count) "  # noqa: S608 - our own words
        f"SELECT family_id, {day}, SUM(line_count) FROM log_family_hours GROUP BY family_id, {day}"
    )


def downgrade() -> None:
    drop("log_family_days")
    op.drop_index("ix_client_statuses_content", "client_statuses")
    op.drop_index("ix_client_statuses_status", "client_statuses")
    op.drop_index("ix_clients_priority_screenshot_at", "clients")
    _keep_foreign_key()
    op.drop_index("ix_clients_standing", "clients")


def _keep_foreign_key() -> None:
    """Let the groups' foreign key have an index of its own again, which MariaDB asks for.

    It made one with the table, and took it away when ours could do its work.
    """
    connection = op.get_bind()
    known = {one["name"] for one in sa.inspect(connection).get_indexes("clients")}
    if connection.dialect.name != "sqlite" and _OF_FOREIGN_KEY not in known:
        op.create_index(_OF_FOREIGN_KEY, "clients", ["group_id"])
