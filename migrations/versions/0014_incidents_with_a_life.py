"""Incidents that are kept when they end, of several kinds; what is needed to tell some of them."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from migrations.tables import INSTANT, create, drop, index, key, may, must, one_of, refers, unique

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_WORD = sa.String(32)
_NAME = sa.String(64)
_KINDS = (
    "outage silent process_crashed service_failed screen_black screen_frozen wrong_content "
    "picture_stale duplicate_id restart_storm hot processor_busy disk_nearly_full clock_wrong"
)
_NEW = sa.table(
    "incidents",
    sa.column("kind", _WORD),
    sa.column("client_uuid", sa.String(36)),
    sa.column("group_id", sa.Integer()),
    sa.column("opened_at", INSTANT),
    sa.column("closed_at", INSTANT),
    sa.column("acknowledged_at", INSTANT),
    sa.column("acknowledged_by", sa.Integer()),
    sa.column("acknowledged_name", _NAME),
    sa.column("note", sa.String(500)),
    sa.column("open_key", sa.String(80)),
)
_OLD = sa.table(
    "incidents",
    sa.column("client_uuid", sa.String(36)),
    sa.column("began_at", INSTANT),
    sa.column("taken_at", INSTANT),
    sa.column("taken_by", sa.Integer()),
    sa.column("taken_name", _NAME),
    sa.column("note", sa.String(500)),
)
_CLIENTS = sa.table(
    "clients",
    sa.column("uuid", sa.String(36)),
    sa.column("group_id", sa.Integer()),
    sa.column("registration_time", INSTANT),
    sa.column("last_alive", INSTANT),
    sa.column("process_status", _WORD),
    sa.column("service_failed_at", INSTANT),
    sa.column("screen_health_status", _WORD),
)


def upgrade() -> None:
    rows = [_carried(row) for row in op.get_bind().execute(_with_clients()).mappings()]
    drop("incidents")
    _create()
    if rows:
        op.bulk_insert(_NEW, rows)
    for column in (*may(_NAME, "boot_id boot_id_before"), *may(INSTANT, "boot_returned_at")):
        op.add_column("client_statuses", column)
    op.add_column("clients", *may(INSTANT, "last_screenshot_captured_at"))


def downgrade() -> None:
    is_open = _NEW.c.closed_at.is_(None) & _NEW.c.client_uuid.is_not(None)
    query = sa.select(_NEW).where(is_open).order_by(_NEW.c.opened_at.desc())
    found = op.get_bind().execute(query).mappings().all()
    oldest = {row["client_uuid"]: row for row in found}
    op.drop_column("clients", "last_screenshot_captured_at")
    for column in ("boot_returned_at", "boot_id_before", "boot_id"):
        op.drop_column("client_statuses", column)
    drop("incident_conditions", "incidents")
    _create_former()
    if oldest:
        op.bulk_insert(_OLD, [_former(row) for row in oldest.values()])


def _create() -> None:
    create(
        "incidents",
        *must(sa.Integer(), "id"),
        *must(_WORD, "kind"),
        *may(sa.String(36), "client_uuid"),
        *may(sa.Integer(), "group_id"),
        *must(INSTANT, "opened_at"),
        *may(INSTANT, "closed_at"),
        *may(sa.Integer(), "closed_by"),
        *may(_NAME, "closed_name"),
        *may(INSTANT, "acknowledged_at"),
        *may(sa.Integer(), "acknowledged_by"),
        *may(_NAME, "acknowledged_name"),
        *may(sa.String(500), "note"),
        *may(sa.Integer(), "outage_id"),
        *may(sa.JSON(), "evidence"),
        *may(sa.String(80), "open_key"),
        key("incidents", "id"),
        refers("incidents", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("incidents", "group_id", "client_groups.id", on_delete="SET NULL"),
        refers("incidents", "closed_by", "users.id", on_delete="SET NULL"),
        refers("incidents", "acknowledged_by", "users.id", on_delete="SET NULL"),
        refers("incidents", "outage_id", "incidents.id", on_delete="SET NULL"),
        one_of("incidents", "kind", _KINDS),
        unique("incidents", "open_key"),
        sqlite_autoincrement=True,
    )
    index("incidents", "unsettled", "client_uuid", "open_key")
    index("incidents", "opened", "opened_at")
    index("incidents", "closed", "closed_at")
    create(
        "incident_conditions",
        *must(sa.String(36), "client_uuid"),
        *must(_WORD, "kind"),
        *must(INSTANT, "since"),
        key("incident_conditions", "client_uuid", "kind"),
        refers("incident_conditions", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        one_of("incident_conditions", "kind", _KINDS),
    )


def _create_former() -> None:
    create(
        "incidents",
        *must(sa.String(36), "client_uuid"),
        *must(INSTANT, "began_at"),
        *may(INSTANT, "taken_at"),
        *may(sa.Integer(), "taken_by"),
        *may(_NAME, "taken_name"),
        *may(sa.String(500), "note"),
        key("incidents", "client_uuid"),
        refers("incidents", "client_uuid", "clients.uuid", on_delete="CASCADE"),
        refers("incidents", "taken_by", "users.id", on_delete="SET NULL"),
    )


def _with_clients() -> sa.Select[Any]:
    return sa.select(_OLD, *(column for column in _CLIENTS.c if column.name != "uuid")).join(
        _CLIENTS, _CLIENTS.c.uuid == _OLD.c.client_uuid
    )


def _carried(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row by its names
    """Return the former row as a new one; the kind is told by when it began, then by the state."""
    kind = _kind_of(row)
    return {
        "kind": kind,
        "client_uuid": row["client_uuid"],
        "group_id": row["group_id"],
        "opened_at": row["began_at"],
        "closed_at": None,
        "acknowledged_at": row["taken_at"],
        "acknowledged_by": row["taken_by"],
        "acknowledged_name": row["taken_name"],
        "note": row["note"],
        "open_key": f"{row['client_uuid']}:{kind}",
    }


def _kind_of(row: Any) -> str:  # noqa: ANN401 - a row by its names
    if row["last_alive"] is None or row["began_at"] == row["last_alive"]:
        return "silent"
    if row["process_status"] == "crashed":
        return "process_crashed"
    if row["service_failed_at"] is not None:
        return "service_failed"
    words = {"black": "screen_black", "frozen": "screen_frozen"}
    return words.get(str(row["screen_health_status"]).lower(), "process_crashed")


def _former(row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row by its names
    return {
        "client_uuid": row["client_uuid"],
        "began_at": row["opened_at"],
        "taken_at": row["acknowledged_at"],
        "taken_by": row["acknowledged_by"],
        "taken_name": row["acknowledged_name"],
        "note": row["note"],
    }
