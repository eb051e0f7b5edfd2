"""The second factor: authenticator apps, recovery codes, and the time between password and code."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, may, must, refers

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "second_factors",
        sa.Column("user_id", sa.Integer(), nullable=False, autoincrement=False),
        *must(sa.String(255), "secret_encrypted"),
        *must(INSTANT, "created_at"),
        *may(INSTANT, "confirmed_at"),
        *may(sa.BigInteger(), "last_step"),
        *must(sa.Integer(), "failures"),
        *may(INSTANT, "paused_until"),
        key("second_factors", "user_id"),
        refers("second_factors", "user_id", "users.id", on_delete="CASCADE"),
    )
    create(
        "recovery_codes",
        sa.Column("user_id", sa.Integer(), nullable=False, autoincrement=False),
        *must(sa.String(64), "code_hash"),
        key("recovery_codes", "user_id", "code_hash"),
        refers("recovery_codes", "user_id", "users.id", on_delete="CASCADE"),
    )
    create(
        "sign_in_steps",
        *must(sa.String(64), "token_hash"),
        *must(sa.Integer(), "user_id"),
        *must(INSTANT, "created_at"),
        key("sign_in_steps", "token_hash"),
        refers("sign_in_steps", "user_id", "users.id", on_delete="CASCADE"),
    )
    for column in ("user_id", "created_at"):
        index("sign_in_steps", column, column)


def downgrade() -> None:
    drop("sign_in_steps", "recovery_codes", "second_factors")
