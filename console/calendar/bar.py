"""The bar above the calendar: which days, group and period; the address holds all of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import streamlit as st

from console.calendar.presenters.view import (
    QUERY_NAMES,
    VIEW_WORDS,
    CalendarAddress,
    View,
    beside_form,
    default_view,
    in_period,
    query_of,
    read_address,
    stepped,
)
from console.i18n import _
from console.parts.address import follow, query, write
from console.parts.window import window_width
from console.school.presenters.school import find_period
from infoscreen_core.services.school.views import PeriodView

_ALL: Final = 0
_VIEW: Final = "calendar-view"
_GROUP: Final = "calendar-group"
_PERIOD: Final = "calendar-period"
_EXCEPTIONS: Final = "calendar-exceptions"
_CHOSEN_BESIDE: Final = "calendar-view-chosen"
"""Whether somebody chose a view while a form is open: then it stays, however narrow it is."""


@dataclass(frozen=True)
class Bar:
    """The address, with what is needed to write a new one."""

    address: CalendarAddress
    periods: Sequence[PeriodView]
    today: date

    def show(self, address: CalendarAddress) -> None:
        """Put what is to be shown into the browser's address; the next run shows it."""
        wanted = query_of(address, today=self.today, periods=self.periods)
        write(**{name: wanted.get(name) for name in QUERY_NAMES})


def current_bar(groups: Mapping[int, str], periods: Sequence[PeriodView], *, today: date) -> Bar:
    """Return what the browser's address asks for."""
    address = read_address(
        query(),
        today=today,
        group_ids=groups,
        periods=periods,
        default_view=default_view(window_width()),
    )
    return Bar(address, periods, today)


def bar_beside(bar: Bar, on: date | None, *, is_form_open: bool) -> Bar:
    """Return what fits beside a form about the day `on`, unless a view was chosen meanwhile.

    The browser's address stays, so that closing the form brings back what was there before.
    """
    if not is_form_open:
        st.session_state.pop(_CHOSEN_BESIDE, None)
        return bar
    if st.session_state.get(_CHOSEN_BESIDE):
        return bar
    return replace(bar, address=beside_form(bar.address, on, window_width()))


def calendar_bar(bar: Bar, groups: Mapping[int, str]) -> None:
    """Draw the controls; each writes its choice into the address."""
    address = bar.address
    follow(_VIEW, address.view)
    follow(_GROUP, address.group_id or _ALL)
    follow(_PERIOD, address.period_id or _ALL)
    follow(_EXCEPTIONS, address.with_exceptions)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key="calendar-bar"
    ):
        _steps(bar)
        _view_choice(bar)
        _group_choice(bar, groups)
        _period_choice(bar)


def exceptions_switch(bar: Bar) -> None:
    """Draw the switch that shows what series leave out."""
    st.toggle(
        _("Left-out dates"),
        key=_EXCEPTIONS,
        on_change=lambda: bar.show(
            replace(bar.address, with_exceptions=st.session_state[_EXCEPTIONS])
        ),
    )


def _view_choice(bar: Bar) -> None:
    st.segmented_control(
        _("View"),
        list(View),
        format_func=lambda view: _(VIEW_WORDS[view]),
        required=True,
        key=_VIEW,
        label_visibility="collapsed",
        on_change=lambda: _choose_view(bar),
    )


def _choose_view(bar: Bar) -> None:
    st.session_state[_CHOSEN_BESIDE] = True
    bar.show(replace(bar.address, view=st.session_state[_VIEW]))


def _group_choice(bar: Bar, groups: Mapping[int, str]) -> None:
    st.selectbox(
        _("Group"),
        [_ALL, *groups],
        format_func=lambda group_id: groups.get(group_id) or _("All groups"),
        key=_GROUP,
        label_visibility="collapsed",
        width=172,
        on_change=lambda: bar.show(replace(bar.address, group_id=st.session_state[_GROUP] or None)),
    )


def _period_choice(bar: Bar) -> None:
    names = {period.id: period.name for period in bar.periods}
    st.selectbox(
        _("Academic period"),
        [_ALL, *names],
        format_func=lambda period_id: names.get(period_id) or _("All periods"),
        key=_PERIOD,
        label_visibility="collapsed",
        width=156,
        on_change=lambda: bar.show(
            in_period(
                bar.address, find_period(bar.periods, st.session_state[_PERIOD]), today=bar.today
            )
        ),
    )


def _steps(bar: Bar) -> None:
    address = bar.address
    for name, label, icon, target in (
        ("back", _("Back"), ":material/chevron_left:", stepped(address, -1)),
        ("today", _("Today"), None, replace(address, day=bar.today)),
        ("forward", _("Forward"), ":material/chevron_right:", stepped(address, 1)),
    ):
        st.button(
            label,
            icon=icon,
            help=None if icon is None else label,
            key=f"calendar-go-{name}",
            on_click=bar.show,
            args=(target,),
        )
