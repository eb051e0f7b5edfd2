"""All commands or power cycles of the list as files to take away."""

from typing import Final

import streamlit as st

from console.commands import data
from console.commands.asked import Question, query_of_files
from console.i18n import _
from console.parts.address import query
from console.parts.section import file_link
from console.runtime import now, user_timezone
from console.words.formatting import size

_BYTES_OF_A_LINE: Final = {"csv": 420, "parquet": 90}
"""As measured, to say beforehand how large a file gets."""


def offer_files(question: Question) -> None:
    """Draw the links to the files, with what to expect; nothing when there is nothing in them."""
    total = data.read_history(question, 1).total
    if not total:
        return
    asked = query_of_files(query(), now()) | {"zone": user_timezone().key}
    labels = {"csv": _("Download as CSV"), "parquet": _("Download as Parquet")}
    links = " ".join(
        f"{file_link(f'commands.{kind}', label, asked)} "
        f'<span class="is-quiet is-small">({size(total * _BYTES_OF_A_LINE[kind])})</span>'
        for kind, label in labels.items()
    )
    st.html(f'<p class="is-files">{links}</p>', width="content")


def offer_cycles(question: Question) -> None:
    """Draw the link to the file of power cycles; nothing when there is nothing in it."""
    if not data.read_cycles(question, 1).total:
        return
    asked = query_of_files(query(), now()) | {"zone": user_timezone().key}
    link = file_link("commands/power.csv", _("Download as CSV"), asked)
    st.html(f'<p class="is-files">{link}</p>', width="content")
