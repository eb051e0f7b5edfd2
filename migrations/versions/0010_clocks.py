"""What clocks leave behind: how far each player's is off, and what time alone made inactive."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, may

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in may(sa.Double(), "clock_behind_seconds"):
        op.add_column("clients", column)
    for column in may(INSTANT, "finished_at"):
        op.add_column("events", column)


def downgrade() -> None:
    op.drop_column("events", "finished_at")
    op.drop_column("clients", "clock_behind_seconds")
