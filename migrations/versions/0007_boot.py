"""Which boot of its machine a player runs in, and when that began."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, may

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (*may(sa.String(64), "boot_id"), *may(INSTANT, "booted_at")):
        op.add_column("clients", column)


def downgrade() -> None:
    op.drop_column("clients", "booted_at")
    op.drop_column("clients", "boot_id")
