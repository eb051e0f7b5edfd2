"""Links to a group's calendar, and where an imported event came from."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, refers, unique

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "calendar_feeds",
        *must(sa.Integer(), "id group_id"),
        *may(sa.String(100), "name"),
        *must(sa.String(64), "token_hash"),
        *may(sa.Integer(), "created_by"),
        *must(INSTANT, "created_at"),
        *may(INSTANT, "last_used_at"),
        key("calendar_feeds", "id"),
        unique("calendar_feeds", "token_hash"),
        refers("calendar_feeds", "group_id", "client_groups.id", on_delete="CASCADE"),
        refers("calendar_feeds", "created_by", "users.id", on_delete="SET NULL"),
        sqlite_autoincrement=True,
    )
    index("calendar_feeds", "group_id", "group_id")
    for column in may(sa.String(255), "ical_uid ical_revision"):
        op.add_column("events", column)


def downgrade() -> None:
    for column in ("ical_revision", "ical_uid"):
        op.drop_column("events", column)
    drop("calendar_feeds")
