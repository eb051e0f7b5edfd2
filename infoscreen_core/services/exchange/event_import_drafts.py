"""Turn an entry of a calendar file into a draft, of a new event or of one that is here already."""

from dataclasses import replace
from typing import Final

from infoscreen_core.domain.events.event import EventType
from infoscreen_core.formats.ical_entries import Entry
from infoscreen_core.services.events.event_drafts import EventDraft

_WEB: Final = ("http://", "https://")


def new_draft(entry: Entry, group_id: int, wanted: EventType | None) -> EventDraft:
    """Return the draft of a new event; its type is the wanted one, else what suits the entry."""
    is_web = entry.url.lower().startswith(_WEB)
    kind = wanted or (EventType.WEBSITE if is_web else EventType.MESSAGE)
    is_message = kind is EventType.MESSAGE
    return EventDraft(
        group_ids=(group_id,),
        title=entry.title,
        event_type=kind,
        start=entry.start,
        end=entry.end,
        timezone=entry.timezone,
        is_all_day=entry.is_all_day,
        recurrence_rule=entry.rule,
        description=None if is_message else entry.description or None,
        message_text=(entry.description or entry.title) if is_message else None,
        website_url=entry.url if is_web and kind is not EventType.WEBUNTIS else None,
    )


def updated_draft(draft: EventDraft, entry: Entry) -> EventDraft:
    """Return a draft with the file's times, title and text; all the rest stays as it is."""
    is_message = draft.event_type is EventType.MESSAGE
    is_web = draft.event_type is EventType.WEBSITE and entry.url.lower().startswith(_WEB)
    return replace(
        draft,
        title=entry.title,
        start=entry.start,
        end=entry.end,
        timezone=entry.timezone,
        is_all_day=entry.is_all_day,
        recurrence_rule=entry.rule,
        description=draft.description if is_message else entry.description or draft.description,
        message_text=(entry.description or entry.title) if is_message else draft.message_text,
        website_url=entry.url if is_web else draft.website_url,
    )
