"""Whether an event has anything to show: its content may be missing, or not ready yet."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.media import find_media_type, find_media_with_pdf
from infoscreen_core.domain.events.contents import Lack, find_lack
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import OFFICE_TYPES, ConversionStatus
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.system_settings import get_setting


class Emptiness(StrEnum):
    """Why there is nothing to show."""

    NO_FILE = "no_file"
    NO_ADDRESS = "no_address"
    NO_TEXT = "no_text"
    EMPTY_TYPE = "empty_type"
    """Events of its type show nothing."""
    CONVERTING = "converting"
    """The file has yet to be converted for the screens."""
    CONVERSION_FAILED = "conversion_failed"


@dataclass(frozen=True, slots=True)
class Empty:
    """That there is nothing to show; `file` is the name of what cannot be shown yet.

    With `is_left_out`, players are not told of the event at all.
    """

    kind: Emptiness
    file: str = ""
    is_left_out: bool = False


_LACKS: Final = {
    Lack.FILE: Emptiness.NO_FILE,
    Lack.ADDRESS: Emptiness.NO_ADDRESS,
    Lack.TEXT: Emptiness.NO_TEXT,
}


def find_empty(session: Session, event: Event | EventDraft) -> Empty | None:
    """Return what keeps an event from showing anything, or None."""
    lack = find_lack(
        event.event_type,
        has_file=event.event_media_id is not None,
        address=event.website_url,
        text=event.message_text,
    )
    if lack is not None:
        return Empty(_LACKS[lack], is_left_out=True)
    match event.event_type:
        case EventType.PRESENTATION:
            return _empty_presentation(session, event)
        case EventType.OTHER:
            return Empty(Emptiness.EMPTY_TYPE)
        case _:
            return None


def find_empty_draft(session: Session, draft: EventDraft) -> Empty | None:
    """Return what would keep a draft from showing anything, were it saved as it is; or None."""
    media_id, address = draft.event_media_id, (draft.website_url or "").strip()
    if media_id is not None and find_media_type(session, media_id) is None:
        media_id = None  # deleted since it was chosen
    if draft.event_type is EventType.WEBUNTIS:
        address = str(get_setting(session, "supplement_table_url") or "").strip()
    text = (draft.message_text or "").strip()
    return find_empty(
        session,
        replace(draft, event_media_id=media_id, website_url=address, message_text=text),
    )


def _empty_presentation(session: Session, event: Event | EventDraft) -> Empty | None:
    found = find_media_with_pdf(session, event.event_media_id) if event.event_media_id else None
    if found is None:
        return None if event.website_url else Empty(Emptiness.NO_FILE)
    media, conversion = found
    status = conversion.status if conversion else None
    if media.media_type not in OFFICE_TYPES or status is ConversionStatus.READY:
        return None
    is_failed = status is ConversionStatus.FAILED
    kind = Emptiness.CONVERSION_FAILED if is_failed else Emptiness.CONVERTING
    return Empty(kind, media.name)
