"""Whether the database has the schema that this program was written for."""

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Engine

from infoscreen_core.db import migrate


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
    return SchemaView(migrate.current_revision(engine), _head())


@cache
def _head() -> str:
    return migrate.head_revision()
