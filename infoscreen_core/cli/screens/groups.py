"""`infoscreen group`: groups of screens."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries import groups as queries
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import groups as service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(help="Groups of screens that show the same.", no_args_is_help=True)

_COLUMNS = ("id", "name", "client_count", "event_count", "description")
_Group = Annotated[str, typer.Argument(metavar="GROUP", help="The group's name or id.")]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="A name that no other group has.")],
    description: Annotated[str | None, typer.Option()] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Create a group; it stands last in all lists."""
    row = cli_change(
        lambda session, _: audit.audited_columns(
            service.create_group(session, name, description=description, actor=CLI, now=utc_now())
        )
    )
    emit(row, as_json=json)


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List all groups in their display order."""
    with cli_session() as (session, _):
        rows = [_row(found) for found in queries.list_group_rows(session)]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("rename")
def rename(
    group: _Group,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Give a group another name."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        found = service.get_group_by_text(session, group)
        return audit.audited_columns(
            service.rename_group(session, found.id, name, actor=CLI, now=utc_now())
        )

    emit(cli_change(change), as_json=json)


@app.command("delete")
def delete(
    group: _Group,
    move_to: Annotated[
        str | None,
        typer.Option(help="Another group (name or id) that takes its screens and events."),
    ] = None,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Delete its events and leave its screens unassigned.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Delete a group; refused while screens or events are in it."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        found = service.get_group_by_text(session, group)
        row = audit.audited_columns(found)
        target = service.get_group_by_text(session, move_to).id if move_to else None
        service.delete_group(
            session, found.id, move_to=target, is_forced=force, actor=CLI, now=utc_now()
        )
        return {**row, "is_deleted": True}

    emit(cli_change(change), as_json=json)


@app.command("order")
def order(
    groups: Annotated[
        list[str], typer.Argument(metavar="GROUP...", help="Names or ids, the first first.")
    ],
    *,
    json: JsonFlag = False,
) -> None:
    """Put groups in this order; those not named follow."""

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        ids = [service.get_group_by_text(session, text).id for text in groups]
        service.set_group_order(session, ids, actor=CLI, now=utc_now())
        return [_row(found) for found in queries.list_group_rows(session)]

    emit(cli_change(change), as_json=json, columns=_COLUMNS)


def _row(found: "queries.GroupRow") -> dict[str, Any]:
    counts = {
        "client_count": found.client_count,
        "out_of_service_count": found.out_of_service_count,
        "event_count": found.event_count,
    }
    return {**audit.audited_columns(found.group), **counts}
