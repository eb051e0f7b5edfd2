"""After an occurrence was dragged: a single event simply moves, of a series the person is asked how much."""

from collections.abc import Callable
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_actions import move_occurrence, move_rest, move_series, move_single
from console.events.presenters.actions import OccurrenceMoved
from console.events.presenters.consequences import moved_sentence
from console.i18n import _
from console.parts.feedback import show_error
from console.runtime import read_session, run_again
from infoscreen_core.db.models import Event
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.events.event_exceptions import get_occurrence
from infoscreen_core.services.events.events import get_event

_PENDING: Final = "event-move"
_ERROR: Final = "event-move-error"


def begin_move(moved: OccurrenceMoved, zone: ZoneInfo) -> None:
    """Move a single event at once; hold a series' occurrence until the person has chosen."""
    st.session_state.pop(_ERROR, None)
    try:
        with read_session() as session:
            is_series = get_event(session, moved.event_id).recurrence_rule is not None
        if is_series:
            st.session_state[_PENDING] = moved
        else:
            move_single(moved, zone)
    except InfoscreenError as error:
        st.session_state[_ERROR] = error


def is_move_pending() -> bool:
    """Say whether the side of the calendar is taken: a question is open, or a refusal is to be read."""
    return _PENDING in st.session_state or _ERROR in st.session_state


def pending_occurrence() -> OccurrenceMoved | None:
    """Return what was dragged and still waits for an answer."""
    moved: OccurrenceMoved | None = st.session_state.get(_PENDING)
    return moved


def forget_move() -> None:
    """Let everything stay where it was."""
    st.session_state.pop(_PENDING, None)
    st.session_state.pop(_ERROR, None)


def move_question(zone: ZoneInfo) -> None:
    """Draw the question, or why a move was refused."""
    with st.container(border=True, key="card-event-move"):
        error: InfoscreenError | None = st.session_state.get(_ERROR)
        show_error(error)
        moved = pending_occurrence()
        if moved is None:
            st.button(_("Understood"), key="event-move-forget", on_click=forget_move)
            return
        with read_session() as session:
            event = get_event(session, moved.event_id)
        st.subheader(_("Move an event of a series"), anchor=False)
        st.markdown(_sentence(event, moved, zone))
        with st.container(gap="small"):
            _choice(_("Move only this one"), "event-move-one", moved, zone, move_occurrence)
            if moved.is_all_day == event.is_all_day:
                _choice(_("Move this and following"), "event-move-following", moved, zone, move_rest)
                _choice(_("Move whole series"), "event-move-all", moved, zone, move_series)
            st.button(_("Do not move"), key="event-move-forget", on_click=forget_move, width="stretch")


def _choice(
    label: str,
    key: str,
    moved: OccurrenceMoved,
    zone: ZoneInfo,
    move: Callable[[OccurrenceMoved, ZoneInfo], None],
) -> None:
    if not st.button(label, key=key, width="stretch"):
        return
    try:
        move(moved, zone)
    except InfoscreenError as error:
        st.session_state[_ERROR] = error
    else:
        forget_move()
    run_again()


def _sentence(event: Event, moved: OccurrenceMoved, zone: ZoneInfo) -> str:
    before = get_occurrence(event, moved.occurrence_start)
    former = (to_local(before.start, zone), to_local(before.end, zone))
    return moved_sentence(event.title, former, (moved.start, moved.end), is_all_day=moved.is_all_day)
