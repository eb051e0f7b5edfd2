"""`infoscreen user`: people who sign in."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.people import tokens
from infoscreen_core.cli.people.passwords import (
    generate_password,
    given_password,
    required_password,
)
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people import users as service

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from infoscreen_core.db.models import User
    from infoscreen_core.settings import Settings

app = typer.Typer(help="People who sign in to the console.", no_args_is_help=True)
app.add_typer(tokens.app, name="token")

_COLUMNS = ("id", "username", "role", "is_active", "last_login_at", "locked_until")
_Name = Annotated[str, typer.Argument(metavar="NAME", help="The user's name.")]
_RoleOption = Annotated[Role, typer.Option(help="What the user may do.")]
_Password = Annotated[
    str | None,
    typer.Option(help="Better: write it to standard input, where no list of processes shows it."),
]


@app.command("create")
def create(
    name: _Name,
    *,
    role: _RoleOption = Role.USER,
    password: _Password = None,
    json: JsonFlag = False,
) -> None:
    """Create a user; without a password, a random one is set and shown this once."""
    given = given_password(password, is_prompting=not json)
    chosen = given or generate_password()
    row = cli_change(
        lambda session, _: audit.audited_columns(
            service.create_user(session, name, chosen, role, actor=CLI, now=utc_now())
        )
    )
    emit(row if given else {**row, "password": chosen}, as_json=json)


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List all users by name."""
    with cli_session() as (session, _):
        rows = [audit.audited_columns(user) for user in service.list_users(session, actor=CLI)]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("set-password")
def set_password(name: _Name, *, password: _Password = None, json: JsonFlag = False) -> None:
    """Give a user a new password; their sessions end at once."""
    chosen = required_password(password)
    emit(_changed(name, service.set_password, chosen), as_json=json)


@app.command("set-role")
def set_role(
    name: _Name, role: Annotated[Role, typer.Argument()], *, json: JsonFlag = False
) -> None:
    """Give a user another role."""
    emit(_changed(name, service.set_role, role), as_json=json)


@app.command("deactivate")
def deactivate(name: _Name, *, json: JsonFlag = False) -> None:
    """Lock a user out; their sessions end at once."""
    emit(_changed(name, service.deactivate_user), as_json=json)


@app.command("reactivate")
def reactivate(name: _Name, *, json: JsonFlag = False) -> None:
    """Let a deactivated user sign in again."""
    emit(_changed(name, service.reactivate_user), as_json=json)


def _changed(name: str, service_call: "Callable[..., User]", *arguments: object) -> dict[str, Any]:
    """Let the service change the user of this name; return the row."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        user = service.get_user_by_name(session, name, actor=CLI)
        return audit.audited_columns(
            service_call(session, user.id, *arguments, actor=CLI, now=utc_now())
        )

    return cli_change(change)
