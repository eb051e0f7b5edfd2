"""More about people: names, mail, themes, who made them; where they signed in before."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from migrations.tables import INSTANT, create, drop, key, may, must, one_of, refers

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_SEARCHED = sa.String(512).with_variant(
    mysql.VARCHAR(512, collation="utf8mb4_bin"), "mysql", "mariadb"
)
_THEME = "ck_users_ui_theme"
_FORMER_ENDS = "idle expired signed_out password_changed deactivated over"
_ENDS = "idle expired signed_out password_changed deactivated ended deleted over"
_USERS = sa.table("users", *(sa.column(name) for name in ["id", "username", "search_text"]))


def upgrade() -> None:
    for column in (
        *may(sa.String(100), "display_name"),
        *may(sa.String(254), "email"),
        *may(INSTANT, "password_given_at"),
        *may(_SEARCHED, "search_text"),
        *may(sa.Integer(), "created_by updated_by"),
    ):
        op.add_column("users", column)
    _add_theme()
    _fill_search()
    op.create_index("ix_users_by_name", "users", ["search_text", "id"])
    _add_origins()
    _allow(_ENDS)


def downgrade() -> None:
    op.execute("UPDATE ended_sessions SET cause = 'signed_out' WHERE cause = 'ended'")
    op.execute("UPDATE ended_sessions SET cause = 'deactivated' WHERE cause = 'deleted'")
    _allow(_FORMER_ENDS)
    drop("known_origins")
    with op.batch_alter_table("login_failures") as table:
        table.drop_index("ix_login_failures_device")
        table.drop_constraint(op.f("ck_login_failures_standing"), type_="check")
        table.drop_column("device")
        table.drop_column("standing")
    op.drop_index("ix_users_by_name", "users")
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f(_THEME), "users", type_="check")
    for name in (
        *("updated_by", "created_by", "ui_theme", "search_text"),
        *("password_given_at", "email", "display_name"),
    ):
        op.drop_column("users", name)


def _add_theme() -> None:
    # SQLite takes a constraint together with its column, but not later; and making the table anew
    # would end every session there, since these go with their user's row.
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"ALTER TABLE users ADD COLUMN ui_theme VARCHAR(32) CONSTRAINT {_THEME} "
            "CHECK (ui_theme IN ('light', 'dark'))"
        )
        return
    for column in may(sa.String(32), "ui_theme"):
        op.add_column("users", column)
    check = one_of("users", "ui_theme", "light dark")
    op.create_check_constraint(op.f(_THEME), "users", check.sqltext)


def _fill_search() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_USERS.c.id, _USERS.c.username)).all():
        folded = unicodedata.normalize("NFKD", row.username.casefold())
        plain = "".join(one for one in folded if not unicodedata.combining(one))
        connection.execute(
            _USERS.update().where(_USERS.c.id == row.id).values(search_text=plain[:512])
        )


def _add_origins() -> None:
    create(
        "known_origins",
        *must(sa.Integer(), "user_id"),
        *must(sa.String(32), "kind"),
        *must(sa.String(64), "mark"),
        *must(INSTANT, "first_seen_at last_seen_at"),
        key("known_origins", "user_id", "kind", "mark"),
        refers("known_origins", "user_id", "users.id", on_delete="CASCADE"),
        one_of("known_origins", "kind", "device address"),
    )
    op.create_index("ix_known_origins_last_seen_at", "known_origins", ["last_seen_at"])
    with op.batch_alter_table("login_failures") as table:
        for column in (*may(sa.String(32), "standing"), *may(sa.String(64), "device")):
            table.add_column(column)
    op.execute("UPDATE login_failures SET standing = 'stranger'")
    with op.batch_alter_table("login_failures") as table:
        table.alter_column("standing", existing_type=sa.String(32), nullable=False)
        table.create_check_constraint(
            op.f("ck_login_failures_standing"),
            sa.column("standing").in_(["stranger", "address", "device"]),
        )
        table.create_index("ix_login_failures_device", ["device", "at"])


def _allow(ends: str) -> None:
    name = op.f("ck_ended_sessions_cause")
    with op.batch_alter_table("ended_sessions") as table:
        table.drop_constraint(name, type_="check")
        table.create_check_constraint(name, sa.column("cause").in_(ends.split()))
