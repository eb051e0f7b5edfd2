"""The library of media: folders, contents kept once, and how conversions go."""

import unicodedata
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

from migrations.tables import INSTANT, create, drop, index, key, may, must, refers, unique

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_PLACE = sa.String(640).with_variant(
    mysql.VARCHAR(640, collation="utf8mb4_bin"), "mysql", "mariadb"
)
_MEDIA = sa.table(
    "event_media",
    *(
        sa.column(name)
        for name in ["id", "name", "place", "size", "checksum_sha256", "file_path", "version"]
    ),
    sa.column("created_at", INSTANT),
    sa.column("updated_at", INSTANT),
)
_BIG = sa.BigInteger()
_TARGETS = "pdf thumbnail facts mp4"
_NO_CONTENT = "0" * 64
"""Stands for the content of a file that nobody has counted the bytes of."""


def upgrade() -> None:
    _create_folders()
    _add_columns()
    _fill_places()
    _demand_columns()
    _widen_conversions()


def downgrade() -> None:
    _narrow_conversions()
    with op.batch_alter_table("event_media") as table:
        table.add_column(sa.Column("file_path", sa.String(500), nullable=True))
    op.execute(
        _MEDIA.update().values(
            file_path=sa.func.concat("media/", sa.cast(_MEDIA.c.id, sa.String(20)))
            if op.get_bind().dialect.name != "sqlite"
            else sa.literal("media/") + sa.cast(_MEDIA.c.id, sa.String(20))
        )
    )
    with op.batch_alter_table("event_media") as table:
        table.drop_constraint("fk_event_media_folder_id_media_folders", type_="foreignkey")
        table.drop_index("ix_event_media_folder")
        table.drop_constraint("uq_event_media_place", type_="unique")
        table.alter_column("file_path", existing_type=sa.String(500), nullable=False)
        table.create_unique_constraint("uq_event_media_file_path", ["file_path"])
        table.alter_column("size", existing_type=sa.BigInteger(), type_=sa.Integer(), nullable=True)
        table.alter_column("checksum_sha256", existing_type=sa.String(64), nullable=True)
        for name in ("folder_id", "place", "version", "expires_on", "updated_at"):
            table.drop_column(name)
    drop("media_folders")


def _create_folders() -> None:
    create(
        "media_folders",
        *must(sa.Integer(), "id"),
        *may(sa.Integer(), "parent_id created_by"),
        *must(sa.String(255), "name"),
        *must(_PLACE, "place"),
        *must(INSTANT, "created_at"),
        key("media_folders", "id"),
        unique("media_folders", "place"),
        refers("media_folders", "parent_id", "media_folders.id", on_delete="RESTRICT"),
        refers("media_folders", "created_by", "users.id", on_delete="SET NULL"),
        sqlite_autoincrement=True,
    )
    index("media_folders", "parent_id", "parent_id")


def _add_columns() -> None:
    with op.batch_alter_table("event_media") as table:
        for column in (
            *may(sa.Integer(), "folder_id version"),
            *may(_PLACE, "place"),
            *may(sa.Date(), "expires_on"),
            *may(INSTANT, "updated_at"),
        ):
            table.add_column(column)


def _fill_places() -> None:
    """Put each file at the top, under a name that none of the others has."""
    connection = op.get_bind()
    taken: set[str] = set()
    for row in connection.execute(sa.select(_MEDIA)).all():
        place = f"0/{unicodedata.normalize('NFC', row.name).casefold()}"
        if place in taken:
            place = f"{place} ({row.id})"
        taken.add(place)
        connection.execute(
            _MEDIA.update()
            .where(_MEDIA.c.id == row.id)
            .values(
                place=place,
                size=row.size or 0,
                checksum_sha256=row.checksum_sha256 or _NO_CONTENT,
                version=1,
                updated_at=row.created_at or datetime(1970, 1, 1, tzinfo=UTC),
            )
        )


def _demand_columns() -> None:
    with op.batch_alter_table("event_media", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column(
            "size", existing_type=sa.Integer(), type_=sa.BigInteger(), nullable=False
        )
        table.alter_column("checksum_sha256", existing_type=sa.String(64), nullable=False)
        table.alter_column("version", existing_type=sa.Integer(), nullable=False)
        table.alter_column("place", existing_type=_PLACE, nullable=False)
        table.alter_column("updated_at", existing_type=INSTANT, nullable=False)
        table.drop_constraint("uq_event_media_file_path", type_="unique")
        table.drop_column("file_path")
        table.create_unique_constraint("uq_event_media_place", ["place"])
        table.create_foreign_key(
            "fk_event_media_folder_id_media_folders",
            "media_folders",
            ["folder_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_index("ix_event_media_folder", ["folder_id", "place"])


def _widen_conversions() -> None:
    with op.batch_alter_table("conversions") as table:
        table.alter_column(
            "target_format", existing_type=sa.String(10), type_=sa.String(32), nullable=False
        )
        for column in (
            *may(INSTANT, "claimed_until"),
            *may(sa.Integer(), "progress"),
            *may(sa.String(32), "failure"),
            *may(sa.JSON(), "warnings result"),
        ):
            table.add_column(column)
        rule = sa.column("target_format").in_(_TARGETS.split())
        table.create_check_constraint(op.f("ck_conversions_target_format"), rule)
        table.create_index("ix_conversions_waiting", ["status", "not_before_at"])


def _narrow_conversions() -> None:
    with op.batch_alter_table("conversions") as table:
        table.drop_index("ix_conversions_waiting")
        table.drop_constraint(op.f("ck_conversions_target_format"), type_="check")
        for name in ("claimed_until", "progress", "failure", "warnings", "result"):
            table.drop_column(name)
        table.alter_column(
            "target_format", existing_type=sa.String(32), type_=sa.String(10), nullable=False
        )
