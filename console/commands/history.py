"""What came of all commands: one page of them, newest first or as the reader sorts."""

from html import escape
from typing import Final

import streamlit as st

from console.commands import data
from console.commands.asked import Question, read_question
from console.commands.filters import offer_all
from console.commands.presenters.history import count_line, history_table
from console.i18n import _
from console.parts.address import asked_page, choose_page, query
from console.parts.guard import live
from console.runtime import now, user_timezone
from infoscreen_core.services.commands.history import FoundCommands

_REFRESH_SECONDS: Final = 10


@live(_REFRESH_SECONDS)
def draw_history() -> None:
    """Draw the page of the list that the address asks for."""
    question = read_question(query())
    found = _read(question)
    if not found.total:
        _nothing(question)
        return
    line = count_line(found.total)
    st.html(f'<p class="is-quiet is-small">{escape(line)}</p>')
    st.html(history_table(found.commands, user_timezone(), now=now()))
    choose_page(-(-found.total // data.ROWS))


def _read(question: Question) -> FoundCommands:
    found = data.read_history(question, asked_page())
    if found.commands or not found.total:
        return found
    return data.read_history(question, -(-found.total // data.ROWS))  # the last page there is


def _nothing(question: Question) -> None:
    if question.is_narrowed:
        offer_all(_("No command matches; take a filter away or choose a longer span."))
    else:
        st.info(
            _(
                "No command was given in this span. Reboot a screen or restart its app on the "
                "screen's page, or several at once from the list of screens."
            ),
            icon=":material/terminal:",
        )
