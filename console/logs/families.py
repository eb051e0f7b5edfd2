"""Messages of the same shape, counted together: which there are most of, and which are new."""

from html import escape
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.logs import data
from console.logs.filters import Question
from console.logs.presenters.families import families_html, family_label
from console.parts.address import choose_one, write
from console.runtime import now, user_timezone

_NEW: Final = "new"


def draw_families(question: Question) -> None:
    """Draw the families of the lines that are asked for."""
    at = now()
    options = {"all": _("All families"), _NEW: _("New since yesterday")}
    only_new = choose_one(_("Families"), options, key="families", default="all") == _NEW
    found = data.list_families(question, only_new=only_new, now=at)
    if not found:
        _nothing(question, only_new=only_new)
        return
    zone = user_timezone()
    with st.container(key="logs-families"):
        for family in found:
            st.button(
                family_label(family, zone, now=at),
                key=f"log-line-{family.level.value.lower()}-f{family.id}",
                type="tertiary",
                width="stretch",
                help=_("Show its lines"),
                on_click=write,
                kwargs={"family": str(family.id), "view": None, "page": None},
            )
    count = ngettext("{n} family", "{n} families", len(found))
    st.html(f'<p class="is-quiet is-small">{escape(count)}</p>')
    with st.expander(_("As a table, with an example of each")):
        st.html(families_html(found, zone, now=at))


def _nothing(question: Question, *, only_new: bool) -> None:
    if only_new:
        text = _("Nothing new: every message of this span was seen before yesterday.")
    elif question.is_narrowed or question.span.is_drawn:
        text = _("No line matches; take a filter away or choose a longer span.")
    else:
        text = _("No screen logged anything in this span; choose a longer one.")
    st.info(text, icon=":material/done_all:")
