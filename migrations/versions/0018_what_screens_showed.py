"""What was published for groups, and whether their screens showed it."""

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_WORD = sa.String(32)
_TITLE = sa.String(200)
_STATES = "behind unknown as_planned"
_REASONS = (
    "reported pictured nothing_planned off_on_purpose other_event shows_nothing outlasts_plan "
    "not_running black frozen tv_off offline not_yet not_reported picture_stale unassigned "
    "not_published out_of_service blind not_judged"
)
_INTEGERS = "planned_event_id shown_event_id said_event_id judged_group_id"
_INSTANTS = "content_since said_since"


def upgrade() -> None:
    create(
        "published_lists",
        *must(sa.Integer(), "id group_id"),
        *must(INSTANT, "began_at"),
        *may(INSTANT, "ended_at"),
        *must(sa.JSON(), "events"),
        key("published_lists", "id"),
        refers("published_lists", "group_id", "client_groups.id", on_delete="CASCADE"),
    )
    index("published_lists", "group", "group_id", "began_at")
    index("published_lists", "end", "ended_at", "group_id")
    create(
        "client_content_changes",
        *must(sa.Integer(), "id"),
        *must(sa.String(36), "client_uuid"),
        *must(INSTANT, "at"),
        *may(_WORD, "state"),
        *must(_WORD, "reason"),
        *may(sa.Integer(), "planned_event_id"),
        *may(_TITLE, "planned_title"),
        *may(sa.Integer(), "shown_event_id"),
        *may(_TITLE, "shown_title"),
        key("client_content_changes", "id"),
        refers("client_content_changes", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        one_of("client_content_changes", "state", _STATES),
        one_of("client_content_changes", "reason", _REASONS),
    )
    index("client_content_changes", "client", "client_uuid", "at")
    index("client_content_changes", "time", "at")
    with op.batch_alter_table("client_statuses") as table:
        for column in (
            *may(_WORD, "content content_reason"),
            *may(INSTANT, _INSTANTS),
            *may(sa.Integer(), _INTEGERS),
        ):
            table.add_column(column)
        for name, words in (("content", _STATES), ("content_reason", _REASONS)):
            rule = sa.column(name).in_(words.split())
            table.create_check_constraint(op.f(f"ck_client_statuses_{name}"), rule)


def downgrade() -> None:
    with op.batch_alter_table("client_statuses") as table:
        for name in ("content", "content_reason"):
            table.drop_constraint(op.f(f"ck_client_statuses_{name}"), type_="check")
        for name in f"content content_reason {_INSTANTS} {_INTEGERS}".split():
            table.drop_column(name)
    drop("client_content_changes", "published_lists")
