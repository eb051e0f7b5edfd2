"""The second factor: set it up with an app, keep recovery codes, turn it off."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import streamlit as st

from console.account.confirmed import password_input
from console.account.presenters.second_factor import codes_text, qr_html
from console.account.told import quiet
from console.i18n import _
from console.parts.forms.dialog_form import Slots, submit_buttons
from console.parts.write import attempt
from console.runtime import Session, now, read_session, resources, run_again, user_timezone
from console.words.people.second_factor import standing_html
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher, load_cipher
from infoscreen_core.services.people.codes import second_factor as service
from infoscreen_core.services.people.codes.second_factor import Enrolment, SecondFactorView
from infoscreen_core.services.people.own_view import OwnAccount

_ENROLMENT: Final = "account-enrolment"
_CODES: Final = "account-recovery-codes"
_ASKED: Final = "account-second-factor-step"
"""What is to be done once the password is given: `renew` or `turn_off`."""
_LONGEST_CODE: Final = 12


def second_factor_card(account: OwnAccount) -> None:
    """Draw what stands, and the next step."""
    with read_session() as session:
        factor = service.find_view(session, account.id)
    with st.container(border=True, key="card-account-second-factor"):
        st.header(_("Second factor"), anchor=False)
        if factor is None:
            _off()
        else:
            _on(factor)


def _off() -> None:
    enrolment: Enrolment | None = st.session_state.get(_ENROLMENT)
    if enrolment is None:
        st.markdown(
            _(
                "With a second factor, a stolen password alone opens nothing: signing in also asks "
                "for a code that an app on your phone shows."
            )
        )
        _begin()
    else:
        _scan(enrolment)


def _begin() -> None:
    with st.form("account-second-factor-begin", border=False):
        slots = Slots()
        password = password_input("account-second-factor-password", slots)
        is_wanted = st.form_submit_button(_("Set up …"), icon=":material/qr_code_2:")
    if is_wanted:

        def begin(session: Session, actor: Actor, at: datetime) -> str:
            st.session_state[_ENROLMENT] = service.begin(
                session, password, cipher=_cipher(), actor=actor, now=at
            )
            return _("Now tell your app.")

        if attempt(begin, refuse=slots.show):
            run_again()


def _scan(enrolment: Enrolment) -> None:
    st.markdown(
        _(
            "**1.** Open an authenticator app on your phone (such as Aegis, 2FAS, Google or "
            "Microsoft Authenticator) and scan this picture."
        )
    )
    st.html(qr_html(enrolment.address))
    quiet(_("If it cannot scan, type this key there (time-based, 6 digits):"))
    st.code(enrolment.secret, language=None, wrap_lines=True)
    with st.form("account-second-factor-confirm", border=False):
        slots = Slots()
        code = st.text_input(
            _("**2.** Type the code that the app shows now"),
            key="account-second-factor-code",
            max_chars=_LONGEST_CODE,
            autocomplete="one-time-code",
        )
        slots.below("code")
        is_wanted, is_canceled = submit_buttons(_("Turn on"), ":material/verified_user:")
    if is_canceled:
        st.session_state.pop(_ENROLMENT)
        run_again()
    if is_wanted:
        _make_codes(
            lambda session, actor, at: service.confirm(
                session, code or "", cipher=_cipher(), actor=actor, now=at
            ),
            _("The second factor is on."),
            slots,
        )


def _on(factor: SecondFactorView) -> None:
    st.html(standing_html(factor, user_timezone(), now=now()))
    codes: tuple[str, ...] | None = st.session_state.get(_CODES)
    if codes:
        _show_codes(codes)
        return
    match st.session_state.get(_ASKED):
        case "renew":
            _renew()
        case "turn_off":
            _turn_off()
        case _:
            _choose()


def _show_codes(codes: tuple[str, ...]) -> None:
    st.markdown(_("**Keep these recovery codes now: they are shown only this once.**"))
    st.code(codes_text(codes), language=None)
    quiet(
        _(
            "Each opens your account once, in place of the app's code, when the phone is lost. "
            "Print them, or keep them where you keep passwords."
        )
    )
    st.button(
        _("I have kept them"),
        type="primary",
        icon=":material/check:",
        key="account-codes-kept",
        on_click=_forget,
        args=(_CODES,),
    )


def _choose() -> None:
    with st.container(horizontal=True):
        st.button(
            _("New recovery codes …"),
            key="account-codes-renew",
            icon=":material/autorenew:",
            on_click=_ask,
            args=("renew",),
        )
        st.button(
            _("Turn off …"),
            key="account-second-factor-off",
            icon=":material/remove_moderator:",
            on_click=_ask,
            args=("turn_off",),
        )


def _renew() -> None:
    st.markdown(_("The codes that you have are worth nothing then."))
    password, slots = _confirmed(_("Make new codes"))
    if password is not None:
        _make_codes(
            lambda session, actor, at: service.renew_recovery_codes(
                session, password, actor=actor, now=at
            ),
            _("There are new recovery codes."),
            slots,
        )


def _turn_off() -> None:
    st.markdown(_("Your password alone opens your account then."))
    password, slots = _confirmed(_("Turn off"))
    if password is not None:

        def turn_off(session: Session, actor: Actor, at: datetime) -> str:
            service.turn_off(session, password, actor=actor, now=at)
            return _("The second factor is off.")

        if attempt(turn_off, refuse=slots.show):
            _forget(_ASKED)
            run_again()


def _confirmed(label: str) -> tuple[str | None, Slots]:
    """Draw the form that asks for the password; return it once it is given."""
    with st.form("account-second-factor-asked", border=False):
        slots = Slots()
        password = password_input("account-second-factor-again", slots)
        is_wanted, is_canceled = submit_buttons(label)
    if is_canceled:
        _forget(_ASKED)
        run_again()
    return (password if is_wanted else None), slots


def _make_codes(
    make: Callable[[Session, Actor, datetime], tuple[str, ...]], told: str, slots: Slots
) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        st.session_state[_CODES] = make(session, actor, at)
        return told

    if attempt(write, refuse=slots.show):
        _forget(_ENROLMENT, _ASKED)
        run_again()


def _ask(what: str) -> None:
    st.session_state[_ASKED] = what


def _forget(*names: str) -> None:
    for name in names:
        st.session_state.pop(name, None)


def _cipher() -> Cipher:
    return load_cipher(resources().settings)
