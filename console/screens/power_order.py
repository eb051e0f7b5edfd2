"""Holding one TV on or off: the buttons, and the dialog that asks how long and why."""

from datetime import datetime, timedelta
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.feedback import show_beside
from console.parts.guard import page_guard
from console.parts.write import attempt
from console.runtime import Session, now, read_session, run_again, user_timezone
from console.screens.presenters.client import ClientDetail
from console.screens.presenters.power import (
    LENGTHS,
    length_word,
    order_consequence,
    order_toast,
    power_word,
)
from console.words.markdown import literal
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.power import (
    REASON_LIMIT,
    clear_override,
    get_tv,
    set_override,
)
from infoscreen_core.services.screens.roster import get_screen

_DIALOG: Final = "power-order"
_ICON: Final = ":material/tv_signin:"
_DEFAULT_LENGTH: Final = LENGTHS[2]


def power_buttons(detail: ClientDetail) -> None:
    """Draw the button that holds the TV, and the one that lets it go while it is held."""
    if st.button(_("Hold TV …"), icon=_ICON, key="action-power-hold"):
        dialogs.open_dialog(_DIALOG, uuid=detail.view.uuid)
        run_again()
    if _is_held(detail) and st.button(
        _("TV by plan again"), icon=":material/event_repeat:", key="action-power-release"
    ):
        _release(detail)


def _is_held(detail: ClientDetail) -> bool:
    # Asked anew: the shared reading may be older than what was ordered a moment ago.
    with read_session() as session:
        return get_tv(session, detail.view.uuid, now=now()).desired.override is not None


def draw_power_dialog() -> None:
    """Draw the dialog if it is open; the page calls this once, outside live parts."""
    if opened := dialogs.arguments_of(_DIALOG):
        draw = st.dialog(_("Hold TV on or off"), icon=_ICON, on_dismiss=dialogs.close_dialog)
        draw(_guarded)(opened["uuid"])


def _guarded(uuid: str) -> None:
    with page_guard():  # the dialog runs by itself, outside the page's own guard
        _contents(uuid)


def _contents(uuid: str) -> None:
    with read_session() as session:
        name = get_screen(session, uuid).name
    st.markdown(f"**{literal(name)}**")
    state, lasting = _choose()
    sentence = order_consequence(state, now() + lasting, user_timezone(), now=now())
    st.warning(literal(sentence), icon=":material/info:")
    with st.form("power-order", border=False, enter_to_submit=False):
        label, example = _("Reason (kept in the log)"), _("e.g. exam in this room")
        reason = st.text_input(label, max_chars=REASON_LIMIT, placeholder=example)
        below_reason = st.container()
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_canceled = st.form_submit_button(_("Cancel"))
            is_confirmed = st.form_submit_button(_confirm_label(state), type="primary", icon=_ICON)
    if is_confirmed:
        with below_reason:
            _give(uuid, state, lasting, reason or "", name)
    if is_canceled:
        dialogs.close_dialog()
        run_again()


def _choose() -> tuple[DesiredPower, timedelta]:
    state = st.segmented_control(
        _("The TV stays"),
        [DesiredPower.OFF, DesiredPower.ON],
        default=DesiredPower.OFF,
        format_func=power_word,
        required=True,
        key="power-order-state",
    )
    lasting = st.selectbox(
        _("How long"),
        LENGTHS,
        index=LENGTHS.index(_DEFAULT_LENGTH),
        format_func=length_word,
        key="power-order-length",
    )
    return state or DesiredPower.OFF, lasting or _DEFAULT_LENGTH


def _confirm_label(state: DesiredPower) -> str:
    return _("Hold on") if state is DesiredPower.ON else _("Hold off")


def _give(uuid: str, state: DesiredPower, lasting: timedelta, reason: str, name: str) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        order = set_override(
            session, uuid, state, reason=reason, lasting=lasting, actor=actor, now=now
        )
        return order_toast(state, name, order.expires_at, user_timezone(), now=now)

    if attempt(write, refuse=show_beside("reason")):
        dialogs.close_dialog()
        run_again()


def _release(detail: ClientDetail) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        clear_override(session, detail.view.uuid, actor=actor, now=now)
        return _("The TV of {name} follows the plan again.", name=detail.view.name)

    if attempt(write):
        run_again()
