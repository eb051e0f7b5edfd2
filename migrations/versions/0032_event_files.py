"""Presentations of several files: those that follow an event's first one, in order."""

import sqlalchemy as sa

from migrations.tables import create, drop, index, key, must, refers

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "event_files",
        sa.Column("event_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        *must(sa.Integer(), "media_id"),
        key("event_files", "event_id", "position"),
        refers("event_files", "event_id", "events.id", on_delete="CASCADE"),
        refers("event_files", "media_id", "event_media.id", on_delete="RESTRICT"),
        sqlite_with_rowid=False,
    )
    index("event_files", "media_id", "media_id")


def downgrade() -> None:
    drop("event_files")
