"""The database's schema: which revision it has, and how it gets the newest one."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.migrate import current_revision, head_revision, upgrade


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


@dataclass(frozen=True, slots=True)
class SchemaView:
    """The database's revision beside the newest one that this program knows."""

    revision: str | None
    """None: nobody has created the tables yet."""
    head: str

    @property
    def is_current(self) -> bool:
        """Whether nothing has to be migrated."""
        return self.revision == self.head


def get_schema(engine: Engine) -> SchemaView:
    """Return the database's schema as it is now."""
    return SchemaView(current_revision(engine), _head())


def describe_database(session: Session) -> str:
    """Return kind and version of the database, such as `MariaDB 10.11.6`."""
    dialect = session.get_bind().dialect
    if dialect.name == "sqlite":
        return f"SQLite {session.scalar(select(func.sqlite_version()))}"
    return f"MariaDB {str(session.scalar(select(func.version()))).partition('-')[0]}"


@cache
def _head() -> str:
    return head_revision()
