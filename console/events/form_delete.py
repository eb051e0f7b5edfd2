"""Deleting takes a second click, after reading what it does."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_actions import Saved, delete
from console.events.form_state import OpenForm
from console.events.presenters.consequences import Stored, delete_consequence, delete_label
from console.i18n import _
from console.runtime import now, read_session, run_again
from infoscreen_core.services.events.event_exceptions import get_occurrence
from infoscreen_core.services.events.events import get_event


def ask_to_delete(
    form: OpenForm, groups: Mapping[int, str], zone: ZoneInfo, on_done: Callable[[Saved | None], None]
) -> None:
    """Draw the question in place of the form's inputs, which keep what was typed."""
    st.warning(
        delete_consequence(_stored(form, groups), form.scope, zone, now=now()), icon=":material/delete:"
    )
    with st.container(horizontal=True):
        label = delete_label(form.scope, is_series=form.is_series)
        if st.button(label, type="primary", icon=":material/delete:", key="event-form-delete-now"):
            if delete(form):
                on_done(None)
            run_again()
        st.button(_("Keep it"), key="event-form-keep", on_click=_keep, args=(form,))


def _stored(form: OpenForm, groups: Mapping[int, str]) -> Stored:
    with read_session() as session:
        event = get_event(session, form.event_id or 0)
        start, end = event.start, event.end
        if form.occurrence_start is not None:
            occurrence = get_occurrence(event, form.occurrence_start)
            start, end = occurrence.start, occurrence.end
    return Stored(event.title, groups.get(event.group_id, "?"), start, end, event.recurrence_rule is not None)


def _keep(form: OpenForm) -> None:
    form.is_deleting = False
