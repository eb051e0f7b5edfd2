"""What a list of which only the beginning is shown says about its rest."""

from collections.abc import Sequence
from html import escape

import streamlit as st

from console.i18n import _
from infoscreen_core.services.monitoring.views import ClientView


def first_of(rows: Sequence[ClientView], count: int) -> None:
    """Say that there are more players than these, if there are."""
    if count > len(rows):
        text = _("The first {shown} of {n}; the next ones follow.", shown=len(rows), n=count)
        st.html(f'<p class="is-quiet is-small">{escape(text)}</p>')
