"""The calendar itself: a third-party component behind one function, styled as ours."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import streamlit as st
from streamlit_calendar import calendar as calendar_component

from console.calendar.style import calendar_css
from console.events.presenters.actions import Action, read_action

_ANSWERED: Final = "calendar-answered"
_TURN: Final = "calendar-turn"
_CALLBACKS: Final = ["dateClick", "select", "eventClick", "eventChange"]


def calendar_grid(
    events: Sequence[Mapping[str, Any]], options: Mapping[str, Any], *, key: str, is_editable: bool
) -> Action | None:
    """Draw the calendar; return what a person just did in it, once.

    A new `key` starts the component anew; while it stays, events and dates change in place.
    """
    callbacks = _CALLBACKS if is_editable else ["eventClick"]
    with st.container(key="calendar-grid"):
        value = ask_component(events, options, callbacks, key)
    answered: dict[str, Any] = st.session_state.setdefault(_ANSWERED, {})
    if not value or value == answered.get(key):
        return None
    answered[key] = value
    st.session_state[_TURN] = turn() + 1
    return read_action(value)


def turn() -> int:
    """Return how many actions were answered; it keeps equal clicks apart (`calendar_options`)."""
    count: int = st.session_state.get(_TURN, 0)
    return count


def ask_component(
    events: Sequence[Mapping[str, Any]],
    options: Mapping[str, Any],
    callbacks: Sequence[str],
    key: str,
) -> dict[str, Any]:
    """Draw the component and return its last report; tests replace this, as it needs a browser."""
    value: dict[str, Any] | None = calendar_component(
        events=events, options=options, custom_css=calendar_css(), callbacks=callbacks, key=key
    )
    return value or {}
