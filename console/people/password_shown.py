"""A random password, shown once to whoever has to hand it on."""

from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.forms.dialog_form import Slots, draw_dialog
from console.parts.write import attempt
from console.runtime import Session, run_again
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people.views import CreatedUser

_NAME: Final = "people-password-shown"


def attempt_and_show(
    write: Callable[[Session, Actor, datetime], CreatedUser],
    slots: Slots,
    *,
    then: Callable[[CreatedUser], None] = lambda _made: None,
) -> None:
    """Write; then show the password in place of the dialog, or what is wrong where it is wrong."""
    made: list[CreatedUser] = []

    def told(session: Session, actor: Actor, at: datetime) -> str:
        made[:] = [write(session, actor, at)]
        return _("The password of {name} is set.", name=made[0].view.username)

    if attempt(told, refuse=slots.show):
        then(made[0])
        dialogs.open_dialog(
            _NAME, username=made[0].view.username, password=made[0].first_password or ""
        )
        run_again()


def draw_password() -> None:
    """Draw the dialog while it is open; once it is closed, nobody knows the password any more."""
    draw_dialog(_NAME, _("Password, shown once"), ":material/password:", _contents)


def _contents(username: str, password: str) -> None:
    said = _(
        "Hand it to {name} now: it is stored nowhere, and not shown again. It has to be changed at "
        "the next sign-in.",
        name=username,
    )
    st.html(f"<p>{escape(said)}</p>")
    with st.container(key="people-password-value"):
        st.code(password, language=None)
    if st.button(_("Done"), key="people-password-done", type="primary"):
        dialogs.close_dialog()
        run_again()
