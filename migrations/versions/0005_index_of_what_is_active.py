"""The index over starts also holds end and event, so that it answers "what is active?" alone."""

from alembic import op

from migrations.tables import index

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_occurrences_start", "occurrences")
    index("occurrences", "start", "start", "end", "event_id")


def downgrade() -> None:
    op.drop_index("ix_occurrences_start", "occurrences")
    index("occurrences", "start", "start")
