"""`infoscreen command`: remote commands from the command line."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries.commands import commands as queries
from infoscreen_core.db.queries.commands import history as history_queries
from infoscreen_core.domain.commands.history import (
    ALL_ACTIONS,
    ALL_STATES,
    CommandFilter,
    CommandOrder,
)
from infoscreen_core.domain.commands.lifecycle import DEFAULT_EXPIRY, Action, State
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import audit, system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands import commands as service
from infoscreen_core.services.commands import history
from infoscreen_core.services.screens import clients, groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

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
_ALWAYS: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NOBODY: Final = "system"


class _Asked(NamedTuple):
    """The options that narrow the list."""

    client: str | None
    group: str | None
    text: str
    actions: list[str] | None
    states: list[str] | None
    by: str | None
    error: str | None
    start: str | None
    end: str | None


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
    key, wanted = clients.parse_uuid(uuid), read_action(action)
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
def list_(  # noqa: PLR0913 - each option is one
    uuid: Annotated[str | None, typer.Option("--client", help="Only this screen's.")] = None,
    group: Annotated[str | None, typer.Option(help="Only of this group: name or id.")] = None,
    text: Annotated[str, typer.Option(help="Part of the screen's or its group's name.")] = "",
    action: Annotated[
        list[str] | None, typer.Option(help="Only this action; may be repeated.")
    ] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="Only commands in this state; may be repeated.")
    ] = None,
    by: Annotated[
        str | None, typer.Option(help="Who asked: a user's name, or system for nobody.")
    ] = None,
    error: Annotated[str | None, typer.Option(help="Only with this error code.")] = None,
    *,
    start: Annotated[
        str | None,
        typer.Option("--from", help="2026-10-01T00:00 in the installation's zone; default: all."),
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Written in the same way.")] = None,
    order: Annotated[CommandOrder, typer.Option(help="What comes first.")] = CommandOrder.NEWEST,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100,
    json: JsonFlag = False,
) -> None:
    """List commands, newest first."""
    asked = _Asked(uuid, group, text, action, status, by, error, start, end)
    with cli_session() as (session, _):
        found = history_queries.list_found(session, _wanted(session, asked), order, limit=limit)
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


def _wanted(session: "Session", asked: _Asked) -> CommandFilter:
    zone = load_zone(system_settings.get_setting(session, "default_timezone"))
    group_id = None if asked.group is None else groups.get_group_by_text(session, asked.group).id
    uuid = None if asked.client is None else clients.get_client(session, asked.client).uuid
    is_named = asked.by is not None and asked.by != _NOBODY
    return CommandFilter(
        start=_ALWAYS if asked.start is None else read_instant(asked.start, zone, field="from"),
        end=None if asked.end is None else read_instant(asked.end, zone, field="to"),
        text=asked.text.strip().casefold(),
        group_id=group_id,
        client_uuid=uuid,
        actions=frozenset(map(read_action, asked.actions)) if asked.actions else ALL_ACTIONS,
        states=frozenset(map(_state, asked.states)) if asked.states else ALL_STATES,
        user_id=history.find_requester(session, str(asked.by)) if is_named else None,
        is_by_nobody=asked.by == _NOBODY,
        error_code=asked.error,
    )


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
            value=shown(text),
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
            value=shown(text),
            known=known,
        ) from None
