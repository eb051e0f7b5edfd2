"""A date that a series leaves out: why, and how it can take place after all."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_state import open_event
from console.events.presenters.actions import LeftOutOpened
from console.events.presenters.consequences import left_out_sentence
from console.i18n import _
from console.parts.feedback import show_error
from console.parts.write import attempt
from console.runtime import Session, current_identity, now, read_session
from console.words.markdown import literal
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.event_series import restore_occurrence
from infoscreen_core.services.events.readings import get_left_out

_OPENED: Final = "event-left-out"
_ERROR: Final = "event-left-out-error"


def open_left_out(opened: LeftOutOpened) -> None:
    """Show a left-out date beside the calendar."""
    st.session_state[_OPENED] = opened


def is_left_out_open() -> bool:
    """Whether such a date stands beside the calendar."""
    return _OPENED in st.session_state


def close_left_out() -> None:
    """Close the card."""
    st.session_state.pop(_OPENED, None)


def left_out_card(zone: ZoneInfo) -> None:
    """Draw why the date is left out and, for editors, what can be done about it."""
    opened: LeftOutOpened = st.session_state[_OPENED]
    with read_session() as session:
        left_out = get_left_out(session, opened.event_id, opened.start)
    sentence = left_out_sentence(left_out, opened.kind, zone, now=now())
    with st.container(border=True, key="card-event-left-out"):
        st.header(_("Left-out date"), anchor=False)
        show_error(st.session_state.pop(_ERROR, None))
        st.markdown(literal(sentence))
        with st.container(gap="small"):
            if has_at_least(current_identity().role, Role.EDITOR):
                _remedy(opened, left_out.detached)
            _button(_("Close"), "close", close_left_out)


def _remedy(opened: LeftOutOpened, detached: tuple[int, datetime] | None) -> None:
    if opened.kind is ExceptionKind.SKIPPED:
        _button(_("Let it take place"), "restore", lambda: _restore(opened))
    elif opened.kind is ExceptionKind.HOLIDAY:
        _button(_("Plan it all the same …"), "plan", lambda: _open(opened.event_id, opened.start))
    elif detached is not None:
        _button(_("Open the changed event"), "open", lambda: _open(*detached))


def _button(label: str, name: str, act: Callable[[], None]) -> None:
    st.button(label, key=f"event-left-out-{name}", on_click=act, width="stretch")


def _open(event_id: int, start: datetime) -> None:
    close_left_out()
    open_event(event_id, start)


def _restore(opened: LeftOutOpened) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        event = restore_occurrence(
            session, opened.event_id, opened.start, version=opened.version, actor=actor, now=now
        )
        return _("“{title}” takes place on this date again.", title=event.title)

    if attempt(write, refuse=_refuse):
        close_left_out()


def _refuse(error: InfoscreenError) -> None:
    st.session_state[_ERROR] = error
