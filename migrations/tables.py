"""Helpers with which migrations describe tables; past ones rely on them, so they never change."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeEngine

INSTANT = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")
"""UTC, to the microsecond."""
LONG_TEXT = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql", "mariadb")
LONG_BLOB = sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql", "mariadb")

_OPTIONS = {"engine": "InnoDB", "charset": "utf8mb4", "collate": "utf8mb4_unicode_ci"}


def create(table: str, *items: sa.schema.SchemaItem, **options: Any) -> None:  # noqa: ANN401 - dialect options
    """Create a table; on MariaDB with InnoDB and all of Unicode."""
    for option, value in _OPTIONS.items():
        options |= {f"mysql_{option}": value, f"mariadb_{option}": value}
    op.create_table(table, *items, **options)


def must(kind: TypeEngine[Any] | type[TypeEngine[Any]], names: str) -> list[sa.Column[Any]]:
    """Return columns that always hold a value; `names` are separated by spaces."""
    return [sa.Column(name, kind, nullable=False) for name in names.split()]


def may(kind: TypeEngine[Any] | type[TypeEngine[Any]], names: str) -> list[sa.Column[Any]]:
    """Return columns that may be empty; `names` are separated by spaces."""
    return [sa.Column(name, kind, nullable=True) for name in names.split()]


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """Return the primary key."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """Return a constraint that no two rows share these values."""
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def refers(table: str, column: str, target: str, *, on_delete: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key from `column` to `target` (`table.column`)."""
    name = f"fk_{table}_{column}_{target.partition('.')[0]}"
    return sa.ForeignKeyConstraint([column], [target], name=name, ondelete=on_delete)


def one_of(table: str, column: str, words: str) -> sa.CheckConstraint:
    """Return a constraint that the column holds one of these space-separated words."""
    return sa.CheckConstraint(
        sa.column(column).in_(words.split()), name=op.f(f"ck_{table}_{column}")
    )


def holds(table: str, name: str, condition: str | sa.ColumnElement[bool]) -> sa.CheckConstraint:
    """Return a constraint that every row meets the condition."""
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def drop(*tables: str) -> None:
    """Drop tables with their indexes, in this order."""
    for table in tables:
        op.drop_table(table)


def index(table: str, name: str, *columns: str) -> None:
    """Create the index `ix_<table>_<name>`."""
    op.create_index(f"ix_{table}_{name}", table, list(columns))
