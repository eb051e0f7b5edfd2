"""“Why is this (not) showing?”, asked of any group and instant, in a box that folds away."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.i18n import _
from console.parts.address import follow, query, write
from console.parts.feedback import show_error
from console.parts.guard import page_guard
from console.runtime import current_actor, now, read_session, resources
from console.why.presenters.answer import (
    Question,
    another_time,
    answer_html,
    instant_asked,
)
from console.words.calendar import short_date
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.events.readings import list_event_views
from infoscreen_core.services.events.views import EventView
from infoscreen_core.services.playing.explain import explain

_BOX: Final = "why"
_GROUP: Final = "why-group"
_ANY_EVENT: Final = 0
_QUARTER: Final = timedelta(minutes=15)
_NOW, _THEN = "now", "then"


@st.fragment
def why_box(groups: Mapping[int, str], zone: ZoneInfo, *, group_id: int | None = None) -> None:
    """Draw the question, folded; `zone` is that of the page, `group_id` the group to begin with.

    It is unfolded when the address asks: `?why=<group>`.
    """
    asked = _asked_in_address(groups)
    label = _("Why is this (not) showing?")
    follow(_BOX, asked is not None)
    box = st.expander(
        label,
        key=_BOX,
        icon=":material/help:",
        on_change=_fold,
        args=(group_id if group_id in groups else next(iter(groups), None),),
    )
    if asked is None or not box.open:
        return
    with box, page_guard():
        question = _ask(groups, zone, asked)
        try:
            _answer(question, zone)
        except NotFoundError as error:  # deleted meanwhile
            show_error(error)


def _asked_in_address(groups: Mapping[int, str]) -> int | None:
    text = query().get(_BOX, "")
    return next((group_id for group_id in groups if str(group_id) == text), None)


def _fold(group_id: int | None) -> None:
    write(**{_BOX: str(group_id) if st.session_state[_BOX] else None})


def _ask(groups: Mapping[int, str], zone: ZoneInfo, group: int) -> Question:
    follow(_GROUP, group)
    with st.container(
        horizontal=True, vertical_alignment="bottom", gap="small", key="why-question"
    ):
        st.selectbox(
            _("Group"),
            list(groups),
            format_func=lambda one: groups.get(one, str(one)),
            key=_GROUP,
            width=220,
            on_change=lambda: write(**{_BOX: str(st.session_state[_GROUP])}),
        )
        event = _choose_event(group)
        at = _choose_instant(zone)
    return Question(group, at, event)


def _choose_event(group_id: int) -> int | None:
    with read_session() as session:
        labels = {event.id: _label(event) for event in list_event_views(session, group_id)}
    chosen = st.selectbox(
        _("Event"),
        [_ANY_EVENT, *labels],
        format_func=lambda one: labels.get(one) or _("whatever is on"),
        key=f"why-event-{group_id}",
        width=280,
    )
    return chosen or None


def _label(event: EventView) -> str:
    first = to_local(event.start, load_zone(event.timezone)).date()
    return f"{event.title} · {short_date(first, with_year=True)}"


def _choose_instant(zone: ZoneInfo) -> datetime | None:
    words = {_NOW: _("Now"), _THEN: _("At another time")}
    when = st.segmented_control(
        _("When"),
        list(words),
        default=_NOW,
        required=True,
        format_func=lambda one: words.get(one, one),
        key="why-when",
    )
    if when != _THEN:
        return None
    local = another_time(to_local(now(), zone))
    day = st.date_input(_("Day"), local.date(), key="why-day", format="DD.MM.YYYY", width=140)
    clock = st.time_input(_("Time"), local.time(), step=_QUARTER, key="why-clock", width=110)
    return instant_asked(day, clock, zone)


def _answer(question: Question, zone: ZoneInfo) -> None:
    with read_session() as session:
        found = explain(
            session,
            question.group_id,
            at=question.at,
            event_id=question.event_id,
            actor=current_actor(),
            now=now(),
            grace=resources().settings.heartbeat_grace,
        )
    st.html(answer_html(found, zone, now=now()))
