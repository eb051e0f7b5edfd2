"""Scheduled maintenance: plans, what became of their days, and which screens had a turn."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers, unique

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_ACTIONS = "reboot_host shutdown_host restart_app"
_FORMER_LEFT_OUT = (
    "pending out_of_service offline locked_out in_other_rollout priority removed window_over "
    "stopped canceled"
)
_LEFT_OUT = (
    "pending out_of_service offline locked_out in_other_rollout priority event maintained removed "
    "window_over stopped canceled"
)
_UUID = sa.String(36)
_WORD = sa.String(32)


def upgrade() -> None:
    _create_plans()
    _create_firings()
    _create_turns()
    for column in may(sa.Date(), "window_day"):
        op.add_column("rollouts", column)
    op.add_column(
        "rollouts", sa.Column("skip_events", sa.Boolean(), nullable=False, server_default="0")
    )
    _allow(_LEFT_OUT)


def downgrade() -> None:
    table = "rollout_members"
    for new, former in (("event", "window_over"), ("maintained", "in_other_rollout")):
        op.execute(
            f"UPDATE {table} SET left_out_reason = '{former}' WHERE left_out_reason = '{new}'"  # noqa: S608 - constants
        )
    _allow(_FORMER_LEFT_OUT)
    op.drop_column("rollouts", "skip_events")
    op.drop_column("rollouts", "window_day")
    drop(
        "maintenance_turns",
        "maintenance_firings",
        "maintenance_plan_groups",
        "maintenance_plans",
    )


def _create_plans() -> None:
    table = "maintenance_plans"
    create(
        table,
        *must(sa.Integer(), "id"),
        *must(sa.String(100), "name"),
        *must(_WORD, "action"),
        *must(sa.Boolean(), "is_for_all"),
        *must(sa.JSON(), "weekdays"),
        *must(sa.Integer(), "window_from window_to"),
        *must(sa.String(64), "timezone"),
        *must(sa.Integer(), "at_once"),
        *must(sa.Boolean(), "skip_events skip_holidays is_enabled"),
        *must(INSTANT, "since created_at updated_at"),
        *must(sa.Integer(), "version"),
        key(table, "id"),
        unique(table, "name"),
        one_of(table, "action", _ACTIONS),
        sqlite_autoincrement=True,
    )
    table = "maintenance_plan_groups"
    create(
        table,
        *must(sa.Integer(), "plan_id group_id"),
        key(table, "plan_id", "group_id"),
        refers(table, "plan_id", "maintenance_plans.id", on_delete="CASCADE"),
        refers(table, "group_id", "client_groups.id", on_delete="CASCADE"),
    )
    index(table, "group_id", "group_id")


def _create_firings() -> None:
    table = "maintenance_firings"
    create(
        table,
        *must(sa.Integer(), "id plan_id"),
        *must(sa.Date(), "day"),
        *must(INSTANT, "opens_at closes_at"),
        *must(_WORD, "status"),
        *may(_WORD, "reason"),
        *may(sa.String(150), "holiday"),
        *may(_UUID, "rollout_id"),
        *must(INSTANT, "updated_at"),
        key(table, "id"),
        unique(table, "plan_id", "day"),
        unique(table, "rollout_id"),
        refers(table, "plan_id", "maintenance_plans.id", on_delete="CASCADE"),
        refers(table, "rollout_id", "rollouts.rollout_id", on_delete="SET NULL"),
        one_of(table, "status", "waiting started skipped"),
        one_of(table, "reason", "holiday no_such_time server_off busy no_screens changed"),
    )
    index(table, "status", "status")


def _create_turns() -> None:
    table = "maintenance_turns"
    create(
        table,
        *must(sa.Date(), "day"),
        *must(_UUID, "client_uuid"),
        *must(_WORD, "action"),
        *must(_UUID, "rollout_id"),
        *must(INSTANT, "at"),
        key(table, "day", "client_uuid", "action"),
        one_of(table, "action", _ACTIONS),
    )


def _allow(reasons: str) -> None:
    name = op.f("ck_rollout_members_left_out_reason")
    with op.batch_alter_table("rollout_members") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("left_out_reason").in_(reasons.split()))
