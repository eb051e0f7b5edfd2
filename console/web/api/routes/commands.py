"""`/api/clients/…/restart`, `…/commands`: what players are told to do, and what comes of it."""

from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from console.i18n import _
from console.web.api.base import answer
from console.web.api.callers import Caller, ChangesAsAdmin, ReadsAsAdmin
from console.web.api.languages import spoken
from console.web.api.models.commands import CommandAnswer, CommandModel, CommandRequest
from console.web.api.paging import Paging
from console.web.api.pieces import listed_as, shape_of
from console.web.api.problems import RequestError, problem
from console.web.api.routes.clients import Uuid
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.services.commands import records
from infoscreen_core.services.commands.records import CommandPlace, CommandRecord

router = APIRouter(prefix="/clients", tags=["commands"])
CommandId = Annotated[str, Path(description="The command's id, a UUID.")]
_as_command: Final = shape_of(CommandModel)
_ORDERED: Final[dict[str, Any]] = {
    "status_code": 202,
    "response_model": CommandAnswer,
    "responses": {
        429: {
            "description": "The player had 3 restarts within 15 minutes: the command is stored as "
            "`blocked_safety` and not sent (`blocked_safety`; the member `command` has it). Or too "
            "many requests (`limited`). `Retry-After` says when to go on."
        }
    },
}


class BlockedSafetyError(RequestError):
    """The player restarted too often lately; the command is stored, and never sent."""

    status, code = 429, "blocked_safety"


@router.post(
    "/{uuid:player}/restart", summary="Reboot a player", operation_id="restartClient", **_ORDERED
)
def restart(
    request: Request, uuid: Uuid, asked: CommandRequest, caller: ChangesAsAdmin
) -> Response:
    """Queue the command `reboot_host`; poll `/api/clients/commands/{commandId}` for its course."""
    return _ordered(request, caller, uuid, Action.REBOOT_HOST, asked.reason)


@router.post(
    "/{uuid:player}/shutdown",
    summary="Shut a player down",
    operation_id="shutdownClient",
    **_ORDERED,
)
def shutdown(
    request: Request, uuid: Uuid, asked: CommandRequest, caller: ChangesAsAdmin
) -> Response:
    """Queue the command `shutdown_host`; nothing but a person or its plug starts it again."""
    return _ordered(request, caller, uuid, Action.SHUTDOWN_HOST, asked.reason)


@router.post(
    "/{uuid:player}/restart_app",
    summary="Restart a player's program",
    operation_id="restartClientApp",
    **_ORDERED,
)
def restart_app(
    request: Request, uuid: Uuid, asked: CommandRequest, caller: ChangesAsAdmin
) -> Response:
    """Queue the command `restart_app`."""
    return _ordered(request, caller, uuid, Action.RESTART_APP, asked.reason)


@router.get(
    "/commands/{command_id}",
    summary="Read a command",
    operation_id="getCommand",
    response_model=CommandModel,
)
def read_command(command_id: CommandId, caller: ReadsAsAdmin) -> Response:
    """Return a command: `status` says how far it is, the instants when it got there."""
    with caller.read() as session:
        found = records.get_record(session, command_id, actor=caller.actor)
    return answer(_as_command(found))


@router.post(
    "/commands/{command_id}/cancel",
    summary="Cancel a command",
    operation_id="cancelCommand",
    response_model=CommandAnswer,
)
def cancel_command(request: Request, command_id: CommandId, caller: ChangesAsAdmin) -> Response:
    """Withdraw a command that was not sent yet; one that was is 409."""
    withdrawn = caller.change(
        lambda session, actor, at: records.withdraw_command(
            session, command_id, actor=actor, now=at
        )
    )
    with spoken(request):
        return _told(_("The command is cancelled."), withdrawn)


@router.get(
    "/{uuid:player}/commands",
    summary="List a player's commands",
    operation_id="listClientCommands",
    response_model=list[CommandModel],
)
def list_commands(request: Request, uuid: Uuid, page: Paging, caller: ReadsAsAdmin) -> Response:
    """List a player's commands, newest first."""
    last = page.after_as(tuple[datetime, str])
    with caller.read() as session:
        found = records.list_records(
            session,
            uuid,
            after=CommandPlace(*last) if last else None,
            limit=page.limit + 1,
            actor=caller.actor,
        )
    return listed_as(request, page, found, shape=_as_command, place=_place)


def _place(command: CommandRecord) -> tuple[object, ...]:
    return command.issued_at, command.command_id


def _ordered(request: Request, caller: Caller, uuid: str, action: Action, reason: str) -> Response:
    stored = caller.change(
        lambda session, actor, at: records.order_command(
            session, uuid, action, reason=reason, actor=actor, now=at
        )
    )
    if stored.is_blocked:
        return _blocked(request, caller, stored)
    with spoken(request):
        return _told(_("The command is stored, and sent within seconds."), stored, 202)


def _blocked(request: Request, caller: Caller, stored: CommandRecord) -> Response:
    with caller.read() as session:
        wait = records.wait_for_restart(session, stored.client_uuid, now=stored.issued_at)
    error = BlockedSafetyError(
        "The screen already had 3 restarts within 15 minutes. The command was not sent; look for "
        "the cause, or try again in {minutes} minutes.",
        minutes=-(-wait.seconds // 60),
    )
    command = {"command": _as_command(stored)}
    headers = {"retry-after": str(wait.seconds + 1)}
    return problem(request, error, details=command, extra=command, headers=headers)


def _told(message: str, command: CommandRecord, status: int = 200) -> Response:
    body = {"success": True, "message": message, "command": _as_command(command)}
    return answer(body, status)
