"""The controls that narrow the history and the figures; the address holds what they choose."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Final

import streamlit as st

from console.commands import data
from console.commands.asked import (
    ANY,
    BAD,
    CYCLE_STATUSES,
    NOBODY,
    RUNNING,
    STATUSES,
    Question,
    View,
    read_question,
)
from console.commands.presenters.spans import (
    DAYS,
    DEFAULT_DAYS,
    days_word,
    span_sentence,
)
from console.i18n import N_, _
from console.parts.address import choose_from_list, choose_one, query, search_text, write
from console.runtime import now, run_again, user_timezone
from console.words.commands import action_word, error_word, state_word
from console.words.plugs import cycle_word
from infoscreen_core.domain.commands.history import CommandOrder
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.plugs import State as CycleState

_WIDTH: Final = 170
_ORDERS: Final[dict[CommandOrder, str]] = {
    CommandOrder.NEWEST: N_("Newest first"),
    CommandOrder.OLDEST: N_("Oldest first"),
    CommandOrder.SLOWEST: N_("Slowest first"),
}


def choose(view: View) -> Question:
    """Draw the controls of a view and return what is asked for."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="commands-filters"):
        _choose_days()
        search_text(_("Search"), key="text", placeholder=_("Search screen or room"), width=200)
        _choose_group()
        if view is not View.POWER:
            _choose_action()
        _choose_requester()
        if view is View.POWER:
            _choose_end(CYCLE_STATUSES, lambda key: cycle_word(CycleState(key)))
        if view is View.HISTORY:
            _choose_end(STATUSES, lambda key: state_word(State(key)))
            _choose_error()
            _choose_order()
    question = read_question(query())
    if question.span.part:
        _offer_whole_span(question)
    return question


def offer_all(sentence: str) -> None:
    """Say that nothing matches, with the button that takes every filter but the span away."""
    st.info(sentence, icon=":material/filter_alt_off:")
    if st.button(_("Take all filters away"), key="commands-over"):
        names = ("from", "to", "text", "group", "action", "status", "by", "error", "page")
        write(**dict.fromkeys(names))
        run_again()  # the filters stand outside this live part


def _offer_whole_span(question: Question) -> None:
    """Say which part of time a link has asked for, with the way out of it."""
    with st.container(horizontal=True, vertical_alignment="center", key="commands-part"):
        said = span_sentence(question.span, user_timezone(), now=now())
        st.html(f"<p>{escape(said)}</p>", width="content")
        st.button(
            _("Back to the whole span"),
            key="commands-whole",
            icon=":material/zoom_out:",
            on_click=write,
            kwargs={"from": None, "to": None, "page": None},
        )


def _choose_days() -> None:
    options = {str(days): days_word(days) for days in DAYS}
    choose_one(_("Span"), options, key="days", default=str(DEFAULT_DAYS), resets=("from", "to"))


def _choose_group() -> None:
    groups = {str(key): name for key, name in data.read_names().groups.items()}
    _list(_("Group"), _("All groups"), groups, "group")


def _choose_action() -> None:
    _list(
        _("Command"), _("All commands"), {one.value: action_word(one) for one in Action}, "action"
    )


def _choose_requester() -> None:
    names = {str(key): name for key, name in data.read_names().requesters.items()}
    options = {NOBODY: _("System or command line"), **names}
    _list(_("Requested by"), _("Anybody"), options, "by")


def _choose_end(known: Iterable[str], word: Callable[[str], str]) -> None:
    words = {BAD: _("All that went wrong"), RUNNING: _("Under way")}
    options = {key: words.get(key) or word(key) for key in known}
    _list(_("Result"), _("Any result"), options, "status")


def _choose_error() -> None:
    found = [one.code for one in data.read_errors(read_question(query())) if one.code]
    asked = read_question(query()).error
    codes = dict.fromkeys([*found, *([asked] if asked else [])])
    _list(_("Error"), _("Any error"), {code: error_word(code) for code in codes}, "error")


def _choose_order() -> None:
    options = {order.value: _(word) for order, word in _ORDERS.items()}
    choose_from_list(
        _("Order"), options, key="order", default=CommandOrder.NEWEST.value, width=_WIDTH
    )


def _list(label: str, any_of_them: str, options: dict[str, str], key: str) -> None:
    choose_from_list(label, {ANY: any_of_them, **options}, key=key, default=ANY, width=_WIDTH)
