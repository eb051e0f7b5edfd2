"""Counted log lines: by hour, level and player, and by families of messages; old ones as well."""

from collections import defaultdict
from typing import Final

import sqlalchemy as sa
from alembic import op

# A family is computed from its line. Lines that are stored now get what the programs of today
# compute, not what those of the day of this file did: else families would not meet.
from infoscreen_core.domain.monitoring.logs.families import LogFamily, family_of
from infoscreen_core.domain.screens.player import LogLevel
from migrations.tables import INSTANT, create, drop, index, key, must, refers

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_UUID = sa.String(36)
_LEVEL = sa.String(8)
_PORTION: Final = 5_000
_EPOCH_HOUR: Final = {
    "sqlite": "CAST(strftime('%s', ordered_at) AS INTEGER) / 3600",
    "mysql": "TIMESTAMPDIFF(SECOND, '1970-01-01', ordered_at) DIV 3600",
}


def upgrade() -> None:
    op.add_column("client_logs", sa.Column("family_id", sa.BigInteger(), nullable=True))
    _create_counts()
    _create_families()
    _sort_into_families()
    _count()
    index("client_logs", "family", "family_id", "ordered_at")


def downgrade() -> None:
    op.drop_index("ix_client_logs_family", "client_logs")
    op.drop_column("client_logs", "family_id")
    drop("log_family_clients", "log_family_hours", "log_families", "log_hours", "log_counts")


def _create_counts() -> None:
    create(
        "log_counts",
        *must(_UUID, "client_uuid"),
        *must(sa.Integer(), "hour"),
        *must(_LEVEL, "level"),
        *must(sa.Integer(), "line_count"),
        key("log_counts", "client_uuid", "hour", "level"),
        refers("log_counts", "client_uuid", "clients.uuid", on_delete="CASCADE"),
    )
    index("log_counts", "hour", "hour")
    create(
        "log_hours",
        *must(sa.Integer(), "hour"),
        *must(_LEVEL, "level"),
        *must(sa.Integer(), "line_count"),
        key("log_hours", "hour", "level"),
    )


def _create_families() -> None:
    create(
        "log_families",
        *must(sa.BigInteger(), "id"),
        *must(_LEVEL, "level"),
        *must(sa.String(200), "shape"),
        *must(INSTANT, "first_at last_at"),
        key("log_families", "id"),
    )
    index("log_families", "last_at", "last_at")
    create(
        "log_family_hours",
        *must(sa.BigInteger(), "family_id"),
        *must(sa.Integer(), "hour line_count"),
        key("log_family_hours", "family_id", "hour"),
        refers("log_family_hours", "family_id", "log_families.id", on_delete="CASCADE"),
    )
    index("log_family_hours", "hour", "hour")
    create(
        "log_family_clients",
        *must(sa.BigInteger(), "family_id"),
        *must(_UUID, "client_uuid"),
        *must(INSTANT, "first_at last_at"),
        key("log_family_clients", "family_id", "client_uuid"),
        refers("log_family_clients", "family_id", "log_families.id", on_delete="CASCADE"),
        refers("log_family_clients", "client_uuid", "clients.uuid", on_delete="CASCADE"),
    )
    index("log_family_clients", "client_uuid", "client_uuid")


def _sort_into_families() -> None:
    connection, known, last = op.get_bind(), dict[int, LogFamily](), 0
    portion = sa.text(
        "SELECT id, level, message FROM client_logs WHERE id > :last ORDER BY id LIMIT :portion"
    )
    while rows := connection.execute(portion, {"last": last, "portion": _PORTION}).all():
        last = rows[-1].id
        members = defaultdict[int, list[int]](list)
        for row in rows:
            family = family_of(LogLevel(row.level), row.message)
            known[family.id] = family
            members[family.id].append(row.id)
        for family_id, ids in members.items():
            _join(connection, family_id, ids)
    _store_families(connection, known)


def _join(connection: sa.Connection, family_id: int, ids: list[int]) -> None:
    update = sa.text("UPDATE client_logs SET family_id = :family WHERE id IN :ids")
    update = update.bindparams(sa.bindparam("ids", expanding=True))
    for start in range(0, len(ids), 500):
        connection.execute(update, {"family": family_id, "ids": ids[start : start + 500]})


def _store_families(connection: sa.Connection, families: dict[int, LogFamily]) -> None:
    connection.execute(
        sa.text(
            "CREATE TEMPORARY TABLE new_families "
            "(id BIGINT PRIMARY KEY, level VARCHAR(8), shape VARCHAR(200))"
            + (" DEFAULT CHARSET utf8mb4" if connection.dialect.name != "sqlite" else "")
        )
    )
    if families:
        connection.execute(
            sa.text("INSERT INTO new_families VALUES (:id, :level, :shape)"),
            [
                {"id": one.id, "level": one.level.value, "shape": one.shape}
                for one in families.values()
            ],
        )
    connection.execute(
        sa.text(
            "INSERT INTO log_families (id, level, shape, first_at, last_at) "
            "SELECT f.id, f.level, f.shape, MIN(l.ordered_at), MAX(l.ordered_at) "
            "FROM new_families f JOIN client_logs l ON l.family_id = f.id "
            "GROUP BY f.id, f.level, f.shape"
        )
    )
    connection.execute(sa.text("DROP TABLE new_families"))


def _count() -> None:
    hour = _EPOCH_HOUR["sqlite" if op.get_bind().dialect.name == "sqlite" else "mysql"]
    lines = f"(SELECT client_uuid, level, family_id, ordered_at, {hour} AS hour FROM client_logs) l"  # noqa: S608 - our own words
    for table, columns, figures, source in (
        ("log_counts", "client_uuid, hour, level", "COUNT(*)", lines),
        ("log_hours", "hour, level", "SUM(line_count)", "log_counts"),
        ("log_family_hours", "family_id, hour", "COUNT(*)", lines),
        ("log_family_clients", "family_id, client_uuid", "MIN(ordered_at), MAX(ordered_at)", lines),
    ):
        op.execute(
            f"INSERT INTO {table} SELECT {columns}, {figures} FROM {source} GROUP BY {columns}"  # noqa: S608
        )
