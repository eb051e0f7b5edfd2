"""A person changes their own password, and learns how strong the new one is while typing it."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.account.presenters.password import strength_html
from console.account.told import quiet
from console.i18n import _
from console.parts.forms.dialog_form import Slots
from console.parts.guard import page_guard
from console.parts.write import attempt
from console.runtime import Session, now, run_again, user_timezone
from console.words.formatting import relative_html
from infoscreen_core.domain.people.passwords import MAX_LENGTH
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import own_account
from infoscreen_core.services.people.own_view import OwnAccount

_PAUSE: Final = "300ms"
_LONGEST_TYPED: Final = 1024


def password_card(account: OwnAccount) -> None:
    """Draw the three inputs and the button."""
    with st.container(border=True, key="card-account-password"):
        st.header(_("Password"), anchor=False)
        since = relative_html(account.last_password_change_at, user_timezone(), now=now())
        st.html(f'<p class="is-quiet">{_("Changed last:")} {since}</p>')
        _inputs(account.username)


@st.fragment
def _inputs(username: str) -> None:
    # A fragment: what is typed runs this part only.
    with page_guard():
        slots = Slots()
        current = _input(_("Current password"), "current", "current-password")
        slots.below("current_password")
        new = _input(_("New password"), "new", "new-password", is_live=True)
        _say_strength(new, username)
        slots.below("password")
        again = _input(_("New password again"), "again", "new-password")
        slots.below("again")
        if st.button(_("Change password"), key="account-password-save", icon=":material/key:"):
            _change(current, new, again, slots)
        quiet(_("You are signed out everywhere then, here too, and sign in with the new one."))


def _say_strength(password: str, username: str) -> None:
    place = st.empty()  # there in any case, so that what stands below stays the same
    if said := strength_html(password, username=username):
        place.html(said)


def _input(label: str, name: str, autocomplete: str, *, is_live: bool = False) -> str:
    typed = st.text_input(
        label,
        type="password",
        key=f"account-password-{name}",
        max_chars=MAX_LENGTH if name != "current" else _LONGEST_TYPED,
        autocomplete=autocomplete,
        live=_PAUSE if is_live else False,
    )
    return typed or ""


def _change(current: str, new: str, again: str, slots: Slots) -> None:
    if new != again:
        slots.show(
            InvalidInputError("The two new passwords differ; type the same twice.", field="again")
        )
        return

    def write(session: Session, actor: Actor, at: datetime) -> str:
        own_account.change_own_password(session, current=current, new=new, actor=actor, now=at)
        return _("Your password is changed.")

    if attempt(write, refuse=slots.show):
        run_again()
