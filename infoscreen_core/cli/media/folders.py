"""`infoscreen media folder`: folders of the library."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.media.rows import FOLDER_COLUMNS, folder_paths, folder_row
from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import media_deletions as event_media
from infoscreen_core.services.media import folders as service
from infoscreen_core.services.media import media_deletions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from infoscreen_core.services.events.media_deletions import Loss
    from infoscreen_core.settings import Settings

app = typer.Typer(help="Folders of the library.", no_args_is_help=True)

_Folder = Annotated[
    str, typer.Argument(metavar="FOLDER", help="Its path, as in Aula/Plakate, or its id.")
]
_Into = Annotated[str, typer.Option(help="The folder that it goes to; / is the top.")]


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List all folders."""
    with cli_session() as (session, _):
        found = service.list_folders(session)
    paths = folder_paths(found)
    rows = sorted((folder_row(one, paths) for one in found), key=lambda row: row["path"].casefold())
    emit(rows, as_json=json, columns=FOLDER_COLUMNS)


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(help="A name that no other folder there has.")],
    into: _Into = "/",
    *,
    json: JsonFlag = False,
) -> None:
    """Create a folder."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        parent = service.find_id_by_text(session, into)
        made = service.create_folder(session, name, parent_id=parent, actor=CLI, now=utc_now())
        return _row(session, made.id)

    emit(cli_change(change), as_json=json)


@app.command("rename")
def rename(
    folder: _Folder,
    name: Annotated[str, typer.Argument(help="Its new name.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Give a folder another name."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        folder_id = service.get_id_by_text(session, folder)
        service.rename_folder(session, folder_id, name, actor=CLI, now=utc_now())
        return _row(session, folder_id)

    emit(cli_change(change), as_json=json)


@app.command("move")
def move(folder: _Folder, into: _Into, *, json: JsonFlag = False) -> None:
    """Put a folder, with all that is in it, into another one."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        folder_id = service.get_id_by_text(session, folder)
        parent = service.find_id_by_text(session, into)
        service.move_folder(session, folder_id, parent, actor=CLI, now=utc_now())
        return _row(session, folder_id)

    emit(cli_change(change), as_json=json)


@app.command("delete")
def delete(
    folder: _Folder,
    *,
    with_contents: Annotated[
        bool,
        typer.Option("--with-contents", help="Delete what is in it, too, unless events show it."),
    ] = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force", help="Delete what is in it, also from events that show it, which lose it."
        ),
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Delete a folder; refused while anything is in it."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        row = _row(session, service.get_id_by_text(session, folder))
        losses: Sequence[Loss] = ()
        if force:
            count, losses = event_media.delete_folder_with_force(
                session, row["id"], actor=CLI, now=utc_now()
            )
        else:
            count = media_deletions.delete_folder(
                session, row["id"], with_contents=with_contents, actor=CLI, now=utc_now()
            )
        told = [str(one.sentence) for one in losses]
        return {**row, "is_deleted": True, "deleted_files": count, "losses": told}

    row = cli_change(change)
    for loss in row["losses"]:
        typer.echo(loss, err=True)
    emit(row, as_json=json)


def _row(session: "Session", folder_id: int) -> dict[str, Any]:
    found = service.list_folders(session)
    paths = folder_paths(found)
    return folder_row(next(one for one in found if one.id == folder_id), paths)
