"""When a player logged errors and warnings: a sentence, a plot, a table, and a CSV file."""

from collections.abc import Collection
from html import escape
from typing import Final
from urllib.parse import quote, urlencode

import streamlit as st

from console.i18n import _
from console.monitoring import snapshots
from console.monitoring.presenters.log_history import (
    CSV_LIMIT,
    STYLES,
    LogHistory,
    history_figure,
    history_sentence,
    history_table,
    log_history,
    step_to_count,
)
from console.parts.plot import draw_plot, is_dark
from console.runtime import now, user_timezone
from console.words.formatting import number
from infoscreen_core.domain.screens.player import LogLevel

_EVERY_LEVEL: Final = len(LogLevel)


def draw_log_history(uuid: str, *, hours: int, levels: Collection[LogLevel]) -> None:
    """Draw what the window holds; `levels` apply to the file's lines, not to the plot."""
    counts = snapshots.log_counts(
        uuid, hours=hours, step=step_to_count(hours), levels=tuple(STYLES)
    )
    history = log_history(counts, user_timezone(), hours=hours, now=now())
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(f"<p>{escape(history_sentence(history))}</p>", width="content")
        st.html(_download(uuid, hours, levels), width="content")
    if sum(history.totals):
        _draw(history)


def _draw(history: LogHistory) -> None:
    figure = history_figure(history, is_dark=is_dark())
    draw_plot(figure, history_table(history), key="log-history")


def _download(uuid: str, hours: int, levels: Collection[LogLevel]) -> str:
    query = {"hours": str(hours), "zone": user_timezone().key}
    if len(levels) < _EVERY_LEVEL:
        query["level"] = ",".join(levels)
    address = escape(f"/logs/{quote(uuid, safe='')}.csv?{urlencode(query)}")
    title = escape(
        _(
            "The log lines of this window and these levels, the newest {count} at most",
            count=number(CSV_LIMIT),
        )
    )
    return (
        f'<a href="{address}" title="{title}" download>{escape(_("Download log lines (CSV)"))}</a>'
    )
