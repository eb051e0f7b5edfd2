"""An address that names an occurrence, as links from other pages do; it is opened once."""

import streamlit as st

from console.calendar.presenters.view import read_opening
from console.events.details import open_details
from console.events.form_state import open_event
from console.parts.feedback import show_error
from infoscreen_core.errors import NotFoundError

_NAMES = ("event", "at")


def open_from_address(*, is_editable: bool) -> None:
    """Open what the address names beside the calendar; then the address no longer names it."""
    if not any(name in st.query_params for name in _NAMES):
        return
    opening = read_opening(st.query_params.to_dict())
    for name in _NAMES:
        st.query_params.pop(name, None)
    if opening is None:
        return
    try:
        (open_event if is_editable else open_details)(*opening)
    except NotFoundError as error:  # deleted since the link was drawn
        show_error(error)
