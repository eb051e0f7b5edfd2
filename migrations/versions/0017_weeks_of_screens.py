"""How well each screen served, counted by week."""

import sqlalchemy as sa

from migrations.tables import create, drop, index, key, may, must, refers

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "client_weeks",
        *must(sa.Date(), "monday"),
        *must(sa.String(36), "client_uuid"),
        *may(sa.Integer(), "group_id"),
        *must(sa.Integer(), "up_seconds down_seconds unknown_seconds outages"),
        key("client_weeks", "monday", "client_uuid"),
        refers("client_weeks", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("client_weeks", "group_id", "client_groups.id", on_delete="SET NULL"),
    )
    index("client_weeks", "client", "client_uuid")
    index("client_weeks", "group", "monday", "group_id")


def downgrade() -> None:
    drop("client_weeks")
