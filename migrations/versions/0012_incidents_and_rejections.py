"""Who looks after a screen's incident, and why a player was turned away."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, key, may, must, refers

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "incidents",
        *must(sa.String(36), "client_uuid"),
        *must(INSTANT, "began_at"),
        *may(INSTANT, "taken_at"),
        *may(sa.Integer(), "taken_by"),
        *may(sa.String(64), "taken_name"),
        *may(sa.String(500), "note"),
        key("incidents", "client_uuid"),
        refers("incidents", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("incidents", "taken_by", "users.id", on_delete="SET NULL"),
    )
    for column in (
        *may(INSTANT, "rejected_at"),
        *may(sa.String(64), "rejected_name"),
        *may(sa.String(500), "rejection_reason"),
    ):
        op.add_column("clients", column)


def downgrade() -> None:
    for column in ("rejection_reason", "rejected_name", "rejected_at"):
        op.drop_column("clients", column)
    drop("incidents")
