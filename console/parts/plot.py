"""A plot on a page, with the numbers behind it folded below, for those who cannot see it."""

from typing import TYPE_CHECKING

import streamlit as st

from console.i18n import _
from console.words.plots import CONFIG, config_with_file

if TYPE_CHECKING:
    import plotly.graph_objects as go


def draw_plot(figure: "go.Figure", behind: str, *, key: str, file_name: str | None = None) -> None:
    """Draw a figure; `behind` is its table as HTML. With a file name its picture can be saved."""
    config = CONFIG if file_name is None else config_with_file(file_name)
    st.plotly_chart(figure, theme=None, config=config, key=key)
    fold_numbers(behind, key=key)


def fold_numbers(behind: str, *, key: str) -> None:
    """Draw what stands below the plot with this key: its numbers, folded."""
    with st.expander(_("The plot's numbers"), key=f"{key}-numbers"):
        st.html(behind)


def is_dark() -> bool:
    """Whether the reader has the page dark, as figures have to be made for."""
    return st.context.theme.type == "dark"
