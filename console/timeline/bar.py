"""The bar above the timeline: which days, hours and events; the address holds all of it."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

import streamlit as st

from console.calendar.presenters.view import VIEW_WORDS, View, stepped
from console.i18n import _
from console.parts import address as page_address
from console.parts.address import choose_many, choose_one, search_text
from console.timeline.data import TimelineQuery
from console.timeline.order import order_button
from console.timeline.presenters.axis import (
    DEFAULT_HOURS,
    HOURS_WORDS,
    VIEWS,
    Hours,
    TimelineAddress,
    read_timeline_address,
)
from console.timeline.presenters.rows import Narrowing
from console.words.event_types import EVENT_TYPES, event_type_word
from infoscreen_core.domain.events.event import EventType

_BARS, _LIST = "bars", "list"
_DATE: Final = "date"
_SEARCH_WIDTH: Final = 220


def current_timeline(local_now: datetime) -> TimelineAddress:
    """Return what the browser's address asks for; `local_now` is the reader's wall time."""
    return read_timeline_address(page_address.query(), now=local_now)


def timeline_bar(
    address: TimelineAddress, local_now: datetime, *, is_editable: bool
) -> TimelineQuery:
    """Draw the bar; return what the reader wants to see."""
    today = local_now.date()
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="timeline-bar"
    ):
        _steps(address, today)
        views = {view.value: _(VIEW_WORDS[view]) for view in VIEWS}
        choose_one(_("View"), views, key="view", default=View.DAY.value)
        words = {hours.value: _(word) for hours, word in HOURS_WORDS.items()}
        hours = choose_one(_("Hours"), words, key="hours", default=DEFAULT_HOURS.value)
        forms = {_BARS: _("Bars"), _LIST: _("List")}
        form = choose_one(_("Form"), forms, key="form", default=_BARS)
        if is_editable:
            order_button()
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="timeline-filters"
    ):
        text = search_text(
            _("Search"), key="find", placeholder=_("Group or event"), width=_SEARCH_WIDTH
        )
        kinds = {
            kind.value: f"{EVENT_TYPES[kind].glyph} {event_type_word(kind)}" for kind in EVENT_TYPES
        }
        chosen = choose_many(_("Type"), kinds, key="kinds")
    is_list = form == _LIST  # nothing is left out there, and nothing needs the room
    address = replace(address, hours=Hours.ALL if is_list else Hours(hours))
    return TimelineQuery(address, Narrowing(frozenset(map(EventType, chosen)), text), is_list)


def _steps(address: TimelineAddress, today: date) -> None:
    here = address.calendar
    for name, label, icon, day in (
        ("back", _("Back"), ":material/chevron_left:", stepped(here, -1).day),
        ("today", _("Today"), None, today),
        ("forward", _("Forward"), ":material/chevron_right:", stepped(here, 1).day),
    ):
        st.button(
            label,
            icon=icon,
            help=None if icon is None else label,
            key=f"timeline-go-{name}",
            on_click=_go,
            args=(day, today),
        )


def _go(day: date, today: date) -> None:
    # A bookmark of today stays on the present day.
    page_address.write(**{_DATE: None if day == today else day.isoformat()})
