"""What stands beside the calendar and the address that names it, kept in step.

Whichever of the two changed leads: back, forward, links from other pages and the way back after
signing in change the address, clicks change what is open. What is typed is never thrown away: then
the address follows.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.calendar.presenters.view import (
    NEW_EVENT,
    OPENING_NAMES,
    CalendarAddress,
    opening_of,
    read_opening,
)
from console.events.details import close_details, open_details, opened_details
from console.events.form_draft import restore_form_draft
from console.events.form_state import close_form, find_form, open_event, open_new
from console.parts.address import query, write
from console.parts.feedback import show_error
from console.runtime import now
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.errors import NotFoundError

_NAMED: Final = "calendar-named"
"""What the address named when it was looked at last."""
_HOUR: Final = timedelta(hours=1)
_MORNING: Final = time(8)
Occurrence = tuple[int, datetime]


def keep_opening_in_step(address: CalendarAddress, zone: ZoneInfo, *, is_editable: bool) -> None:
    """Open what the address names since it changed; then name what is open."""
    asked = {name: value for name, value in query().items() if name in OPENING_NAMES}
    if asked != st.session_state.get(_NAMED, {}) and asked != _shown():
        _follow(asked, address, zone, is_editable=is_editable)
    shown = st.session_state[_NAMED] = _shown()
    write(**{name: shown.get(name) for name in OPENING_NAMES})


def selected_occurrence() -> Occurrence | None:
    """Return which occurrence stands beside the calendar: event and UTC start."""
    form = find_form()
    if form is None or form.stored is None:
        return opened_details()
    return form.stored.target.event_id, form.stored.target.occurrence_start


def open_blank(address: CalendarAddress, zone: ZoneInfo) -> None:
    """Open the form for a new event: in the next hour, or in the morning of another day."""
    local = to_local(now(), zone)
    soon = local.replace(minute=0, second=0, microsecond=0) + _HOUR
    start = soon if address.day == local.date() else datetime.combine(address.day, _MORNING)
    open_new(start, start + _HOUR, group_id=address.group_id, is_all_day=False)


def _shown() -> dict[str, str]:
    form = find_form()
    if form is not None and form.stored is None:
        return dict(NEW_EVENT)
    return opening_of(selected_occurrence())


def _follow(
    asked: Mapping[str, str], address: CalendarAddress, zone: ZoneInfo, *, is_editable: bool
) -> None:
    occurrence, form = read_opening(asked), find_form()
    if form is not None and form.typed.has_changes:
        form.wanted = occurrence
        return
    close_details()
    if form is not None:
        close_form()
    if occurrence is not None:
        _open(occurrence, is_editable=is_editable)
    elif asked == NEW_EVENT and is_editable:
        open_blank(address, zone)
    if opened := find_form():
        restore_form_draft(opened)


def _open(occurrence: Occurrence, *, is_editable: bool) -> None:
    try:
        (open_event if is_editable else open_details)(*occurrence)
    except NotFoundError as error:  # deleted since the link was drawn
        show_error(error)
