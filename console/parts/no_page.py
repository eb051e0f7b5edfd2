"""What stands where there is no page, or none for this reader: never another one without a word."""

from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.navigation import link_to
from console.parts.address import query
from console.parts.forms.drafts import is_draft_kept
from console.parts.guard import act_for_the_last_time
from console.parts.page_header import page_header
from console.runtime import current_identity, read_session
from console.words.markdown import literal
from console.words.roles import role_word
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people.user_list import list_helpers

_NAMED: Final = 5
"""More people than these are not named."""


def render() -> None:
    """Draw that the address leads nowhere."""
    page_header(_("There is no such page"))
    asked = literal(query().get("address", "/unknown"))
    st.info(
        _("The address {address} leads nowhere. It may be mistyped, or out of date.", address=asked)
        + " "
        + _("What there is stands in the menu."),
        icon=":material/wrong_location:",
    )
    _way_out()


def refuse(title: str, role: Role) -> None:
    """Draw that the page opens for this role and those above it, and whom to ask.

    Who was typing in a form of it when their role was taken finds that again, for an hour.
    """
    act_for_the_last_time()
    page_header(title)
    own = current_identity().role
    sentence = _(
        "This page opens for the role “{role}” and those above it; yours is “{own}”.",
        role=role_word(role),
        own=role_word(own),
    )
    kept = _("What you were typing is kept for an hour.") if is_draft_kept() else ""
    st.info(f"{sentence} {_whom_to_ask(role)} {kept}".strip(), icon=":material/lock_person:")
    _way_out()


def _whom_to_ask(role: Role) -> str:
    with read_session() as session:
        names = list_helpers(session, role)
    if not names:
        return _("Ask whoever set this console up.")
    shown = ", ".join(literal(name) for name in names[:_NAMED])
    return ngettext("Ask {names}.", "Ask one of them: {names}.", len(names), names=shown)


def _way_out() -> None:
    link_to("overview", _("Overview"), icon=":material/dashboard:")
