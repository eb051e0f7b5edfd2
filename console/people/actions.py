"""What can be done to an account; what cannot is shown with the reason, before anybody clicks."""

from datetime import datetime

import streamlit as st

from console.i18n import _
from console.parts import dialogs
from console.parts.write import attempt
from console.people.data import OpenUser
from console.people.deeds import DIALOGS
from console.people.presenters.words import DEEDS, deeds_of, reasons_html
from console.runtime import Session
from console.words.errors import error_sentence
from infoscreen_core.domain.people.user_actions import UserAction
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.people import users


def draw_actions(found: OpenUser) -> None:
    """Draw a button for each, and below why some of them are not for the reader."""
    shown = deeds_of(found.view)
    with st.container(horizontal=True, key="people-actions"):
        for action in shown:
            _button(action, found)
    if reasons := reasons_html(found.refusals, shown):
        st.html(reasons)


def _button(action: UserAction, found: OpenUser) -> None:
    refusal, deed = found.refusals.get(action), DEEDS[action]
    is_direct = action is UserAction.UNLOCK
    st.button(
        _(deed.label),
        key=f"people-do-{action.value}",
        icon=deed.icon,
        disabled=refusal is not None,
        help=error_sentence(refusal) if refusal else None,
        on_click=_unlock if is_direct else dialogs.open_dialog,
        args=(found.view.id,) if is_direct else (DIALOGS[action],),
        kwargs=None if is_direct else {"user_id": found.view.id},
    )


def _unlock(user_id: int) -> None:
    def write(session: Session, actor: Actor, at: datetime) -> str:
        user = users.unlock_user(session, user_id, actor=actor, now=at)
        return _("{name} may try again at once.", name=user.username)

    attempt(write)
