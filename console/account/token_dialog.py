"""The dialog for a new API token."""

from datetime import date, datetime, timedelta
from typing import Final

import streamlit as st

from console.account.confirmed import password_input
from console.account.presenters.tokens import scope_word
from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import Slots, attempt_and_close, draw_dialog, is_confirmed
from console.runtime import Session, now, run_again, user_timezone
from console.words.calendar import date_format
from infoscreen_core.domain.people.api_tokens import LONGEST, NAME_LIMIT, Scope
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import own_account
from infoscreen_core.services.people.api_tokens import NewToken, create_token

_NAME: Final = "account-token"
_ICON: Final = ":material/key:"
_PROPOSED: Final = timedelta(days=90)
SHOWN: Final = "account-token-shown"
"""Name and secret of a token just made."""


def new_token_button() -> None:
    """Draw the button that opens the dialog."""
    if st.button(_("New token …"), icon=_ICON, key="account-token-new"):
        st.session_state.pop(SHOWN, None)
        dialogs.open_dialog(_NAME)
        run_again()


def draw_token_dialog() -> None:
    """Draw the dialog if it is open."""
    draw_dialog(_NAME, _("New API token"), _ICON, _contents)


def _contents() -> None:
    today = now().astimezone(user_timezone()).date()
    with st.form("account-token-form", border=False, enter_to_submit=False):
        slots = Slots()
        name = st.text_input(
            _("Name"),
            max_chars=NAME_LIMIT,
            placeholder=_("e.g. backup script"),
            key="account-token-name",
            help=_("What uses it."),
        )
        slots.below("name")
        scope: Scope | None = st.radio(
            _("What it may do"), tuple(Scope), format_func=scope_word, key="account-token-scope"
        )
        last_day = st.date_input(
            _("Last day"),
            value=today + _PROPOSED,
            min_value=today,
            max_value=today + LONGEST,
            key="account-token-last-day",
            format=date_format(),
        )
        slots.below("expires_on")
        password = password_input("account-token-password", slots)
        if is_confirmed(_("Create token"), _ICON):
            _create(name or "", scope or Scope.READ, last_day, password, slots)


def _create(name: str, scope: Scope, last_day: date, password: str, slots: Slots) -> None:
    made: list[NewToken] = []

    def write(session: Session, actor: Actor, at: datetime) -> str:
        own_account.get_confirmed(session, password, actor=actor, now=at)
        made[:] = [create_token(session, name, scope, last_day, actor=actor, now=at)]
        return _("“{name}” is made.", name=made[0].view.name)

    attempt_and_close(write, slots, then=lambda: _show(made[0]))


def _show(token: NewToken) -> None:
    st.session_state[SHOWN] = token.view.name, token.secret
