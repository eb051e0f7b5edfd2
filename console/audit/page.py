"""Audit: who changed what, and when."""

from html import escape

import streamlit as st

from console.audit import data
from console.audit.asked import FILTERS
from console.audit.entries import asked_entry, asked_place, draw_entries
from console.audit.files import offer_files
from console.audit.filters import asked_for, choose
from console.i18n import _
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.parts.style import audit_style


def render() -> None:
    """Draw the page."""
    page_header(_("Audit"))
    audit_style()
    saved_views("audit", FILTERS)
    question = asked_for()
    shown = data.read(question, asked_place(), asked_entry())
    choose(shown.choices, shown.reader)
    with st.container(horizontal=True, vertical_alignment="center", key="audit-tools"):
        line = _("Entries can be added, never changed or deleted.")
        st.html(f'<p class="is-quiet is-small">{escape(line)}</p>', width="content")
        st.space("stretch")
        offer_files(question)
    draw_entries(question, shown)
