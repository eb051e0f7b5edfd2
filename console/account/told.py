"""Small print on the cards of the account."""

from html import escape

import streamlit as st


def quiet(text: str) -> None:
    """Draw a sentence in small print; on a card, Streamlit's own is too pale to be read."""
    st.html(f'<p class="is-quiet is-small">{escape(text)}</p>')
