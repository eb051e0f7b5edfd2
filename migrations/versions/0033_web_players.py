"""Browsers as screens: their addresses, and the box for what they say."""

import sqlalchemy as sa

from migrations.tables import (
    INSTANT,
    LONG_BLOB,
    create,
    drop,
    index,
    key,
    may,
    must,
    refers,
    unique,
)

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "web_players",
        *must(sa.String(36), "client_uuid"),
        *may(sa.String(64), "token_hash"),
        *may(sa.Integer(), "created_by"),
        *must(INSTANT, "created_at"),
        *may(INSTANT, "revoked_at"),
        key("web_players", "client_uuid"),
        unique("web_players", "token_hash"),
        refers("web_players", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("web_players", "created_by", "users.id", on_delete="SET NULL"),
    )
    create(
        "web_player_messages",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "client_uuid"),
        *must(sa.String(64), "topic"),
        *must(LONG_BLOB, "payload"),
        *must(INSTANT, "received_at"),
        key("web_player_messages", "id"),
        refers("web_player_messages", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        sqlite_autoincrement=True,
    )
    index("web_player_messages", "of", "client_uuid", "topic")


def downgrade() -> None:
    drop("web_player_messages", "web_players")
