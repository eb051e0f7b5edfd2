"""The chart of how much was logged; a drag over it narrows the page to that time."""

from collections.abc import Mapping
from html import escape
from typing import Any, Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.i18n import _
from console.logs.data import count_lines
from console.logs.files import offer_files
from console.logs.filters import Question, asked_for
from console.logs.following import followed
from console.logs.presenters.volume import (
    Volume,
    drawn_span,
    volume,
    volume_figure,
    volume_sentence,
    volume_table,
)
from console.parts.address import query, write
from console.parts.plot import chart, fold_numbers, is_dark
from console.runtime import now, user_timezone
from console.words.instants import write_instant
from console.words.plots import CONFIG

_KEY: Final = "logs-volume"
_REFRESH_SECONDS: Final = 15
"""The lines below come faster; whoever drags over the bars is not to be disturbed too often."""


@followed(_REFRESH_SECONDS)
def draw_volume() -> None:
    """Draw the chart with its sentence, its files and its table, for what the address asks for."""
    zone, at = user_timezone(), now()
    question = asked_for(at)
    shown = volume(count_lines(question, now=at), question.span, zone, now=at)
    sentence = volume_sentence(shown, question.span, zone, now=at)
    with st.container(horizontal=True, vertical_alignment="center", key="logs-said"):
        st.html(f"<p>{escape(sentence)}</p>", width="content")
        _offer_whole_span(question)
        st.space("stretch")
        offer_files(question, shown)
    if shown.total:
        _chart(shown, zone)
        _say_what_it_counts(question)
        fold_numbers(volume_table(shown, sentence), key=_KEY)


def _chart(shown: Volume, zone: ZoneInfo) -> None:
    figure = volume_figure(shown, zone, is_dark=is_dark())
    # Another stretch of time is another chart: a selection belongs to the one it was drawn in.
    key = f"{_KEY}-{query().get('from', '')}-{query().get('hours', '')}"
    chart(
        figure,
        config=CONFIG,
        key=key,
        selection_mode="box",
        on_select=lambda: _take_selection(st.session_state.get(key), shown, zone),
    )


def _take_selection(state: Mapping[str, Any] | None, shown: Volume, zone: ZoneInfo) -> None:
    boxes = (state or {}).get("selection", {}).get("box", [])
    times = boxes[0].get("x", []) if boxes else []
    span = drawn_span(times, shown.step, zone)
    if span is not None:
        write(**{"from": write_instant(span[0]), "to": write_instant(span[1]), "page": None})


def _say_what_it_counts(question: Question) -> None:
    hint = _("Drag over the bars to look at that time.")
    if question.text:
        hint = f"{hint} {_('The bars also count lines without the text that you search for.')}"
    st.html(f'<p class="is-quiet is-small">{escape(hint)}</p>')


def _offer_whole_span(question: Question) -> None:
    if question.span.is_drawn:
        st.button(
            _("Back to the whole span"),
            key="logs-whole",
            icon=":material/zoom_out:",
            on_click=write,
            kwargs={"from": None, "to": None, "page": None},
        )
