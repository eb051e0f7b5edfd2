"""The entries, newest first; one of them unfolds with what changed."""

from html import escape
from urllib.parse import urlencode

import streamlit as st

from console.audit import data
from console.audit.asked import Question
from console.audit.filters import start_over
from console.audit.presenters.differences import values_html
from console.audit.presenters.entries import entry_html, entry_label
from console.audit.presenters.values import Reader
from console.i18n import _, ngettext
from console.parts.address import query, write
from console.words.formatting import instant
from infoscreen_core.domain.people.audit import AuditPlace, read_place
from infoscreen_core.domain.text.asked import read_id
from infoscreen_core.services.audit_trail.views import EntryPage, EntryView


def asked_place() -> AuditPlace | None:
    """Return where the page of the list begins that the address asks for."""
    return read_place(query().get("page", ""))


def asked_entry() -> int | None:
    """Return the number of the entry that is unfolded; None while there is none."""
    return read_id(query().get("entry", ""))


def draw_entries(question: Question, shown: data.Shown) -> None:
    """Draw a page of entries, and the one that is unfolded."""
    page, opened, reader = shown.page, shown.opened, shown.reader
    if opened is None and query().get("entry"):
        text = _("There is no such entry, or not for your role.")
        st.info(text, icon=":material/search_off:")
    if opened and all(entry.id != opened.entry.id for entry in page.entries):
        with st.container(key="audit-single"):
            _entry(opened.entry, opened, reader)
    with st.container(key="audit-entries"):
        for entry in page.entries:
            is_open = opened is not None and opened.entry.id == entry.id
            _entry(entry, opened if is_open else None, reader)
    if not page.entries:
        _nothing(question, page)
    _pages(page, reader)


def _entry(entry: EntryView, opened: data.Unfolded | None, reader: Reader) -> None:
    st.button(
        entry_label(entry, reader),
        key=f"audit-entry-{entry.id}",
        type="tertiary",
        width="stretch",
        on_click=write,
        kwargs={"entry": None if opened else str(entry.id)},
    )
    if opened:
        _unfolded(opened, reader)


def _unfolded(opened: data.Unfolded, reader: Reader) -> None:
    entry = opened.entry
    with st.container(key="audit-unfolded", border=True):
        st.html(entry_html(entry, opened.seal, reader))
        st.html(values_html(entry.before, entry.after, reader))
        with st.container(horizontal=True, vertical_alignment="center", key="audit-narrow"):
            _narrow(_("Only this thing"), entity=entry.entity, id=entry.entity_id)
            _narrow(_("Only this person"), actor=entry.actor_name)
            _narrow(_("Only this action"), action=entry.action)
            _narrow(_("Only this address"), source=entry.source)
            link = escape(f"/audit?{urlencode({'entry': entry.id})}")
            text = escape(_("Link to this entry"))
            st.html(f'<a href="{link}" target="_self">{text}</a>', width="content")


def _narrow(label: str, **changes: str) -> None:
    st.button(
        label,
        key=f"audit-only-{'-'.join(changes)}",
        on_click=write,
        kwargs={**changes, "entry": None, "page": None},
    )


def _nothing(question: Question, page: EntryPage) -> None:
    if page.searched_to is not None:
        return
    if not question.is_narrowed:
        st.info(_("Nothing was changed yet."), icon=":material/history:")
        return
    st.info(
        _("No entry matches; take a filter away or choose a longer span."),
        icon=":material/filter_alt_off:",
    )
    st.button(_("Take all filters away"), key="audit-over", on_click=start_over)


def _pages(page: EntryPage, reader: Reader) -> None:
    count = ngettext("{n} entry", "{n} entries", len(page.entries))
    if page.searched_to is not None:
        back = instant(page.searched_to, reader.zone, now=reader.now)
        count = _("{entries}; searched back to {time}", entries=count, time=back)
    with st.container(horizontal=True, vertical_alignment="center", key="audit-pages"):
        if asked_place() is not None:
            _turn(_("Newest entries"), "audit-newest", ":material/first_page:", None)
        if page.next is not None:
            label = _("Search further back") if page.searched_to else _("Older entries")
            _turn(label, "audit-older", ":material/chevron_right:", str(page.next))
        st.html(f'<p class="is-quiet is-small">{escape(count)}</p>', width="content")


def _turn(label: str, key: str, icon: str, place: str | None) -> None:
    st.button(label, key=key, icon=icon, on_click=write, kwargs={"page": place, "entry": None})
