"""Figures by week: added up from indexes alone, and in the order of weeks on SQLite, too."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import create, drop, index, key, may, must, refers

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_TABLE = "client_weeks"
_BEFORE = f"{_TABLE}_before"
_COUNTED = ("up_seconds", "down_seconds", "unknown_seconds", "outages")
_OFF = tuple(f"off_{name}" for name in _COUNTED)
_COLUMNS = ", ".join(("monday", "client_uuid", "group_id", *_COUNTED, *_OFF))
_DOWN = ("client_uuid", "monday", "down_seconds", "off_down_seconds")


def upgrade() -> None:
    _rebuild(has_rowid=False)
    index(_TABLE, "sums", "monday", "group_id", *_COUNTED, *_OFF)
    index(_TABLE, "down", *_DOWN)
    _drop_indexes("group", "client")


def downgrade() -> None:
    _rebuild(has_rowid=True)
    index(_TABLE, "group", "monday", "group_id")
    index(_TABLE, "client", "client_uuid")  # before the other goes: a foreign key needs one of them
    _drop_indexes("sums", "down")


def _drop_indexes(*names: str) -> None:
    if op.get_bind().dialect.name != "sqlite":  # where they went with the table
        for name in names:
            op.drop_index(f"ix_{_TABLE}_{name}", _TABLE)


def _rebuild(*, has_rowid: bool) -> None:
    # MariaDB's tables always lie in the order of their primary key.
    if op.get_bind().dialect.name != "sqlite":
        return
    op.rename_table(_TABLE, _BEFORE)
    create(
        _TABLE,
        *must(sa.Date(), "monday"),
        *must(sa.String(36), "client_uuid"),
        *may(sa.Integer(), "group_id"),
        *must(sa.Integer(), " ".join(_COUNTED)),
        *(sa.Column(name, sa.Integer(), nullable=False, server_default="0") for name in _OFF),
        key(_TABLE, "monday", "client_uuid"),
        refers(_TABLE, "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers(_TABLE, "group_id", "client_groups.id", on_delete="SET NULL"),
        sqlite_with_rowid=has_rowid,
    )
    op.execute(
        f"INSERT INTO {_TABLE} ({_COLUMNS}) SELECT {_COLUMNS} FROM {_BEFORE} "  # noqa: S608 - our own words
        "ORDER BY monday, client_uuid"
    )
    drop(_BEFORE)
