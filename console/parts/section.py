"""A section of figures: its title, its sentence, its file, its picture with the numbers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

import streamlit as st

from console.parts.plot import draw_plot
from console.words.plots import Figure


@dataclass(frozen=True)
class Picture:
    """A plot, what stands above it and behind it as HTML, and the name that its file gets."""

    name: str
    figure: Figure
    behind: str
    """Its numbers, as a table."""
    legend: str = ""


@dataclass(frozen=True)
class Section:
    """What is to be seen, said and drawn."""

    title: str
    sentence: str
    file: str = ""
    """The link to its data, as HTML."""
    picture: Picture | None = None
    """None where there is nothing to draw."""


def draw(section: Section, page: str, *, choose: Callable[[], object] | None = None) -> None:
    """Draw a title, what is to be seen with a link to its file, and its picture.

    `page` is the name of the page, by which pictures are told apart; `choose` draws what chooses
    between several of them, above the picture.
    """
    st.header(section.title, anchor=False)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(f"<p>{escape(section.sentence)}</p>", width="content")
        if section.file:
            st.html(section.file, width="content")
    if choose:
        choose()
    if section.picture:
        _draw_picture(section.picture, page)


def _draw_picture(picture: Picture, page: str) -> None:
    if picture.legend:
        st.html(picture.legend)
    name = picture.name
    draw_plot(picture.figure, picture.behind, key=f"{page}-{name}", file_name=f"infoscreen-{name}")


def file_link(path: str, label: str, query: Mapping[str, str]) -> str:
    """Return the link to a file with what the page shows."""
    address = escape(f"/{path}?{urlencode(query)}")
    return f'<a href="{address}" download>{escape(label)}</a>'
