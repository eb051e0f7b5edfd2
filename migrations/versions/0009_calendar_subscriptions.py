"""Calendars of other programs that are read again every so often, and what events they hold."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _subscriptions()
    create(
        "subscribed_events",
        *must(sa.Integer(), "event_id subscription_id"),
        *must(sa.String(64), "content_digest"),
        key("subscribed_events", "event_id"),
        refers("subscribed_events", "event_id", "events.id", on_delete="CASCADE"),
        refers(
            "subscribed_events", "subscription_id", "calendar_subscriptions.id", on_delete="CASCADE"
        ),
    )
    index("subscribed_events", "subscription_id", "subscription_id")


def downgrade() -> None:
    drop("subscribed_events", "calendar_subscriptions")


def _subscriptions() -> None:
    name = "calendar_subscriptions"
    create(
        name,
        *must(sa.Integer(), "id group_id"),
        *must(sa.String(100), "name"),
        *must(sa.Text(), "access_encrypted"),
        *must(sa.String(300), "address_shown"),
        *must(sa.Boolean(), "has_login"),
        *must(sa.Integer(), "interval_minutes"),
        *must(sa.Boolean(), "is_active"),
        *may(sa.String(32), "event_type"),
        *must(sa.Boolean(), "takes_private"),
        *may(sa.String(255), "etag last_modified"),
        *may(sa.String(64), "body_digest"),
        *may(INSTANT, "removal_held_at"),
        *must(INSTANT, "next_check_at"),
        *may(INSTANT, "last_checked_at last_success_at last_changed_at"),
        *must(sa.Integer(), "failures"),
        *may(sa.JSON(), "last_result"),
        *may(sa.String(64), "claimed_by"),
        *may(INSTANT, "claimed_until"),
        *may(sa.Integer(), "created_by"),
        *must(INSTANT, "created_at"),
        *must(sa.Integer(), "version"),
        key(name, "id"),
        refers(name, "group_id", "client_groups.id", on_delete="CASCADE"),
        refers(name, "created_by", "users.id", on_delete="SET NULL"),
        one_of(name, "event_type", "presentation website webuntis video message other"),
        sqlite_autoincrement=True,
    )
    index(name, "due", "is_active", "next_check_at")
    index(name, "group_id", "group_id")
