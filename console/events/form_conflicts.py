"""The form's note about other events at the same time: a warning while typing, never a refusal."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_state import OpenForm, typed_input
from console.events.presenters.conflicts import conflict_sentences
from console.events.presenters.form import Scope, draft_of
from console.runtime import now, read_session
from console.words.markdown import literal
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.events.event_conflicts import Conflict, Replaced, find_conflicts
from infoscreen_core.services.events.event_drafts import EventDraft


def conflict_note(form: OpenForm, groups: Mapping[int, str], zone: ZoneInfo) -> None:
    """Say which events of the chosen groups the typed one would overlap."""
    try:
        draft = draft_of(typed_input(form), form.base)
        found = _find(form, draft)
    except InvalidInputError:  # not yet an event; the fields say why once it is saved
        return
    named = groups if len(draft.group_ids) > 1 else {}
    sentences = conflict_sentences(found, draft.priority, named, zone, now=now())
    if sentences:
        with st.container(key="event-form-conflicts"):
            st.warning("\n\n".join(map(literal, sentences)), icon=":material/event_busy:")


def _find(form: OpenForm, draft: EventDraft) -> list[Conflict]:
    if not draft.group_ids:
        return []
    with read_session() as session:
        return find_conflicts(session, draft, now=now(), replaces=_replaced(form))


def _replaced(form: OpenForm) -> Replaced | None:
    if form.event_id is None:
        return None
    if form.occurrence_start is None or form.scope is Scope.SERIES:
        return Replaced(form.event_id)
    until = form.occurrence_start if form.scope is Scope.OCCURRENCE else None
    return Replaced(form.event_id, since=form.occurrence_start, until=until)
