"""Find files that meet a filter in indexes alone, and those whose conversion failed at once."""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_FILTERED = ("search_name", "media_type", "expires_on", "academic_period_id")
"""What search and filters ask for beside the order."""
_ORDERS = {
    "name": ("search_name", "id"),
    "updated_at": ("updated_at", "id"),
    "size": ("size", "id"),
}


def upgrade() -> None:
    for name, columns in _ORDERS.items():
        every = dict.fromkeys((*columns, *_FILTERED))
        op.create_index(f"ix_event_media_list_{name}", "event_media", list(every))
        op.drop_index(f"ix_event_media_by_{name}_id", "event_media")
    op.create_index("ix_conversions_by_status", "conversions", ["status", "media_id", "file_hash"])


def downgrade() -> None:
    op.drop_index("ix_conversions_by_status", "conversions")
    for name, columns in _ORDERS.items():
        op.create_index(f"ix_event_media_by_{name}_id", "event_media", list(columns))
        op.drop_index(f"ix_event_media_list_{name}", "event_media")
