"""Commands remember the boot in which their player was, so that a reboot can be proved."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import may

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_FORMER_CAUSES = (
    "claimed puback publish_unconfirmed publish_failed ack_accepted ack_started ack_completed "
    "ack_failed ack_timeout execution_timeout went_down seen_again steady stayed_silent "
    "reconnect_ceiling expired canceled"
)
_CAUSES = (
    "claimed puback publish_unconfirmed publish_failed ack_accepted ack_started ack_completed "
    "ack_unproven ack_failed ack_timeout execution_timeout went_down seen_again steady "
    "stayed_silent reconnect_ceiling not_rebooted expired canceled"
)


def upgrade() -> None:
    for column in may(sa.String(64), "boot_id"):
        op.add_column("client_commands", column)
    _allow(_CAUSES)


def downgrade() -> None:
    causes = "'ack_unproven', 'not_rebooted'"
    op.execute(f"UPDATE command_transitions SET cause = NULL WHERE cause IN ({causes})")  # noqa: S608 - constants
    _allow(_FORMER_CAUSES)
    op.drop_column("client_commands", "boot_id")


def _allow(causes: str) -> None:
    name = op.f("ck_command_transitions_cause")
    with op.batch_alter_table("command_transitions") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("cause").in_(causes.split()))
