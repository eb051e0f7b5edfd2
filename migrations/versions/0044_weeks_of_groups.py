"""The sums of each group's week, so that charts over years read a row for each of them."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import create, drop, index, key, may, must, refers

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_TABLE = "group_weeks"
_COUNTED = ("up_seconds", "down_seconds", "unknown_seconds", "outages")
_OFF = tuple(f"off_{name}" for name in _COUNTED)
_SUMS = (*_COUNTED, *_OFF)


def upgrade() -> None:
    create(
        _TABLE,
        *must(sa.Integer(), "id"),
        *must(sa.Date(), "monday"),
        *may(sa.Integer(), "group_id"),
        *must(sa.BigInteger(), " ".join(_SUMS)),
        key(_TABLE, "id"),
        refers(_TABLE, "group_id", "client_groups.id", on_delete="SET NULL"),
    )
    index(_TABLE, "monday", "monday", "group_id")
    sums = ", ".join(f"SUM({name})" for name in _SUMS)
    op.execute(
        f"INSERT INTO {_TABLE} (monday, group_id, {', '.join(_SUMS)}) "  # noqa: S608 - our own words
        f"SELECT monday, group_id, {sums} FROM client_weeks GROUP BY monday, group_id"
    )


def downgrade() -> None:
    drop(_TABLE)
