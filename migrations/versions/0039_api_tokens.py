"""Keys with which people's scripts call the HTTP API."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers, unique

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "api_tokens",
        *must(sa.Integer(), "id user_id"),
        *must(sa.String(60), "name"),
        *must(sa.String(32), "scope"),
        *must(sa.String(64), "token_hash"),
        *must(sa.String(8), "hint"),
        *must(INSTANT, "created_at expires_at"),
        *may(INSTANT, "last_used_at"),
        *may(sa.String(45), "last_used_address"),
        key("api_tokens", "id"),
        unique("api_tokens", "token_hash"),
        refers("api_tokens", "user_id", "users.id", on_delete="CASCADE"),
        one_of("api_tokens", "scope", "read write"),
        sqlite_autoincrement=True,
    )
    index("api_tokens", "user_id", "user_id")


def downgrade() -> None:
    drop("api_tokens")
