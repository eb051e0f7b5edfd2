"""Dialogs for a new account and for the names of one; the others stand in `deeds`."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import address, dialogs
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.people.asked import USER
from console.people.data import find_user
from console.people.deeds import DIALOGS, draw_deeds
from console.people.password_shown import attempt_and_show, draw_password
from console.people.presenters.words import DEEDS
from console.people.roles import choose_role
from console.runtime import Session, run_again
from infoscreen_core.domain.people.names import DISPLAY_NAME_LIMIT, EMAIL_LIMIT, NAME_LIMIT
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import users
from infoscreen_core.services.people.views import CreatedUser, NewUser, UserEdit, UserView

_NEW: Final = "people-new"
_NEW_ICON: Final = ":material/person_add:"


def new_user_button() -> None:
    """Draw the button that begins a new account."""
    if st.button(_("New account"), key="people-new-open", icon=_NEW_ICON, type="primary"):
        dialogs.open_dialog(_NEW)
        run_again()


def draw_dialogs() -> None:
    """Draw the one that is open."""
    edit = DEEDS[UserAction.EDIT]
    draw_dialog(_NEW, _("New account"), _NEW_ICON, _create)
    draw_dialog(DIALOGS[UserAction.EDIT], _(edit.label), edit.icon, _edit)
    draw_deeds()
    draw_password()


def _create() -> None:
    consequence(
        _(
            "The account gets a random password, which is shown once. It has to be changed at the "
            "first sign-in."
        )
    )
    with st.form("people-new-form", border=False):
        slots = Slots()
        edit = _names(slots, "new", None)
        role = choose_role(Role.USER, key="people-new-role")
        slots.below("role")
        confirmed = is_confirmed(_("Create account"), _NEW_ICON)

    def write(session: Session, actor: Actor, at: datetime) -> CreatedUser:
        new = NewUser(edit.username, role, None, edit.display_name, edit.email)
        return users.create_user(session, new, actor=actor, now=at)

    if confirmed:
        attempt_and_show(write, slots, then=lambda made: address.write(**{USER: str(made.view.id)}))


def _edit(user_id: int) -> None:
    found = find_user(user_id)
    if found is None or UserAction.EDIT in found.refusals:
        gone()
        return
    with st.form("people-edit-form", border=False):
        slots = Slots()
        edit = _names(slots, str(user_id), found.view)
        confirmed = is_confirmed(_("Save account"), ":material/check:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        user = users.edit_user(session, user_id, edit, actor=actor, now=at)
        return _("{name} is saved.", name=user.username)

    if confirmed:
        attempt_and_close(write, slots)


def _names(slots: Slots, key: str, user: UserView | None) -> UserEdit:
    """Draw the fields for names and mail address."""
    username = st.text_input(
        _("User name"),
        value=user.username if user else "",
        key=f"people-username-{key}",
        max_chars=NAME_LIMIT,
        autocomplete="off",
        help=_("What they sign in with: letters, digits and . _ - @ +, no spaces."),
    )
    slots.below("username")
    display_name = st.text_input(
        _("Name"),
        value=(user.display_name if user else None) or "",
        key=f"people-display-name-{key}",
        max_chars=DISPLAY_NAME_LIMIT,
        autocomplete="off",
        placeholder=_("e.g. Anna Huber"),
    )
    slots.below("display_name")
    email = st.text_input(
        _("Mail address"),
        value=(user.email if user else None) or "",
        key=f"people-email-{key}",
        max_chars=EMAIL_LIMIT,
        autocomplete="off",
        placeholder=_("may stay empty"),
    )
    slots.below("email")
    return UserEdit(username or "", display_name, email)
