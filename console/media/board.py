"""The board of folders and files, and which of them are ticked: by file, so it outlives pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from console.parts.own.component import own_component

_component: Final = own_component("infoscreen-library", "media", "drawBoard")
_PICKED: Final = "library-picked"
_HEARD: Final = "library-heard"
"""How often something was ticked, as far as the page has heard of it."""
_SERIAL: Final = "library-pick-serial"


@dataclass(frozen=True)
class Pressed:
    """What was just pressed on the board."""

    file_id: int | None = None
    folder_id: int | None = None


def board(html: str, shown: Sequence[int], *, key: str) -> Pressed | None:
    """Draw the board with the files `shown`, take over what is ticked, return what was pressed."""
    turn = f"{st.session_state.get(_SERIAL, 0)}:{','.join(map(str, shown))}"
    data = {
        "html": html,
        "turn": turn,
        "picked": [one for one in shown if one in _picked()],
        "heard": st.session_state.get(_HEARD, 0),
    }
    told = ask_component(data, key=key)
    ticked = told.get("ticked") or {}
    if ticked.get("turn") == turn:  # else it was said of what stood here before
        _picked().difference_update(shown)
        _picked().update(one for one in ticked["ids"] if one in shown)
        st.session_state[_HEARD] = ticked["count"]
    pressed = told.get("pressed") or {}
    if not pressed:
        return None
    return Pressed(pressed.get("open"), pressed.get("folder"))


def picked() -> list[int]:
    """Return the ids of all files that are ticked, also of what is not shown or gone."""
    return sorted(_picked())


def forget_picks(ids: Collection[int] | None = None) -> None:
    """Untick these files, or all."""
    _picked().difference_update(picked() if ids is None else ids)
    st.session_state[_SERIAL] = st.session_state.get(_SERIAL, 0) + 1


def ask_component(data: Mapping[str, Any], *, key: str) -> Mapping[str, Any]:
    """Draw the component; return what it tells; tests replace this: it needs a browser."""
    told: Mapping[str, Any] = _component(
        data=dict(data), key=key, on_ticked_change=_nothing, on_pressed_change=_nothing
    )
    return told


def _nothing() -> None:
    """Let Streamlit know of the value, which is looked at where the board is drawn."""


def _picked() -> set[int]:
    ticked: set[int] = st.session_state.setdefault(_PICKED, set())
    return ticked
