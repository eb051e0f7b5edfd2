"""The record of what TVs were asked to do, and counts for charts that look for patterns.

What TVs are asked to do now begins the record: nothing is known of the time before.
"""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

_OFF = ("off_up_seconds", "off_down_seconds", "off_unknown_seconds", "off_outages")


def upgrade() -> None:
    _create_power_record()
    _create_patterns()
    for name in _OFF:
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("client_weeks", column)


def downgrade() -> None:
    for name in _OFF:
        op.drop_column("client_weeks", name)
    drop("heat_weeks", "storm_stretches", "power_changes")


def _create_power_record() -> None:
    create(
        "power_changes",
        *must(sa.Integer(), "id"),
        *may(sa.Integer(), "group_id"),
        *may(sa.String(36), "client_uuid"),
        *must(INSTANT, "at"),
        *may(sa.String(32), "desired_state"),
        *may(INSTANT, "until"),
        key("power_changes", "id"),
        refers("power_changes", "group_id", "client_groups.id", on_delete="CASCADE"),
        refers("power_changes", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        one_of("power_changes", "desired_state", "on off"),
    )
    index("power_changes", "group", "group_id", "at")
    index("power_changes", "client", "client_uuid", "at")
    for columns, source in (
        ("group_id, at, desired_state", "group_id, since, desired_state FROM power_intents"),
        (
            "client_uuid, at, desired_state, until",
            "client_uuid, set_at, desired_state, expires_at FROM power_overrides",
        ),
    ):
        op.execute(f"INSERT INTO power_changes ({columns}) SELECT {source}")


def _create_patterns() -> None:
    create(
        "storm_stretches",
        *must(sa.Integer(), "id"),
        *must(INSTANT, "at"),
        *may(sa.Integer(), "group_id"),
        *must(sa.Integer(), "screens members reconnects"),
        key("storm_stretches", "id"),
        refers("storm_stretches", "group_id", "client_groups.id", on_delete="CASCADE"),
    )
    index("storm_stretches", "time", "at")
    create(
        "heat_weeks",
        *must(sa.Integer(), "id"),
        *must(sa.Date(), "monday"),
        *may(sa.Integer(), "group_id"),
        *must(sa.Integer(), "degrees hours crashes"),
        key("heat_weeks", "id"),
        refers("heat_weeks", "group_id", "client_groups.id", on_delete="SET NULL"),
    )
    index("heat_weeks", "monday", "monday", "group_id")
