"""Requests that are done once, however often they are sent."""

import sqlalchemy as sa

from migrations.tables import INSTANT, LONG_TEXT, create, drop, index, key, may, must

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "idempotent_requests",
        *must(sa.String(64), "id fingerprint"),
        *must(INSTANT, "begun_at"),
        *may(sa.Integer(), "status"),
        *may(sa.String(100), "media_type"),
        *may(LONG_TEXT, "body_encrypted"),
        key("idempotent_requests", "id"),
    )
    index("idempotent_requests", "begun_at", "begun_at")


def downgrade() -> None:
    drop("idempotent_requests")
