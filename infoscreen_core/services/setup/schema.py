"""The database's schema: which revision it has, and how it gets the newest one."""

from dataclasses import dataclass

from sqlalchemy import Engine

from infoscreen_core.db.migrate import current_revision, upgrade


@dataclass(frozen=True, slots=True)
class SchemaUpgrade:
    """From which revision to which; both are the same where there was nothing to do."""

    before: str | None
    """None: the database was empty."""
    after: str | None


def upgrade_schema(engine: Engine) -> SchemaUpgrade:
    """Bring the database to the newest schema; programs that start together wait for each other.

    It commits by itself: changes of tables and changes of contents do not share a transaction.
    """
    before = current_revision(engine)
    upgrade(engine)
    return SchemaUpgrade(before, current_revision(engine))
