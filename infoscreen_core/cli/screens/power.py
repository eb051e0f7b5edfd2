"""`infoscreen power`: hold a TV on or off for a while."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.moments import read_duration
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import clients
from infoscreen_core.services.screens import power as service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.screens.power import OverrideRow
    from infoscreen_core.services.screens.views import Desired
    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="Hold a TV on or off, and see what TVs should do and do.", no_args_is_help=True
)

_Uuid = Annotated[str, typer.Argument(help="The screen's UUID.")]
_COLUMNS = (
    "client_uuid",
    "screen",
    "desired_state",
    "observed_state",
    "expires_at",
    "set_by_name",
    "reason",
)


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List the orders in force, ordered by their end."""
    with cli_session() as (session, _):
        rows = [_row(row) for row in service.list_overrides(session, now=utc_now())]
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("show")
def show(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """Show what one screen's TV should do, why, and what it does."""
    with cli_session() as (session, _):
        client = clients.get_client(session, uuid)
        desired = service.desired_power(session, client, now=utc_now())
        row = {
            "client_uuid": client.uuid,
            "screen": client.display_name,
            **_desired(desired),
            "observed_state": client.power_state,
            "observed_since": client.power_state_since,
            "observed_at": client.power_state_at,
        }
    emit(row, as_json=json)


@app.command("set")
def set_(
    uuid: _Uuid,
    state: Annotated[str, typer.Argument(help="on or off.")],
    reason: Annotated[str, typer.Option(help="Why; it stands in the log.")],
    lasting: Annotated[str, typer.Option("--for", help="How long, such as 45m, 2h or 1d.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Hold a TV on or off, whatever its group's plan says; it ends by itself."""
    desired, length = _state(state), read_duration(lasting)
    row = cli_change(
        lambda session, _: audit.audited_columns(
            service.set_override(
                session, uuid, desired, reason=reason, lasting=length, actor=CLI, now=utc_now()
            )
        )
    )
    emit(row, as_json=json)


@app.command("clear")
def clear(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """End an order early: the group's plan is in force again."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        service.clear_override(session, uuid, actor=CLI, now=utc_now())
        return {"client_uuid": clients.get_client(session, uuid).uuid, "is_cleared": True}

    emit(cli_change(change), as_json=json)


def _row(row: "OverrideRow") -> dict[str, Any]:
    author = row.override.author
    return {
        **audit.audited_columns(row.override),
        "screen": row.client.display_name,
        "set_by_name": author.username if author else None,
        "observed_state": row.client.power_state,
    }


def _desired(desired: "Desired") -> dict[str, Any]:
    order = desired.override
    return {
        "desired_state": desired.state or "unknown",
        "desired_reason": desired.reason,
        "desired_since": desired.since,
        "override_reason": order.reason if order else None,
        "override_expires_at": order.expires_at if order else None,
    }


def _state(text: str) -> DesiredPower:
    try:
        return DesiredPower(text.strip().lower())
    except ValueError:
        raise InvalidInputError(
            "A TV can be held on or off; {value} is neither.",
            field="desired_state",
            value=shown(text),
        ) from None
