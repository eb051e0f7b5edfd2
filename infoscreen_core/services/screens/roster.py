"""The groups, and single screens by name: what lists and dialogs ask for."""

from sqlalchemy.orm import Session

from infoscreen_core.db.queries import groups as queries
from infoscreen_core.db.queries.groups import GroupRow
from infoscreen_core.services.screens.clients import get_client
from infoscreen_core.services.screens.groups import get_group
from infoscreen_core.services.screens.views import GroupView, ScreenView


def list_groups(session: Session) -> list[GroupView]:
    """Return every group with how much is in it, in the order that editors gave them."""
    return [_group_view(row) for row in queries.list_group_rows(session)]


def list_groups_after(
    session: Session, place: tuple[int, int] | None, *, limit: int
) -> list[GroupView]:
    """Return groups as `list_groups` does: the first, or those after a `sort_order` and id."""
    return [_group_view(row) for row in queries.list_rows_after(session, place, limit=limit)]


def get_group_view(session: Session, group_id: int) -> GroupView:
    """Return a group with how much is in it; raise `NotFoundError` when there is none."""
    return _group_view(queries.count_contents(session, get_group(session, group_id)))


def list_group_names(session: Session) -> dict[int, str]:
    """Return every group's name by its id, in the order that editors gave them."""
    return queries.map_names(session)


def get_screen(session: Session, uuid: str) -> ScreenView:
    """Return the player; raise `InvalidInputError` for no UUID, `NotFoundError` for no player."""
    client = get_client(session, uuid)
    return ScreenView(client.uuid, client.display_name, client.group_id)


def _group_view(row: GroupRow) -> GroupView:
    group = row.group
    return GroupView(
        group.id,
        group.name,
        group.description or "",
        row.client_count,
        row.event_count,
        row.out_of_service_count,
        group.is_active,
        group.sort_order,
        group.created_at,
    )
