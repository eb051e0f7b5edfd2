"""Turn an entry of a calendar file into a draft, of a new event or of one that is here already."""

from dataclasses import replace
from typing import Final

from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.limits import LOCATION_LIMIT, TEXT_LIMIT, TITLE_LIMIT
from infoscreen_core.domain.text.plain_text import clean_line, clean_text
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_entries import Entry
from infoscreen_core.services.events.event_drafts import EventDraft

_WEB: Final = ("http://", "https://")
_NEEDS_ADDRESS: Final = frozenset({EventType.WEBSITE, EventType.VIDEO})


def new_draft(entry: Entry, group_id: int, wanted: EventType | None) -> EventDraft:
    """Return the draft of a new event; its type is the wanted one, else what suits the entry.

    Raises `InvalidInputError` for an entry that lacks what the wanted type needs.
    """
    kind = wanted or (EventType.WEBSITE if _is_web(entry) else EventType.MESSAGE)
    if kind in _NEEDS_ADDRESS and not _is_web(entry):
        raise InvalidInputError(
            "The event has no web address (URL) to show; import it as another type.",
            field="website_url",
        )
    is_message = kind is EventType.MESSAGE
    return EventDraft(
        group_ids=(group_id,),
        title=_title(entry),
        event_type=kind,
        start=entry.start,
        end=entry.end,
        timezone=entry.timezone,
        is_all_day=entry.is_all_day,
        recurrence_rule=entry.rule,
        location=_place(entry),
        description=None if is_message else entry.description or None,
        message_text=_message(entry) if is_message else None,
        website_url=entry.url if _is_web(entry) and kind is not EventType.WEBUNTIS else None,
    )


def updated_draft(draft: EventDraft, entry: Entry) -> EventDraft:
    """Return a draft with the file's times, place, title and text; all the rest stays as it is."""
    is_message = draft.event_type is EventType.MESSAGE
    is_website = draft.event_type is EventType.WEBSITE
    return replace(
        draft,
        title=_title(entry),
        start=entry.start,
        end=entry.end,
        timezone=entry.timezone,
        is_all_day=entry.is_all_day,
        recurrence_rule=entry.rule,
        location=_place(entry),
        description=draft.description if is_message else entry.description or draft.description,
        message_text=_message(entry) if is_message else draft.message_text,
        website_url=entry.url if is_website and _is_web(entry) else draft.website_url,
    )


def date_draft(draft: EventDraft, entry: Entry) -> EventDraft:
    """Return the draft of one changed occurrence, from that of its series or of itself."""
    return replace(updated_draft(draft, entry), recurrence_rule=None, skip_holidays=False)


def _title(entry: Entry) -> str:
    title = clean_line(entry.title, field="title", limit=TITLE_LIMIT)
    if not title:
        raise InvalidInputError(
            "The title is empty (SUMMARY); give the event one where it comes from.", field="title"
        )
    return title


def _is_web(entry: Entry) -> bool:
    return entry.url.lower().startswith(_WEB)


def _place(entry: Entry) -> str | None:
    if len(entry.location) <= LOCATION_LIMIT:
        return entry.location or None
    return f"{entry.location[: LOCATION_LIMIT - 1].rstrip()}…"


def _message(entry: Entry) -> str:
    # A text of nothing but invisible characters is none.
    return clean_text(entry.description, field="message_text", limit=TEXT_LIMIT) or entry.title
