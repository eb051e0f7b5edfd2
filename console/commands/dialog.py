"""Asking for a remote command: the reason, the consequence in plain words, and a second click."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.commands.presenters.commands import ACTIONS, consequence
from console.i18n import _
from console.parts import dialogs
from console.parts.feedback import Caution, show_beside
from console.parts.guard import page_guard
from console.parts.write import attempt
from console.runtime import Session, now, read_session, run_again, user_timezone
from console.words.commands import action_word
from console.words.formatting import until
from console.words.markdown import literal
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import REASON_LIMIT, issue_command
from infoscreen_core.services.commands.foresight import interruptions
from infoscreen_core.services.commands.views import InterruptedView
from infoscreen_core.services.screens.roster import get_screen

_DIALOG: Final = "command"


def ask_for_command(uuid: str, action: Action) -> None:
    """Open the dialog for one command; a button's callback, followed by a full run."""
    dialogs.open_dialog(_DIALOG, uuid=uuid, action=action)


def draw_command_dialog() -> None:
    """Draw the dialog if it is open; pages with commands call this once, outside live parts."""
    if opened := dialogs.arguments_of(_DIALOG):
        action = Action(opened["action"])
        title, icon = _(ACTIONS[action].button), ACTIONS[action].icon
        st.dialog(title, icon=icon, on_dismiss=dialogs.close_dialog)(_guarded)(
            opened["uuid"], action
        )


def _guarded(uuid: str, action: Action) -> None:
    with page_guard():  # the dialog runs by itself, outside the page's own guard
        _contents(uuid, action)


def _contents(uuid: str, action: Action) -> None:
    name, leading = target_of(uuid)
    until_time = until(leading.end, user_timezone(), now=now()) if leading else ""
    st.markdown(f"**{literal(name)}**")
    sentence = consequence(action, leading.title if leading else None, until_time)
    st.warning(literal(sentence), icon=":material/info:")
    with st.form("command", border=False, enter_to_submit=False):
        label, example = _("Reason (kept in the log)"), _("e.g. picture is frozen")
        reason = st.text_input(label, max_chars=REASON_LIMIT, placeholder=example)
        below_reason = st.container()
        with st.container(horizontal=True, horizontal_alignment="right"):
            is_canceled = st.form_submit_button(_("Cancel"))
            button, icon = _(ACTIONS[action].button), ACTIONS[action].icon
            is_confirmed = st.form_submit_button(button, type="primary", icon=icon)
    if is_confirmed:
        with below_reason:
            _issue(uuid, action, reason or "", name)
    if is_canceled:
        dialogs.close_dialog()
        run_again()


def target_of(uuid: str) -> tuple[str, InterruptedView | None]:
    """Return the player's name, and what a command would interrupt on it now."""
    with read_session() as session:
        screen = get_screen(session, uuid)
        found = interruptions(session, [uuid], now=now()).interrupted
        return screen.name, found[0] if found else None


def _issue(uuid: str, action: Action, reason: str, name: str) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        command = issue_command(session, uuid, action, reason=reason, actor=actor, now=now)
        return _told(command.status, action, name)

    if attempt(write, refuse=show_beside("reason")):
        dialogs.close_dialog()
        run_again()


def _told(status: State, action: Action, name: str) -> str:
    noun = action_word(action)
    if status is State.BLOCKED_SAFETY:
        return Caution(
            _("{action} of {name} was blocked: it was restarted too often.", action=noun, name=name)
        )
    return _("{action} of {name} was requested.", action=noun, name=name)
