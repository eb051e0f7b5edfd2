"""`infoscreen command`: remote commands from the command line."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.domain.commands.lifecycle import DEFAULT_EXPIRY, Action, State
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands as service
from infoscreen_core.services.screens import clients

if TYPE_CHECKING:
    from infoscreen_core.db.models import ClientCommand

app = typer.Typer(help="Issue and follow remote commands.", no_args_is_help=True)

DEFAULT_EXPIRY_SECONDS: Final = int(DEFAULT_EXPIRY.total_seconds())
ExpiryOption = Annotated[
    int,
    typer.Option(metavar="SECONDS", help="After how many seconds it is too late: 180 to 360."),
]
_LIST_COLUMNS = (
    "command_id",
    "client_uuid",
    "action",
    "status",
    "issued_at",
    "error_code",
    "reason",
)


@app.command("issue")
def issue(
    uuid: Annotated[str, typer.Argument(help="The screen's UUID.")],
    action: Annotated[str, typer.Argument(help="reboot_host, shutdown_host or restart_app.")],
    reason: Annotated[str | None, typer.Option(help="Why; it is kept with the command.")] = None,
    expiry: ExpiryOption = DEFAULT_EXPIRY_SECONDS,
    *,
    json: JsonFlag = False,
) -> None:
    """Queue a command; the dispatcher sends it at once."""
    key, wanted = uuid.strip().lower(), read_action(action)
    length = timedelta(seconds=expiry)
    row = cli_change(
        lambda session, _: audit.audited_columns(
            service.issue_command(
                session, key, wanted, reason=reason, actor=CLI, now=utc_now(), expiry=length
            )
        )
    )
    emit(row, as_json=json)


@app.command("show")
def show(
    command_id: Annotated[str, typer.Argument(help="The command's id.")], *, json: JsonFlag = False
) -> None:
    """Show one command and its whole course."""
    with cli_session() as (session, _):
        command = service.get_command(session, command_id.strip().lower())
        steps = queries.list_transitions(session, [command.command_id])[command.command_id]
        row = {
            **audit.audited_columns(command),
            "transitions": [audit.audited_columns(step) for step in steps],
        }
    emit(row, as_json=json)


@app.command("list")
def list_(
    uuid: Annotated[str | None, typer.Option("--client", help="Only this screen's.")] = None,
    status: Annotated[str | None, typer.Option(help="Only commands in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    *,
    json: JsonFlag = False,
) -> None:
    """List commands, newest first."""
    states = None if status is None else [_state(status)]
    with cli_session() as (session, _):
        client_uuid = None if uuid is None else clients.get_client(session, uuid).uuid
        found = queries.list_commands(session, client_uuid=client_uuid, states=states, limit=limit)
        rows = [_row(item.command, item.requested_by_name) for item in found]
    emit(rows, as_json=json, columns=_LIST_COLUMNS)


@app.command("cancel")
def cancel(
    command_id: Annotated[str, typer.Argument(help="The command's id.")], *, json: JsonFlag = False
) -> None:
    """Withdraw a command that was not sent yet."""
    key = command_id.strip().lower()
    row = cli_change(
        lambda session, _: audit.audited_columns(
            service.cancel_command(session, key, actor=CLI, now=utc_now())
        )
    )
    emit(row, as_json=json)


def _row(command: "ClientCommand", requested_by_name: str | None) -> dict[str, Any]:
    return {**audit.audited_columns(command), "requested_by_name": requested_by_name}


def read_action(text: str) -> Action:
    """Return the action that a person named; raise `InvalidInputError` for any other word."""
    try:
        return Action(text)
    except ValueError:
        known = ", ".join(Action)
        raise InvalidInputError(
            "The action {value} is unknown; use one of {known}.",
            field="action",
            value=text,
            known=known,
        ) from None


def _state(text: str) -> State:
    try:
        return State(text)
    except ValueError:
        known = ", ".join(State)
        raise InvalidInputError(
            "The status {value} is unknown; use one of {known}.",
            field="status",
            value=text,
            known=known,
        ) from None
