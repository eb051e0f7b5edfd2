"""A preview of what the screens will show of an event, folded until somebody wants to see it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import streamlit as st

from console.events.presenters.form import FormInput
from console.events.presenters.stage import Show, stage_html
from console.i18n import _
from console.runtime import now, read_session
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.services.events.event_contents import ContentFile, list_files
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.system_settings import get_setting

_KEY: Final = "event-preview"


def preview(event: FormInput | EventDraft, files: Sequence[ContentFile]) -> None:
    """Draw the preview of an event that is typed, or planned."""
    box = st.expander(
        _("What the screens will show"),
        icon=":material/slideshow:",
        key=_KEY,
        on_change="rerun",
    )
    if box.open:
        with box:
            st.html(stage_html(_show(event), files))


def preview_planned(draft: EventDraft) -> None:
    """Draw the preview of an event as it is stored."""
    with read_session() as session:
        files = list_files(session, draft.media_ids, at=now())
    preview(draft, files)


def _show(event: FormInput | EventDraft) -> Show:
    show = Show.of(event)
    if show.event_type is not EventType.WEBUNTIS or show.website_url:
        return show
    with read_session() as session:
        address = str(get_setting(session, "supplement_table_url") or "")
    return replace(show, website_url=address)
