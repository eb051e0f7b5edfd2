"""The entries of the page as files to take away."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from console.audit.asked import FILTERS, Question
from console.i18n import _
from console.parts.address import query
from console.runtime import user_timezone
from console.words.instants import write_instant


def offer_files(question: Question) -> None:
    """Draw the links to the files with everything that is asked for."""
    asked = {name: value for name in FILTERS if (value := query().get(name))}
    if asked.pop("days", None) and question.wanted.start is not None:
        asked["from"] = write_instant(question.wanted.start)  # the span begins where it did here
    address = urlencode({**asked, "zone": user_timezone().key})
    title = escape(_("All of these entries as a file"))
    links = " ".join(
        f'<a href="{escape(f"/audit.{kind}?{address}")}" title="{title}" download>'
        f"{escape(label)}</a>"
        for kind, label in (("csv", _("Download as CSV")), ("parquet", _("Download as Parquet")))
    )
    st.html(f'<p class="is-files">{links}</p>', width="content")
