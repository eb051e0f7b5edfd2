"""`infoscreen user second-factor`: what stands, and the way back for who lost phone and codes."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people.codes import second_factor as service
from infoscreen_core.services.people.user_list import get_view_by_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(help="The code that signing in asks for, too.", no_args_is_help=True)

_Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]


@app.command("show")
def show(name: _Name, *, json: JsonFlag = False) -> None:
    """Say whether a user has one, since when, and how many recovery codes are left."""
    with cli_session() as (session, _):
        user = get_view_by_name(session, name, actor=CLI)
        emit(_row(session, user.id, user.username), as_json=json)


@app.command("reset")
def reset(name: _Name, *, json: JsonFlag = False) -> None:
    """Turn it off for a user who has lost the phone and the recovery codes."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        user = get_view_by_name(session, name, actor=CLI)
        service.reset(session, user.id, actor=CLI, now=utc_now())
        return _row(session, user.id, user.username)

    emit(cli_change(change), as_json=json)


def _row(session: "Session", user_id: int, name: str) -> dict[str, Any]:
    factor = service.find_view(session, user_id)
    return {
        "username": name,
        "is_on": factor is not None,
        "since": factor.since if factor else None,
        "recovery_codes_left": factor.codes_left if factor else 0,
    }
