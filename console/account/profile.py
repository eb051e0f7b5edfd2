"""How people are called, and their mail address."""

from datetime import datetime

import streamlit as st

from console.i18n import _
from console.parts.forms.dialog_form import Slots
from console.parts.write import attempt
from console.runtime import Session, run_again
from infoscreen_core.domain.people.names import DISPLAY_NAME_LIMIT, EMAIL_LIMIT
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import own_account
from infoscreen_core.services.people.own_view import OwnAccount


def profile_card(account: OwnAccount) -> None:
    """Draw the form on name and mail address; the user name and the role others give."""
    with st.container(border=True, key="card-account-profile"):
        st.header(_("Profile"), anchor=False)
        with st.form("account-profile", border=False):
            slots = Slots()
            name = st.text_input(
                _("Name"),
                value=account.display_name or "",
                max_chars=DISPLAY_NAME_LIMIT,
                key="account-name",
                autocomplete="name",
                help=_("As others read it, beside your user name."),
            )
            slots.below("display_name")
            mail = st.text_input(
                _("Mail address"),
                value=account.email or "",
                max_chars=EMAIL_LIMIT,
                key="account-email",
                autocomplete="email",
            )
            slots.below("email")
            is_wanted = st.form_submit_button(_("Save profile"), icon=":material/check:")
        if is_wanted:
            _save(name or "", mail or "", slots)


def _save(name: str, mail: str, slots: Slots) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        own_account.edit_own_profile(session, display_name=name, email=mail, actor=actor, now=now)
        return _("Your profile is saved.")

    if attempt(write, refuse=slots.show):
        run_again()
