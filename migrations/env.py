"""Alembic's entry: one history for SQLite and MariaDB, on the caller's connection if given."""

from alembic import context
from sqlalchemy import Connection

from infoscreen_core.db.base import Base
from infoscreen_core.db.engine import make_engine
from infoscreen_core.db.models import Client  # noqa: F401 - importing one model registers them all
from infoscreen_core.settings import load_settings


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        _migrate(connection)
        return
    with make_engine(load_settings().database_url).begin() as own:
        _migrate(own)


_run()
