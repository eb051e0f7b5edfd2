"""A section of the analysis: its title, its sentence, its file, its picture with the numbers."""

from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import streamlit as st

from console.analysis.span import Asked
from console.parts.plot import draw_plot

if TYPE_CHECKING:
    import plotly.graph_objects as go


def head(title: str, sentence: str, file: str = "") -> None:
    """Draw a title, and below it what is to be seen, with a link to its file."""
    st.header(title, anchor=False)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(f"<p>{escape(sentence)}</p>", width="content")
        if file:
            st.html(file, width="content")


def picture(name: str, figure: "go.Figure", behind: str) -> None:
    """Draw a picture, which can be saved, and its numbers as a table folded below."""
    draw_plot(figure, behind, key=f"analysis-{name}", file_name=f"infoscreen-{name}")


def file_link(name: str, label: str, asked: Asked) -> str:
    """Return the link to a file with what the page shows."""
    address = escape(f"/analysis/{name}.csv?{urlencode(asked.query())}")
    return f'<a href="{address}" download>{escape(label)}</a>'
