"""The form's note about other events at the same time: a warning while typing, never a refusal."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

import streamlit as st

from console.events.form_stored import Stored
from console.events.form_typed import Typed
from console.events.presenters.conflicts import conflict_sentences
from console.events.presenters.form import draft_of
from console.runtime import now, read_session
from console.words.markdown import literal
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.events.event_conflicts import Conflict, find_conflicts
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_scopes import replaced_by


def conflict_note(
    stored: Stored | None, typed: Typed, groups: Mapping[int, str], zone: ZoneInfo
) -> None:
    """Say which events of the chosen groups the typed one would overlap."""
    try:
        draft = draft_of(typed.read(), stored.draft if stored else None)
        found = _find(stored, draft)
    except InvalidInputError:  # not yet an event; the fields say why once it is saved
        return
    named = groups if len(draft.group_ids) > 1 else {}
    sentences = conflict_sentences(found, draft.priority, named, zone, now=now())
    if sentences:
        with st.container(key="event-form-conflicts"):
            st.warning("\n\n".join(map(literal, sentences)), icon=":material/event_busy:")


def _find(stored: Stored | None, draft: EventDraft) -> list[Conflict]:
    if not draft.group_ids:
        return []
    replaces = replaced_by(stored.target) if stored else None
    with read_session() as session:
        return find_conflicts(session, draft, now=now(), replaces=replaces)
