"""Commands (Befehle): what runs now, what came of those before, and how well they do."""

import streamlit as st

from console.commands import filters
from console.commands.asked import FILTERS
from console.commands.figures import draw_figures
from console.commands.files import offer_files
from console.commands.history import draw_history
from console.commands.rollouts.data import count_open
from console.commands.rollouts.listed import draw_rollouts
from console.commands.rollouts.one import draw_rollout
from console.commands.running import draw_running
from console.i18n import _
from console.parts.address import choose_one, query
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.parts.style import commands_style

_HISTORY, _FIGURES, _ROLLOUTS = "history", "figures", "rollouts"


def render() -> None:
    """Draw the page, or that of the roll-out named in the address (`?rollout=`)."""
    commands_style()
    if rollout_id := query().get("rollout"):
        draw_rollout(rollout_id)
        return
    page_header(_("Commands"))
    saved_views("commands", FILTERS)
    draw_running()
    view = _choose_view()
    if view == _ROLLOUTS:
        draw_rollouts()
        return
    question = filters.choose(is_list=view == _HISTORY)
    if view == _FIGURES:
        draw_figures(question)
    else:
        offer_files(question)
        draw_history()


def _choose_view() -> str:
    is_any_open = count_open()
    rollouts = f"{_('Roll-outs')} {is_any_open}" if is_any_open else _("Roll-outs")
    options = {_HISTORY: _("History"), _ROLLOUTS: rollouts, _FIGURES: _("Figures")}
    with st.container(key="commands-views"):
        return choose_one(_("View"), options, key="view", default=_HISTORY)
