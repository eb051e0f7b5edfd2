"""Deleting takes a second click, after reading what it does."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_actions import Saved, delete
from console.events.form_state import OpenForm
from console.events.form_stored import Stored
from console.events.presenters.consequences import Affected, delete_consequence, delete_label
from console.i18n import _
from console.runtime import now, read_session, run_again
from infoscreen_core.domain.events.event import Scope
from infoscreen_core.services.events.event_scopes import Target
from infoscreen_core.services.events.readings import get_event_view, get_planned


def ask_to_delete(
    form: OpenForm,
    stored: Stored,
    groups: Mapping[int, str],
    zone: ZoneInfo,
    on_done: Callable[[Saved | None], None],
) -> None:
    """Draw the question in place of the form's inputs, which keep what was typed."""
    scope = stored.target.scope
    consequence = delete_consequence(_affected(stored.target, groups), scope, zone, now=now())
    st.warning(consequence, icon=":material/delete:")
    with st.container(horizontal=True):
        label = delete_label(scope)
        if st.button(label, type="primary", icon=":material/delete:", key="event-form-delete-now"):
            if delete(form, stored):
                on_done(None)
            run_again()
        st.button(_("Keep it"), key="event-form-keep", on_click=form.ask, args=(None,))


def _affected(target: Target, groups: Mapping[int, str]) -> Affected:
    with read_session() as session:
        # A single event may have been moved since: it is deleted wherever it is now.
        if target.scope is Scope.EVENT:
            event = get_event_view(session, target.event_id)
            start, end = event.start, event.end
        else:
            event, occurrence = get_planned(session, target.event_id, target.occurrence_start)
            start, end = occurrence.start, occurrence.end
    return Affected(event.title, groups.get(event.group_id, "?"), start, end)
