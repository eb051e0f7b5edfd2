"""Asking for a roll-out: what, why and how carefully; then what it does, and a second click."""

from datetime import datetime, time, timedelta
from typing import Final

import streamlit as st

from console.commands.presenters.commands import ACTIONS
from console.commands.presenters.rollout_preview import (
    left_out_list,
    preview_sentences,
    waves_total,
)
from console.commands.presenters.rollout_words import ask_label, start_label
from console.commands.rollouts import data
from console.commands.rollouts.order import RolloutOrder, request_of
from console.i18n import _, ngettext
from console.navigation import go_to
from console.parts import dialogs
from console.parts.forms.dialog_form import Slots, consequence, draw_dialog, is_confirmed
from console.parts.write import attempt
from console.runtime import Session, now, read_session, run_again, user_timezone
from console.words.commands import action_word
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.rollout import MOST_AT_ONCE
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import REASON_LIMIT
from infoscreen_core.services.commands.rollouts.rollout_request import RolloutRequest, Target
from infoscreen_core.services.commands.rollouts.rollout_start import start_rollout
from infoscreen_core.services.commands.views import RolloutPreview

_DIALOG: Final = "rollout"
_ICON: Final = ":material/stacks:"
_NO_GROUP: Final = 0
"""Stands for no group that comes first; ids begin at 1."""
_QUARTER: Final = timedelta(minutes=15)


def rollout_button(
    target: Target, count: int, *, key: str, label: str | None = None, is_quiet: bool = False
) -> None:
    """Draw the button that asks for a roll-out over so many screens."""
    if st.button(
        label or ask_label(count),
        key=key,
        icon=_ICON,
        type="tertiary" if is_quiet else "secondary",
    ):
        ask_for_rollout(target)
        run_again()


def ask_for_rollout(target: Target, order: RolloutOrder | None = None) -> None:
    """Open the dialog for one command to many screens; a full run must follow.

    `order` is what it begins with, if not with what is usual.
    """
    dialogs.open_dialog(_DIALOG, target=target, order=order)


def draw_rollout_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside its live parts."""
    draw_dialog(_DIALOG, _("Command for several screens"), _ICON, _contents, width="medium")


def _contents(
    target: Target,
    order: RolloutOrder | None = None,
    *,
    is_checked: bool = False,
) -> None:
    if order is not None and is_checked:
        _second_click(target, order)
    else:
        _ask(target, order or RolloutOrder())


def _ask(target: Target, typed: RolloutOrder) -> None:
    slots = Slots()
    with st.form("rollout-form", border=False, enter_to_submit=False):
        order = _fields(typed, slots)
        if not is_confirmed(_("Continue"), ":material/arrow_forward:"):
            return
    try:
        data.foresee(request_of(order, target, _zone()))
    except InfoscreenError as error:
        slots.show(error)
        return
    dialogs.open_dialog(_DIALOG, target=target, order=order, is_checked=True)
    run_again()


def _fields(typed: RolloutOrder, slots: Slots) -> RolloutOrder:
    action = st.segmented_control(
        _("Command"),
        list(ACTIONS),
        default=typed.action,
        format_func=action_word,
        required=True,
        key="rollout-action",
    )
    reason = st.text_input(
        _("Reason (kept in the log)"),
        value=typed.reason,
        max_chars=REASON_LIMIT,
        placeholder=_("e.g. new version of the player"),
        key="rollout-reason",
    )
    slots.below("reason")
    waves, is_repeated, at_once = _waves(typed, slots)
    first, last = _window(typed, slots)
    first_group, skip_priority, percent, manual = _more(typed, slots)
    return RolloutOrder(
        action=Action(action),
        reason=reason or "",
        waves=waves,
        is_repeated=is_repeated,
        at_once=at_once,
        window_from=first,
        window_to=last,
        skip_priority=skip_priority,
        first_group=first_group,
        failed_percent=percent,
        manual_at_most=manual,
    )


def _more(typed: RolloutOrder, slots: Slots) -> tuple[int | None, bool, int, int]:
    with st.expander(_("More"), key="rollout-more"):
        first_group = _first_group(typed)
        slots.below("canary")
        skip_priority = st.checkbox(
            _("Leave screens for later that show something of priority"),
            value=typed.skip_priority,
            key="rollout-skip-priority",
        )
        percent, manual = _limits(typed, slots)
    return first_group, skip_priority, percent, manual


def _waves(typed: RolloutOrder, slots: Slots) -> tuple[str, bool, int]:
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    waves = left.text_input(
        _("Screens of each wave"),
        value=typed.waves,
        key="rollout-waves",
        help=_("Each wave waits until all commands of the one before have ended."),
    )
    is_repeated = middle.toggle(
        _("Then waves of the same size"),
        value=typed.is_repeated,
        key="rollout-repeated",
        help=_("Otherwise all the rest is the last wave."),
    )
    at_once = right.number_input(
        _("At once, at most"),
        min_value=1,
        max_value=MOST_AT_ONCE,
        value=typed.at_once,
        key="rollout-at-once",
        help=_("So many screens are interrupted at the same time."),
    )
    slots.below("waves")
    slots.below("at_once")
    return waves or "", is_repeated, int(at_once)


def _window(typed: RolloutOrder, slots: Slots) -> tuple[time | None, time | None]:
    left, right = st.columns(2)
    hint = _("Empty: at any time. Commands are sent only between the two.")
    first = left.time_input(
        _("Only from"), value=typed.window_from, step=_QUARTER, key="rollout-from", help=hint
    )
    last = right.time_input(_("To"), value=typed.window_to, step=_QUARTER, key="rollout-to")
    slots.below("window")
    return first, last


def _first_group(typed: RolloutOrder) -> int | None:
    groups = data.read_groups()
    options = [_NO_GROUP, *groups]
    before = typed.first_group if typed.first_group in groups else _NO_GROUP
    chosen = st.selectbox(
        _("A group that comes first, as a wave of its own"),
        options,
        index=options.index(before or _NO_GROUP),
        format_func=lambda one: groups.get(one) or _("none"),
        key="rollout-first",
    )
    return chosen or None


def _limits(typed: RolloutOrder, slots: Slots) -> tuple[int, int]:
    left, right = st.columns(2)
    percent = left.number_input(
        _("Stop above so many failures (%)"),
        min_value=0,
        max_value=100,
        value=typed.failed_percent,
        key="rollout-percent",
    )
    manual = right.number_input(
        _("Stop above so many that need hands on site"),
        min_value=0,
        max_value=MOST_AT_ONCE,
        value=typed.manual_at_most,
        key="rollout-manual",
    )
    slots.below("failed_percent")
    slots.below("manual_at_most")
    return int(percent), int(manual)


def _second_click(target: Target, order: RolloutOrder) -> None:
    request = request_of(order, target, _zone())
    found = data.foresee(request)
    consequence("\n".join(preview_sentences(found, order.action, user_timezone(), now=now())))
    if found.left_out:
        title = ngettext(
            "Who is left out: {n} screen", "Who is left out: {n} screens", len(found.left_out)
        )
        with st.expander(title, key="rollout-left-out"):
            st.html(left_out_list(found.left_out))
    slots = Slots()
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Back"), key="rollout-back-to-form"):
            dialogs.open_dialog(_DIALOG, target=target, order=order)
            run_again()
        is_pressed = _start_button(found, order)
    if is_pressed:
        _start(request, slots)


def _start_button(found: RolloutPreview, order: RolloutOrder) -> bool:
    return st.button(
        start_label(order.action, waves_total(found)),
        key="rollout-start",
        type="primary",
        icon=ACTIONS[order.action].icon,
        disabled=not found.wave_sizes,
    )


def _start(request: RolloutRequest, slots: Slots) -> None:
    started: list[str] = []

    def write(session: Session, actor: Actor, now: datetime) -> str:
        view = start_rollout(session, request, actor=actor, now=now)
        started[:] = [view.rollout_id]
        return ngettext(
            "The roll-out over {n} screen has begun.",
            "The roll-out over {n} screens has begun.",
            view.total - view.left_out_at_start,
        )

    if attempt(write, refuse=slots.show):
        dialogs.close_dialog()
        go_to("commands", rollout=started[0])


def _zone() -> str:
    """Return the installation's zone, on whose clock a window is."""
    with read_session() as session:
        return str(system_settings.get_setting(session, "default_timezone"))
