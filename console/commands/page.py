"""Commands (Befehle): what runs now, what came of those before, and how well they do."""

from typing import Final

import streamlit as st

from console.commands import filters
from console.commands.asked import FILTERS
from console.commands.figures import draw_figures
from console.commands.files import offer_files
from console.commands.history import draw_history
from console.commands.running import draw_running
from console.i18n import _
from console.parts.address import choose_one
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.parts.style import commands_style

_HISTORY, _FIGURES = "history", "figures"


def render() -> None:
    """Draw the page."""
    commands_style()
    page_header(_("Commands"))
    saved_views("commands", FILTERS)
    draw_running()
    view = _choose_view()
    question = filters.choose(is_list=view == _HISTORY)
    if view == _FIGURES:
        draw_figures(question)
    else:
        offer_files(question)
        draw_history()


def _choose_view() -> str:
    options: Final = {_HISTORY: _("History"), _FIGURES: _("Figures")}
    with st.container(key="commands-views"):
        return choose_one(_("View"), options, key="view", default=_HISTORY)
