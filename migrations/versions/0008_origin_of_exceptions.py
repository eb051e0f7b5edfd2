"""Who took an occurrence out of its series, a person or a calendar file; and where an event is."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import may, one_of

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHECK = "ck_event_exceptions_source"


def upgrade() -> None:
    for column in may(sa.String(255), "location"):
        op.add_column("events", column)
    _add_source()
    op.execute("UPDATE event_exceptions SET source = 'person' WHERE kind <> 'holiday'")
    _find_those_of_files()


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(_CHECK), "event_exceptions", type_="check")
    op.drop_column("event_exceptions", "source")
    op.drop_column("events", "location")


def _add_source() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # SQLite takes a check together with its column, but not later.
        op.execute(
            f"ALTER TABLE event_exceptions ADD COLUMN source VARCHAR(32) CONSTRAINT {_CHECK} "
            "CHECK (source IN ('person', 'file'))"
        )
        return
    for column in may(sa.String(32), "source"):
        op.add_column("event_exceptions", column)
    check = one_of("event_exceptions", "source", "person file")
    op.create_check_constraint(op.f(_CHECK), "event_exceptions", check.sqltext)


def _find_those_of_files() -> None:
    """Mark what an import made beyond doubt; all else stays a person's, and is never lost.

    The import that brings a series skips its occurrences in the same instant. It stores a changed
    occurrence with its UID and never writes it again, so in any other version a person changed it.
    """
    op.execute(
        "UPDATE event_exceptions SET source = 'file' WHERE kind = 'skipped' AND EXISTS ("
        "SELECT 1 FROM events WHERE events.id = event_exceptions.event_id"
        " AND events.ical_uid IS NOT NULL AND events.created_at = event_exceptions.created_at)"
    )
    op.execute(
        "UPDATE event_exceptions SET source = 'file' WHERE kind = 'detached' AND EXISTS ("
        "SELECT 1 FROM events WHERE events.id = event_exceptions.detached_event_id"
        " AND events.ical_uid IS NOT NULL AND events.version = 1)"
    )
