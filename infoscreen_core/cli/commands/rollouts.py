"""`infoscreen rollout`: one command for many screens, in waves."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.commands.commands import (
    DEFAULT_EXPIRY_SECONDS,
    ExpiryOption,
    read_action,
)
from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import (
    DEFAULT_AT_ONCE,
    DEFAULT_FAILED_PERCENT,
    DEFAULT_MANUAL_AT_MOST,
    DEFAULT_WAVES,
    Limits,
    MemberStatus,
    RolloutStatus,
    Waves,
    read_waves,
)
from infoscreen_core.domain.commands.windows import minute_text, read_window
from infoscreen_core.domain.monitoring.fleet_wish import FleetWish
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.domain.text.names import folded
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.foresight import preview
from infoscreen_core.services.commands.rollouts import rollouts as service
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sqlalchemy.orm import Session

    from infoscreen_core.services.commands.views import (
        ForeseenScreen,
        MemberView,
        RolloutPreview,
        RolloutView,
    )

app = typer.Typer(
    help="Send one command to many screens, in waves that stop by themselves.",
    no_args_is_help=True,
)

_LIST_COLUMNS: Final = (
    "rollout_id",
    "action",
    "status",
    "stopped_reason",
    "total",
    "created_at",
    "ended_at",
    "reason",
)
_COUNTED: Final = (*State, MemberStatus.WAITING, MemberStatus.LEFT_OUT)
_MOST_MEMBERS: Final = 1_000_000
_Id = Annotated[str, typer.Argument(metavar="ID", help="The roll-out's id.")]
_Texts = list[str] | None


@app.command("start")
def start(  # noqa: PLR0913 - a roll-out has this many sides
    uuids: Annotated[
        _Texts, typer.Argument(metavar="[UUID]...", help="More screens, as with --client.")
    ] = None,
    *,
    action: Annotated[str, typer.Option(help="reboot_host, shutdown_host or restart_app.")],
    reason: Annotated[str, typer.Option(help="Why; it is kept with each command.")] = "",
    group: Annotated[
        _Texts, typer.Option(help="A group's name or id; may be given several times.")
    ] = None,
    client: Annotated[
        _Texts, typer.Option(help="A screen's UUID; may be given several times.")
    ] = None,
    status: Annotated[
        Status | None, typer.Option(help="All screens in service of this status.")
    ] = None,
    search: Annotated[
        str, typer.Option(help="All screens in service that a list finds with this text.")
    ] = "",
    incident: Annotated[
        int | None, typer.Option(help="The screens of this incident, by its number.")
    ] = None,
    waves: Annotated[
        str, typer.Option(help="Sizes of the waves; the rest follows the last.")
    ] = ",".join(map(str, DEFAULT_WAVES)),
    repeat: Annotated[
        bool, typer.Option("--repeat", help="Go on with waves of the last size.")
    ] = False,
    canary_group: Annotated[
        _Texts, typer.Option(help="The group whose screens come first, as a wave.")
    ] = None,
    canary: Annotated[_Texts, typer.Option(help="A screen that comes first.")] = None,
    at_once: Annotated[
        int, typer.Option(help="How many screens at most are interrupted at once.")
    ] = DEFAULT_AT_ONCE,
    failed_percent: Annotated[
        int, typer.Option(help="Stop when more than so many percent fail, and at least two.")
    ] = DEFAULT_FAILED_PERCENT,
    manual_at_most: Annotated[
        int, typer.Option(help="Stop when more than so many need somebody on site.")
    ] = DEFAULT_MANUAL_AT_MOST,
    window: Annotated[
        str, typer.Option(help="Only in this time of the local day, such as 02:00-05:00.")
    ] = "",
    timezone: Annotated[
        str, typer.Option(help="The window's time zone; else the installation's.")
    ] = "",
    expiry: ExpiryOption = DEFAULT_EXPIRY_SECONDS,
    with_priority: Annotated[
        bool,
        typer.Option("--with-priority", help="Do not spare screens that show what is important."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say whom it would reach, and what it stops.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Begin a roll-out; the leading dispatcher carries it out."""
    wanted, sizes = read_action(action), Waves(read_waves(waves), is_repeated=repeat)
    limits = Limits(at_once=at_once, failed_percent=failed_percent, manual_at_most=manual_at_most)
    named = [*(client or []), *(uuids or [])]

    def request(session: "Session") -> RolloutRequest:
        zone = timezone or system_settings.get_setting(session, "default_timezone")
        return RolloutRequest(
            action=wanted,
            reason=reason,
            target=_target(session, named, group, status, search, incident),
            canary=_target(session, canary, canary_group),
            waves=sizes,
            limits=limits,
            window=read_window(window, zone) if window else None,
            skip_priority=not with_priority,
            expiry=timedelta(seconds=expiry),
        )

    if dry_run:
        with cli_session() as (session, settings):
            grace = settings.heartbeat_grace
            row = _foreseen(preview(session, request(session), grace=grace, now=utc_now()))
    else:
        row = cli_change(
            lambda session, _: _row(
                start_rollout(session, request(session), actor=CLI, now=utc_now())
            )
        )
    emit(row, as_json=json)


@app.command("show")
def show(
    rollout_id: _Id,
    *,
    members: Annotated[
        bool, typer.Option("--members", help="Also every screen, and what became of it.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Show how far a roll-out is, and who was left out."""
    key = rollout_id.strip().lower()
    with cli_session() as (session, _):
        row = _row(service.get_rollout(session, key))
        found = service.list_members(session, key, limit=_MOST_MEMBERS)
        row["left_out"] = _reasons(one.left_out_reason for one in found)
        if members:
            row["members"] = [_member(one) for one in found]
    emit(row, as_json=json)


@app.command("list")
def list_(
    status: Annotated[
        RolloutStatus | None, typer.Option(help="Only roll-outs of this status.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    *,
    json: JsonFlag = False,
) -> None:
    """List roll-outs, newest first."""
    statuses = None if status is None else [status]
    with cli_session() as (session, _):
        found = service.list_rollouts(session, statuses=statuses, limit=limit)
        rows = [_row(one) for one in found]
    emit(rows, as_json=json, columns=_LIST_COLUMNS)


@app.command("pause")
def pause(rollout_id: _Id, *, json: JsonFlag = False) -> None:
    """Issue nothing more until it is resumed; what is out runs to its end."""
    _change(service.pause_rollout, rollout_id, as_json=json)


@app.command("resume")
def resume(rollout_id: _Id, *, json: JsonFlag = False) -> None:
    """Let a paused roll-out go on."""
    _change(service.resume_rollout, rollout_id, as_json=json)


@app.command("cancel")
def cancel(rollout_id: _Id, *, json: JsonFlag = False) -> None:
    """End a roll-out: what was not sent is withdrawn, what is out runs to its end."""
    _change(service.cancel_rollout, rollout_id, as_json=json)


def _change(work: "Callable[..., RolloutView]", rollout_id: str, *, as_json: bool) -> None:
    key = rollout_id.strip().lower()
    row = cli_change(lambda session, _: _row(work(session, key, actor=CLI, now=utc_now())))
    emit(row, as_json=as_json)


def _target(
    session: "Session",
    uuids: _Texts,
    named: _Texts,
    status: Status | None = None,
    search: str = "",
    incident: int | None = None,
) -> Target:
    wish = FleetWish(status=status, search=folded(search)) if status or search else None
    return Target(
        client_uuids=tuple(part for text in uuids or () for part in text.split(",")),
        group_ids=tuple(groups.get_group_by_text(session, name).id for name in named or ()),
        wish=wish,
        incident_id=incident,
    )


def _row(view: "RolloutView") -> dict[str, Any]:
    window, limits = view.window, view.limits
    return {
        "rollout_id": view.rollout_id,
        "action": view.action,
        "status": view.status,
        "stopped_reason": view.stopped_reason,
        "held_by": view.held_by,
        "reason": view.reason,
        "requested_by": view.requested_by,
        "source": view.source,
        "total": view.total,
        "counts": {key.value: view.counts.get(key, 0) for key in _COUNTED},
        "wave": view.wave,
        "waves": [
            {"wave": one.number, "total": one.total, "settled": one.settled} for one in view.waves
        ],
        "at_once": limits.at_once,
        "failed_percent": limits.failed_percent,
        "failed_at_least": limits.failed_at_least,
        "manual_at_most": limits.manual_at_most,
        "window": f"{minute_text(window.from_minute)}-{minute_text(window.to_minute)}"
        if window
        else None,
        "timezone": window.timezone if window else None,
        "skip_priority": view.skip_priority,
        "skip_events": view.skip_events,
        "target": view.target,
        "created_at": view.created_at,
        "started_at": view.started_at,
        "ended_at": view.ended_at,
    }


def _member(one: "MemberView") -> dict[str, Any]:
    return {
        "client_uuid": one.client_uuid,
        "screen": one.name,
        "group": one.group_name,
        "wave": one.wave,
        "status": one.status,
        "left_out_reason": one.left_out_reason,
        "command_id": one.command_id,
        "command_status": one.command_status,
        "error_code": one.error_code,
        "issued_at": one.issued_at,
        "ended_at": one.ended_at,
    }


def _foreseen(seen: "RolloutPreview") -> dict[str, Any]:
    return {
        "taking_part": len(seen.taking_part),
        "waves": list(seen.wave_sizes),
        "left_out": [_screen(one) for one in seen.left_out],
        "left_for_later": [_screen(one) for one in seen.taking_part if one.is_put_off],
        "interrupted": [
            {
                "group": one.group_name,
                "title": one.title,
                "until": one.end,
                "screens": one.screens,
            }
            for one in seen.interruptions.interrupted
        ],
        "idle_screens": seen.interruptions.idle,
        "opens_at": seen.opens_at,
    }


def _screen(one: "ForeseenScreen") -> dict[str, Any]:
    return {"client_uuid": one.client_uuid, "screen": one.name, "reason": one.left_out}


def _reasons(reasons: "Iterable[str | None]") -> dict[str, int]:
    return dict(Counter(str(reason) for reason in reasons if reason is not None))
