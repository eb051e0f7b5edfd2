"""`infoscreen monitoring report`: what a month was like, as figures or as a page to print."""

from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.context import JsonFlag, cli_read_session, emit
from infoscreen_core.cli.files import write_file
from infoscreen_core.cli.monitoring.figures import figures_row, whole_seconds
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.past.months import read_month
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring.monthly import report as service
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.monitoring.monthly.views import MonthReport
    from infoscreen_core.settings import Settings

_DOCUMENTS: Final = "infoscreen.documents"
"""Entry points of functions that write a view as an HTML document; the console has them."""
_NAME: Final = "monthly-report"
_SUMMARY: Final = (
    "month",
    "availability_percent",
    "availability_percent_before",
    "down_seconds",
    "unknown_seconds",
    "outages",
    "our_outages",
)


def command(
    *,
    month: Annotated[
        str | None, typer.Option(help="Written as 2026-10; default: the last whole month.")
    ] = None,
    group: Annotated[
        str | None, typer.Option(help="Only screens of this group: name or id.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page to print into this HTML file."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Say what a month was like: availability, outages, incidents, errors and commands."""
    with cli_read_session() as (session, settings):
        found = _read(session, settings, month, group)
        language = system_settings.get_setting(session, "ui_language")
    if output is not None:
        size = write_file(output, [_document(found, language).encode()])
        emit({"file": str(output), "month": str(found.month), "bytes": size}, as_json=as_json)
        return
    row = _row(found)
    emit(row if as_json else {name: row[name] for name in _SUMMARY}, as_json=as_json)


def _read(
    session: "Session", settings: "Settings", month: str | None, group: str | None
) -> "MonthReport":
    now = utc_now()
    return service.make_report(
        session,
        read_month(month) if month else service.last_whole_month(session, now=now),
        group_id=None if group is None else groups.get_group_by_text(session, group).id,
        log_days=settings.log_retention_days,
        now=now,
    )


def _document(found: "MonthReport", language: str) -> str:
    for entry in entry_points(group=_DOCUMENTS, name=_NAME):
        document: str = entry.load()(found, language=language)
        return document
    raise NotFoundError(
        "No package that writes pages is installed here; install the console, or take --json.",
        field="output",
    )


def _row(found: "MonthReport") -> dict[str, Any]:
    before = figures_row(found.before)
    return {
        "month": str(found.month),
        "from": found.window.start,
        "to": found.window.end,
        "group_id": found.group_id,
        **figures_row(found.whole),
        **{f"{name}_before": value for name, value in before.items()},
        "our_outages": found.our_outages,
        "unseen_seconds": whole_seconds(found.unseen),
        "groups": [{"group_id": one.id, **figures_row(one.figures)} for one in found.groups],
        "clients": [
            {"client_uuid": one.uuid, "group_id": one.group_id, **figures_row(one.figures)}
            for one in found.screens
        ],
        "down_seconds_by_day": {
            str(day): whole_seconds(length) for day, length in found.days.items()
        },
        **_events(found),
    }


def _events(found: "MonthReport") -> dict[str, Any]:
    return {
        "longest_outages": [
            {
                "client_uuid": one.screen.uuid,
                "from": one.outage.start,
                "to": one.outage.end,
                "down_seconds": whole_seconds(one.outage.down),
                "reason": one.outage.reason,
            }
            for one in found.longest
        ],
        "unseen": [
            {"cause": one.cause, "from": one.span.start, "to": one.span.end} for one in found.blind
        ],
        "incidents": [
            {
                "kind": one.kind,
                "count": one.count,
                "acknowledged": one.acknowledged,
                "closed": one.closed,
                "acknowledged_after_seconds": whole_seconds(one.until_acknowledged),
                "closed_after_seconds": whole_seconds(one.until_closed),
            }
            for one in found.incidents
        ],
        "error_families": [
            {"shape": one.shape, "lines": one.lines, "clients": one.clients}
            for one in found.families
        ],
        "commands": {
            action.value: {state.value: count for state, count in states.items()}
            for action, states in found.commands.items()
        },
    }
