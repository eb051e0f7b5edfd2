"""Know people whom an identity provider signs in."""

import sqlalchemy as sa

from migrations.tables import INSTANT, create, drop, index, key, must, refers, unique

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    create(
        "user_identities",
        *must(sa.Integer(), "id user_id"),
        *must(sa.String(255), "issuer subject"),
        *must(INSTANT, "linked_at"),
        key("user_identities", "id"),
        unique("user_identities", "issuer", "subject"),
        refers("user_identities", "user_id", "users.id", on_delete="CASCADE"),
    )
    index("user_identities", "user_id", "user_id")


def downgrade() -> None:
    drop("user_identities")
