"""Plans of maintenance as HTML: their lines, and the next seven days as a picture."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.commands.presenters.maintenance_words import (
    last_text,
    next_text,
    plan_line,
    skip_text,
)
from console.commands.presenters.rollout_words import window_text
from console.i18n import N_, _
from console.words.calendar import weekday_name
from console.words.formatting import day
from console.words.html import link
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.domain.commands.windows import DAY_MINUTES
from infoscreen_core.services.commands.maintenance.views import DayView, PlanView


class Kind(StrEnum):
    """What a window in the picture is, in the order of the legend."""

    PLANNED = "planned"
    STARTED = "started"
    WAITING = "waiting"
    HOLIDAY = "holiday"
    SKIPPED = "skipped"
    OFF = "off"


_WORDS: Final = {
    Kind.PLANNED: N_("Planned"),
    Kind.STARTED: N_("Begun"),
    Kind.WAITING: N_("Waiting"),
    Kind.HOLIDAY: N_("Holiday"),
    Kind.SKIPPED: N_("Skipped"),
    Kind.OFF: N_("Switched off"),
}
_OF_STATUS: Final = {
    FiringStatus.STARTED: Kind.STARTED,
    FiringStatus.WAITING: Kind.WAITING,
    FiringStatus.SKIPPED: Kind.SKIPPED,
}


def plan_html(plan: PlanView, zone: ZoneInfo, *, now: datetime) -> str:
    """Return a plan's lines in the list."""
    icon, tone = ("●", "accent") if plan.is_enabled else ("–", "quiet")
    word = _("Switched on") if plan.is_enabled else _("Switched off")
    return (
        f'<div class="is-plan"><div><span class="is-status is-{tone}"><i aria-hidden="true">'
        f"{icon}</i>{escape(word)}</span> <b>{escape(plan.name)}</b></div>"
        f'<div class="is-quiet is-small">{escape(plan_line(plan, zone))}</div>'
        f'<div class="is-small">{escape(next_text(plan, zone, now=now))}</div>{_last(plan)}</div>'
    )


def week_html(plans: Sequence[PlanView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return the windows of the next seven days: a line for each plan, a column for each day."""
    today = now.astimezone(zone).date()
    days = [one.day for one in plans[0].week]
    heads = "".join(
        f'<span class="is-w-day{" is-today" if one == today else ""}">'
        f"{escape(weekday_name(one.weekday()))} <small>{one.day}.</small></span>"
        for one in days
    )
    lines = "".join(map(_line, plans))
    kinds = {kind for plan in plans for one in plan.week if (kind := kind_of(plan, one))}
    legend = "".join(
        f'<span><i class="is-w-{kind.value}"></i>{escape(_(_WORDS[kind]))}</span>'
        for kind in Kind
        if kind in kinds
    )
    told = escape(". ".join(map(_told, plans)))
    return (
        f'<div class="is-weekplan" role="img" aria-label="{told}">'
        f'<div class="is-w-line is-w-head"><b></b>{heads}</div>{lines}</div>'
        f'<div class="is-w-legend" aria-hidden="true">{legend}</div>'
    )


def kind_of(plan: PlanView, one: DayView) -> Kind | None:
    """Return what the window of a day is; None on a day without one."""
    if one.firing is not None:
        is_free = one.firing.reason is SkipReason.HOLIDAY
        return Kind.HOLIDAY if is_free else _OF_STATUS[one.firing.status]
    if one.opening is None:
        return None
    if not plan.is_enabled:
        return Kind.OFF
    if not one.opening.takes_place:
        return Kind.SKIPPED
    return Kind.HOLIDAY if one.holiday else Kind.PLANNED


def _last(plan: PlanView) -> str:
    if plan.last is None or plan.last.status is FiringStatus.WAITING:
        return ""
    told = last_text(plan.last)
    rollout = plan.last.rollout
    shown = link("commands", told, rollout=rollout.rollout_id) if rollout else escape(told)
    head = escape(_("Last time:"))
    return f'<div class="is-small"><span class="is-quiet">{head}</span> {shown}</div>'


def _line(plan: PlanView) -> str:
    cells = "".join(_cell(plan, one) for one in plan.week)
    name = escape(plan.name)
    return f'<div class="is-w-line"><b title="{name}">{name}</b>{cells}</div>'


def _cell(plan: PlanView, one: DayView) -> str:
    kind = kind_of(plan, one)
    if kind is None:
        return '<span class="is-w-cell"></span>'
    window = plan.window
    left = 100 * window.from_minute / DAY_MINUTES
    width = 100 * (window.to_minute - window.from_minute) / DAY_MINUTES
    title = escape(f"{plan.name}, {_day_told(plan, one, kind)}")
    return (
        f'<span class="is-w-cell"><i class="is-w-{kind.value}" title="{title}" '
        f'style="left:{left:.2f}%;width:{width:.2f}%"></i></span>'
    )


def _told(plan: PlanView) -> str:
    told = [
        _day_told(plan, one, kind) for one in plan.week if (kind := kind_of(plan, one)) is not None
    ]
    return f"{plan.name}: {'; '.join(told) or _('nothing within seven days')}"


def _day_told(plan: PlanView, one: DayView, kind: Kind) -> str:
    said = f"{day(one.day)} {window_text(plan.window)}: {_(_WORDS[kind])}"
    if one.firing is not None and (why := skip_text(one.firing)):
        return f"{said} – {why}"
    return f"{said} – {one.holiday}" if kind is Kind.HOLIDAY and one.holiday else said
