"""Where something is wrong: the groups, worst first, each a way to its screens in the list."""

from typing import Final

import streamlit as st

from console.i18n import _, current_language
from console.monitoring.presenters.groups import (
    GroupLine,
    group_line_html,
    others_text,
    troubled_groups,
)
from console.monitoring.snapshots import FRESH_SECONDS, FleetSnapshot, fleet
from console.parts.address import query, write
from console.shared import shared
from console.words.groups import group_word

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
        for line in lines[:_MOST]:
            _line(line)
        well = sum(count.in_service > 0 for count in snapshot.figures.groups.values()) - len(lines)
        rest = others_text(max(len(lines) - _MOST, 0), well)
        if rest:
            st.html(f'<p class="is-quiet is-small">{rest}</p>')


@shared(seconds=FRESH_SECONDS, entries=2, is_kept_in_outage=True, is_renewed=True)
def troubled_lines(_language: str) -> tuple[GroupLine, ...]:
    """Return the lines as all browsers show them in one language: there may be many groups."""
    snapshot = fleet()
    return tuple(troubled_groups(snapshot.figures, snapshot.group_names))


def _line(line: GroupLine) -> None:
    word = group_word(line.group_id)
    with st.container(horizontal=True, vertical_alignment="center", key=f"group-line-{word}"):
        st.button(
            line.name,
            key=f"group-choose-{word}",
            type="tertiary",
            help=_("Only the screens of {name}", name=line.name),
            on_click=write,
            kwargs={"group": word, "page": None},
        )
        st.html(group_line_html(line))
