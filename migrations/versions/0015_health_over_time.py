"""Players' health over time, and how jobs went."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, key, may, must, refers

revision = "0015"
down_revision = "0014"
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
    for column in _job_columns():
        op.add_column("job_runs", column)


def _job_columns() -> list[sa.Column[Any]]:
    return [
        *may(sa.Double(), "duration_seconds"),
        *may(sa.Integer(), "row_count"),
        *may(sa.String(500), "error"),
        *may(INSTANT, "succeeded_at next_at"),
    ]


def _figures(metric: str) -> list[sa.Column[float]]:
    values = may(sa.Double(), f"{metric}_min {metric}_mean {metric}_max")
    return [*values, *must(sa.Integer(), f"{metric}_count")]


def downgrade() -> None:
    for column in reversed(_job_columns()):
        op.drop_column("job_runs", column.name)
    drop(*_TABLES)
