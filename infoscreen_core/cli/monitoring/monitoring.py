"""`infoscreen monitoring`: how well screens served, and what is or was wrong."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from infoscreen_core.cli.context import JsonFlag, cli_read_session, emit
from infoscreen_core.cli.moments import read_instant
from infoscreen_core.cli.monitoring import incidents, jobs, plays, report
from infoscreen_core.cli.monitoring.figures import figures_row
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring import availability as service

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.domain.monitoring.availability import Figures

app = typer.Typer(
    help="See how well screens served, and what is or was wrong.", no_args_is_help=True
)
app.command("incidents")(incidents.list_all)
app.command("acknowledge")(incidents.acknowledge)
app.command("jobs")(jobs.command)
app.command("plays")(plays.command)
app.command("report")(report.command)

_USUAL = timedelta(days=30)


class By(StrEnum):
    """What each row of the answer is about."""

    CLIENT = "client"
    GROUP = "group"
    WEEK = "week"


@app.command("availability")
def availability(
    *,
    by: Annotated[By, typer.Option(help="One row for each client, group or week.")] = By.CLIENT,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", help="2026-10-01T00:00 in the installation's zone; default: 30 days ago."
        ),
    ] = None,
    end: Annotated[
        str | None, typer.Option("--to", help="Written in the same way; default: now.")
    ] = None,
    leave_out_tv_off: Annotated[
        bool,
        typer.Option(
            "--leave-out-tv-off",
            help="Leave out the time in which TVs were meant to be off, by plan or by order.",
        ),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Say how much of the time screens were up, how often they were down, and for how long."""
    now = utc_now()
    with cli_read_session() as (session, _settings):
        zone = load_zone(system_settings.get_setting(session, "default_timezone"))
        window = _window(zone, start, end, now)
        rows = _rows(session, by, window, zone, leave_out_tv_off=leave_out_tv_off)
    emit(rows, as_json=as_json)


def _window(zone: ZoneInfo, start: str | None, end: str | None, now: datetime) -> Span:
    until = now if end is None else read_instant(end, zone, field="to")
    since = until - _USUAL if start is None else read_instant(start, zone, field="from")
    return service.checked_window(since, until, now=now)


def _rows(
    session: "Session", by: By, window: Span, zone: ZoneInfo, *, leave_out_tv_off: bool
) -> list[dict[str, Any]]:
    found: list[tuple[dict[str, Any], Figures]]
    if by is By.WEEK:
        weeks = service.measure_weeks(session, window, zone, leave_out_tv_off=leave_out_tv_off)
        found = [({"week": one.week}, one.figures) for one in weeks]
    elif by is By.GROUP:
        groups = service.measure_groups(session, window, leave_out_tv_off=leave_out_tv_off)
        found = [({"group_id": key}, figures) for key, figures in groups.items()]
    else:
        clients = service.measure_clients(session, window, leave_out_tv_off=leave_out_tv_off)
        found = [({"client_uuid": uuid}, figures) for uuid, figures in clients.items()]
    return [
        {**of_what, **figures_row(figures), **(_left_out(figures) if leave_out_tv_off else {})}
        for of_what, figures in found
    ]


def _left_out(found: "Figures") -> dict[str, Any]:
    return {"left_out_seconds": round(found.left_out.total_seconds())}
