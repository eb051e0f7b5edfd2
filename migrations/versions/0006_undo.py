"""What was deleted from the plan a moment ago, so that it can come back."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "event_deletions",
        *must(sa.Integer(), "id"),
        *must(INSTANT, "deleted_at"),
        *may(sa.Integer(), "deleted_by"),
        *must(sa.String(64), "actor_name"),
        *must(sa.String(32), "scope"),
        *must(sa.String(200), "title"),
        *must(sa.JSON(), "content"),
        *may(INSTANT, "undone_at"),
        key("event_deletions", "id"),
        refers("event_deletions", "deleted_by", "users.id", on_delete="SET NULL"),
        one_of("event_deletions", "scope", "event series following occurrence"),
    )
    index("event_deletions", "actor", "deleted_by", "deleted_at")
    index("event_deletions", "deleted_at", "deleted_at")


def downgrade() -> None:
    drop("event_deletions")
