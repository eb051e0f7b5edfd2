"""The controls that narrow the list; the address holds what they choose."""

from collections.abc import Callable, Iterable
from datetime import date
from html import escape
from typing import Final

import streamlit as st

from console.audit import data
from console.audit.asked import ANY, DAYS, FILTERS, Question, read_day, read_question
from console.audit.presenters.actions import action_word
from console.audit.presenters.entries import actor_word
from console.audit.presenters.things import entity_word
from console.audit.presenters.values import Reader, subject_name
from console.i18n import _, ngettext
from console.parts.address import (
    choose_from_list,
    choose_one,
    follow,
    query,
    search_text,
    write,
)
from console.runtime import now, user_timezone
from console.words.calendar import date_format

_WIDTH: Final = 190


def choose(reader: Reader) -> None:
    """Draw the controls."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-span"):
        _choose_span()
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-filters"):
        _choose_from_entries()
        search_text(
            _("From where"), key="source", placeholder=_("Address, cli, worker …"), width=_WIDTH
        )
        search_text(_("Search"), key="text", placeholder=_("Search in names and values"), width=240)
    _one_thing(reader)


def asked_for() -> Question:
    """Return what the page's address asks for, without drawing anything."""
    return read_question(query(), user_timezone(), now())


def start_over() -> None:
    """Take every filter away; for a callback."""
    write(**dict.fromkeys((*FILTERS, "page")))


def _choose_span() -> None:
    options = {ANY: _("Whole time"), **{str(days): _days_word(days) for days in DAYS}}
    choose_one(_("Span"), options, key="days", default=ANY, resets=("from", "to"))
    for name, label in (("from", _("From")), ("to", _("To"))):
        _choose_day(name, label)


def _choose_day(name: str, label: str) -> None:
    key = f"audit-{name}"
    follow(key, read_day(query().get(name)))
    st.date_input(
        label,
        key=key,
        format=date_format(),
        label_visibility="visible",
        width=150,
        on_change=_write_day,
        args=(name, key),
    )


def _write_day(name: str, key: str) -> None:
    chosen = st.session_state.get(key)
    text = chosen.isoformat() if isinstance(chosen, date) else None
    write(**{name: text, "days": None, "page": None})


def _choose_from_entries() -> None:
    found, asked = data.list_choices(), query()
    _list(_("Who"), _("Everybody"), _worded(found.actors, asked.get("actor"), actor_word), "actor")
    entities = _worded(found.entities, asked.get("entity"), entity_word)
    _list(_("Kind of thing"), _("All things"), entities, "entity", resets=("id",))
    actions = _worded(found.actions, asked.get("action"), action_word)
    _list(_("What"), _("All actions"), actions, "action")


def _worded(values: Iterable[str], asked: str | None, word: Callable[[str], str]) -> dict[str, str]:
    """Return the values with their words, by these; what is asked for is always among them."""
    every = {*values, *([asked] if asked and asked != ANY else [])}
    return dict(sorted(((one, word(one)) for one in every), key=lambda pair: pair[1].casefold()))


def _list(
    label: str, any_of_them: str, options: dict[str, str], key: str, resets: tuple[str, ...] = ()
) -> None:
    choose_from_list(
        label, {ANY: any_of_them, **options}, key=key, default=ANY, width=_WIDTH, resets=resets
    )


def _one_thing(reader: Reader) -> None:
    """Say which thing the list is narrowed to, with the way out of it."""
    wanted = asked_for().wanted
    if wanted.entity is None or wanted.entity_id is None:
        return
    name = subject_name(wanted.entity, wanted.entity_id, None, reader) or wanted.entity_id
    said = f"{entity_word(wanted.entity)} {name}"
    with st.container(horizontal=True, vertical_alignment="center", key="audit-thing"):
        text = escape(_("Only this one: {name}", name=said))
        st.html(f"<p>{text}</p>", width="content")
        st.button(
            _("All of this kind"),
            key="audit-no-thing",
            icon=":material/close:",
            on_click=write,
            kwargs={"id": None, "page": None},
        )


def _days_word(days: int) -> str:
    return ngettext("{n} day", "{n} days", days)
