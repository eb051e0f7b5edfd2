"""`/api/groups`: groups of players, their order, and who is in them."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from console.i18n import _
from console.runtime import Session
from console.web.api.base import Id, IdInPath, answer
from console.web.api.callers import (
    Caller,
    ChangesAsAdmin,
    ChangesAsEditor,
    ReadsAsEditor,
)
from console.web.api.languages import spoken
from console.web.api.models.auth import Done
from console.web.api.models.groups import (
    GroupChange,
    GroupModel,
    GroupOrder,
    GroupWithClients,
    NewGroup,
    NewGroupOrder,
)
from console.web.api.paging import PageQuery, Paging, listed
from console.web.api.pieces import Json, clockwork, listed_as, piece, shape_of
from console.web.api.routes.clients import as_client
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring.directory import pages
from infoscreen_core.services.monitoring.directory.views import PlayerEntry
from infoscreen_core.services.screens import groups, roster
from infoscreen_core.services.screens.views import GroupView

router = APIRouter(prefix="/groups", tags=["groups"])
_as_group: Final = shape_of(GroupModel)
MoveTo = Annotated[Id | None, Query(description="The group that its players and events go to.")]
Force = Annotated[
    bool, Query(description="Whether its events are deleted with it, and its players left alone.")
]


@router.get("", summary="List groups", operation_id="listGroups", response_model=list[GroupModel])
def list_groups(request: Request, page: Paging, caller: ReadsAsEditor) -> Response:
    """List the groups in the order that editors gave them, with how much is in each."""
    found = _find(caller, page)
    return listed_as(request, page, found, shape=_as_group, place=_place)


@router.post(
    "",
    summary="Make a group",
    operation_id="createGroup",
    status_code=201,
    response_model=GroupModel,
)
def create_group(wanted: NewGroup, caller: ChangesAsAdmin) -> Response:
    """Make a group; it stands last until somebody moves it."""
    group_id = caller.change(
        lambda session, actor, at: (
            groups.create_group(
                session, wanted.name, description=wanted.description, actor=actor, now=at
            ).id
        )
    )
    return answer(_read(caller, group_id), 201)


@router.get(
    "/with_clients",
    summary="List groups with their players",
    operation_id="listGroupsWithClients",
    response_model=list[GroupWithClients],
)
def list_with_clients(request: Request, page: Paging, caller: ReadsAsEditor) -> Response:
    """List the groups, each with its players.

    After the last group comes an entry without an id, with the players that are in none.
    """
    found, last = piece(_find(caller, page), page)
    is_end = last is None
    with caller.read() as session:
        members = pages.list_members(
            session, [group.id for group in found], is_with_others=is_end, at=clockwork()
        )
    entries = [_with_clients(one.id, one.name, one.description, members) for one in found]
    if is_end:
        with spoken(request):
            entries.append(_with_clients(None, _("Unassigned"), "", members))
    return listed(entries, None if last is None else _place(last), request)


@router.get(
    "/order", summary="Read the order", operation_id="getGroupOrder", response_model=GroupOrder
)
def read_order(caller: ReadsAsEditor) -> Response:
    """Return the ids of all groups in the order of every list."""
    with caller.read() as session:
        return answer({"order": list(roster.list_group_names(session))})


@router.post(
    "/order",
    summary="Set the order",
    operation_id="setGroupOrder",
    response_model=GroupOrder,
    responses={404: {"description": "There is no such group (`not_found`)."}},
)
def set_order(wanted: NewGroupOrder, caller: ChangesAsEditor) -> Response:
    """Put groups in an order that every list follows; those not named come after, as before."""
    order = caller.change(
        lambda session, actor, at: [
            group.id for group in groups.set_group_order(session, wanted.order, actor=actor, now=at)
        ]
    )
    return answer({"order": order})


@router.put(
    "/{group_id:int}",
    summary="Change a group",
    operation_id="updateGroup",
    response_model=GroupModel,
)
def change_group(group_id: IdInPath, wanted: GroupChange, caller: ChangesAsAdmin) -> Response:
    """Change a group's name or description; what is left out stays."""
    if not wanted.model_fields_set:
        raise InvalidInputError("Say what is to change: name or description.")
    caller.change(lambda session, actor, at: _change(session, group_id, wanted, actor, at))
    return answer(_read(caller, group_id))


@router.delete(
    "/{group_id:int}", summary="Delete a group", operation_id="deleteGroup", response_model=Done
)
def delete_group(
    request: Request,
    group_id: IdInPath,
    caller: ChangesAsAdmin,
    move_to: MoveTo = None,
    *,
    force: Force = False,
) -> Response:
    """Delete a group, and what the broker retains for it.

    409 while players or events are in it, unless they go to another group, or `force` is true.
    """
    caller.change(
        lambda session, actor, at: groups.delete_group(
            session, group_id, actor=actor, now=at, move_to=move_to, is_forced=force
        )
    )
    with spoken(request):
        return answer({"success": True, "message": _("The group is deleted.")})


def _find(caller: Caller, page: PageQuery) -> list[GroupView]:
    """Return the groups of a piece, and one more if there is one."""
    place = page.after_as(tuple[int, int])
    with caller.read() as session:
        return roster.list_groups_after(session, place, limit=page.limit + 1)


def _read(caller: Caller, group_id: int) -> Json:
    with caller.read() as session:
        return _as_group(roster.get_group_view(session, group_id))


def _change(
    session: Session, group_id: int, wanted: GroupChange, actor: Actor, now: datetime
) -> None:
    given = wanted.model_fields_set
    if "name" in given:
        groups.rename_group(session, group_id, wanted.name, actor=actor, now=now)
    if "description" in given:
        groups.describe_group(session, group_id, wanted.description, actor=actor, now=now)


def _with_clients(
    group_id: int | None,
    name: str,
    description: str,
    members: dict[int | None, list[PlayerEntry]],
) -> Json:
    players = [as_client(one) for one in members.get(group_id, [])]
    return {"id": group_id, "name": name, "description": description, "clients": players}


def _place(group: GroupView) -> tuple[int, int]:
    return group.sort_order, group.id
