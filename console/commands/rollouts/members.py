"""The screens of a roll-out as a table, narrowed to what became of them."""

from typing import Final

import streamlit as st

from console.commands.presenters.rollout_html import members_table
from console.commands.rollouts import data
from console.i18n import N_, _
from console.parts.address import asked_page, choose_one, choose_page
from console.runtime import user_timezone
from console.words.formatting import number
from infoscreen_core.domain.commands.figures import FAILURES
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import MemberStatus
from infoscreen_core.services.commands.rollout_tiles import TileView
from infoscreen_core.services.commands.rollouts import MemberFilter

_ALL: Final = "all"
_NARROWED: Final[dict[str, tuple[str, MemberFilter]]] = {
    _ALL: (N_("All"), MemberFilter()),
    "failed": (
        N_("All that went wrong"),
        MemberFilter(states=FAILURES | {State.BLOCKED_SAFETY}),
    ),
    "running": (N_("Under way"), MemberFilter(statuses=frozenset({MemberStatus.ISSUED}))),
    "waiting": (N_("Waiting"), MemberFilter(statuses=frozenset({MemberStatus.WAITING}))),
    "done": (N_("Done"), MemberFilter(states=frozenset({State.COMPLETED}))),
    "left-out": (N_("Left out"), MemberFilter(statuses=frozenset({MemberStatus.LEFT_OUT}))),
}


def draw_members(found: data.Whole) -> None:
    """Draw the choice and one page of the screens."""
    counts = {
        key: sum(_is_in(tile, wanted) for tile in found.tiles)
        for key, (_word, wanted) in _NARROWED.items()
    }
    options = {
        key: f"{_(word)} {number(counts[key])}" for key, (word, _wanted) in _NARROWED.items()
    }
    chosen = choose_one(_("Screens"), options, key="members", default=_ALL)
    pages = -(-counts[chosen] // data.MEMBERS)
    if not pages:
        st.html(f'<p class="is-quiet">{_("No screen stands so.")}</p>')
        return
    page = min(asked_page(), pages)
    members = data.read_members(found.view.rollout_id, _NARROWED[chosen][1], page)
    st.html(members_table(members, user_timezone()))
    choose_page(pages)


def _is_in(tile: TileView, wanted: MemberFilter) -> bool:
    """Whether the filter, which the database applies to the table, leaves this screen."""
    is_status = wanted.statuses is None or tile.status in wanted.statuses
    return is_status and (wanted.states is None or tile.state in wanted.states)
