"""The dialogs on a screen's plug: what it is, and switching it off and on."""

import time
from datetime import datetime
from typing import Final

import streamlit as st

from console.commands.dialog import target_of
from console.commands.presenters.plugs import consequence as cycle_consequence
from console.i18n import _
from console.parts import dialogs
from console.parts.feedback import Caution, show_beside, toast
from console.parts.forms.dialog_form import Slots, consequence, draw_dialog
from console.parts.write import attempt
from console.runtime import (
    Session,
    change,
    now,
    read_session,
    resources,
    run_again,
    user_timezone,
)
from console.words.errors import error_sentence
from console.words.formatting import until
from console.words.markdown import literal
from console.words.plugs import kind_word
from infoscreen_core.domain.commands.plug_address import MAX_HOST_LENGTH
from infoscreen_core.domain.commands.plugs import (
    DEFAULT_SECONDS_OFF,
    MAX_SECONDS_OFF,
    MIN_SECONDS_OFF,
    PlugKind,
    State,
)
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import REASON_LIMIT
from infoscreen_core.services.commands.plugs import plug_checks, plug_setup
from infoscreen_core.services.commands.plugs.plug_access import DEFAULT_USER, LOGIN_LIMIT, PlugTools
from infoscreen_core.services.commands.plugs.plug_setup import MAX_RELAYS, PlugDraft
from infoscreen_core.services.commands.plugs.plug_views import PlugView
from infoscreen_core.services.commands.plugs.plugs import request_cycle
from infoscreen_core.services.screens.roster import get_screen

_SETUP, _CYCLE = "plug-setup", "plug-cycle"
_ICON: Final = ":material/power:"
_TEST_ICON: Final = ":material/network_check:"
_SAVE_ICON: Final = ":material/check:"
_KINDS: Final = tuple(PlugKind)
_SERIAL: Final = "plug-serial"
"""Counts the forms: a browser gives the inputs of a form with the same keys what was typed before,
and a password must not be shown again."""
_TEST_SECONDS: Final = 20.0
_LOOK_SECONDS: Final = 0.25


def ask_to_set_plug(uuid: str) -> None:
    """Open the dialog that says what a screen's plug is; a full run must follow."""
    _forget_typed()
    dialogs.open_dialog(_SETUP, uuid=uuid)


def ask_for_cycle(uuid: str) -> None:
    """Open the dialog that switches a screen's plug off and on; a full run must follow."""
    dialogs.open_dialog(_CYCLE, uuid=uuid)


def draw_plug_dialogs() -> None:
    """Draw the one that is open; pages with plugs call this once, outside live parts."""
    draw_dialog(_SETUP, _("Plug of the screen"), _ICON, _setup)
    draw_dialog(_CYCLE, _("Switch plug off and on"), _ICON, _cycle)


def _cycle(uuid: str) -> None:
    with read_session() as session:
        plug = plug_setup.get_plug(session, uuid)
    name, leading = target_of(uuid)
    until_time = until(leading.end, user_timezone(), now=now()) if leading else ""
    st.markdown(f"**{literal(name)}**")
    sentence = cycle_consequence(leading.title if leading else None, until_time, plug.seconds_off)
    st.warning(literal(sentence), icon=":material/info:")
    with st.form("plug-cycle", border=False, enter_to_submit=False):
        label, example = _("Reason (kept in the log)"), _("e.g. picture is frozen")
        reason = st.text_input(label, max_chars=REASON_LIMIT, placeholder=example)
        below_reason = st.container()
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_canceled = st.form_submit_button(_("Cancel"))
            button = _("Switch plug off and on")
            is_confirmed = st.form_submit_button(button, type="primary", icon=_ICON)
    if is_confirmed:
        with below_reason:
            _request(uuid, reason or "", name)
    if is_canceled:
        _close()


def _request(uuid: str, reason: str, name: str) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        cycle = request_cycle(session, uuid, reason=reason, actor=actor, now=at)
        if cycle.status is not State.BLOCKED_SAFETY or cycle.error is None:
            return _("The plug of {name} is switched off and on.", name=name)
        why = error_sentence(cycle.error, user_timezone())
        return Caution(_("The plug of {name} is not switched: {why}", name=name, why=why))

    if attempt(write, refuse=show_beside("reason")):
        _close()


def _setup(uuid: str) -> None:
    with read_session() as session:
        name, plug = get_screen(session, uuid).name, plug_setup.find_plug(session, uuid)
    st.markdown(f"**{literal(name)}**")
    with st.form("plug-setup", border=False, enter_to_submit=False):
        slots = Slots()
        draft = _inputs(slots, plug)
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_canceled = st.form_submit_button(_("Cancel"))
            is_to_test = st.form_submit_button(_("Save and test"), icon=":material/network_check:")
            is_saved = st.form_submit_button(_("Save"), type="primary", icon=":material/check:")
    if is_canceled:
        _close()
    if (is_saved or is_to_test) and _save(uuid, draft, plug, slots):
        if is_saved:
            _close()
        _test(uuid)
        run_again()
    if plug is not None:
        _tested(plug)
        _removal(plug)


def _inputs(slots: Slots, plug: PlugView | None) -> PlugDraft:
    kind = st.selectbox(
        _("Kind"),
        _KINDS,
        _KINDS.index(plug.kind) if plug else 0,
        format_func=kind_word,
        key=_key("kind"),
    )
    slots.below("kind")
    address, relay = _place(slots, plug)
    user, password, forgets = _login(slots, plug)
    seconds = st.number_input(
        _("Seconds off"),
        MIN_SECONDS_OFF,
        MAX_SECONDS_OFF,
        plug.seconds_off if plug else DEFAULT_SECONDS_OFF,
        key=_key("seconds"),
        help=_("How long the plug stays off; it switches itself on again."),
    )
    slots.below("seconds_off")
    is_enabled = st.toggle(
        _("Enabled"),
        value=plug.is_enabled if plug else False,
        key=_key("enabled"),
        help=_("Test the plug first. Without this, neither people nor crash recovery switch it."),
    )
    return PlugDraft(
        kind=kind,
        address=address,
        relay=relay,
        username=user,
        password=password,
        forgets_login=forgets,
        seconds_off=seconds,
        is_enabled=is_enabled,
    )


def _place(slots: Slots, plug: PlugView | None) -> tuple[str, int]:
    with st.container(horizontal=True):
        address = st.text_input(
            _("Address in the network"),
            plug.address if plug else "",
            key=_key("address"),
            max_chars=MAX_HOST_LENGTH,
            placeholder="192.168.10.21",
        )
        relay = st.number_input(
            _("Relay"),
            1,
            MAX_RELAYS,
            plug.relay if plug else 1,
            key=_key("relay"),
            help=_("Which socket of a strip; a plug with a single one has relay 1."),
        )
    slots.below("address")
    slots.below("relay")
    return address, relay


def _login(slots: Slots, plug: PlugView | None) -> tuple[str, str, bool]:
    has_login = plug is not None and plug.has_login
    kept = _("unchanged") if has_login else ""
    with st.container(horizontal=True):
        user = st.text_input(
            _("User name (if asked for)"),
            key=_key("username"),
            max_chars=LOGIN_LIMIT,
            autocomplete="off",
            placeholder=kept or DEFAULT_USER,
        )
        password = st.text_input(
            _("Password"),
            key=_key("password"),
            max_chars=LOGIN_LIMIT,
            type="password",
            autocomplete="new-password",
            placeholder=kept,
        )
    slots.below("username")
    slots.below("password")
    forgets = has_login and st.checkbox(_("Forget the stored password"), key=_key("forget"))
    return user, password, forgets


def _save(uuid: str, draft: PlugDraft, plug: PlugView | None, slots: Slots) -> bool:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        saved = plug_setup.set_plug(
            session,
            uuid,
            draft,
            version=plug.version if plug else None,
            tools=PlugTools.of(resources().settings),
            actor=actor,
            now=at,
        )
        return _("The plug of {name} is saved.", name=saved.screen_name)

    is_saved = attempt(write, refuse=slots.show)
    if is_saved:
        _forget_typed()
    return is_saved


def _test(uuid: str) -> None:
    """Let the plug be tested by the process that speaks with plugs; the dialog shows the result."""
    try:
        with st.spinner(_("Testing the plug …")):
            change(lambda session, actor, at: plug_checks.want(session, uuid, actor=actor, now=at))
            _await_test(uuid)
    except InfoscreenError as error:
        toast(error_sentence(error, user_timezone()), tone="warning")


def _await_test(uuid: str) -> None:
    end = time.monotonic() + _TEST_SECONDS
    while time.monotonic() < end:
        with read_session() as session:
            is_tested = plug_setup.get_plug(session, uuid).check_wanted_at is None
        if is_tested:
            return
        time.sleep(_LOOK_SECONDS)
    raise plug_checks.unanswered()


def _tested(plug: PlugView) -> None:
    if plug.check is None:
        return
    sentence = literal(error_sentence(plug.check.sentence, user_timezone()))
    if plug.check.is_ok:
        st.success(sentence, icon=":material/check_circle:")
    else:
        st.warning(sentence, icon=":material/warning:")


def _removal(plug: PlugView) -> None:
    with st.expander(_("Remove plug"), icon=":material/delete:", type="compact"):
        consequence(
            _("Its address and password are forgotten; its past power cycles stay on record.")
        )
        if st.button(_("Remove plug for good"), key="plug-remove"):
            _remove(plug)


def _remove(plug: PlugView) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        plug_setup.remove_plug(session, plug.client_uuid, actor=actor, now=at)
        return _("The plug of {name} is removed.", name=plug.screen_name)

    if attempt(write):
        _close()


def _close() -> None:
    dialogs.close_dialog()
    run_again()


def _forget_typed() -> None:
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1


def _key(name: str) -> str:
    return f"plug-{st.session_state.get(_SERIAL, 0)}-{name}"
