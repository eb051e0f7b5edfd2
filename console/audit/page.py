"""Audit: who changed what, and when."""

import streamlit as st

from console.audit import data
from console.audit.asked import FILTERS
from console.audit.entries import draw_entries
from console.audit.files import offer_files
from console.audit.filters import choose
from console.i18n import _
from console.parts.page_header import page_header
from console.parts.saved_views import saved_views
from console.parts.style import audit_style


def render() -> None:
    """Draw the page."""
    audit_style()
    line = _("Who changed what, and when. Entries can be added, never changed or deleted.")
    page_header(_("Audit"), line)
    saved_views("audit", FILTERS)
    reader = data.reader()
    question = choose(reader)
    with st.container(horizontal=True, vertical_alignment="center", key="audit-tools"):
        st.space("stretch")
        offer_files(question)
    draw_entries(question, reader)
