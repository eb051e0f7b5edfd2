"""What the page's address asks for and there is not: said, with the way out."""

from typing import Final

import streamlit as st

from console.commands import data
from console.commands.asked import Unknown, find_unknown
from console.i18n import _
from console.parts.address import query, write
from console.words.markdown import literal

_LONGEST: Final = 60
_DECIDING: Final = frozenset({"group", "by"})
"""Without these the page would show something else than what was meant."""


def say_unknown() -> bool:
    """Say what cannot be followed; return whether the page can show what was meant all the same."""
    names = data.read_names()
    found = find_unknown(query(), names.groups, names.requesters)
    if not found:
        return True
    st.warning("\n\n".join(map(_sentence, found)), icon=":material/link_off:")
    st.button(
        _("Take that out of the address"),
        key="commands-unknown",
        icon=":material/close:",
        on_click=write,
        kwargs=dict.fromkeys([*(one.name for one in found), "page"]),
    )
    return not any(one.name in _DECIDING for one in found)


def _sentence(one: Unknown) -> str:
    return literal(
        _(
            "The address asks for “{value}” as “{field}”, which there is not; choose it anew.",
            value=one.value[:_LONGEST],
            field=_(one.label),
        )
    )
