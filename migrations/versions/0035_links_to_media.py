"""Links to media end when a screen leaves its group."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "client_groups", sa.Column("link_term", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    op.drop_column("client_groups", "link_term")
