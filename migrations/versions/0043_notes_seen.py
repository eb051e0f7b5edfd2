"""Remember which version's news each person has seen."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("notes_seen", sa.String(32), nullable=True))


def downgrade() -> None:
    op.drop_column("users", "notes_seen")
