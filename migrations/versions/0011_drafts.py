"""What people were typing when their session ended, and why it did."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, must, one_of, refers

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "form_drafts",
        *must(sa.Integer(), "user_id"),
        *must(sa.String(32), "form"),
        *must(sa.JSON(), "content"),
        *must(INSTANT, "saved_at"),
        key("form_drafts", "user_id", "form"),
        refers("form_drafts", "user_id", "users.id", on_delete="CASCADE"),
    )
    index("form_drafts", "saved_at", "saved_at")
    create(
        "ended_sessions",
        *must(sa.String(64), "token_hash"),
        *must(sa.String(32), "cause"),
        *must(INSTANT, "ended_at"),
        key("ended_sessions", "token_hash"),
        one_of(
            "ended_sessions", "cause", "idle expired signed_out password_changed deactivated over"
        ),
    )
    index("ended_sessions", "ended_at", "ended_at")


def downgrade() -> None:
    drop("ended_sessions", "form_drafts")
