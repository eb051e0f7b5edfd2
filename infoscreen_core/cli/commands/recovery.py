"""`infoscreen recovery`: what crash recovery does by itself, and why not."""

from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_read_session, emit
from infoscreen_core.cli.sentences import text_of
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.recovery_facts import STRIKES, STRIKES_WITHIN
from infoscreen_core.domain.commands.recovery_words import headline
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.recovery import recovery as service
from infoscreen_core.services.commands.recovery import recovery_record as record
from infoscreen_core.services.monitoring import sight
from infoscreen_core.services.screens import clients

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.commands.views import RecoveryView
    from infoscreen_core.settings import Settings

app = typer.Typer(help="What crash recovery does by itself, and why not.", no_args_is_help=True)

_COLUMNS = ("client_uuid", "client", "verdict", "trouble", "since", "strikes", "text")
_MOST_DECISIONS = 100


@app.command("status")
def status(
    client: Annotated[
        str | None,
        typer.Option("--client", metavar="UUID", help="All that was decided about one screen."),
    ] = None,
    *,
    json: JsonFlag = False,
) -> None:
    """Show whether recovery is on, which screens are in trouble, and what is decided about each."""
    with cli_read_session() as (session, settings):
        zone = load_zone(system_settings.get_setting(session, "default_timezone"))
        uuid = None if client is None else clients.get_client(session, client).uuid
        found = _status(session, settings)
        if uuid is None:
            views = record.list_recoveries(session)
        else:
            views = record.list_decisions(session, uuid, limit=_MOST_DECISIONS)
            found["candidates"] = [one for one in found["candidates"] if one == uuid]
    rows = [_row(one, zone) for one in views]
    if json:
        emit({**found, "decisions": rows}, as_json=True)
        return
    emit({**found, "candidates": len(found["candidates"])}, as_json=False)
    emit(rows, as_json=False, columns=_COLUMNS)


@app.command("acknowledge")
def acknowledge(
    uuid: Annotated[str, typer.Argument(metavar="UUID", help="The screen's UUID.")],
    note: Annotated[str, typer.Option(help="What was done; it is kept in the audit trail.")] = "",
    *,
    json: JsonFlag = False,
) -> None:
    """Say that somebody saw to a screen on which recovery had given up: it may try again."""

    def change(session: "Session", _: "Settings") -> dict[str, Any]:
        service.acknowledge(session, uuid, note=note, actor=CLI, now=utc_now())
        return {"client_uuid": clients.get_client(session, uuid).uuid, "is_acknowledged": True}

    emit(cli_change(change), as_json=json)


def _status(session: "Session", settings: "Settings") -> dict[str, Any]:
    now, limits = utc_now(), settings.recovery_limits
    return {
        "is_enabled": settings.crash_recovery_enabled,
        "is_blind": sight.read(session, now=now).is_blind,
        "grace_seconds": int(limits.grace.total_seconds()),
        "lockout_minutes": int(limits.lockout.total_seconds()) // 60,
        "command_expiry_seconds": int(limits.expiry.total_seconds()),
        "at_once": limits.at_once,
        "may_cut_power": limits.may_cut_power,
        "strikes": STRIKES,
        "strikes_within_hours": int(STRIKES_WITHIN.total_seconds()) // 3600,
        "running": record.count_running(session),
        "candidates": record.list_candidates(session, limits, now=now),
    }


def _row(one: "RecoveryView", zone: ZoneInfo) -> dict[str, Any]:
    return {
        "client_uuid": one.client_uuid,
        "client": one.client_name,
        "group": one.group_name,
        "verdict": one.verdict,
        "trouble": one.trouble,
        "since": one.since,
        "ended_at": one.ended_at,
        "strikes": one.strikes,
        "is_person_called": one.is_person_called,
        "command_id": one.command_id,
        "cycle_id": one.cycle_id,
        "outcome": one.outcome,
        "text": text_of(headline(one.what), zone),
        "evidence": [text_of(fact, zone) for fact in one.evidence],
        "advice": None if one.advice is None else str(one.advice),
    }
