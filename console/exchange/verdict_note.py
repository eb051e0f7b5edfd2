"""Whether the events of a file or calendar will be seen, as a note in its preview."""

import streamlit as st

from console.exchange.presenters.event_import import verdict_lines
from console.runtime import now, user_timezone
from console.words.markdown import literal
from infoscreen_core.services.exchange.views import EventImportResult


def verdict_note(result: EventImportResult) -> None:
    """Draw the verdict; nothing when no event has a date to come."""
    if lines := verdict_lines(result, user_timezone(), now=now()):
        box = st.warning if result.verdict.wanting else st.info
        box(literal("\n\n".join(lines)), icon=":material/visibility:")
