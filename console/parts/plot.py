"""A plot on a page, with the numbers behind it folded below, for those who cannot see it."""

from typing import Any

import streamlit as st

from console.i18n import _
from console.words.plots import CONFIG, Figure, config_with_file


def draw_plot(figure: Figure, behind: str, *, key: str, file_name: str | None = None) -> None:
    """Draw a figure; `behind` is its table as HTML. With a file name its picture can be saved."""
    config = CONFIG if file_name is None else config_with_file(file_name)
    chart(figure, config=config, key=key)
    fold_numbers(behind, key=key)


def chart(figure: Figure, **options: Any) -> None:  # noqa: ANN401 - those of `st.plotly_chart`
    """Draw a figure alone."""
    from console.parts.drawn import Drawn  # noqa: PLC0415 - slow to load; few pages plot

    st.plotly_chart(Drawn(figure), theme=None, **options)


def fold_numbers(behind: str, *, key: str) -> None:
    """Draw what stands below the plot with this key: its numbers, folded."""
    with st.expander(_("The plot's numbers"), key=f"{key}-numbers"):
        st.html(behind)


def is_dark() -> bool:
    """Whether the reader has the page dark, as figures have to be made for."""
    return st.context.theme.type == "dark"
