"""What is asked for: the span, and what narrows it. The address holds it all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from console.i18n import _
from console.logs.presenters.spans import (
    DEFAULT_HOURS,
    HOURS,
    LogSpan,
    read_span,
)
from console.monitoring.log_window import choose_levels
from console.parts.address import choose_from_list, choose_one, query, search_text, write
from console.runtime import Session, now, read_session
from console.words.formatting import hours_word
from infoscreen_core.domain.monitoring.logs.filter import LogFilter
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.asked import LONGEST_TEXT
from infoscreen_core.services.monitoring.logs import search as log_search

FILTERS: Final = (
    "hours",
    "from",
    "to",
    "level",
    "group",
    "client",
    "text",
    "family",
    "view",
)
"""What the page's address may narrow, without what is unfolded in it."""
_ANY = "all"
_MOST_SCREENS = 200
_LONGEST_NUMBER = 16


@dataclass(frozen=True)
class Question:
    """What the reader asks for."""

    span: LogSpan
    levels: frozenset[LogLevel]
    group_id: int | None
    client_uuid: str | None
    text: str
    family_id: int | None

    @property
    def is_narrowed(self) -> bool:
        """Whether more than the span narrows it."""
        return bool(
            self.text
            or self.group_id is not None
            or self.client_uuid
            or self.family_id is not None
            or len(self.levels) < len(LogLevel)
        )

    def filter_in(self, session: Session) -> LogFilter:
        """Return the filter; raise `NotFoundError` when the group or screen is gone."""
        wanted = LogFilter(
            start=self.span.start,
            end=self.span.end,
            levels=self.levels,
            text=self.text,
            family_id=self.family_id,
        )
        return log_search.narrowed(
            session, wanted, group_id=self.group_id, client_uuid=self.client_uuid
        )


def asked_for(at: datetime) -> Question:
    """Return what the page's address asks for, without drawing anything."""
    return read_question(query(), at)


def read_question(asked: Mapping[str, str], at: datetime) -> Question:
    """Return what an address asks for; what cannot be read narrows nothing."""
    return Question(
        read_span(hours=asked.get("hours"), start=asked.get("from"), end=asked.get("to"), now=at),
        _levels(asked.get("level", "")),
        _number(asked.get("group", "")),
        asked.get("client") or None,
        asked.get("text", "").strip()[:LONGEST_TEXT],
        _number(asked.get("family", "")),
    )


def choose() -> Question:
    """Draw the controls and return what is asked for."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="logs-span"):
        _choose_hours()
    with st.container(horizontal=True, vertical_alignment="bottom", key="logs-filters"):
        choose_levels()
        _choose_group_and_screen()
        search_text(_("Search"), key="text", placeholder=_("Search in messages"), width=240)
    return asked_for(now())


def is_followed() -> bool:
    """Whether new lines are to come: not while one is read, or older ones are looked through."""
    asked = query()
    return not (asked.get("line") or asked.get("page") or asked.get("to"))


def start_over() -> None:
    """Take every filter away but the chosen span; for a callback."""
    write(**dict.fromkeys(("from", "to", "level", "group", "client", "text", "family", "page")))


def _choose_hours() -> None:
    options = {str(hours): hours_word(hours) for hours in HOURS}
    choose_one(
        _("Window"), options, key="hours", default=str(DEFAULT_HOURS), resets=("from", "to", "line")
    )


def _choose_group_and_screen() -> None:
    asked = asked_for(now())
    with read_session() as session:
        groups = log_search.name_groups(session)
        screens = log_search.name_screens(
            session, group_id=asked.group_id, chosen=asked.client_uuid, limit=_MOST_SCREENS
        )
    choose_from_list(
        _("Group"),
        {_ANY: _("All groups"), **{str(key): name for key, name in groups.items()}},
        key="group",
        default=_ANY,
        width=180,
        resets=("client",),
    )
    choose_from_list(
        _("Screen"), {_ANY: _("All screens"), **screens}, key="client", default=_ANY, width=180
    )


def _levels(text: str) -> frozenset[LogLevel]:
    asked = text.split(",")
    return frozenset(level for level in LogLevel if level.value in asked) or frozenset(LogLevel)


def _number(text: str) -> int | None:
    return (
        int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER else None
    )
