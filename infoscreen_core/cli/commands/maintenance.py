"""`infoscreen maintenance`: restarts of groups by night or by week, in a window of local time."""

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from infoscreen_core.cli.commands.commands import read_action
from infoscreen_core.cli.context import JsonFlag, cli_change, cli_session, emit
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.maintenance import (
    ALL_WEEKDAYS,
    WEEKDAY_CODES,
    read_weekdays,
)
from infoscreen_core.domain.commands.rollout import DEFAULT_AT_ONCE
from infoscreen_core.domain.commands.windows import minute_text, read_window
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.commands.maintenance import plans as service
from infoscreen_core.services.commands.maintenance.plans import PlanDraft, draft_of
from infoscreen_core.services.screens import groups

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from infoscreen_core.services.commands.maintenance.views import FiringView, PlanView

app = typer.Typer(
    help="Restart groups by night or by week, in a window of local time.", no_args_is_help=True
)

_COLUMNS: Final = (
    "id",
    "name",
    "action",
    "groups",
    "days",
    "window",
    "timezone",
    "is_enabled",
    "next_at",
    "last_status",
)
_NEXT_COLUMNS: Final = ("id", "name", "action", "opens_at", "closes_at", "timezone")
_FIRING_COLUMNS: Final = ("day", "status", "reason", "holiday", "rollout_id", "rollout_status")

_Plan = Annotated[str, typer.Argument(metavar="PLAN", help="The plan's name or id.")]
_Name = Annotated[str | None, typer.Option(help="What it is called; the reason of its commands.")]
_Action = Annotated[str | None, typer.Option(help="restart_app or reboot_host.")]
_Groups = Annotated[
    list[str] | None, typer.Option(help="A group's name or id; may be given several times.")
]
_All = Annotated[bool, typer.Option("--all", help="All screens, instead of groups.")]
_Days = Annotated[
    str | None, typer.Option(help="Days of the week, such as MO-FR or SU; else every day.")
]
_Window = Annotated[
    str | None, typer.Option(help="The time of the local day, such as 02:00-05:00.")
]
_Zone = Annotated[str | None, typer.Option(help="The window's time zone; else the installation's.")]
_AtOnce = Annotated[
    int | None, typer.Option(help="How many screens at most are interrupted at once.")
]
_SpareEvents = Annotated[
    bool | None,
    typer.Option(
        "--spare-events/--with-events",
        help="Whether screens that show an event are waited for, then left out; else they are.",
    ),
]
_SpareHolidays = Annotated[
    bool | None,
    typer.Option("--spare-holidays/--with-holidays", help="Whether it rests on holidays."),
]


@app.command("list")
def list_(*, json: JsonFlag = False) -> None:
    """List all plans by the time of the day at which they begin."""
    with cli_session() as (session, _):
        found = service.list_plans(session, now=utc_now())
    emit([_row(one) for one in found], as_json=json, columns=_COLUMNS)


@app.command("show")
def show(
    plan: _Plan,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Days at most.")] = 14,
    *,
    json: JsonFlag = False,
) -> None:
    """Show a plan, when it is due next, and what became of its last days."""
    with cli_session() as (session, _):
        key = service.find_id(session, plan)
        row = _row(service.get_plan(session, key, now=utc_now()))
        days = [_firing(one) for one in service.list_firings(session, key, limit=limit)]
    if json:
        emit({**row, "firings": days}, as_json=True)
        return
    emit(row, as_json=False)
    emit(days, as_json=False, columns=_FIRING_COLUMNS)


@app.command("next")
def next_(*, json: JsonFlag = False) -> None:
    """List when each plan begins next, the first one first; those that are disabled are not."""
    with cli_session() as (session, _):
        found = service.list_plans(session, now=utc_now())
    due = [one for one in found if one.next_opening is not None]
    due.sort(key=lambda one: (one.next_opening.opens_at if one.next_opening else one.since, one.id))
    emit([_next(one) for one in due], as_json=json, columns=_NEXT_COLUMNS)


@app.command("create")
def create(  # noqa: PLR0913 - one parameter for each option
    name: Annotated[str, typer.Option(help="What it is called; the reason of its commands.")],
    action: Annotated[str, typer.Option(help="restart_app or reboot_host.")],
    window: Annotated[str, typer.Option(help="The time of the local day, such as 02:00-05:00.")],
    group: _Groups = None,
    days: _Days = None,
    timezone: _Zone = None,
    at_once: _AtOnce = DEFAULT_AT_ONCE,
    *,
    all_screens: _All = False,
    spare_events: _SpareEvents = True,
    spare_holidays: _SpareHolidays = False,
    disabled: Annotated[bool, typer.Option("--disabled", help="Do not begin yet.")] = False,
    json: JsonFlag = False,
) -> None:
    """Make a plan; of windows that are open already, the next one is its first."""

    def change(session: "Session") -> "PlanView":
        zone = timezone or system_settings.get_setting(session, "default_timezone")
        draft = PlanDraft(
            name=name,
            action=read_action(action),
            window=read_window(window, zone),
            group_ids=_group_ids(session, group),
            is_for_all=all_screens,
            weekdays=read_weekdays(days) if days is not None else ALL_WEEKDAYS,
            at_once=DEFAULT_AT_ONCE if at_once is None else at_once,
            skip_events=spare_events is not False,
            skip_holidays=bool(spare_holidays),
            is_enabled=not disabled,
        )
        return service.create_plan(session, draft, actor=CLI, now=utc_now())

    _emit_changed(change, as_json=json)


@app.command("edit")
def edit(  # noqa: PLR0913 - one parameter for each option
    plan: _Plan,
    name: _Name = None,
    action: _Action = None,
    window: _Window = None,
    group: _Groups = None,
    days: _Days = None,
    timezone: _Zone = None,
    *,
    at_once: _AtOnce = None,
    all_screens: _All = False,
    spare_events: _SpareEvents = None,
    spare_holidays: _SpareHolidays = None,
    json: JsonFlag = False,
) -> None:
    """Change a plan; what is not named stays as it is."""

    def change(session: "Session") -> "PlanView":
        known = service.get_plan(session, service.find_id(session, plan), now=utc_now())
        draft = draft_of(known)
        text = window or _window_text(known)
        draft = replace(draft, window=read_window(text, timezone or known.window.timezone))
        if group or all_screens:
            ids = _group_ids(session, group)
            draft = replace(draft, group_ids=ids, is_for_all=all_screens)
        given: dict[str, Any] = {
            "name": name,
            "action": None if action is None else read_action(action),
            "weekdays": None if days is None else read_weekdays(days),
            "at_once": at_once,
            "skip_events": spare_events,
            "skip_holidays": spare_holidays,
        }
        draft = replace(draft, **{key: value for key, value in given.items() if value is not None})
        return service.update_plan(
            session, known.id, draft, version=known.version, actor=CLI, now=utc_now()
        )

    _emit_changed(change, as_json=json)


@app.command("enable")
def enable(plan: _Plan, *, json: JsonFlag = False) -> None:
    """Let a plan begin from its next window on."""
    _switch(plan, is_enabled=True, as_json=json)


@app.command("disable")
def disable(plan: _Plan, *, json: JsonFlag = False) -> None:
    """Let a plan begin no more; a roll-out that runs goes on."""
    _switch(plan, is_enabled=False, as_json=json)


@app.command("delete")
def delete(plan: _Plan, *, json: JsonFlag = False) -> None:
    """Delete a plan with the record of its days; its roll-outs stay."""
    view = cli_change(
        lambda session, _: service.delete_plan(
            session, service.find_id(session, plan), actor=CLI, now=utc_now()
        )
    )
    emit({"id": view.id, "name": view.name, "is_deleted": True}, as_json=json)


def _switch(plan: str, *, is_enabled: bool, as_json: bool) -> None:
    def change(session: "Session") -> "PlanView":
        key = service.find_id(session, plan)
        return service.set_enabled(session, key, is_enabled=is_enabled, actor=CLI, now=utc_now())

    _emit_changed(change, as_json=as_json)


def _emit_changed(change: Callable[["Session"], "PlanView"], *, as_json: bool) -> None:
    emit(_row(cli_change(lambda session, _: change(session))), as_json=as_json)


def _group_ids(session: "Session", named: list[str] | None) -> tuple[int, ...]:
    return tuple(groups.get_group_by_text(session, one).id for one in named or ())


def _row(view: "PlanView") -> dict[str, Any]:
    following, last = view.next_opening, view.last
    return {
        "id": view.id,
        "name": view.name,
        "action": view.action,
        "is_for_all": view.is_for_all,
        "groups": [*view.groups.values()],
        "days": ",".join(WEEKDAY_CODES[day] for day in sorted(view.weekdays)),
        "window": _window_text(view),
        "timezone": view.window.timezone,
        "at_once": view.at_once,
        "spare_events": view.skip_events,
        "spare_holidays": view.skip_holidays,
        "is_enabled": view.is_enabled,
        "next_day": following.day if following else None,
        "next_at": following.opens_at if following else None,
        "last_day": last.day if last else None,
        "last_status": last.status if last else None,
        "last_reason": last.reason if last else None,
        "last_rollout_id": last.rollout.rollout_id if last and last.rollout else None,
    }


def _next(view: "PlanView") -> dict[str, Any]:
    following = view.next_opening
    return {
        "id": view.id,
        "name": view.name,
        "action": view.action,
        "day": following.day if following else None,
        "opens_at": following.opens_at if following else None,
        "closes_at": following.closes_at if following else None,
        "timezone": view.window.timezone,
    }


def _firing(one: "FiringView") -> dict[str, Any]:
    return {
        "day": one.day,
        "opens_at": one.opens_at,
        "closes_at": one.closes_at,
        "status": one.status,
        "reason": one.reason,
        "holiday": one.holiday,
        "rollout_id": one.rollout.rollout_id if one.rollout else None,
        "rollout_status": one.rollout.status if one.rollout else None,
        "counts": one.rollout.counts if one.rollout else {},
    }


def _window_text(view: "PlanView") -> str:
    return f"{minute_text(view.window.from_minute)}-{minute_text(view.window.to_minute)}"
