"""The bar above the calendar: which stretch of time, of which group; all of it stands in the address."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

import streamlit as st

from console.i18n import _
from console.presenters.calendar_view import (
    VIEW_WORDS,
    CalendarAddress,
    View,
    query_of,
    read_address,
    stepped,
)

_ALL: Final = 0
_VIEW: Final = "calendar-view"
_GROUP: Final = "calendar-group"


def current_address(groups: Mapping[int, str], *, today: date) -> CalendarAddress:
    """Return what the browser's address asks for."""
    return read_address(st.query_params.to_dict(), today=today, group_ids=groups)


def show_address(address: CalendarAddress, *, today: date) -> None:
    """Put what is to be shown into the browser's address; the next run shows it."""
    st.query_params.from_dict(query_of(address, today=today))


def calendar_bar(address: CalendarAddress, groups: Mapping[int, str], *, today: date) -> None:
    """Draw the bar."""
    _follow_address({_VIEW: address.view, _GROUP: address.group_id or _ALL})
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="calendar-bar"):
        _steps(address, today)
        st.segmented_control(
            _("View"),
            list(View),
            format_func=lambda view: _(VIEW_WORDS[view]),
            required=True,
            key=_VIEW,
            label_visibility="collapsed",
            on_change=lambda: show_address(replace(address, view=st.session_state[_VIEW]), today=today),
        )
        st.selectbox(
            _("Group"),
            [_ALL, *groups],
            format_func=lambda group_id: groups.get(group_id) or _("All groups"),
            key=_GROUP,
            label_visibility="collapsed",
            width=220,
            on_change=lambda: show_address(
                replace(address, group_id=st.session_state[_GROUP] or None), today=today
            ),
        )


def _follow_address(values: Mapping[str, object]) -> None:
    """Set what differs, and nothing else: to set a control undoes what is being chosen in it."""
    for key, value in values.items():
        if st.session_state.get(key) != value:
            st.session_state[key] = value


def _steps(address: CalendarAddress, today: date) -> None:
    for label, icon, target in (
        (_("Back"), ":material/chevron_left:", stepped(address, -1)),
        (_("Today"), None, replace(address, day=today)),
        (_("Forward"), ":material/chevron_right:", stepped(address, 1)),
    ):
        st.button(
            label if icon is None else "",
            icon=icon,
            help=None if icon is None else label,
            key=f"calendar-go-{label}",
            on_click=show_address,
            args=(target,),
            kwargs={"today": today},
        )
