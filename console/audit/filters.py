"""The controls that narrow the list; the address holds what they choose."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from html import escape
from typing import Final

import streamlit as st

from console.audit.asked import ANY, DAYS, FILTERS, SPAN, Question, read_question
from console.audit.presenters.actions import action_word
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
from console.words.people.actors import actor_word
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.audit_trail.views import Choices

_WIDTH: Final = 190
_MOMENT: Final = timedelta(microseconds=1)


def choose(found: Choices, reader: Reader) -> None:
    """Draw the controls."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-span"):
        _choose_span()
    with st.container(horizontal=True, vertical_alignment="bottom", key="audit-filters"):
        _choose_from_entries(found)
        search_text(
            _("From where"), key="source", placeholder=_("Address or program"), width=_WIDTH
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
    asked = query()
    if (asked.get("from") or asked.get("to")) and asked.get("days") != SPAN:
        asked = {**asked, "days": SPAN}
        write(days=SPAN)
    relative = {str(days): _days_word(days) for days in DAYS}
    options = {ANY: _("Whole time"), **relative, SPAN: _("From day to day")}
    choose_one(_("Span"), options, key="days", default=ANY, resets=("from", "to"))
    if asked.get("days") == SPAN:
        _choose_days()


def _choose_days() -> None:
    wanted, zone = asked_for().wanted, user_timezone()
    today = to_local(now(), zone).date()
    first = to_local(wanted.start, zone).date() if wanted.start else today
    last = to_local(wanted.end - _MOMENT, zone).date() if wanted.end else today
    for name, label, day in (("from", _("From"), first), ("to", _("To"), last)):
        key = f"audit-{name}"
        follow(key, day)
        st.date_input(
            label, key=key, format=date_format(), width=150, on_change=_write_days,
            label_visibility="collapsed",
        )  # fmt: skip


def _write_days() -> None:
    """Write both days: whoever chooses one has seen the other."""
    chosen = {name: st.session_state.get(f"audit-{name}") for name in ("from", "to")}
    days = {name: day.isoformat() for name, day in chosen.items() if isinstance(day, date)}
    write(**days, days=SPAN, page=None)


def _choose_from_entries(found: Choices) -> None:
    asked = query()
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
