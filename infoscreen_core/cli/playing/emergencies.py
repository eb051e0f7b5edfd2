"""`infoscreen emergency`: put a message alone on the screens at once, watch it, end it."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from infoscreen_core.cli.context import MAX_ID, JsonFlag, cli_change, cli_session, emit
from infoscreen_core.cli.moments import read_duration
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.events.emergency import UNTIL_ENDED
from infoscreen_core.domain.events.looks import LOOKS, look_word, read_look
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.errors import ConflictError
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.playing import emergency_orders as service
from infoscreen_core.services.playing import emergency_watch
from infoscreen_core.services.screens import groups, roster

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from infoscreen_core.cli.context import Row
    from infoscreen_core.services.playing.emergency_orders import EmergencyResult
    from infoscreen_core.services.playing.views import EmergencyReach, EmergencyView, WatchedScreen
    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="Put a message alone on the screens at once, see which show it, and end it.",
    no_args_is_help=True,
)

_COLUMNS = ("event_ids", "title", "groups", "start", "end", "confirmed", "screens", "missing")


@app.command("raise")
def raise_(
    text: Annotated[str, typer.Argument(help="What the screens say; the first line is its title.")],
    *,
    group: Annotated[
        list[str] | None, typer.Option("--group", help="Group, by name or id; repeatable.")
    ] = None,
    is_for_all: Annotated[bool, typer.Option("--all", help="In every group.")] = False,
    look: Annotated[str, typer.Option(help="One of: " + ", ".join(LOOKS))] = "alarm",
    lasting: Annotated[
        str | None,
        typer.Option("--for", help="How long, such as 15m or 1h; default: until it is ended."),
    ] = None,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Only say what it would interrupt, and where.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Raise an emergency now; it takes the place of everything else, another emergency too."""
    if bool(group) == is_for_all:
        raise typer.BadParameter("say where: --group NAME, repeatable, or --all.")

    def change(
        session: "Session", settings: "Settings"
    ) -> "tuple[EmergencyReach, EmergencyResult | None, ZoneInfo]":
        order = service.EmergencyOrder(
            text=text,
            look=read_look(look),
            group_ids=_groups(session, group),
            duration=read_duration(lasting) if lasting is not None else UNTIL_ENDED,
        )
        service.check_order(order)
        now, zone = utc_now(), load_zone(system_settings.get_setting(session, "default_timezone"))
        reach = service.foresee(session, order.group_ids, now=now, grace=settings.heartbeat_grace)
        if is_dry:
            return reach, None, zone
        return reach, service.raise_emergency(session, order, actor=CLI, now=now), zone

    reach, result, zone = cli_change(change)
    sys.stderr.writelines(f"{line}\n" for line in _told(reach, result, zone))
    emit(_reach_row(reach) if result is None else _result_row(result), as_json=as_json)


@app.command("list")
def list_all(*, as_json: JsonFlag = False) -> None:
    """List the emergencies that are on now, with the screens that are (not) known to show them."""
    with cli_session() as (session, settings):
        found = emergency_watch.list_emergencies(
            session, now=utc_now(), grace=settings.heartbeat_grace
        )
    if not found and not as_json:
        sys.stdout.write("No emergency is on.\n")
        return
    rows = [_view_row(view, with_screens=as_json) for view in found]
    emit(rows, as_json=as_json, columns=_COLUMNS)


@app.command("end")
def end(
    event_id: Annotated[
        list[int] | None, typer.Argument(min=1, max=MAX_ID, help="Its event ids; see `list`.")
    ] = None,
    *,
    is_all: Annotated[bool, typer.Option("--all", help="All that are on.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """End emergencies that are on now; the screens follow the plan again at once."""
    if bool(event_id) == is_all:
        raise typer.BadParameter("give the ids of its events, or --all.", param_hint="EVENT_ID")

    def change(session: "Session", settings: "Settings") -> "EmergencyResult":
        now = utc_now()
        views = emergency_watch.list_emergencies(session, now=now, grace=settings.heartbeat_grace)
        running = [one for view in views for one in view.event_ids]
        unknown = set(event_id or ()) - set(running)
        if unknown or not running:
            raise _not_on(sorted(unknown), running)
        return service.end_emergency(session, event_id or running, actor=CLI, now=now)

    emit(_result_row(cli_change(change)), as_json=as_json)


def _groups(session: "Session", names: "Sequence[str] | None") -> tuple[int, ...]:
    if not names:
        return tuple(roster.list_group_names(session))
    return tuple(groups.get_group_by_text(session, name).id for name in names)


def _not_on(unknown: "Sequence[int]", running: "Sequence[int]") -> ConflictError:
    if not running:
        return ConflictError("No emergency is on; nothing was changed.")
    return ConflictError(
        "No emergency is on with these events: {ids}; on are {running}. Nothing was changed.",
        ids=", ".join(map(str, unknown)),
        running=", ".join(map(str, running)),
    )


def _told(reach: "EmergencyReach", result: "EmergencyResult | None", zone: "ZoneInfo") -> list[str]:
    """Return what it does, as notes beside the result."""
    verb = "would show" if result is None else "show"
    lines = [f"{reach.screens} screen(s) in {reach.groups} group(s) {verb} this message alone."]
    for one in reach.interrupted:
        kind = "the emergency " if one.is_emergency else ""
        end_at = f"{one.end.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append(f"Interrupted in {one.group_name}: {kind}“{one.title}”, until {end_at}.")
    if reach.offline:
        lines.append(f"{reach.offline} of the screens are offline and do not show it yet.")
    return lines


def _reach_row(reach: "EmergencyReach") -> "Row":
    return {"groups": reach.groups, "screens": reach.screens, "offline": reach.offline}


def _result_row(result: "EmergencyResult") -> "Row":
    return {
        "event_ids": result.event_ids,
        "title": result.title,
        "group_ids": result.group_ids,
        "screens": result.screens,
        "until": result.until,
    }


def _view_row(view: "EmergencyView", *, with_screens: bool) -> "Row":
    row: dict[str, Any] = {
        "event_ids": view.event_ids,
        "title": view.title,
        "look": look_word(view.look),
        "groups": view.group_names,
        "start": view.start,
        "end": view.end,
        "confirmed": len(view.confirmed),
    }
    if with_screens:
        return {**row, "screens": [_screen_row(screen) for screen in view.screens]}
    missing = ", ".join(f"{one.name} ({one.shown.state})" for one in view.unconfirmed)
    return {**row, "screens": len(view.screens), "missing": missing or "-"}


def _screen_row(screen: "WatchedScreen") -> "Row":
    return {
        "client_uuid": screen.uuid,
        "screen": screen.name,
        "group": screen.group_name,
        "state": screen.shown.state,
        "at": screen.shown.at,
    }
