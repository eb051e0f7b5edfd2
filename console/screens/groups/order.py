"""The order of the groups, changed by hand: a button up and one down on each group's line."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.feedback import toast
from console.parts.write import attempt
from console.runtime import Session, run_again
from console.screens.presenters.groups import moved
from console.words.errors import error_sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.screens.groups import set_group_order

_FOCUS: Final = "groups-focus"
_MOVES: Final = "groups-moves"
_FOCUS_AGAIN_MS: Final = [100, 300, 1000, 3000]


def move_buttons(group_id: int, name: str, ids: Sequence[int]) -> None:
    """Draw the buttons that move a group by one place among `ids`.

    The container of its line must have the key `roster-group-<id>`; call `keep_focus` after all
    lines.
    """
    _move_button(group_id, name, ids, -1)
    _move_button(group_id, name, ids, 1)


def keep_focus() -> None:
    """Keep the focus on the button that moved a group, whose line was drawn anew elsewhere."""
    wanted: tuple[str, int] | None = st.session_state.pop(_FOCUS, None)
    if wanted is None:
        return
    moves = st.session_state[_MOVES] = st.session_state.get(_MOVES, 0) + 1
    key, group_id = wanted
    found = f"document.querySelector('.st-key-{key} button:enabled')"
    other = f"document.querySelector('.st-key-roster-group-{group_id} button:enabled')"
    # A line that the page moves after this loses the focus again, to nothing: ask for it once more.
    again = f"if (document.activeElement === document.body) ({found} ?? {other})?.focus()"
    st.html(
        f"<script>/* {moves} */ ({found} ?? {other})?.focus();"
        f" for (const wait of {_FOCUS_AGAIN_MS}) setTimeout(() => {{ {again} }}, wait)</script>",
        unsafe_allow_javascript=True,
    )


def _move_button(group_id: int, name: str, ids: Sequence[int], steps: int) -> None:
    way = "up" if steps < 0 else "down"
    label = _("Move {name} up", name=name) if steps < 0 else _("Move {name} down", name=name)
    order = moved(ids, group_id, steps)
    key, icon = f"groups-{way}-{group_id}", f":material/arrow_{way}ward:"
    if st.button(label, key=key, icon=icon, type="tertiary", disabled=order == list(ids)):
        _keep_order(order, group_id, name)
        st.session_state[_FOCUS] = (key, group_id)
        run_again()


def _keep_order(order: Sequence[int], group_id: int, name: str) -> None:
    def write(session: Session, actor: Actor, now: datetime) -> str:
        set_group_order(session, order, actor=actor, now=now)
        return _("{name} stands at place {place} now.", name=name, place=order.index(group_id) + 1)

    attempt(write, refuse=_warn)


def _warn(error: InfoscreenError) -> None:
    toast(error_sentence(error), tone="warning")
