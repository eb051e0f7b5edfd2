"""`infoscreen client`: screens and the players behind them."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.context import (
    MAX_ID,
    JsonFlag,
    cli_change,
    cli_read_session,
    cli_session,
    emit,
)
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries import clients as queries
from infoscreen_core.db.queries.monitoring.lists import players
from infoscreen_core.domain.monitoring.content.states import Content
from infoscreen_core.domain.monitoring.fleet_count import FleetCount
from infoscreen_core.domain.monitoring.fleet_wish import FleetFilter, FleetWish
from infoscreen_core.domain.monitoring.liveness import LOG_WINDOW, Status
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.monitoring import failed_services
from infoscreen_core.services.monitoring.fleet import read_figures
from infoscreen_core.services.monitoring.incidents import count_incidents
from infoscreen_core.services.screens import clients as service
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.settings import Settings

app = typer.Typer(help="Screens and the players behind them.", no_args_is_help=True)

_COLUMNS = ("uuid", "name", "group_name", "status", "status_reason", "content", "last_alive", "ip")
_FAILED_COLUMNS = ("client_uuid", "client_name", "group_name", "unit", "failed_at", "restarts")
_SHOWN: Final[dict[Standing | None, FleetFilter]] = {
    None: FleetFilter.ANYTHING,
    Standing.IN_SERVICE: FleetFilter.ALL,
    Standing.OUT_OF_SERVICE: FleetFilter.OUT_OF_SERVICE,
    Standing.PENDING: FleetFilter.PENDING,
    Standing.REJECTED: FleetFilter.REJECTED,
}
_Uuid = Annotated[str, typer.Argument(metavar="UUID", help="The player's UUID.")]
_Uuids = Annotated[
    list[str] | None, typer.Argument(metavar="[UUID]...", help="The players' UUIDs.")
]
_GroupOption = Annotated[str | None, typer.Option(help="A group's name or id.")]
_AllPending = Annotated[
    bool, typer.Option("--all-pending", help="Every player that waits for approval.")
]


@app.command("list")
def list_(
    group: _GroupOption = None,
    status: Annotated[Status | None, typer.Option(help="Only those of this status.")] = None,
    standing: Annotated[
        Standing | None, typer.Option(help="Only those that are this to the school.")
    ] = None,
    content: Annotated[
        Content | None, typer.Option(help="Only those of which this is known of what they show.")
    ] = None,
    *,
    unassigned: Annotated[
        bool, typer.Option("--unassigned", help="Only those in no group.")
    ] = False,
    pending: Annotated[
        bool, typer.Option("--pending", help="Only those not approved yet.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """List players by group, with their status and its reason."""
    with cli_session() as (session, _settings):
        wish = FleetWish(
            show=_SHOWN[Standing.PENDING if pending else standing],
            groups=_groups(session, group, is_unassigned=unassigned),
            status=status,
            content=content,
        )
        now = utc_now()
        uuids = players.list_uuids(session, wish, now=now, window=LOG_WINDOW)
        rows = _rows(session, uuids)
    emit(rows, as_json=json, columns=_COLUMNS)


@app.command("count")
def count(*, json: JsonFlag = False) -> None:
    """Count screens in service by how they do, and the players that do not count.

    The console's pages say the same numbers.
    """
    with cli_session() as (session, _settings):
        figures, incidents = read_figures(session, now=utc_now()), count_incidents(session)
    emit(_figures(figures.whole, incidents), as_json=json)


@app.command("show")
def show(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """Show all that is known of one player."""
    with cli_session() as (session, _settings):
        row = _one_row(session, service.get_client(session, uuid).uuid)
    emit(row, as_json=json)


@app.command("approve")
def approve(
    uuids: _Uuids = None,
    group: _GroupOption = None,
    *,
    all_pending: _AllPending = False,
    json: JsonFlag = False,
) -> None:
    """Let pending players in, and put them into a group when one is given."""

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        group_id = None if group is None else _locked_group_id(session, group)
        chosen = _chosen(session, uuids, is_all_pending=all_pending)
        clients = service.approve_clients(
            session, chosen, group_id=group_id, actor=CLI, now=utc_now()
        )
        return _rows(session, [client.uuid for client in clients])

    _emit_named(cli_change(change), uuids, as_json=json)


@app.command("reject")
def reject(
    uuids: Annotated[list[str], typer.Argument(metavar="UUID...", help="The players' UUIDs.")],
    reason: Annotated[str, typer.Option(help="Why; people read it in the list.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Turn players away that wait for approval; `approve` lets them in after all."""

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        clients = service.reject_clients(session, uuids, reason=reason, actor=CLI, now=utc_now())
        return _rows(session, [client.uuid for client in clients])

    _emit_named(cli_change(change), uuids, as_json=json, columns=(*_COLUMNS, "rejection_reason"))


@app.command("assign")
def assign(
    uuids: _Uuids = None,
    group: _GroupOption = None,
    *,
    unassign: Annotated[bool, typer.Option("--unassign", help="Put them into no group.")] = False,
    all_pending: _AllPending = False,
    json: JsonFlag = False,
) -> None:
    """Put players into a group; with --all-pending they are approved first."""
    if (group is None) is not unassign:
        raise InvalidInputError("Say either --group GROUP or --unassign.", field="group")

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        group_id = None if group is None else _locked_group_id(session, group)
        chosen = _chosen(session, uuids, is_all_pending=all_pending)
        now = utc_now()
        if all_pending:
            service.approve_clients(session, chosen, actor=CLI, now=now)
        clients = service.assign_clients(session, chosen, group_id, actor=CLI, now=now)
        return _rows(session, [client.uuid for client in clients])

    _emit_named(cli_change(change), uuids, as_json=json)


@app.command("describe")
def describe(
    uuid: _Uuid,
    text: Annotated[str, typer.Argument(help='The name that people read, such as "Aula links".')],
    *,
    json: JsonFlag = False,
) -> None:
    """Give a screen a name."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        client = service.describe_client(session, uuid, text, actor=CLI, now=utc_now())
        return _one_row(session, client.uuid)

    emit(cli_change(change), as_json=json)


@app.command("deactivate")
def deactivate(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """Take a player out of service."""
    _set_active(uuid, is_active=False, as_json=json)


@app.command("activate")
def activate(uuid: _Uuid, *, json: JsonFlag = False) -> None:
    """Take a player back into service."""
    _set_active(uuid, is_active=True, as_json=json)


@app.command("service-failed")
def service_failed(
    limit: Annotated[int, typer.Option(min=1, max=MAX_ID, help="As many at most.")] = 1000,
    *,
    json: JsonFlag = False,
) -> None:
    """List screens whose service was given up, those that failed last first."""
    with cli_read_session() as (session, _settings):
        rows = [asdict(one) for one in failed_services.list_failed(session, limit=limit)]
    emit(rows, as_json=json, columns=_FAILED_COLUMNS)


@app.command("clear-service-failed")
def clear_service_failed(
    uuid: _Uuid,
    note: Annotated[str, typer.Option(help="What was found or done; it is kept.")] = "",
    *,
    json: JsonFlag = False,
) -> None:
    """Acknowledge that a player's service was given up."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        failed_services.acknowledge(session, uuid, note=note, actor=CLI, now=utc_now())
        return _one_row(session, service.get_client(session, uuid).uuid)

    emit(cli_change(change), as_json=json)


@app.command("remove")
def remove(
    uuids: Annotated[list[str], typer.Argument(metavar="UUID...", help="The players' UUIDs.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Delete players with their logs, pictures and commands.

    A player that still runs announces itself again and is then pending.
    """

    def change(session: "Session", _: "Settings") -> list[dict[str, Any]]:
        clients = service.remove_clients(session, uuids, actor=CLI, now=utc_now())
        return [{**audit.audited_columns(client), "is_removed": True} for client in clients]

    _emit_named(cli_change(change), uuids, as_json=json, columns=("uuid", "is_removed"))


def _emit_named(
    rows: Sequence[dict[str, Any]],
    uuids: Sequence[str] | None,
    *,
    as_json: bool,
    columns: Sequence[str] = _COLUMNS,
) -> None:
    """Print the players that a command was for; as JSON, one that was named is a single object."""
    is_single = as_json and uuids is not None and len(uuids) == 1
    emit(rows[0] if is_single else rows, as_json=as_json, columns=columns)


def _set_active(uuid: str, *, is_active: bool, as_json: bool) -> None:
    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        service.set_active(session, [uuid], is_active=is_active, actor=CLI, now=utc_now())
        return _one_row(session, service.get_client(session, uuid).uuid)

    emit(cli_change(change), as_json=as_json)


def _locked_group_id(session: "Session", text: str) -> int:
    # A group is locked before players, in everybody's order.
    return groups.get_group(session, groups.get_group_by_text(session, text).id, is_locked=True).id


def _chosen(
    session: "Session", uuids: Sequence[str] | None, *, is_all_pending: bool
) -> Sequence[str]:
    if bool(uuids) is is_all_pending:
        raise InvalidInputError("Name one or more UUIDs, or say --all-pending.", field="uuid")
    return uuids or queries.list_pending_uuids(session)


def _groups(
    session: "Session", group: str | None, *, is_unassigned: bool
) -> tuple[int | None, ...] | None:
    if group is not None and is_unassigned:
        return ()
    if group is not None:
        return (groups.get_group_by_text(session, group).id,)
    return (None,) if is_unassigned else None


def _rows(session: "Session", uuids: Sequence[str]) -> list[dict[str, Any]]:
    found = players.list_rows(session, uuids, now=utc_now(), window=LOG_WINDOW)
    return [_row(row) for row in found]


def _one_row(session: "Session", uuid: str) -> dict[str, Any]:
    [row] = _rows(session, [uuid])
    return row


def _figures(fleet: FleetCount, incidents: int) -> dict[str, int]:
    apart = {standing.value: count for standing, count in fleet.standings.items()}
    return {
        **apart,
        "running": fleet.running,
        "incidents": incidents,
        "online": fleet.online,
        **{status.value: count for status, count in fleet.statuses.items()},
        **{f"content_{content.value}": count for content, count in fleet.contents.items()},
    }


def _row(row: "queries.ClientRow") -> dict[str, Any]:
    client = row.client
    return {
        **audit.audited_columns(client),
        "name": client.display_name,
        "group_name": client.group.name if client.group else None,
        "standing": row.standing,
        "status": row.verdict.status,
        "status_reason": row.verdict.reason,
        "content": row.content.state,
        "content_reason": row.content.reason,
        "content_since": row.content.since,
        "planned_event_id": row.content.planned_event_id,
        "error_count": row.logs.errors,
        "warn_count": row.logs.warnings,
    }
