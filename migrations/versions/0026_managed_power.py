"""Managed power: the plugs of screens, their power cycles, and each step of those."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers, unique

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KINDS = "shelly_gen2 tasmota"
_STATES = "requested switching_off off switching_on completed failed blocked_safety canceled"
_CAUSES = (
    "claimed not_reached refused switched_off uncertain off_time_over confirmed_on switched_on "
    "unproven gave_up emergency expired canceled"
)
_PROBLEMS = (
    "not_allowed not_found unreachable unauthorised no_relay wrong_kind wrong_answer "
    "unreadable_secret still_off"
)


def upgrade() -> None:
    create(
        "plugs",
        *must(sa.String(36), "client_uuid"),
        *must(sa.String(32), "kind"),
        *must(sa.String(255), "host"),
        *must(sa.Integer(), "port relay"),
        *may(sa.Text(), "access_encrypted"),
        *must(sa.Integer(), "seconds_off"),
        *must(sa.Boolean(), "is_enabled"),
        *may(INSTANT, "check_wanted_at"),
        *may(sa.String(64), "check_claimed_by"),
        *may(INSTANT, "check_claimed_until checked_at"),
        *may(sa.JSON(), "check_result"),
        *must(INSTANT, "created_at updated_at"),
        *must(sa.Integer(), "version"),
        key("plugs", "client_uuid"),
        unique("plugs", "host", "port", "relay"),
        one_of("plugs", "kind", _KINDS),
        refers("plugs", "client_uuid", "clients.uuid", on_delete="CASCADE"),
    )
    index("plugs", "check_wanted_at", "check_wanted_at")
    _cycles()
    _transitions()


def downgrade() -> None:
    drop("plug_transitions", "plug_cycles", "plugs")


def _cycles() -> None:
    create(
        "plug_cycles",
        *must(sa.String(36), "cycle_id client_uuid"),
        *must(sa.String(32), "status"),
        *may(sa.String(2000), "reason"),
        *may(sa.Integer(), "requested_by"),
        *must(sa.Integer(), "seconds_off"),
        *must(INSTANT, "next_at"),
        *may(sa.String(64), "claimed_by"),
        *must(sa.Integer(), "attempts"),
        *may(sa.Boolean(), "is_off_proven"),
        *must(INSTANT, "requested_at"),
        *may(INSTANT, "switching_off_at off_at switching_on_at"),
        *may(INSTANT, "completed_at failed_at canceled_at"),
        *may(sa.String(32), "error_code"),
        *may(sa.JSON(), "error"),
        key("plug_cycles", "cycle_id"),
        one_of("plug_cycles", "status", _STATES),
        refers("plug_cycles", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("plug_cycles", "requested_by", "users.id", on_delete="SET NULL"),
    )
    index("plug_cycles", "due", "status", "next_at")
    index("plug_cycles", "client", "client_uuid", "requested_at")
    index("plug_cycles", "newest", "requested_at", "cycle_id")
    index("plug_cycles", "requester", "requested_by", "requested_at")


def _transitions() -> None:
    table = "plug_transitions"
    create(
        table,
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "cycle_id"),
        *may(sa.String(32), "from_status"),
        *must(sa.String(32), "to_status"),
        *must(INSTANT, "at"),
        *may(sa.String(32), "cause problem"),
        key(table, "id"),
        one_of(table, "from_status", _STATES),
        one_of(table, "to_status", _STATES),
        one_of(table, "cause", _CAUSES),
        one_of(table, "problem", _PROBLEMS),
        refers(table, "cycle_id", "plug_cycles.cycle_id", on_delete="CASCADE"),
    )
    op.create_index(op.f("ix_plug_transitions_cycle_id"), table, ["cycle_id"])
