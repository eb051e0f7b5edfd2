"""Why an event that takes place shows nothing: its content is missing, or not ready yet."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Conversion, Event
from infoscreen_core.db.queries.media import find_media_with_pdf
from infoscreen_core.domain.events.contents import Lack, find_lack
from infoscreen_core.domain.events.event import ConversionStatus, EventType
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.events.event_sources import OFFICE_TYPES


@dataclass(frozen=True)
class Gap:
    """What an event lacks; with `is_left_out`, players are not told of the event at all."""

    reason: Reason
    is_left_out: bool = False


def find_gap(session: Session, event: Event) -> Gap | None:
    """Return what keeps the event from showing anything, or None."""
    lack = find_lack(
        event.event_type,
        has_file=event.event_media_id is not None,
        address=event.website_url,
        text=event.message_text,
    )
    if lack is not None:
        return _no_content(event, lack, is_left_out=True)
    match event.event_type:
        case EventType.PRESENTATION:
            return _presentation_gap(session, event)
        case EventType.OTHER:
            return Gap(_reason(ReasonCode.EMPTY_TYPE, event, _empty_type(event)))
        case _:
            return None


def _presentation_gap(session: Session, event: Event) -> Gap | None:
    found = find_media_with_pdf(session, event.event_media_id) if event.event_media_id else None
    if found is None:
        return None if event.website_url else _no_content(event, Lack.FILE)
    media, conversion = found
    is_ready = conversion is not None and conversion.status is ConversionStatus.READY
    if media.media_type not in OFFICE_TYPES or is_ready:
        return None
    return Gap(_conversion_reason(event, media.name, conversion))


def _conversion_reason(event: Event, file: str, conversion: Conversion | None) -> Reason:
    if conversion is not None and conversion.status is ConversionStatus.FAILED:
        failed = Sentence(
            "The file {file} of “{title}” could not be converted for the screens; upload it "
            "again, or as PDF.",
            file=file,
            title=event.title,
        )
        return _reason(ReasonCode.CONVERSION_FAILED, event, failed)
    waiting = Sentence(
        "The file {file} of “{title}” is still being converted for the screens; until then they "
        "have nothing of it to show.",
        file=file,
        title=event.title,
    )
    return _reason(ReasonCode.CONVERTING, event, waiting)


def _no_content(event: Event, lack: Lack, *, is_left_out: bool = False) -> Gap:
    sentences = {
        Lack.FILE: Sentence("“{title}” has no file to show.", title=event.title),
        Lack.ADDRESS: Sentence("“{title}” has no address to open.", title=event.title),
        Lack.TEXT: Sentence("“{title}” has no text to show.", title=event.title),
    }
    return Gap(_reason(ReasonCode.NO_CONTENT, event, sentences[lack]), is_left_out)


def _empty_type(event: Event) -> Sentence:
    return Sentence("“{title}” is of a type that has nothing to show.", title=event.title)


def _reason(code: ReasonCode, event: Event, sentence: Sentence) -> Reason:
    return Reason(code, sentence, event_id=event.id)
