"""The lines, newest first; one of them unfolds, and new ones come by themselves."""

from datetime import datetime
from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from console.i18n import _, ngettext
from console.logs import data
from console.logs.files import may_take_away
from console.logs.filters import Question, asked_for, is_followed, start_over
from console.logs.following import followed
from console.logs.presenters.lines import around_html, line_html, line_label
from console.parts.address import query, write
from console.parts.page_header import freshness
from console.runtime import now, user_timezone
from console.words.formatting import clock, instant
from infoscreen_core.domain.monitoring.logs.filter import LinePlace, read_place
from infoscreen_core.domain.text.asked import read_id
from infoscreen_core.services.monitoring.logs.search import FoundLine, LinePage

_REFRESH_SECONDS: Final = 5


@followed(_REFRESH_SECONDS)
def draw_lines() -> None:
    """Draw the lines that the address asks for."""
    asked, at = query(), now()
    question, before = asked_for(at), read_place(asked.get("page", ""))
    page = data.find_lines(question, before=before, with_context=False)
    _tail(page, at)
    opened = _opened(asked.get("line", ""))
    if opened and all(line.id != opened.line.id for line in page.lines):
        with st.container(key="logs-single"):
            _line(opened.line, opened)
    with st.container(key="logs-lines"):
        for line in page.lines:
            _line(line, opened if opened and opened.line.id == line.id else None)
    if not page.lines:
        _nothing(question, page)
    _pages(page, before)


def _tail(page: LinePage, at: datetime) -> None:
    """Say whether new lines come by themselves, with the button that stops that or goes on.

    Stopped is the page of lines up to the newest that is shown: it stays the same for whoever
    opens its address.
    """
    if query().get("to"):  # a span that is over gets no new lines
        return
    with st.container(horizontal=True, vertical_alignment="center", key="logs-tail"):
        if not is_followed():
            _turn(_("Follow along again"), "logs-follow", ":material/play_arrow:", None)
            freshness(_("Paused: new lines wait."))
            return
        newest = page.lines[0].place if page.lines else LinePlace(at, 0)
        after = LinePlace(newest.at, newest.line_id + 1)
        _turn(_("Pause new lines"), "logs-pause", ":material/pause:", str(after))
        zone = user_timezone()
        freshness(_("Follows along; as of {time}", time=clock(at, zone, with_seconds=True)))


def _line(line: FoundLine, opened: data.Unfolded | None) -> None:
    st.button(
        line_label(line, user_timezone(), now=now()),
        key=f"log-line-{line.level.value.lower()}-{line.id}",
        type="tertiary",
        width="stretch",
        on_click=write,
        kwargs={"line": None if opened else str(line.id)},
    )
    if opened:
        _unfolded(opened)


def _unfolded(opened: data.Unfolded) -> None:
    line, zone, at = opened.line, user_timezone(), now()
    with st.container(key="logs-unfolded", border=True):
        st.html(line_html(line, zone, now=at, shape=opened.shape))
        with st.container(horizontal=True, vertical_alignment="center"):
            _narrow(_("Only this screen"), "client", line.client_uuid)
            if line.family_id is not None:
                _narrow(_("Only this family"), "family", str(line.family_id))
            link = escape(f"/logs?{urlencode({'line': line.id})}")
            text = escape(_("Link to this line"))
            st.html(f'<a href="{link}" target="_self">{text}</a>', width="content")
        with st.expander(_("What this screen logged before and after")):
            st.html(around_html(line, opened.around, zone, now=at))


def _narrow(label: str, name: str, value: str) -> None:
    st.button(
        label,
        key=f"logs-only-{name}",
        on_click=write,
        kwargs={name: value, "line": None, "page": None},
    )


def _opened(text: str) -> data.Unfolded | None:
    if not text:
        return None
    number = read_id(text)
    found = None if number is None else data.unfold(number, with_context=may_take_away())
    if found is None:
        st.info(
            _("There is no such line; lines are kept for a limited time."),
            icon=":material/search_off:",
        )
    return found


def _nothing(question: Question, page: LinePage) -> None:
    if page.searched_to is not None:
        return
    if question.is_narrowed or question.span.is_drawn:
        st.info(
            _("No line matches; take a filter away or choose a longer span."),
            icon=":material/filter_alt_off:",
        )
        st.button(_("Take all filters away"), key="logs-over", on_click=start_over)
    else:
        st.info(
            _("No screen logged anything in this span; choose a longer one."),
            icon=":material/notes:",
        )


def _pages(page: LinePage, before: LinePlace | None) -> None:
    count = ngettext("{n} line", "{n} lines", len(page.lines))
    if page.searched_to is not None:
        back = instant(page.searched_to, user_timezone(), now=now())
        count = _("{lines}; searched back to {time}", lines=count, time=back)
    with st.container(horizontal=True, vertical_alignment="center", key="logs-pages"):
        if before is not None:
            _turn(_("Newest lines"), "logs-newest", ":material/first_page:", None)
        if page.next is not None:
            label = _("Search further back") if page.searched_to else _("Older lines")
            _turn(label, "logs-older", ":material/chevron_right:", str(page.next))
        st.html(f'<p class="is-quiet is-small">{escape(count)}</p>', width="content")


def _turn(label: str, key: str, icon: str, place: str | None) -> None:
    st.button(label, key=key, icon=icon, on_click=write, kwargs={"page": place, "line": None})
