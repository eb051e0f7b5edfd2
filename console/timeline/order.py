"""Beside the timeline: the groups in their order, to be changed by hand."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts import address
from console.parts.own.listing import listing
from console.parts.style import roster_style
from console.screens.groups.order import move_group
from console.screens.presenters.html import order_html

_ORDERING: Final = "ordering"
_YES: Final = "1"
_SIDE_WIDTH: Final = 320


def order_button() -> None:
    """Draw the button that opens the list beside the timeline, or closes it."""
    label = _("Finish ordering") if is_ordering() else _("Change order")
    st.button(label, icon=":material/swap_vert:", key="timeline-order", on_click=_toggle)


def is_ordering() -> bool:
    """Whether the list is open."""
    return address.query().get(_ORDERING) == _YES


def order_panel(groups: Mapping[int, str]) -> None:
    """Draw the list, if it is open."""
    if not is_ordering():
        return
    roster_style()
    with st.container(width=_SIDE_WIDTH, key="planner-side"), st.container(key="roster-groups"):
        pressed = listing(order_html(groups), key="timeline-groups")
    if pressed:
        move_group(pressed, groups)


def _toggle() -> None:
    address.write(**{_ORDERING: None if is_ordering() else _YES})
