"""Logs (Protokolle): what all screens logged, as a chart, as lines, and by families."""

from html import escape

import streamlit as st

from console.i18n import _
from console.logs import data
from console.logs.families import draw_families
from console.logs.filters import FILTERS, Question, choose
from console.logs.lines import draw_lines
from console.logs.volume import draw_volume
from console.parts.address import choose_one, write
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views


def render() -> None:
    """Draw the page."""
    page_header(_("Logs"))
    saved_views("logs", FILTERS)
    question = choose()
    _family(question)
    draw_volume()
    view = _choose_view()
    if view == "families":
        draw_families(question)
    else:
        draw_lines()


def _choose_view() -> str:
    options = {"lines": _("Lines"), "families": _("Families")}
    return choose_one(_("View"), options, key="view", default="lines", resets=("line",))


def _family(question: Question) -> None:
    """Say which family the lines are narrowed to, with the way out of it."""
    if question.family_id is None:
        return
    shape = data.find_shape(question.family_id) or _("There is no such family any more.")
    with st.container(horizontal=True, vertical_alignment="center", key="logs-family"):
        said = f"{escape(_('Family'))}: <code>{escape(shape)}</code>"
        st.html(f"<p>{said}</p>", width="content")
        st.button(
            _("All families"),
            key="logs-no-family",
            icon=":material/close:",
            on_click=write,
            kwargs={"family": None, "page": None},
        )
