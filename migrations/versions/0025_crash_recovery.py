"""What crash recovery decides about players, one row for each change of mind."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers, unique

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TABLE = "recovery_decisions"
_WORD = sa.String(32)
_UUID = sa.String(36)
_VERDICTS = (
    "out_of_service never_seen well watched restarting_app rebooting under_way blind seen_anew "
    "shut_down tv_held_off settling manual_intervention_required locked_out too_many_restarts "
    "waits_turn"
)


def upgrade() -> None:
    create(
        _TABLE,
        *must(sa.Integer(), "id"),
        *must(_UUID, "client_uuid"),
        *must(INSTANT, "at"),
        *may(INSTANT, "until"),
        *must(_WORD, "verdict"),
        *may(_WORD, "trouble"),
        *must(sa.JSON(), "evidence"),
        *must(sa.Boolean(), "is_person_called"),
        *may(_UUID, "command_id"),
        *may(_WORD, "outcome"),
        *may(INSTANT, "look_at"),
        *may(_UUID, "open_key"),
        key(_TABLE, "id"),
        refers(_TABLE, "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers(_TABLE, "command_id", "client_commands.command_id", on_delete="SET NULL"),
        unique(_TABLE, "command_id"),
        unique(_TABLE, "open_key"),
        one_of(_TABLE, "verdict", _VERDICTS),
        one_of(_TABLE, "trouble", "process_crashed heartbeat_stale"),
        one_of(_TABLE, "outcome", "helped failed void forgiven"),
    )
    index(_TABLE, "client", "client_uuid", "at")
    index(_TABLE, "ended", "until")
    index(_TABLE, "look_at", "look_at")


def downgrade() -> None:
    drop(_TABLE)
