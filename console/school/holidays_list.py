"""The holidays of the chosen period: search, pages, and what can be done with them."""

from collections.abc import Sequence
from html import escape
from typing import Final

import streamlit as st

from console.i18n import _
from console.parts.address import choose_page, search_text
from console.school.periods_state import Panel, open_panel
from console.school.presenters.holidays import (
    count_text,
    holiday_html,
    holidays_head,
    narrowed,
    page_of,
)
from console.school.presenters.periods import PeriodLine
from infoscreen_core.formats.holiday_data import is_available
from infoscreen_core.services.school.views import HolidayView

_ROWS_PER_PAGE: Final = 25


def holiday_bar(line: PeriodLine) -> None:
    """Draw what an editor can do with the holidays of this period."""
    with st.container(horizontal=True, key="holidays-bar"):
        st.button(
            _("Enter holiday …"),
            type="primary",
            icon=":material/add:",
            key="holiday-new",
            disabled=line.is_archived,
            on_click=open_panel,
            args=(Panel.HOLIDAY_NEW, line.id),
        )
        if line.is_real:
            _import_buttons(line)


def holidays_list(lines: Sequence[HolidayView], *, is_editable: bool) -> None:
    """Draw the search and one page of the holidays."""
    if not lines:
        _empty(is_editable=is_editable)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="holidays-search"):
        search = search_text(
            _("Search"), key="search", placeholder=_("Name, region, day"), width=240
        )
        found = narrowed(lines, search)
        st.html(f'<p class="is-quiet is-small">{escape(count_text(len(found), len(lines)))}</p>')
    if not found:
        st.info(
            _("No holiday matches; change what you look for."), icon=":material/filter_alt_off:"
        )
        return
    shown = _page(found)
    with st.container(key="holidays-list", gap=None):
        with st.container(horizontal=True, key="holidays-head"):
            st.html(holidays_head())
        for line in shown:
            _line(line, is_editable=is_editable)


def _import_buttons(line: PeriodLine) -> None:
    st.button(
        _("Import file …"),
        icon=":material/upload_file:",
        key="holiday-file",
        disabled=line.is_archived,
        on_click=open_panel,
        args=(Panel.FILE, line.id),
    )
    missing = _("The public-holiday data are not installed on this server; import a file instead.")
    st.button(
        _("Fill from public-holiday data …"),
        icon=":material/public:",
        key="holiday-place",
        disabled=line.is_archived or not is_available(),
        help=None if is_available() else missing,
        on_click=open_panel,
        args=(Panel.PLACE, line.id),
    )


def _line(line: HolidayView, *, is_editable: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"holiday-row-{line.id}"):
        st.html(holiday_html(line))
        if is_editable:
            st.button(
                _("Edit {name}", name=line.name),
                key=f"holiday-edit-{line.id}",
                icon=":material/edit:",
                type="tertiary",
                on_click=open_panel,
                args=(Panel.HOLIDAY_EDIT, line.id),
            )
            st.button(
                _("Delete {name}", name=line.name),
                key=f"holiday-delete-{line.id}",
                icon=":material/delete:",
                type="tertiary",
                on_click=open_panel,
                args=(Panel.HOLIDAY_DELETE, line.id),
            )


def _page(lines: Sequence[HolidayView]) -> list[HolidayView]:
    number = choose_page(-(-len(lines) // _ROWS_PER_PAGE))
    return page_of(lines, number, _ROWS_PER_PAGE)


def _empty(*, is_editable: bool) -> None:
    with st.container(border=True, key="card-no-holiday"):
        st.header(_("No holidays yet"), anchor=False)
        if is_editable:
            st.markdown(
                _(
                    "Import the list of your school authority, fill the period from public-holiday "
                    "data, or enter the days by hand. Series that leave out holidays follow at "
                    "once."
                )
            )
        else:
            st.markdown(
                _("Editors enter them here. Series that leave out holidays follow at once.")
            )
