"""After a deletion: for some minutes, whoever deleted can undo it."""

from datetime import datetime
from typing import Final

import streamlit as st

from console.events.presenters.consequences import deleted_sentence
from console.i18n import _
from console.parts.feedback import show_error
from console.parts.write import attempt
from console.runtime import Session, current_actor, now, read_session, user_timezone
from console.words.errors import error_sentence
from console.words.markdown import literal
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.events.event_deletions import (
    find_last_deletion,
    list_lost_files,
    lost_sentence,
    undo_delete,
)

_DISMISSED: Final = "event-undo-dismissed"
_ERROR: Final = "event-undo-error"


def undo_offer() -> None:
    """Draw the offer to undo the person's last deletion, unless dismissed; or why it failed."""
    show_error(st.session_state.pop(_ERROR, None))
    actor = current_actor()
    with read_session() as session:
        last = find_last_deletion(session, actor=actor, now=now())
    if last is None or st.session_state.get(_DISMISSED) == last.id:
        return
    with st.container(horizontal=True, vertical_alignment="center", border=True, key="event-undo"):
        st.markdown(f":material/delete: {literal(deleted_sentence(last.title, last.scope))}")
        st.button(
            _("Undo deletion"),
            icon=":material/undo:",
            key="event-undo-now",
            on_click=_undo,
            args=(last.id,),
        )
        st.button(
            _("Leave it deleted"),
            icon=":material/close:",
            type="tertiary",
            key="event-undo-dismiss",
            help=_("Leave it deleted"),
            on_click=_dismiss,
            args=(last.id,),
        )


def _undo(deletion_id: int) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        event = undo_delete(session, deletion_id, actor=actor, now=now)
        told = _("“{title}” is back.", title=event.title)
        lost = lost_sentence(list_lost_files(session, deletion_id))
        return f"{told} {error_sentence(lost, user_timezone())}" if lost else told

    if not attempt(write, refuse=_refuse):
        _dismiss(deletion_id)


def _refuse(error: InfoscreenError) -> None:
    st.session_state[_ERROR] = error


def _dismiss(deletion_id: int) -> None:
    st.session_state[_DISMISSED] = deletion_id
