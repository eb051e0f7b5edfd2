"""Crash recovery may switch a plug off and on: a verdict of its own, and the cycle it asked for."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import may

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

_TABLE = "recovery_decisions"
_CYCLE = "fk_recovery_decisions_cycle_id_plug_cycles"
_ONE_CYCLE = "uq_recovery_decisions_cycle_id"
_FORMER_VERDICTS = (
    "out_of_service never_seen well watched restarting_app rebooting under_way blind seen_anew "
    "shut_down tv_held_off settling manual_intervention_required locked_out too_many_restarts "
    "waits_turn"
)
_VERDICTS = _FORMER_VERDICTS.replace("rebooting", "rebooting power_cycling")


def upgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        for column in may(sa.String(36), "cycle_id"):
            table.add_column(column)
        table.create_unique_constraint(_ONE_CYCLE, ["cycle_id"])
        table.create_foreign_key(
            _CYCLE, "plug_cycles", ["cycle_id"], ["cycle_id"], ondelete="SET NULL"
        )
    _allow(_VERDICTS)


def downgrade() -> None:
    op.execute(f"DELETE FROM {_TABLE} WHERE verdict = 'power_cycling'")  # noqa: S608 - constants
    _allow(_FORMER_VERDICTS)
    with op.batch_alter_table(_TABLE) as table:
        table.drop_constraint(_CYCLE, type_="foreignkey")
        table.drop_constraint(_ONE_CYCLE, type_="unique")
        table.drop_column("cycle_id")


def _allow(verdicts: str) -> None:
    name = op.f("ck_recovery_decisions_verdict")
    with op.batch_alter_table(_TABLE) as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("verdict").in_(verdicts.split()))
