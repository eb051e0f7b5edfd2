"""Proof of play: what screens really showed, from when to when, and how sure that is."""

from html import escape

import streamlit as st

from console.i18n import _, current_language, ngettext
from console.parts.address import (
    asked_page,
    choose_from_list,
    choose_one,
    choose_page,
    query,
    write,
)
from console.parts.page_header import freshness, page_header
from console.parts.plot import is_dark
from console.parts.saved_views import saved_views
from console.parts.section import draw
from console.plays.asked import DEFAULT_DAYS, NARROWING, SPANS, Asked, read_asked
from console.plays.data import SCREENS_A_PAGE, name_of, read_screens, read_totals
from console.plays.presenters.words import freshness_text, totals_sentence
from console.plays.sections import (
    event_table,
    file_table,
    screens_section,
    sums_sections,
)
from console.runtime import resources
from console.words.groups import ANY_GROUP


def render() -> None:
    """Draw the page."""
    page_header(_("Proof of play"), _("What screens really showed, and how sure that is"))
    saved_views("plays", ("days", "group", *NARROWING))
    _choose(read_asked(query()))
    asked = read_asked(query())
    found = read_totals(asked)
    _say_narrowed(asked)
    st.html(f"<p>{escape(totals_sentence(found))}</p>")
    _draw_screens(asked)
    for section in sums_sections(asked, current_language(), is_dark=is_dark()):
        draw(section, "plays")
    _draw_table(_("By event"), event_table(asked, current_language()))
    _draw_table(_("By file"), file_table(asked, current_language()))
    kept = _("kept for {n} days", n=resources().settings.content_retention_days)
    until = freshness_text(found.counted_until, found.window.end, found.zone)
    freshness(f"{until} · {kept}")


def _choose(asked: Asked) -> None:
    spans = {str(days): _days_word(days) for days in SPANS}
    with st.container(horizontal=True, vertical_alignment="bottom", key="plays-filters"):
        choose_one(_("Span"), spans, key="days", default=str(DEFAULT_DAYS))
        groups = {str(key): name for key, name in read_totals(asked).groups.items()}
        options = {ANY_GROUP: _("All groups"), **groups}
        choose_from_list(_("Group"), options, key="group", default=ANY_GROUP, width=220)


def _days_word(days: int) -> str:
    return _("Today") if days == 1 else ngettext("{n} day", "{n} days", days)


def _say_narrowed(asked: Asked) -> None:
    """Say which event, file or screen a link has asked for, with the way out of it."""
    name = name_of(asked)
    if name is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="plays-narrowed"):
        said = _("Only “{name}”", name=name)
        st.html(f"<p>{escape(said)}</p>", width="content")
        st.button(
            _("Back to everything"),
            key="plays-everything",
            icon=":material/zoom_out:",
            on_click=write,
            kwargs=dict.fromkeys((*NARROWING, "page")),
        )


def _draw_table(title: str, table: str) -> None:
    if table:
        st.header(title, anchor=False)
        st.html(table)


def _draw_screens(asked: Asked) -> None:
    number = asked_page()
    page = read_screens(asked, number)
    pages = -(-page.count // SCREENS_A_PAGE)
    if number > max(pages, 1):
        page = read_screens(asked, pages)
    draw(screens_section(page, asked, is_dark=is_dark()), "plays")
    choose_page(pages)
