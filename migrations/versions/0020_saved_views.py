"""Filters of pages that people keep under a name."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, must, refers, unique

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "saved_views",
        *must(sa.Integer(), "id owner_id"),
        *must(sa.String(32), "page"),
        *must(sa.String(60), "name"),
        *must(sa.JSON(), "query"),
        *must(sa.Boolean(), "is_shared"),
        *must(INSTANT, "created_at updated_at"),
        key("saved_views", "id"),
        unique("saved_views", "owner_id", "page", "name"),
        refers("saved_views", "owner_id", "users.id", on_delete="CASCADE"),
        sqlite_autoincrement=True,
    )
    index("saved_views", "page", "page")


def downgrade() -> None:
    drop("saved_views")
