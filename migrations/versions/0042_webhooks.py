"""Webhooks: receivers of other programs, and the messages to them."""

import sqlalchemy as sa

from migrations.tables import (
    INSTANT,
    LONG_TEXT,
    create,
    drop,
    index,
    key,
    may,
    must,
    one_of,
    refers,
    unique,
)

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

_WORD = sa.String(32)
_KINDS = (
    "client.status_changed incident.opened incident.closed incident.acknowledged command.ended "
    "webhook.test"
)


def upgrade() -> None:
    create(
        "webhooks",
        *must(sa.Integer(), "id"),
        *must(sa.String(100), "name"),
        *must(sa.Text(), "access_encrypted"),
        *must(sa.String(300), "address_shown"),
        *must(sa.JSON(), "kinds"),
        *must(sa.Boolean(), "is_active"),
        *may(_WORD, "stop"),
        *may(INSTANT, "stopped_at failing_since former_until"),
        *may(sa.Integer(), "created_by"),
        *must(INSTANT, "created_at updated_at"),
        key("webhooks", "id"),
        refers("webhooks", "created_by", "users.id", on_delete="SET NULL"),
        one_of("webhooks", "stop", "gone failing"),
        sqlite_autoincrement=True,
    )
    create(
        "webhook_deliveries",
        *must(sa.Integer(), "id webhook_id"),
        *must(sa.String(40), "message_id"),
        *must(_WORD, "kind"),
        *must(LONG_TEXT, "body"),
        *must(_WORD, "state"),
        *must(INSTANT, "created_at next_at"),
        *must(sa.Integer(), "tries"),
        *may(sa.String(64), "claimed_by"),
        *may(INSTANT, "claimed_until tried_at"),
        *may(sa.Integer(), "status"),
        *may(sa.JSON(), "problem"),
        *may(sa.String(500), "answer"),
        *may(sa.Double(), "duration_seconds"),
        *may(INSTANT, "ended_at"),
        key("webhook_deliveries", "id"),
        unique("webhook_deliveries", "message_id"),
        refers("webhook_deliveries", "webhook_id", "webhooks.id", on_delete="CASCADE"),
        one_of("webhook_deliveries", "kind", _KINDS),
        one_of("webhook_deliveries", "state", "pending delivered failed"),
        sqlite_autoincrement=True,
    )
    index("webhook_deliveries", "due", "webhook_id", "state", "next_at")
    index("webhook_deliveries", "ended", "state", "ended_at")


def downgrade() -> None:
    drop("webhook_deliveries", "webhooks")
