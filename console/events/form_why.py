"""The form's answer to “Why is this (not) showing?”, about the event that is open."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_stored import Stored
from console.i18n import _
from console.parts.feedback import show_error
from console.runtime import current_actor, now, read_session, resources
from console.why.presenters.answer import answer_html
from infoscreen_core.errors import NotFoundError
from infoscreen_core.services.events.readings import get_planned
from infoscreen_core.services.playing.explain import explain

_KEY: Final = "event-form-why"


def why_on_screen(stored: Stored, zone: ZoneInfo) -> None:
    """Draw the question, folded, about the date that is open; it concerns what is stored."""
    box = st.expander(
        _("Why is this (not) showing?"), icon=":material/help:", key=_KEY, on_change="rerun"
    )
    if not box.open:
        return
    with box:
        try:
            st.html(_answer(stored, zone))
        except NotFoundError as error:  # somebody deleted or moved it meanwhile
            show_error(error)


def _answer(stored: Stored, zone: ZoneInfo) -> str:
    at = now()
    with read_session() as session:
        event, planned = get_planned(
            session, stored.target.event_id, stored.target.occurrence_start
        )
        found = explain(
            session,
            event.group_id,
            at=_moment(planned.start, planned.end, at),
            event_id=event.id,
            actor=current_actor(),
            now=at,
            grace=resources().settings.heartbeat_grace,
        )
    return answer_html(found, zone, now=at)


def _moment(start: datetime, end: datetime, at: datetime) -> datetime:
    """Return when to ask about: now while the date is on, else its beginning."""
    return at if start <= at < end else start
