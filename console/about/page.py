"""Which program this is, what is new in it, and whose work it stands on."""

import streamlit as st

from console.about.build import own_version
from console.about.data import machine_facts, program_facts, releases
from console.about.news import has_news, note_seen
from console.about.packages import list_packages
from console.about.presenters.notes import release_html
from console.about.presenters.tables import facts_html, matching, packages_html
from console.i18n import _, current_language, ngettext
from console.parts.address import asked_page, choose_page, query, search_text
from console.parts.page_header import page_header
from console.runtime import current_identity
from infoscreen_core.domain.people.roles import Role, has_at_least

_RELEASES_A_PAGE = 5
_PACKAGES_A_PAGE = 50


def render() -> None:
    """Draw the page."""
    identity = current_identity()
    page_header(_("About this program"), _("Version {version}", version=own_version()))
    facts = program_facts()
    if has_at_least(identity.role, Role.ADMIN):
        facts += machine_facts()
    st.html(facts_html(facts))
    _draw_news(is_new=has_news(identity))
    _draw_packages()
    note_seen(identity)


def _draw_news(*, is_new: bool) -> None:
    st.header(_("What is new"), anchor=False)
    every = releases(current_language())
    count = -(-len(every) // _RELEASES_A_PAGE)
    first = (min(asked_page("news"), count) - 1) * _RELEASES_A_PAGE
    for place, release in enumerate(every[first : first + _RELEASES_A_PAGE], start=first):
        st.html(release_html(release, is_new=is_new and place == 0))
    choose_page(count, key="news")


def _draw_packages() -> None:
    st.header(_("Programs of others"), anchor=False)
    search_text(_("Search"), key="q", placeholder=_("Name or licence"), width=280)
    found = matching(list_packages(), query().get("q", ""))
    count = max(-(-len(found) // _PACKAGES_A_PAGE), 1)
    first = (min(asked_page(), count) - 1) * _PACKAGES_A_PAGE
    st.html(f'<p class="is-quiet">{ngettext("{n} program", "{n} programs", len(found))}</p>')
    if found:
        st.html(packages_html(found[first : first + _PACKAGES_A_PAGE]))
    choose_page(count)
