"""Find files of a large library fast: by what their names say, by size and by time of change."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from migrations.tables import create, drop, index, key, must

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_SEARCHED = sa.String(255).with_variant(
    mysql.VARCHAR(255, collation="utf8mb4_bin"), "mysql", "mariadb"
)
_INDEXES = (
    "search_name id",
    "updated_at id",
    "size id",
    "media_type search_name",
    "expires_on id",
    "academic_period_id id",
    "folder_id search_name",
    "folder_id updated_at",
    "folder_id size",
    "folder_id media_type search_name",
)
_MEDIA = sa.table(
    "event_media",
    *(sa.column(name) for name in ["id", "name", "search_name", "size", "checksum_sha256"]),
)
_ROOM = sa.table("media_room", *(sa.column(name) for name in ["id", "file_count", "byte_count"]))


def upgrade() -> None:
    with op.batch_alter_table("event_media") as table:
        table.add_column(sa.Column("search_name", _SEARCHED, nullable=True))
    _fill_names()
    with op.batch_alter_table("event_media", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("search_name", existing_type=_SEARCHED, nullable=False)
        table.drop_index("ix_event_media_checksum_sha256")
        table.create_index("ix_event_media_content", ["checksum_sha256", "size"])
        for columns in _INDEXES:
            table.create_index(_index_name(columns), columns.split())
    index("events", "event_media_id", "event_media_id")
    _create_room()


def downgrade() -> None:
    drop("media_room")
    _keep_foreign_keys()
    op.drop_index("ix_events_event_media_id", "events")
    with op.batch_alter_table("event_media", table_kwargs={"sqlite_autoincrement": True}) as table:
        for columns in _INDEXES:
            table.drop_index(_index_name(columns))
        table.drop_index("ix_event_media_content")
        table.create_index("ix_event_media_checksum_sha256", ["checksum_sha256"])
        table.drop_column("search_name")


def _keep_foreign_keys() -> None:
    """Let foreign keys have indexes of their own again, which MariaDB asks for."""
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, column, target in (
        ("events", "event_media_id", "event_media"),
        ("event_media", "academic_period_id", "academic_periods"),
    ):
        name = f"fk_{table}_{column}_{target}"
        # It may be there from an earlier way back: an index that was asked for stays.
        op.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {table} ({column})")


def _index_name(columns: str) -> str:
    return f"ix_event_media_by_{'_'.join(columns.split())}".replace("_search_name", "_name")


def _fill_names() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_MEDIA.c.id, _MEDIA.c.name)).all():
        folded = unicodedata.normalize("NFKD", row.name.casefold())
        plain = "".join(one for one in folded if not unicodedata.combining(one))
        connection.execute(
            _MEDIA.update().where(_MEDIA.c.id == row.id).values(search_name=plain[:255])
        )


def _create_room() -> None:
    create(
        "media_room",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        *must(sa.BigInteger(), "file_count byte_count"),
        key("media_room", "id"),
    )
    connection = op.get_bind()
    contents = sa.select(sa.func.max(_MEDIA.c.size).label("size")).group_by(
        _MEDIA.c.checksum_sha256
    )
    total = sa.select(sa.func.coalesce(sa.func.sum(contents.subquery().c.size), 0))
    connection.execute(
        _ROOM.insert().values(
            id=1,
            file_count=connection.scalar(sa.select(sa.func.count()).select_from(_MEDIA)),
            byte_count=int(connection.scalar(total) or 0),
        )
    )
