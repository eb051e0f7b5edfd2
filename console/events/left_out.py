"""A date that a series leaves out was clicked: why, and how it could take place after all."""

from collections.abc import Callable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_state import open_event
from console.events.presenters.actions import LeftOutOpened
from console.events.presenters.consequences import left_out_sentence
from console.i18n import _
from console.parts.feedback import show_error, toast
from console.runtime import current_actor, current_identity, now, read_session, write_session
from console.school.presenters.school import holiday_view
from console.words.markdown import literal
from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.periods import list_holidays_of
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.people.roles import Role, has_at_least
from infoscreen_core.domain.school.holidays import find_holiday_on
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.events.event_exceptions import find_detached, get_occurrence
from infoscreen_core.services.events.event_series import restore_occurrence
from infoscreen_core.services.events.events import get_event

_OPENED: Final = "event-left-out"
_ERROR: Final = "event-left-out-error"


def open_left_out(opened: LeftOutOpened) -> None:
    """Show it beside the calendar."""
    st.session_state[_OPENED] = opened


def is_left_out_open() -> bool:
    """Say whether such a date stands beside the calendar."""
    return _OPENED in st.session_state


def close_left_out() -> None:
    """Show none."""
    st.session_state.pop(_OPENED, None)


def left_out_card(zone: ZoneInfo) -> None:
    """Draw why the date is left out, and for those who plan what can be done about it."""
    opened: LeftOutOpened = st.session_state[_OPENED]
    with read_session() as session:
        event = get_event(session, opened.event_id)
        occurrence = get_occurrence(event, opened.start)
        detached = find_detached(session, event, opened.start)
        holidays = [holiday_view(row) for row in list_holidays_of(session, event.academic_period_id)]
    holiday = find_holiday_on(holidays, occurrence.start_local.date(), event.academic_period_id)
    sentence = left_out_sentence(
        event.title, occurrence, opened.kind, zone, now=now(), holiday=holiday.name if holiday else ""
    )
    with st.container(border=True, key="card-event-left-out"):
        st.subheader(_("Left-out date"), anchor=False)
        show_error(st.session_state.pop(_ERROR, None))
        st.markdown(literal(sentence))
        with st.container(gap="small"):
            if has_at_least(current_identity().role, Role.EDITOR):
                _remedy(opened, detached)
            _button(_("Close"), "close", close_left_out)


def _remedy(opened: LeftOutOpened, detached: Event | None) -> None:
    if opened.kind is ExceptionKind.SKIPPED:
        _button(_("Let it take place"), "restore", lambda: _restore(opened))
    elif opened.kind is ExceptionKind.HOLIDAY:
        _button(_("Plan it all the same …"), "plan", lambda: _open(opened.event_id, opened.start))
    elif detached is not None:
        where = (detached.id, detached.start)
        _button(_("Open the changed event"), "open", lambda: _open(*where))


def _button(label: str, name: str, act: Callable[[], None]) -> None:
    st.button(label, key=f"event-left-out-{name}", on_click=act, width="stretch")


def _open(event_id: int, start: datetime) -> None:
    close_left_out()
    open_event(event_id, start)


def _restore(opened: LeftOutOpened) -> None:
    try:
        actor, at = current_actor(), now()
        with write_session() as session:
            event = restore_occurrence(
                session, opened.event_id, opened.start, version=opened.version, actor=actor, now=at
            )
    except InfoscreenError as error:
        st.session_state[_ERROR] = error
    else:
        close_left_out()
        toast(_("“{title}” takes place on this date again.", title=event.title))
