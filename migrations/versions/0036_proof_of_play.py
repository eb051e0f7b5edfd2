"""Proof of play: files as they were published, events that pictures show, and sums by day."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, refers

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

_NAME = sa.String(255)


def upgrade() -> None:
    create(
        "published_files",
        *must(sa.Integer(), "id event_id position"),
        *may(sa.Integer(), "media_id"),
        *may(_NAME, "name"),
        *may(sa.String(64), "checksum_sha256"),
        *must(INSTANT, "began_at"),
        *may(INSTANT, "ended_at"),
        key("published_files", "id"),
    )
    index("published_files", "event", "event_id", "began_at")
    index("published_files", "media", "media_id", "began_at")
    index("published_files", "end", "ended_at")
    create(
        "pictured_events",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "client_uuid"),
        *must(INSTANT, "at"),
        *must(sa.Integer(), "event_id"),
        key("pictured_events", "id"),
        refers("pictured_events", "client_uuid", "clients.uuid", on_delete="CASCADE"),
    )
    index("pictured_events", "client", "client_uuid", "at", "event_id")
    index("pictured_events", "time", "at")
    create(
        "play_days",
        *must(sa.Date(), "day"),
        *must(sa.Integer(), "group_id event_id media_id"),
        *may(_NAME, "name"),
        *must(sa.Integer(), "seen_seconds reported_seconds unknown_seconds screens plays"),
        key("play_days", "day", "group_id", "event_id", "media_id"),
        sqlite_with_rowid=False,
    )
    index("play_days", "event", "event_id", "day")
    index("play_days", "media", "media_id", "day")


def downgrade() -> None:
    drop("play_days", "pictured_events", "published_files")
