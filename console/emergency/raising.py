"""Raising an emergency: the button on every page, what is asked for, and a second click."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from console.emergency.presenters.consequences import (
    duration_word,
    preview_html,
    raise_label,
    raise_sentences,
    raised_toast,
)
from console.emergency.snapshots import note_change
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    is_confirmed,
)
from console.runtime import (
    Identity,
    Session,
    now,
    read_session,
    resources,
    run_again,
    user_timezone,
)
from console.words.event_types import LOOK_WORDS
from infoscreen_core.domain.events.emergency import DURATIONS, UNTIL_ENDED
from infoscreen_core.domain.events.event import Severity
from infoscreen_core.domain.events.limits import TEXT_LIMIT
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.playing.emergency_orders import (
    EmergencyOrder,
    check_order,
    foresee,
    raise_emergency,
)
from infoscreen_core.services.screens.roster import list_group_names

_DIALOG: Final = "emergency-raise"
_ICON: Final = ":material/emergency_home:"


def emergency_button(identity: Identity, *, place: str) -> None:
    """Draw the button for those who may raise one; `place` tells it from others on the page."""
    if has_at_least(identity.role, Role.EDITOR):
        st.button(
            _("Emergency"),
            key=f"emergency-{place}",
            icon=_ICON,
            on_click=dialogs.open_dialog,
            args=(_DIALOG,),
            width="stretch" if place == "sidebar" else "content",
        )


def draw_raise_dialog() -> None:
    """Draw the dialog if it is open."""
    draw_dialog(_DIALOG, _("Emergency"), _ICON, _contents)


def _contents(order: EmergencyOrder | None = None, *, is_checked: bool = False) -> None:
    with read_session() as session:
        groups = list_group_names(session)
    if not groups:
        st.info(_("There is no group yet that could show it."), icon=":material/info:")
    elif order is not None and is_checked:
        _second_click(order, groups)
    else:
        _ask(order, groups)


def _ask(typed: EmergencyOrder | None, groups: Mapping[int, str]) -> None:
    slots = Slots()
    with st.form("emergency-form", border=False, enter_to_submit=False):
        order = _fields(typed, groups, slots)
        if not is_confirmed(_("Continue"), ":material/arrow_forward:"):
            return
    try:
        check_order(order)
    except InvalidInputError as error:
        slots.show(error)
        return
    dialogs.open_dialog(_DIALOG, order=order, is_checked=True)
    run_again()


def _fields(
    typed: EmergencyOrder | None, groups: Mapping[int, str], slots: Slots
) -> EmergencyOrder:
    text = st.text_area(
        _("Text on the screen"),
        value=typed.text if typed else "",
        max_chars=TEXT_LIMIT,
        height=96,
        placeholder=_("e.g. Fire alarm: leave the building, meet in the yard"),
        key="emergency-text",
    )
    slots.below("message_text")
    look = st.segmented_control(
        _("Look"),
        list(Severity),
        default=typed.look if typed else Severity.EMERGENCY,
        format_func=lambda one: _(LOOK_WORDS[one]),
        required=True,
        key="emergency-look",
    )
    chosen = _chosen_groups(typed, groups)
    slots.below("group_id")
    duration = st.segmented_control(
        _("How long"),
        [*DURATIONS, UNTIL_ENDED],
        default=typed.duration if typed else DURATIONS[0],
        format_func=duration_word,
        required=True,
        key="emergency-duration",
    )
    slots.below("duration")
    return EmergencyOrder(text=text or "", look=look, group_ids=chosen, duration=duration)


def _chosen_groups(typed: EmergencyOrder | None, groups: Mapping[int, str]) -> tuple[int, ...]:
    """Ask for the groups; none chosen means all of them, as the field says."""
    before: Sequence[int] = typed.group_ids if typed and len(typed.group_ids) < len(groups) else ()
    chosen = st.multiselect(
        _("Groups"),
        list(groups),
        default=[one for one in before if one in groups],
        format_func=lambda one: groups.get(one, ""),
        placeholder=_("All groups ({n})", n=len(groups)),
        key="emergency-groups",
        help=_("Leave it empty for all groups."),
    )
    return tuple(chosen or groups)


def _second_click(order: EmergencyOrder, groups: Mapping[int, str]) -> None:
    grace = resources().settings.heartbeat_grace
    with read_session() as session:
        reach = foresee(session, order.group_ids, now=now(), grace=grace)
    names = [name for group_id, name in groups.items() if group_id in order.group_ids]
    st.html(preview_html(order))
    told = raise_sentences(order, reach, names, user_timezone(), now=now())
    consequence("\n".join(told))
    slots = Slots()
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Back"), key="emergency-back"):
            dialogs.open_dialog(_DIALOG, order=order)
            run_again()
        is_pressed = st.button(
            raise_label(reach), key="emergency-raise", type="primary", icon=_ICON
        )
    if is_pressed:
        _raise(order, slots)


def _raise(order: EmergencyOrder, slots: Slots) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        return raised_toast(raise_emergency(session, order, actor=actor, now=now))

    attempt_and_close(write, slots, then=note_change)
