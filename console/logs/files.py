"""The lines of the page as files to take away."""

from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from console.i18n import _, ngettext
from console.logs.filters import Question
from console.logs.presenters.volume import Volume
from console.parts.address import query
from console.runtime import current_identity, now, user_timezone
from console.words.formatting import number, size
from console.words.instants import write_instant
from infoscreen_core.domain.people.roles import Role, has_at_least

_LARGE: Final = 5 * 1024 * 1024
"""Bytes of a file that takes long enough to be watched while it comes."""
_FILTERS: Final = ("level", "group", "client", "text", "family")
_BYTES_OF_A_LINE: Final = {"csv": 330, "parquet": 40}
"""As measured, to say beforehand how large a file gets."""


def may_take_away() -> bool:
    """Whether the reader may take lines away as files, and see what players add to them."""
    return has_at_least(current_identity().role, Role.ADMIN)


def offer_files(question: Question, shown: Volume) -> None:
    """Draw the links to the files, with what to expect; nothing for who may not take them."""
    if not shown.total or not may_take_away():
        return
    said = ""
    if question.text:  # else the sentence beside it says how many
        lines = ngettext("{count} line", "{count} lines", shown.total, count=number(shown.total))
        said = escape(_("at most {lines}", lines=lines)) + ": "
    links = " ".join(
        _link(kind, label, question, shown.total)
        for kind, label in (
            ("csv", _("Lines (CSV)")),
            ("parquet", _("Lines (Parquet)")),
        )
    )
    st.html(f'<p class="is-files">{said}{links}</p>', width="content")


def _link(kind: str, label: str, question: Question, lines: int) -> str:
    span = question.span
    asked = {name: value for name in _FILTERS if (value := query().get(name))}
    asked |= {
        "from": write_instant(span.start),
        "to": write_instant(span.until(now())),
        "zone": user_timezone().key,
    }
    bytes_ = lines * _BYTES_OF_A_LINE[kind]
    title = escape(_("All of these lines as a file, about {size}", size=size(bytes_)))
    address = escape(f"/logs.{kind}?{urlencode(asked)}")
    # A browser says how much has come, not how much there will be: the file is written as it goes.
    large = f" <small>≈ {escape(size(bytes_))}</small>" if bytes_ >= _LARGE else ""
    return f'<a href="{address}" title="{title}" download>{escape(label)}</a>{large}'
