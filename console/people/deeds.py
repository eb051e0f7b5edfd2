"""Dialogs on an account: password, role, status, deletion. Each names what will come of it."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import address
from console.parts.forms.dialog_form import (
    Slots,
    attempt_and_close,
    consequence,
    draw_dialog,
    gone,
    is_confirmed,
)
from console.people.asked import USER
from console.people.data import OpenUser, find_user, read_effects
from console.people.password_shown import attempt_and_show
from console.people.presenters.consequences import (
    deactivation_text,
    deletion_text,
    password_text,
    reactivation_text,
    role_text,
)
from console.people.presenters.words import DEEDS
from console.people.roles import choose_role
from console.runtime import Session
from infoscreen_core.domain.people.names import NAME_LIMIT
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import users
from infoscreen_core.services.people.views import CreatedUser

DIALOGS: Final = {action: f"people-{action.value}" for action in UserAction}
"""The names of the dialogs; that for editing stands in `editing`."""


def draw_deeds() -> None:
    """Draw the one that is open."""
    for action, contents in (
        (UserAction.SET_PASSWORD, _password),
        (UserAction.SET_ROLE, _role),
        (UserAction.DEACTIVATE, _deactivate),
        (UserAction.REACTIVATE, _reactivate),
        (UserAction.DELETE, _delete),
    ):
        deed = DEEDS[action]
        draw_dialog(DIALOGS[action], _(deed.label), deed.icon, contents)


def _password(user_id: int) -> None:
    found = _find(user_id, UserAction.SET_PASSWORD)
    if found is None:
        return
    consequence(password_text(found.view, len(found.sessions), found.token_count))
    with st.form("people-password-form", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(_("Reset password"), ":material/password:")

    def write(session: Session, actor: Actor, at: datetime) -> CreatedUser:
        return users.set_password(session, user_id, actor=actor, now=at)

    if confirmed:
        attempt_and_show(write, slots)


def _role(user_id: int) -> None:
    found = _find(user_id, UserAction.SET_ROLE)
    if found is None:
        return
    user = found.view
    consequence(role_text(user))
    with st.form("people-role-form", border=False, enter_to_submit=False):
        slots = Slots()
        role = choose_role(user.role, key=f"people-role-{user.id}-{user.role}")
        slots.below("role")
        confirmed = is_confirmed(_("Change role"), ":material/badge:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        users.set_role(session, user_id, role, actor=actor, now=at)
        return _("The role of {name} is changed.", name=user.username)

    if confirmed:
        attempt_and_close(write, slots)


def _deactivate(user_id: int) -> None:
    found = _find(user_id, UserAction.DEACTIVATE)
    if found is None:
        return
    _change_state(
        "deactivate",
        deactivation_text(found.view, len(found.sessions), found.token_count),
        (_("Deactivate account"), ":material/person_off:"),
        partial(users.deactivate_user, user_id=user_id),
        _("{name} is deactivated.", name=found.view.username),
    )


def _reactivate(user_id: int) -> None:
    found = _find(user_id, UserAction.REACTIVATE)
    if found is None:
        return
    _change_state(
        "reactivate",
        reactivation_text(found.view),
        (_("Reactivate account"), ":material/person_check:"),
        partial(users.reactivate_user, user_id=user_id),
        _("{name} may sign in again.", name=found.view.username),
    )


def _change_state(
    name: str, text: str, button: tuple[str, str], change: Callable[..., object], told: str
) -> None:
    """Ask with the consequence before an account opens or shuts; `button` has words and icon."""
    consequence(text)
    with st.form(f"people-{name}-form", border=False, enter_to_submit=False):
        slots = Slots()
        confirmed = is_confirmed(*button)

    def write(session: Session, actor: Actor, at: datetime) -> str:
        change(session, actor=actor, now=at)
        return told

    if confirmed:
        attempt_and_close(write, slots)


def _delete(user_id: int) -> None:
    found = _find(user_id, UserAction.DELETE)
    if found is None:
        return
    name = found.view.username
    consequence(deletion_text(found.view, read_effects(user_id), found.token_count))
    with st.form("people-delete-form", border=False, enter_to_submit=False):
        slots = Slots()
        typed = st.text_input(
            _("Type the user name {name} to confirm", name=name),
            key=f"people-delete-name-{user_id}",
            max_chars=NAME_LIMIT,
            autocomplete="off",
        )
        slots.below("typed_name")
        confirmed = is_confirmed(_("Delete for good"), ":material/delete_forever:")

    def write(session: Session, actor: Actor, at: datetime) -> str:
        users.delete_user(session, user_id, typed_name=typed or "", actor=actor, now=at)
        return _("The account {name} is deleted.", name=name)

    if confirmed:
        attempt_and_close(write, slots, then=lambda: address.write(**{USER: None}))


def _find(user_id: int, action: UserAction) -> OpenUser | None:
    """Return the account; say that somebody was faster when this cannot be done to it any more."""
    found = find_user(user_id)
    if found is None or action in found.refusals:
        gone()
        return None
    return found
