"""`infoscreen monitoring incidents` and what can be done about them."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_read_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.monitoring import incidents as service
from infoscreen_core.services.monitoring.incidents import NEEDING_SOMEBODY, IncidentFilter

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.monitoring.views import IncidentView
    from infoscreen_core.settings import Settings

_USUAL = 1000
_COLUMNS = ("id", "kind", "opened_at", "closed_at", "acknowledged_by", "summary")
_IncidentId = Annotated[int, typer.Argument(min=1, max=MAX_ID, help="The incident's id.")]


def list_all(
    *,
    is_open: Annotated[
        bool,
        typer.Option(
            "--open",
            help="Only those that need somebody now, the most urgent first: open, and not "
            "explained by an outage of ours.",
        ),
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=MAX_ID, help="As many at most.")] = _USUAL,
    as_json: JsonFlag = False,
) -> None:
    """List what is and was wrong, newest first; an outage of ours has no client."""
    wanted = NEEDING_SOMEBODY if is_open else IncidentFilter(is_open_only=False)
    with cli_read_session() as (session, _settings):
        found = service.list_incidents(session, wanted, limit=limit)
    emit([_row(one) for one in found.incidents], as_json=as_json, columns=_COLUMNS)


def acknowledge(
    incident_id: _IncidentId,
    *,
    note: Annotated[
        str | None,
        typer.Option(
            help="What everybody shall read beside it; without this, a note that is there stays."
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say that somebody looks after an incident."""

    def change(session: "Session", _: "Settings") -> "IncidentView":
        return service.acknowledge(session, incident_id, note=note, actor=CLI, now=utc_now())

    emit(_row(cli_change(change)), as_json=as_json)


def _row(one: "IncidentView") -> dict[str, Any]:
    sentence = str(one.summary)
    return {
        "id": one.id,
        "kind": one.kind,
        "client_uuid": one.client_uuid,
        "group_id": one.group_id,
        "opened_at": one.opened_at,
        "closed_at": one.closed_at,
        "acknowledged_by": one.acknowledged_name,
        "summary": f"{one.client_name}: {sentence}" if one.client_name else sentence,
    }
