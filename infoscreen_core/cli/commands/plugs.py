"""`infoscreen plug`: the plugs of screens, and power cycles."""

import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.plugs import (
    DEFAULT_SECONDS_OFF,
    MAX_SECONDS_OFF,
    MIN_SECONDS_OFF,
    TERMINAL,
    PlugKind,
)
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.plugs import plug_checks, plug_setup, plugs
from infoscreen_core.services.commands.plugs.plug_access import DEFAULT_USER, PlugTools
from infoscreen_core.services.commands.plugs.plug_setup import PlugDraft
from infoscreen_core.services.screens import clients

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.commands.plugs.plug_views import CheckResult, CycleView, PlugView
    from infoscreen_core.settings import Settings

app = typer.Typer(
    help="Plugs that screens hang on, and switching them off and on.", no_args_is_help=True
)

_COLUMNS: Final = ("client_uuid", "screen_name", "kind", "address", "relay", "is_enabled", "found")
_CYCLE_COLUMNS: Final = ("cycle_id", "status", "requested_at", "reason", "error_code", "error")
_LOOK_SECONDS: Final = 0.25
_TEST_SECONDS: Final = 30.0
_CYCLE_SECONDS: Final = 600.0

UuidArgument = Annotated[str, typer.Argument(help="The screen's UUID.")]
EnabledOption = Annotated[
    bool | None,
    typer.Option("--enabled/--disabled", help="Whether it may be switched; at first it may not."),
]


@app.command("set")
def set_(  # noqa: PLR0913 - one parameter for each option
    uuid: UuidArgument,
    kind: Annotated[PlugKind | None, typer.Option(help="Which language it speaks.")] = None,
    address: Annotated[
        str | None, typer.Option(help="Its number or name in your network, HOST[:PORT].")
    ] = None,
    relay: Annotated[int | None, typer.Option(help="Which of its sockets; the first is 1.")] = None,
    user: Annotated[
        str | None,
        typer.Option(
            help=f"Where it asks for a login, mostly {DEFAULT_USER}; the password is asked for, "
            "or read from a pipe."
        ),
    ] = None,
    seconds_off: Annotated[
        int | None,
        typer.Option(help=f"How long it stays off: {MIN_SECONDS_OFF} to {MAX_SECONDS_OFF}."),
    ] = None,
    *,
    no_login: Annotated[
        bool, typer.Option("--no-login", help="Forget a stored user name and password.")
    ] = False,
    enabled: EnabledOption = None,
    json: JsonFlag = False,
) -> None:
    """Set a screen's plug up, or change it; what is not named stays as it is."""
    password = _password() if user is not None else ""

    def change(session: "Session", settings: "Settings") -> "PlugView":
        known = plug_setup.find_plug(session, uuid)
        draft = PlugDraft(
            kind=kind or _kept(known, lambda view: view.kind, "kind"),
            address=address or _kept(known, lambda view: view.address, "address"),
            relay=_first(relay, known and known.relay, 1),
            username=user or "",
            password=password,
            forgets_login=no_login,
            seconds_off=_first(seconds_off, known and known.seconds_off, DEFAULT_SECONDS_OFF),
            is_enabled=bool(known and known.is_enabled) if enabled is None else enabled,
        )
        tools = PlugTools.of(settings)
        return plug_setup.set_plug(session, uuid, draft, tools=tools, actor=CLI, now=utc_now())

    emit(_row(cli_change(change)), as_json=json)


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List all plugs."""
    with cli_session() as (session, _):
        found = plug_setup.list_plugs(session)
    emit([_row(view) for view in found], as_json=json, columns=_COLUMNS)


@app.command("show")
def show(uuid: UuidArgument, *, json: JsonFlag = False) -> None:
    """Show a screen's plug."""
    with cli_session() as (session, _):
        view = plug_setup.get_plug(session, uuid)
    emit(_row(view), as_json=json)


@app.command("test")
def check(uuid: UuidArgument, *, json: JsonFlag = False) -> None:
    """Ask a plug what it is and whether it is on; nothing is switched."""
    cli_change(lambda session, _: plug_checks.want(session, uuid, actor=CLI, now=utc_now()))
    view = _awaited(lambda: _tested(uuid), _TEST_SECONDS)
    if view is None:
        raise plug_checks.unanswered()
    emit(_row(view), as_json=json)
    if view.check and not view.check.is_ok:
        raise typer.Exit(1)


@app.command("enable")
def enable(uuid: UuidArgument, *, json: JsonFlag = False) -> None:
    """Allow a plug to be switched, by people and by crash recovery."""
    _set_enabled(uuid, is_enabled=True, as_json=json)


@app.command("disable")
def disable(uuid: UuidArgument, *, json: JsonFlag = False) -> None:
    """Forbid a plug to be switched; its set-up stays."""
    _set_enabled(uuid, is_enabled=False, as_json=json)


@app.command("remove")
def remove(uuid: UuidArgument, *, json: JsonFlag = False) -> None:
    """Forget a screen's plug; its past power cycles stay on record."""
    view = cli_change(
        lambda session, _: plug_setup.remove_plug(session, uuid, actor=CLI, now=utc_now())
    )
    emit({"client_uuid": view.client_uuid, "is_removed": True}, as_json=json)


@app.command("cycle")
def cycle(
    uuid: UuidArgument,
    reason: Annotated[str, typer.Option(help="Why; others will read it.")],
    *,
    wait: Annotated[
        bool, typer.Option("--wait", help="Until it has ended; exit code 1 unless it completed.")
    ] = False,
    json: JsonFlag = False,
) -> None:
    """Switch a screen's plug off and on again."""
    view = cli_change(
        lambda session, _: plugs.request_cycle(
            session, uuid, reason=reason, actor=CLI, now=utc_now()
        )
    )
    if wait:
        view = _awaited(lambda: _ended(view.cycle_id), _CYCLE_SECONDS) or view
    emit(_cycle_row(view), as_json=json)
    if wait and view.completed_at is None:
        raise typer.Exit(1)


@app.command("cycles")
def cycles(
    uuid: UuidArgument,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
    *,
    json: JsonFlag = False,
) -> None:
    """List a screen's power cycles, newest first."""
    with cli_session() as (session, _):
        client_uuid = clients.get_client(session, uuid).uuid
        found = plugs.list_cycles(session, client_uuid, limit=limit)
    emit([_cycle_row(view) for view in found], as_json=json, columns=_CYCLE_COLUMNS)


@app.command("cancel")
def cancel(
    cycle_id: Annotated[str, typer.Argument(help="The power cycle's id.")],
    *,
    json: JsonFlag = False,
) -> None:
    """Take a power cycle back that nobody began with."""
    key = cycle_id.strip().lower()
    view = cli_change(lambda session, _: plugs.cancel_cycle(session, key, actor=CLI, now=utc_now()))
    emit(_cycle_row(view), as_json=json)


def _set_enabled(uuid: str, *, is_enabled: bool, as_json: bool) -> None:
    view = cli_change(
        lambda session, _: plug_setup.set_enabled(
            session, uuid, is_enabled=is_enabled, actor=CLI, now=utc_now()
        )
    )
    emit(_row(view), as_json=as_json)


def _password() -> str:
    # Never an argument: those are visible to others on this machine.
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")


def _kept(known: "PlugView | None", part: Callable[["PlugView"], Any], name: str) -> Any:  # noqa: ANN401
    if known is None:
        raise InvalidInputError(
            "The screen has no plug yet; name its {name}: --{name}.", field=name, name=name
        )
    return part(known)


def _first(*values: Any) -> Any:  # noqa: ANN401 - the first that is given
    return next(value for value in values if value is not None)


def _awaited(look: Callable[[], Any], seconds: float) -> Any:  # noqa: ANN401 - what is looked for
    """Return what `look` finds within so many seconds, or None."""
    end = time.monotonic() + seconds
    while (found := look()) is None and time.monotonic() < end:
        time.sleep(_LOOK_SECONDS)
    return found


def _tested(uuid: str) -> "PlugView | None":
    with cli_session() as (session, _):
        view = plug_setup.get_plug(session, uuid)
    return view if view.check_wanted_at is None else None


def _ended(cycle_id: str) -> "CycleView | None":
    with cli_session() as (session, _):
        view = plugs.get_cycle(session, cycle_id)
    return view if view.status in TERMINAL else None


def _row(view: "PlugView") -> dict[str, Any]:
    found = _found(view.check) if view.check else None
    return {**asdict(view), "check": found, "found": found and found["sentence"]}


def _found(check: "CheckResult") -> dict[str, Any]:
    return {**asdict(check), "sentence": str(check.sentence)}


def _cycle_row(view: "CycleView") -> dict[str, Any]:
    return {**asdict(view), "error": str(view.error) if view.error else None}
