"""Players' health over time."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, key, may, must, refers

revision = "0015"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = "client_health", "client_health_hours"
_METRICS = "cpu", "memory", "temperature", "disk"


def upgrade() -> None:
    for table in _TABLES:
        create(
            table,
            *must(sa.String(36), "client_uuid"),
            *must(INSTANT, "at"),
            *(column for metric in _METRICS for column in _figures(metric)),
            *must(sa.Integer(), "reconnects"),
            key(table, "client_uuid", "at"),
            refers(table, "client_uuid", "clients.uuid", on_delete="CASCADE"),
            sqlite_with_rowid=False,
        )


def _figures(metric: str) -> list[sa.Column[float]]:
    values = may(sa.Double(), f"{metric}_min {metric}_mean {metric}_max")
    return [*values, *must(sa.Integer(), f"{metric}_count")]


def downgrade() -> None:
    drop(*_TABLES)
