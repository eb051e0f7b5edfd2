"""The screens of a roll-out as a table, searched and narrowed to what became of them."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from console.commands.presenters.rollout_html import members_table
from console.commands.rollouts import data
from console.i18n import N_, _
from console.parts.address import asked_page, choose_one, choose_page, search_text
from console.parts.section import file_link
from console.runtime import user_timezone
from console.words.formatting import number
from infoscreen_core.domain.commands.figures import FAILURES
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import MemberStatus
from infoscreen_core.services.commands.rollouts.rollout_tiles import TileView

_ALL: Final = "all"
_BAD: Final = FAILURES | {State.BLOCKED_SAFETY}
_NARROWED: Final[dict[str, tuple[str, Callable[[TileView], bool]]]] = {
    _ALL: (N_("All"), lambda _tile: True),
    "failed": (N_("All that went wrong"), lambda tile: tile.state in _BAD),
    "running": (N_("Under way"), lambda tile: tile.status is MemberStatus.ISSUED),
    "waiting": (N_("Waiting"), lambda tile: tile.status is MemberStatus.WAITING),
    "done": (N_("Done"), lambda tile: tile.state is State.COMPLETED),
    "left-out": (N_("Left out"), lambda tile: tile.status is MemberStatus.LEFT_OUT),
}
MEMBERS_ASKED: Final = ("members", "screen", "page")
"""What of the address belongs to the table."""


def draw_members(found: data.Whole) -> None:
    """Draw search, choice and one page of the screens."""
    with st.container(horizontal=True, vertical_alignment="center", key="rollout-members"):
        text = search_text(
            _("Search"), key="screen", placeholder=_("Search screen or room"), width=200
        )
        searched = [tile for tile in found.tiles if text in _searched(tile)]
        chosen = _choose(searched)
        _offer_file(found.view.rollout_id)
    _draw(found.view.rollout_id, [tile for tile in searched if _NARROWED[chosen][1](tile)])


def _choose(tiles: list[TileView]) -> str:
    options = {
        key: f"{_(word)} {number(sum(map(is_in, tiles)))}"
        for key, (word, is_in) in _NARROWED.items()
    }
    return choose_one(_("Screens"), options, key="members", default=_ALL)


def _draw(rollout_id: str, tiles: list[TileView]) -> None:
    pages = -(-len(tiles) // data.MEMBERS)
    if not pages:
        st.html(f'<p class="is-quiet">{_("No screen stands so.")}</p>')
        return
    start = (min(asked_page(), pages) - 1) * data.MEMBERS
    uuids = tuple(tile.client_uuid for tile in tiles[start : start + data.MEMBERS])
    st.html(members_table(data.read_members(rollout_id, uuids), user_timezone()))
    choose_page(pages)


def _offer_file(rollout_id: str) -> None:
    asked = {"rollout": rollout_id, "zone": user_timezone().key}
    link = file_link("commands/rollout.csv", _("Download as CSV"), asked)
    st.html(f'<p class="is-files">{link}</p>', width="content")


def _searched(tile: TileView) -> str:
    return f"{tile.name}\n{tile.group_name or ''}\n{tile.client_uuid}".casefold()
