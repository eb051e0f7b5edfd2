"""`/api/clients`: players, a page at a time or one by one, and what admins do with them."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query
from starlette.convertors import StringConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response

from console.i18n import _
from console.runtime import Session
from console.web.api.base import Id, answer
from console.web.api.callers import Caller, ChangesAsAdmin, ReadsAsAdmin, ReadsAsUser
from console.web.api.languages import spoken
from console.web.api.models.auth import Done
from console.web.api.models.clients import (
    UUID,
    Acknowledgement,
    Approval,
    ClientChange,
    ClientDescription,
    ClientModel,
    ClientsMoved,
    ClientsOfGroup,
)
from console.web.api.paging import PageQuery, Paging
from console.web.api.pieces import Json, clockwork, listed_as, shape_of
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.monitoring import failed_services
from infoscreen_core.services.monitoring.directory import pages
from infoscreen_core.services.monitoring.directory.pages import FailurePlace
from infoscreen_core.services.monitoring.directory.views import PlayerEntry
from infoscreen_core.services.screens import clients


class _PlayerConvertor(StringConvertor):
    """A player's UUID, or what somebody takes for one; not the names of the lists beside them."""

    regex = r"(?!(?:with_alive_status|crashed|service_failed|group|commands)(?:/|\Z))[^/]+"


register_url_convertor("player", _PlayerConvertor())
router = APIRouter(prefix="/clients", tags=["clients"])
Uuid = Annotated[str, Path(description="The player's UUID.", examples=[UUID])]
"""A player's UUID in an address, looked at by the services."""
OfGroup = Annotated[Id | None, Query(description="Only players of this group.")]
as_client: Final = shape_of(ClientModel)
_MAY_NAME_GROUP: Final[dict[int | str, dict[str, Any]]] = {
    404: {"description": "There is no such group (`not_found`)."}
}


@router.get(
    "",
    summary="List players",
    operation_id="listClients",
    response_model=list[ClientModel],
    responses=_MAY_NAME_GROUP,
)
def list_clients(
    request: Request, page: Paging, caller: ReadsAsUser, group_id: OfGroup = None
) -> Response:
    """List all players by their UUIDs, or those of a group; pending ones are among them."""
    return _listed(request, page, caller, group_id)


@router.get(
    "/with_alive_status",
    summary="List players with how they do",
    operation_id="listClientsWithAliveStatus",
    response_model=list[ClientModel],
    responses=_MAY_NAME_GROUP,
)
def list_with_alive_status(
    request: Request, page: Paging, caller: ReadsAsAdmin, group_id: OfGroup = None
) -> Response:
    """List all players, as `/api/clients` does: `isAlive`, `status` and its reason are in each."""
    return _listed(request, page, caller, group_id)


@router.get(
    "/crashed",
    summary="List crashed players",
    operation_id="listCrashedClients",
    response_model=list[ClientModel],
)
def list_crashed(request: Request, page: Paging, caller: ReadsAsAdmin) -> Response:
    """List screens in service whose process crashed, or that are silent: see `crashReason`."""
    with caller.read() as session:
        found = pages.list_crashed(
            session, after=uuid_after(page), limit=page.limit + 1, at=clockwork()
        )
    return listed_as(request, page, found, shape=as_client, place=_place)


@router.get(
    "/service_failed",
    summary="List players with a failed service",
    operation_id="listClientsWithFailedService",
    response_model=list[ClientModel],
)
def list_service_failed(request: Request, page: Paging, caller: ReadsAsAdmin) -> Response:
    """List screens in service whose service was given up, those that failed last first."""
    last = page.after_as(tuple[datetime, str])
    place = FailurePlace(*last) if last else None
    with caller.read() as session:
        found = pages.list_failed(session, after=place, limit=page.limit + 1, at=clockwork())
    return listed_as(request, page, found, shape=as_client, place=_place_of_failure)


@router.put(
    "/group",
    summary="Put players into a group",
    operation_id="assignClients",
    response_model=ClientsMoved,
    responses={404: {"description": "There is no such player or group (`not_found`)."}},
)
def assign(request: Request, wanted: ClientsOfGroup, caller: ChangesAsAdmin) -> Response:
    """Put players into a group, or into none, all or nothing; each is sent its retained group."""
    moved = caller.change(
        lambda session, actor, at: [
            one.uuid
            for one in clients.assign_clients(
                session, wanted.client_uuids, wanted.group_id, actor=actor, now=at
            )
        ]
    )
    with caller.read() as session:
        found = pages.list_named(session, moved, at=clockwork())
    with spoken(request):
        message = _("Screens whose group was set: {number}.", number=len(found))
    return answer({"success": True, "message": message, "clients": list(map(as_client, found))})


@router.get(
    "/{uuid:player}", summary="Read a player", operation_id="getClient", response_model=ClientModel
)
def read_client(uuid: Uuid, caller: ReadsAsUser) -> Response:
    """Return a player with all that is known of it."""
    return answer(_read(caller, uuid))


@router.put(
    "/{uuid:player}",
    summary="Change a player",
    operation_id="updateClient",
    response_model=ClientModel,
)
def change_client(uuid: Uuid, wanted: ClientChange, caller: ChangesAsAdmin) -> Response:
    """Change its name, its group, and whether it is in service; what is left out stays."""
    if not wanted.model_fields_set:
        raise InvalidInputError("Say what is to change: description, groupId or isActive.")
    caller.change(lambda session, actor, at: _change(session, uuid, wanted, actor, at))
    return answer(_read(caller, uuid))


@router.delete(
    "/{uuid:player}", summary="Remove a player", operation_id="deleteClient", response_model=Done
)
def remove_client(request: Request, uuid: Uuid, caller: ChangesAsAdmin) -> Response:
    """Delete a player with its logs, pictures and commands, and what the broker retains of it.

    One that still runs announces itself again and is then pending. To take it out of service, send
    `isActive: false` instead.
    """
    name = caller.change(
        lambda session, actor, at: (
            clients.remove_clients(session, [uuid], actor=actor, now=at)[0].display_name
        )
    )
    with spoken(request):
        return _done(_("The screen {name} is removed.", name=name))


@router.put(
    "/{uuid:player}/description",
    summary="Name a player",
    operation_id="describeClient",
    response_model=ClientModel,
)
def describe_client(uuid: Uuid, wanted: ClientDescription, caller: ChangesAsAdmin) -> Response:
    """Give a screen the name that people read; null or empty takes it away."""
    caller.change(
        lambda session, actor, at: (
            clients.describe_client(session, uuid, wanted.description, actor=actor, now=at).uuid
        )
    )
    return answer(_read(caller, uuid))


@router.post(
    "/{uuid:player}/approve",
    summary="Let a player in",
    operation_id="approveClient",
    response_model=ClientModel,
)
def approve_client(uuid: Uuid, caller: ChangesAsAdmin, wanted: Approval | None = None) -> Response:
    """Approve a player, and put it into a group if one is given; one that is approved stays so."""
    group_id = wanted.group_id if wanted else None
    caller.change(
        lambda session, actor, at: (
            clients.approve_clients(session, [uuid], group_id=group_id, actor=actor, now=at)[0].uuid
        )
    )
    return answer(_read(caller, uuid))


@router.post(
    "/{uuid:player}/clear_service_failed",
    summary="Acknowledge a failed service",
    operation_id="clearServiceFailed",
    response_model=Done,
)
def clear_service_failed(
    request: Request, uuid: Uuid, caller: ChangesAsAdmin, said: Acknowledgement | None = None
) -> Response:
    """Clear a failed service, here and in what the broker retains; a note stays in the audit trail.

    With `failedAt` only that failure: when it failed anew meanwhile, the answer is 409.
    """
    note, failed_at = (said.note, said.failed_at) if said else ("", None)
    name = caller.change(
        lambda session, actor, at: failed_services.acknowledge(
            session, uuid, note=note, failed_at=failed_at, actor=actor, now=at
        )
    )
    with spoken(request):
        return _done(_("The failed service of {name} is acknowledged.", name=name))


def _listed(request: Request, page: PageQuery, caller: Caller, group_id: int | None) -> Response:
    with caller.read() as session:
        found = pages.list_players(
            session,
            after=uuid_after(page),
            group_id=group_id,
            limit=page.limit + 1,
            at=clockwork(),
        )
    return listed_as(request, page, found, shape=as_client, place=_place)


def _change(session: Session, uuid: str, wanted: ClientChange, actor: Actor, now: datetime) -> None:
    """Take all steps; the group comes first, since groups are locked before players."""
    given = wanted.model_fields_set
    if "group_id" in given:
        clients.assign_clients(session, [uuid], wanted.group_id, actor=actor, now=now)
    if "is_active" in given:
        clients.set_active(session, [uuid], is_active=wanted.is_active, actor=actor, now=now)
    if "description" in given:
        clients.describe_client(session, uuid, wanted.description, actor=actor, now=now)


def _read(caller: Caller, uuid: str) -> Json:
    with caller.read() as session:
        return as_client(pages.get_player(session, uuid, at=clockwork()))


def _done(message: str) -> Response:
    return answer({"success": True, "message": message})


def uuid_after(page: PageQuery) -> str:
    """Return the UUID after which the piece begins."""
    place = page.after_as(tuple[str])
    return place[0] if place else ""


def _place(entry: PlayerEntry) -> tuple[str]:
    return (entry.uuid,)


def _place_of_failure(entry: PlayerEntry) -> tuple[object, ...]:
    return entry.service_failed_at, entry.uuid
