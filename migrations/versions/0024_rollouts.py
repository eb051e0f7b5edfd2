"""Roll-outs: one command for many screens, in waves."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers, unique

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ACTIONS = "reboot_host shutdown_host restart_app"
_STATES = (
    "queued publish_in_progress published ack_received execution_started awaiting_reconnect "
    "recovered completed failed expired timed_out canceled blocked_safety "
    "manual_intervention_required"
)
_LEFT_OUT = (
    "pending out_of_service offline locked_out in_other_rollout priority removed window_over "
    "stopped canceled"
)


def upgrade() -> None:
    create(
        "rollouts",
        *must(sa.String(36), "rollout_id"),
        *must(sa.String(32), "action source status"),
        *may(sa.String(32), "stopped_reason held_by"),
        *must(sa.String(2000), "reason"),
        *may(sa.Integer(), "requested_by"),
        *must(sa.String(64), "requested_name requested_from timezone"),
        *must(sa.JSON(), "waves target"),
        *must(sa.Boolean(), "is_repeated skip_priority"),
        *must(sa.Integer(), "at_once failed_percent failed_at_least manual_at_most"),
        *may(sa.Integer(), "window_from window_to"),
        *must(sa.Integer(), "expiry_seconds total"),
        *must(INSTANT, "created_at updated_at"),
        *may(INSTANT, "started_at ended_at"),
        key("rollouts", "rollout_id"),
        refers("rollouts", "requested_by", "users.id", on_delete="SET NULL"),
        one_of("rollouts", "action", _ACTIONS),
        one_of("rollouts", "source", "by_hand maintenance"),
        one_of("rollouts", "status", "running paused stopped completed canceled"),
        one_of("rollouts", "stopped_reason", "too_many_failures too_many_manual"),
        one_of("rollouts", "held_by", "window blind priority"),
    )
    index("rollouts", "status", "status", "created_at")
    index("rollouts", "created", "created_at")
    _create_members()
    for column in may(sa.String(36), "rollout_id"):
        op.add_column("client_commands", column)
    index("client_commands", "rollout_id", "rollout_id")


def _create_members() -> None:
    create(
        "rollout_members",
        *must(sa.String(36), "rollout_id client_uuid"),
        *must(sa.String(255), "client_name"),
        *must(sa.Integer(), "position wave"),
        *must(sa.String(32), "status"),
        *may(sa.String(32), "left_out_reason outcome"),
        *may(sa.String(36), "command_id"),
        *may(INSTANT, "put_off_at issued_at ended_at"),
        key("rollout_members", "rollout_id", "client_uuid"),
        unique("rollout_members", "command_id"),
        refers("rollout_members", "rollout_id", "rollouts.rollout_id", on_delete="CASCADE"),
        refers("rollout_members", "command_id", "client_commands.command_id", on_delete="SET NULL"),
        one_of("rollout_members", "status", "waiting issued ended left_out"),
        one_of("rollout_members", "left_out_reason", _LEFT_OUT),
        one_of("rollout_members", "outcome", _STATES),
    )
    index("rollout_members", "counts", "rollout_id", "wave", "status", "outcome")
    index("rollout_members", "client", "client_uuid", "status")
    index("rollout_members", "status", "status", "rollout_id")


def downgrade() -> None:
    drop("rollout_members", "rollouts")
    op.drop_index("ix_client_commands_rollout_id", "client_commands")
    op.drop_column("client_commands", "rollout_id")
