"""What came of all power cycles: one page of them, newest first."""

from html import escape
from typing import Final

import streamlit as st

from console.commands import data
from console.commands.asked import Question, read_question
from console.commands.filters import offer_all
from console.commands.presenters.cycles import cycles_line, cycles_table
from console.i18n import _
from console.parts.address import asked_page, choose_page, query
from console.parts.guard import live
from console.runtime import now, user_timezone
from infoscreen_core.services.commands.history import FoundCycles

_REFRESH_SECONDS: Final = 10


@live(_REFRESH_SECONDS)
def draw_cycles() -> None:
    """Draw the page of the list that the address asks for."""
    question = read_question(query())
    found = _read(question)
    if not found.total:
        _nothing(question)
        return
    st.html(f'<p class="is-quiet is-small">{escape(cycles_line(found.total))}</p>')
    st.html(cycles_table(found.cycles, user_timezone(), now=now()))
    choose_page(-(-found.total // data.ROWS))


def _read(question: Question) -> FoundCycles:
    found = data.read_cycles(question, asked_page())
    if found.cycles or not found.total:
        return found
    return data.read_cycles(question, -(-found.total // data.ROWS))  # the last page there is


def _nothing(question: Question) -> None:
    if question.is_narrowed:
        offer_all(_("No power cycle matches; take a filter away or choose a longer span."))
    else:
        st.info(
            _(
                "No plug was switched off and on in this span. A screen gets its plug in its "
                "dialog on the page of screens; then its own page has the button."
            ),
            icon=":material/power:",
        )
