"""Where something is wrong: the groups, worst first, each a way to its screens in the list."""

from typing import Final

import streamlit as st

from console.i18n import _, current_language
from console.monitoring.presenters.groups import (
    GroupLine,
    group_lines_html,
    others_text,
    troubled_groups,
)
from console.monitoring.snapshots import FRESH_SECONDS, FleetSnapshot, fleet
from console.parts.address import query, write
from console.parts.own.listing import listing
from console.runtime import run_again
from console.shared import shared

_MOST: Final = 6


def group_roll_up(snapshot: FleetSnapshot) -> None:
    """Draw the groups with trouble; nothing when there is none, or when one group is chosen."""
    if "group" in query():
        return
    lines = troubled_lines(current_language())
    if not lines:
        return
    st.header(_("Groups that need somebody"), anchor=False)
    with st.container(key="group-roll-up", gap=None):
        pressed = listing(group_lines_html(lines[:_MOST]), key="group-list")
        well = sum(count.in_service > 0 for count in snapshot.figures.groups.values()) - len(lines)
        rest = others_text(max(len(lines) - _MOST, 0), well)
        if rest:
            st.html(f'<p class="is-quiet is-small">{rest}</p>')
    if pressed:
        write(group=pressed.line, page=None)
        run_again()


@shared(seconds=FRESH_SECONDS, entries=2, is_kept_in_outage=True, is_renewed=True)
def troubled_lines(_language: str) -> tuple[GroupLine, ...]:
    """Return the lines as all browsers show them in one language: there may be many groups."""
    snapshot = fleet()
    return tuple(troubled_groups(snapshot.figures, snapshot.group_names))
