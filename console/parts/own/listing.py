"""A list as one part of the page: its lines with their boxes, columns and buttons.

Streamlit's own elements cost 50 µs and more each, in every run of the page, and a line takes five.
Here the server draws all lines as one text, once for all browsers, and `theme/listing.js` handles
them: what is ticked shows at once, and the page is told.

A browser tells what was ticked since the page last answered, each with a number that only grows.
So a tick counts once, also when it is told twice, and none is lost when the page was just drawn
without it, or when several come in one message.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import streamlit as st

from console.parts.own.component import own_component

_component: Final = own_component("infoscreen-listing", "listing", "drawListing")
_HEARD: Final = "listing-heard-"
"""The number of the last tick that the page heard of, in each list."""


@dataclass(frozen=True)
class Press:
    """A button that was just pressed."""

    deed: str
    line: str
    """The name of its line."""


def listing(
    html: str,
    *,
    key: str,
    ticked: Collection[str] = (),
    on_tick: Callable[[Mapping[str, bool]], None] | None = None,
) -> Press | None:
    """Draw a list of `entry_html` below its head; return what was pressed, if it was just now.

    `ticked` names the lines that are ticked, of those that are shown. Before the run that follows a
    tick, `on_tick` is told which lines are ticked now, and which no longer.
    """
    heard = st.session_state.get(_HEARD + key, 0)
    data = {"list": key, "html": html, "ticked": sorted(ticked), "heard": heard}
    told = _component(
        data=data,
        key=key,
        on_ticked_change=partial(_hear, key, on_tick or _nothing),
        on_pressed_change=_nothing,
    )
    pressed = told.get("pressed")
    return Press(pressed["deed"], pressed["line"]) if pressed else None


def _hear(key: str, on_tick: Callable[[Mapping[str, bool]], None]) -> None:
    heard = st.session_state.get(_HEARD + key, 0)
    told: list[Any] = st.session_state[key].get("ticked") or []
    news = [(number, line, is_on) for number, line, is_on in told if number > heard]
    if news:
        st.session_state[_HEARD + key] = max(number for number, _line, _is_on in news)
        on_tick({line: is_on for _number, line, is_on in sorted(news)})


def _nothing(*_told: object) -> None:
    """Let Streamlit know of the value, which is looked at where the list is drawn."""
