"""One page of the accounts, each as a line that opens it."""

from html import escape
from typing import Final

import streamlit as st

from console.i18n import _, ngettext
from console.parts import address
from console.people.asked import USER, read_filter, read_sort
from console.people.data import read_page
from console.people.dialogs import new_user_button
from console.people.presenters.rows import row_html, rows_head
from console.runtime import now, user_timezone
from infoscreen_core.services.people.views import UserView

_ROWS_PER_PAGE: Final = 25


def users_table() -> None:
    """Draw the accounts that the address asks for, and the numbers of the list's pages."""
    query, number = address.query(), address.asked_page()
    wanted, sort = read_filter(query, now=now()), read_sort(query)
    page = read_page(wanted, sort, number, _ROWS_PER_PAGE)
    _bar(page.total)
    pages = max(-(-page.total // _ROWS_PER_PAGE), 1)
    if number > pages:
        page = read_page(wanted, sort, pages, _ROWS_PER_PAGE)
    if not page.total:
        st.info(_("No account matches; take a filter away."), icon=":material/filter_alt_off:")
        return
    with st.container(key="people-rows", gap=None):
        st.html(rows_head())
        for user in page.items:
            _row(user)
    address.choose_page(pages)


def _bar(total: int) -> None:
    count = ngettext("{n} account", "{n} accounts", total)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.html(f'<p class="is-quiet is-small">{escape(count)}</p>', width="content")
        new_user_button()


def _row(user: UserView) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"people-row-{user.id}"):
        st.html(row_html(user, user_timezone(), now=now()))
        st.button(
            _("Open {name}", name=user.username),
            key=f"people-open-{user.id}",
            icon=":material/chevron_right:",
            type="tertiary",
            on_click=address.write,
            kwargs={USER: str(user.id)},
        )
