"""Keep that a session ended because somebody guessed the password within."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_FORMER_ENDS = "idle expired signed_out password_changed deactivated ended deleted over"
_ENDS = "idle expired signed_out password_changed deactivated ended deleted guessed over"


def upgrade() -> None:
    _allow(_ENDS)


def downgrade() -> None:
    op.execute("UPDATE ended_sessions SET cause = 'ended' WHERE cause = 'guessed'")
    _allow(_FORMER_ENDS)


def _allow(ends: str) -> None:
    name = op.f("ck_ended_sessions_cause")
    with op.batch_alter_table("ended_sessions") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("cause").in_(ends.split()))
