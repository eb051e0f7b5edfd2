"""`infoscreen user token`: keys with which people's scripts call the HTTP API."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.moments import read_day
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people import api_tokens as service
from infoscreen_core.services.people.user_list import get_view_by_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="Keys with which a person's scripts call the HTTP API.", no_args_is_help=True
)

_COLUMNS = (
    "id",
    "name",
    "scope",
    "hint",
    "created_at",
    "expires_at",
    "last_used_at",
    "last_used_address",
)
_Owner = Annotated[str, typer.Argument(metavar="USER", help="For whom the token speaks.")]


@app.command("create")
def create(
    user: _Owner,
    name: Annotated[str, typer.Option(help="What uses it.")],
    expires_on: Annotated[str, typer.Option(help="Its last day, at most a year from now.")],
    scope: Annotated[Scope, typer.Option(help="What it may do.")] = Scope.READ,
    *,
    json: JsonFlag = False,
) -> None:
    """Make a token; its secret is shown this once. Whoever has it acts as the user."""
    wanted = service.WantedToken(name, scope, read_day(expires_on, field="expires_on"))

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        owner = get_view_by_name(session, user, actor=CLI)
        made = service.create_token_for(session, owner.id, wanted, actor=CLI, now=utc_now())
        return {**asdict(made.view), "secret": made.secret}

    emit(cli_change(change), as_json=json)


@app.command("list")
def list_(user: _Owner, *, json: JsonFlag = False) -> None:
    """List a user's tokens with when and from where they were last used."""
    with cli_session() as (session, _):
        owner = get_view_by_name(session, user, actor=CLI)
        rows = [asdict(one) for one in service.list_tokens(session, actor=CLI, user_id=owner.id)]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("revoke")
def revoke(
    token_id: Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The token's id.")],
    *,
    json: JsonFlag = False,
) -> None:
    """End a token at once."""
    cli_change(lambda session, _: service.revoke_token(session, token_id, actor=CLI, now=utc_now()))
    emit({"id": token_id, "is_revoked": True}, as_json=json)
