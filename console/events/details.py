"""An event for readers who may not change it."""

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.contents.preview import preview_planned
from console.events.presenters.details import event_facts
from console.i18n import _
from console.runtime import now, read_session
from console.words.html import facts
from infoscreen_core.services.events.readings import get_draft, get_planned

_OPENED: Final = "event-details"


def open_details(event_id: int, occurrence_start: datetime) -> None:
    """Show an occurrence beside the calendar."""
    st.session_state[_OPENED] = (event_id, occurrence_start)


def opened_details() -> tuple[int, datetime] | None:
    """Return which occurrence is shown, or None."""
    opened: tuple[int, datetime] | None = st.session_state.get(_OPENED)
    return opened


def close_details() -> None:
    """Close the details."""
    st.session_state.pop(_OPENED, None)


def event_details(groups: Mapping[int, str], zone: ZoneInfo) -> None:
    """Draw what the plan says about the occurrence."""
    opened = opened_details()
    if opened is None:
        return
    with read_session() as session:
        event, occurrence = get_planned(session, *opened)
        draft = get_draft(session, event.id)
    with st.container(border=True, key="card-event-details"):
        st.html(f'<h2 class="is-details">{escape(event.title)}</h2>')
        st.html(facts(event_facts(event, occurrence, groups, zone, now=now())))
        preview_planned(draft)
        st.button(_("Close"), key="event-details-close", on_click=close_details)
