"""Power intents with an identity that lasts, operators' overrides, and emergencies under way."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, key, may, must, one_of, refers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _power_intents()
    _power_overrides()
    _running_emergencies()
    op.add_column("clients", sa.Column("power_state_since", INSTANT, nullable=True))
    op.execute("UPDATE clients SET power_state_since = power_state_at")


def downgrade() -> None:
    op.drop_column("clients", "power_state_since")
    drop("running_emergencies", "power_overrides", "power_intents")


def _power_intents() -> None:
    create(
        "power_intents",
        *must(sa.Integer(), "group_id"),
        *must(sa.String(36), "intent_id"),
        *must(sa.String(32), "desired_state reason"),
        *must(INSTANT, "since"),
        *may(INSTANT, "window_start window_end"),
        key("power_intents", "group_id"),
        refers("power_intents", "group_id", "client_groups.id", on_delete="CASCADE"),
        one_of("power_intents", "desired_state", "on off"),
        one_of("power_intents", "reason", "active_event no_active_event operator_override"),
    )


def _power_overrides() -> None:
    create(
        "power_overrides",
        *must(sa.String(36), "client_uuid intent_id"),
        *must(sa.String(32), "desired_state"),
        *must(sa.String(500), "reason"),
        *may(sa.Integer(), "set_by"),
        *must(INSTANT, "set_at expires_at"),
        key("power_overrides", "client_uuid"),
        refers("power_overrides", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("power_overrides", "set_by", "users.id", on_delete="SET NULL"),
        one_of("power_overrides", "desired_state", "on off"),
    )


def _running_emergencies() -> None:
    create(
        "running_emergencies",
        *must(sa.Integer(), "event_id group_id"),
        *must(sa.String(200), "title"),
        *must(INSTANT, "start end"),
        *must(sa.Integer(), "screens"),
        *must(INSTANT, "began_at"),
        key("running_emergencies", "event_id"),
    )
