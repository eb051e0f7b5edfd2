"""`infoscreen web-player`: browsers that are screens."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import groups
from infoscreen_core.services.screens import web_players as service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.screens.web_players import NewAddress
    from infoscreen_core.settings import Settings

app = typer.Typer(help="Browsers that are screens, each by its address.", no_args_is_help=True)

_COLUMNS = ("uuid", "name", "group_name", "created_by_name", "created_at", "revoked_at")
_ADDED = ("uuid", "name", "group_name", "url")
_Uuid = Annotated[str, typer.Argument(metavar="UUID", help="The screen's UUID.")]


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="What the screen is called, such as its room.")],
    group: Annotated[str, typer.Option(help="The group's name or id.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Make a screen for a browser; its address is shown this once. Whoever has it can open it."""

    def change(session: "Session", settings: "Settings") -> dict[str, Any]:
        found = groups.get_group_by_text(session, group)
        made = service.add_web_player(session, name, group_id=found.id, actor=CLI, now=utc_now())
        return _row(made, settings)

    emit(cli_change(change), as_json=json, columns=_ADDED)


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List the browsers that are screens, with who made their addresses."""
    with cli_session() as (session, _):
        rows = [asdict(one) for one in service.list_web_players(session, actor=CLI)]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("renew")
def renew(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """Give a browser another address, shown this once; the one before ends at once."""

    def change(session: "Session", settings: "Settings") -> dict[str, Any]:
        made = service.renew_address(session, uuid, actor=CLI, now=utc_now())
        return _row(made, settings)

    emit(cli_change(change), as_json=json, columns=_ADDED)


@app.command("revoke")
def revoke(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """End a browser's address at once; its screen stays until `client remove`."""
    ended = cli_change(
        lambda session, _: service.revoke_address(session, uuid, actor=CLI, now=utc_now())
    )
    emit(asdict(ended), as_json=json, columns=_COLUMNS)


def _row(made: "NewAddress", settings: "Settings") -> dict[str, Any]:
    return {
        **asdict(made.player),
        "url": service.player_address(settings.media_root, made.token),
    }
