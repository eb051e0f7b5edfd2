"""How far each player's clock is off, by what its live reports said."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import may

revision = "0011"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in may(sa.Double(), "clock_behind_seconds"):
        op.add_column("clients", column)


def downgrade() -> None:
    op.drop_column("clients", "clock_behind_seconds")
