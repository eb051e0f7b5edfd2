"""What runs now: open commands and power cycles with their courses; a command can be taken back."""

from datetime import datetime
from html import escape
from typing import Final

import streamlit as st

from console.commands import data
from console.commands.presenters.commands import course
from console.commands.presenters.lifecycle import course_html
from console.commands.presenters.plugs import cycle_course, trouble_html
from console.commands.presenters.running import running_sentence, screen_html
from console.i18n import _
from console.parts.address import asked_page, choose_page
from console.parts.feedback import toast
from console.parts.guard import live
from console.parts.page_header import freshness
from console.parts.write import attempt
from console.runtime import Session, now, run_again, user_timezone
from console.words.errors import error_sentence
from console.words.formatting import clock
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.commands.commands import cancel_command
from infoscreen_core.services.commands.history import FoundCommand, FoundCycle, Running

_REFRESH_SECONDS: Final = 5
_PURSUIT_SECONDS: Final = 1
"""While something moves."""
_PACE: Final = "commands-pace"
_PAGE: Final = "running"


def draw_running() -> None:
    """Draw what is under way; it follows along by itself."""
    st.session_state[_PACE] = _pace(_read())
    live(st.session_state[_PACE])(_live_part)()


def _live_part() -> None:
    found = _read()
    if _pace(found) != st.session_state.get(_PACE):
        run_again()  # a fragment's pace changes with the next full run only
    st.html(f'<p class="is-truth">{escape(running_sentence(found))}</p>')
    with st.container(key="commands-running"):
        for one in found.commands:
            _card(one)
        choose_page(-(-found.total // data.SHOWN_RUNNING), key=_PAGE)
        for one in found.just_ended:
            _card(one)
        for cycle in found.cycles:
            _cycle_card(cycle)
    freshness(_("As of {time}", time=clock(now(), user_timezone(), with_seconds=True)))


def _read() -> Running:
    found = data.read_running(asked_page(_PAGE))
    return found if found.commands or not found.total else data.read_running(1)


def _pace(found: Running) -> int:
    is_moving = found.total or found.just_ended or found.cycles
    return _PURSUIT_SECONDS if is_moving else _REFRESH_SECONDS


def _card(one: FoundCommand) -> None:
    command, about = one.command, screen_html(one.client_uuid, one.client_name, one.group_name)
    with st.container(border=True, key=f"card-command-{command.command_id}"):
        st.html(course_html(course(command), user_timezone(), now=now(), about=about))
        if command.status is State.QUEUED and st.button(
            _("Cancel command"), key=f"cancel-{command.command_id}", icon=":material/close:"
        ):
            _cancel(one)


def _cycle_card(one: FoundCycle) -> None:
    cycle, zone = one.cycle, user_timezone()
    about = screen_html(cycle.client_uuid, one.client_name, one.group_name)
    with st.container(border=True, key=f"card-cycle-{cycle.cycle_id}"):
        st.html(course_html(cycle_course(cycle, zone), zone, now=now(), about=about))
        if trouble := trouble_html(cycle, zone):
            st.html(trouble)


def _cancel(one: FoundCommand) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        cancel_command(session, one.command.command_id, actor=actor, now=now)
        return _("The command for {name} was cancelled.", name=one.client_name)

    attempt(write, refuse=_refuse)
    run_again()


def _refuse(error: InfoscreenError) -> None:
    # As a toast: what stood in this part would be gone with its next turn.
    toast(error_sentence(error, user_timezone()), tone="warning")
