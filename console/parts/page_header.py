"""The head of a page: its title, and in one quiet line what it is about now."""

from html import escape

import streamlit as st


def page_header(title: str, line: str = "") -> None:
    """Draw the page's only first-level heading; `line` is plain text."""
    sub = f'<p class="is-lead">{escape(line)}</p>' if line else ""
    st.html(f'<div class="is-head"><h1>{escape(title)}</h1>{sub}</div>')


def freshness(text: str, *, is_read_out: bool = False) -> None:
    """Say in small print when the page was last fresh.

    Only what is news is read out: a time that changes with each turn would never fall silent.
    """
    role = ' role="status"' if is_read_out else ""
    st.html(f'<p class="is-quiet is-small is-fresh"{role}>{escape(text)}</p>')
