"""The dialogs on plans of maintenance: make or change one, and delete it."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

import streamlit as st

from console.commands.maintenance import data
from console.commands.presenters.commands import ACTIONS
from console.commands.presenters.maintenance_words import saved_sentence
from console.commands.rollouts.data import read_groups
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.runtime import Session, user_timezone
from console.words.calendar import weekday_name
from console.words.commands import action_word
from infoscreen_core.domain.commands.lifecycle import RESTARTS, Action
from infoscreen_core.domain.commands.maintenance import ALL_WEEKDAYS
from infoscreen_core.domain.commands.rollout import DEFAULT_AT_ONCE, MOST_AT_ONCE
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.maintenance import plans
from infoscreen_core.services.commands.maintenance.plans import NAME_LIMIT, PlanDraft
from infoscreen_core.services.commands.maintenance.views import PlanView

_EDIT, _DELETE = "maintenance-plan", "maintenance-delete"
_ICON: Final = ":material/build:"
_QUARTER: Final = timedelta(minutes=15)
_NIGHT: Final = (time(2), time(5))
_GROUPS, _ALL = "groups", "all"


@dataclass(frozen=True)
class _Typed:
    """What stands in the form."""

    name: str
    action: Action
    is_for_all: bool
    group_ids: tuple[int, ...]
    weekdays: frozenset[int]
    first: time | None
    last: time | None
    at_once: int
    skip_events: bool
    skip_holidays: bool


def ask_for_plan(plan_id: int | None) -> None:
    """Open the dialog on a plan, or (None) on a new one; a full run must follow."""
    dialogs.open_dialog(_EDIT, plan_id=plan_id)


def ask_to_delete(plan_id: int) -> None:
    """Open the dialog that deletes a plan; a full run must follow."""
    dialogs.open_dialog(_DELETE, plan_id=plan_id)


def draw_maintenance_dialogs() -> None:
    """Draw the one that is open; the page calls this once, outside its live parts."""
    draw_dialog(_EDIT, _("Maintenance plan"), _ICON, _edit, width="medium")
    draw_dialog(_DELETE, _("Delete maintenance plan"), ":material/delete:", _delete)


def _edit(plan_id: int | None) -> None:
    plan = None if plan_id is None else data.find_plan(plan_id)
    if plan_id is not None and plan is None:
        gone()
        return
    zone = plan.window.timezone if plan else data.read_zone()
    with st.form("maintenance-form", border=False, enter_to_submit=False):
        slots = Slots()
        typed = _fields(plan, zone, slots)
        confirmed = is_confirmed(_("Save plan"), ":material/check:")
    if confirmed:
        attempt_and_close(partial(_save, plan, typed, zone), slots)


def _save(
    plan: PlanView | None, typed: _Typed, zone: str, session: Session, actor: Actor, at: datetime
) -> str:
    draft = PlanDraft(
        name=typed.name,
        action=typed.action,
        window=data.window_of(typed.first, typed.last, zone),
        group_ids=typed.group_ids,
        is_for_all=typed.is_for_all,
        weekdays=typed.weekdays,
        at_once=typed.at_once,
        skip_events=typed.skip_events,
        skip_holidays=typed.skip_holidays,
        is_enabled=plan.is_enabled if plan else True,
    )
    if plan is None:
        view = plans.create_plan(session, draft, actor=actor, now=at)
    else:
        view = plans.update_plan(session, plan.id, draft, version=plan.version, actor=actor, now=at)
    return saved_sentence(view, user_timezone(), now=at)


def _fields(plan: PlanView | None, zone: str, slots: Slots) -> _Typed:
    name = st.text_input(
        _("Name (the reason of its commands)"),
        value=plan.name if plan else "",
        max_chars=NAME_LIMIT,
        placeholder=_("e.g. Nightly restart"),
        key="maintenance-name",
    )
    slots.below("name")
    action = st.segmented_control(
        _("Command"),
        [one for one in ACTIONS if one in RESTARTS],
        default=plan.action if plan else Action.RESTART_APP,
        format_func=action_word,
        required=True,
        key="maintenance-action",
    )
    is_for_all, group_ids = _target(plan, slots)
    weekdays = st.pills(
        _("Days of the week"),
        sorted(ALL_WEEKDAYS),
        selection_mode="multi",
        default=sorted(plan.weekdays if plan else ALL_WEEKDAYS),
        format_func=weekday_name,
        key="maintenance-weekdays",
    )
    slots.below("weekdays")
    first, last = _window(plan, zone, slots)
    at_once, skip_events, skip_holidays = _care(plan, slots)
    return _Typed(
        name=name or "",
        action=Action(action),
        is_for_all=is_for_all,
        group_ids=group_ids,
        weekdays=frozenset(weekdays),
        first=first,
        last=last,
        at_once=at_once,
        skip_events=skip_events,
        skip_holidays=skip_holidays,
    )


def _target(plan: PlanView | None, slots: Slots) -> tuple[bool, tuple[int, ...]]:
    groups = read_groups()
    words = {_GROUPS: _("Some groups"), _ALL: _("All screens")}
    whom = st.segmented_control(
        _("Which screens"),
        list(words),
        default=_ALL if plan and plan.is_for_all else _GROUPS,
        format_func=lambda value: words[value],
        required=True,
        key="maintenance-whom",
    )
    chosen = st.multiselect(
        _("Groups"),
        list(groups),
        default=[one for one in plan.groups if one in groups] if plan else [],
        format_func=lambda value: groups.get(value, ""),
        placeholder=_("Choose groups"),
        key="maintenance-groups",
    )
    slots.below("groups")
    return whom == _ALL, tuple(chosen)


def _window(plan: PlanView | None, zone: str, slots: Slots) -> tuple[time | None, time | None]:
    first, last = _NIGHT
    if plan is not None:
        first, last = data.time_of(plan.window.from_minute), data.time_of(plan.window.to_minute)
    left, right = st.columns(2)
    begins = left.time_input(
        _("Window from"),
        value=first,
        step=_QUARTER,
        key="maintenance-from",
        help=_("The time zone is {zone}.", zone=zone),
    )
    ends = right.time_input(
        _("to"),
        value=last,
        step=_QUARTER,
        key="maintenance-to",
        help=_("00:00 is the end of the day. What has no turn by then is left out."),
    )
    slots.below("window")
    return begins, ends


def _care(plan: PlanView | None, slots: Slots) -> tuple[int, bool, bool]:
    skip_events = st.checkbox(
        _("Spare screens that show an event"),
        value=plan.skip_events if plan else True,
        key="maintenance-events",
        help=_("They are waited for within the window, then left out. Backgrounds do not count."),
    )
    skip_holidays = st.checkbox(
        _("Rest on holidays"),
        value=plan.skip_holidays if plan else False,
        key="maintenance-holidays",
    )
    at_once = st.number_input(
        _("At once, at most"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        value=plan.at_once if plan else DEFAULT_AT_ONCE,
        key="maintenance-at-once",
        help=_("How many screens are restarted at the same time."),
    )
    slots.below("at_once")
    return int(at_once), skip_events, skip_holidays


def _delete(plan_id: int) -> None:
    plan = data.find_plan(plan_id)
    if plan is None:
        gone()
        return
    consequence(
        _(
            "“{name}” begins no more, and the record of its days goes with it. Its roll-outs stay "
            "among the others; one that runs goes on.",
            name=plan.name,
        )
    )
    with st.form("maintenance-delete", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(_("Delete plan"), ":material/delete:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        view = plans.delete_plan(session, plan_id, actor=actor, now=at)
        return _("The plan “{name}” is deleted.", name=view.name)

    if confirmed:
        attempt_and_close(write, slots)
