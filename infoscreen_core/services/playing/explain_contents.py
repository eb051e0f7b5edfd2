"""Why an event that takes place shows nothing: its content is missing, or not ready yet."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.events.event_contents import Emptiness, Empty, find_empty

_CODES: Final = {
    Emptiness.EMPTY_TYPE: ReasonCode.EMPTY_TYPE,
    Emptiness.CONVERTING: ReasonCode.CONVERTING,
    Emptiness.CONVERSION_FAILED: ReasonCode.CONVERSION_FAILED,
}


@dataclass(frozen=True)
class Gap:
    """What an event lacks; with `is_left_out`, players are not told of the event at all."""

    reason: Reason
    is_left_out: bool = False


def find_gap(session: Session, event: Event) -> Gap | None:
    """Return what keeps the event from showing anything, or None."""
    empty = find_empty(session, event)
    if empty is None:
        return None
    code = _CODES.get(empty.kind, ReasonCode.NO_CONTENT)
    sentence = _sentence(empty, event.title)
    return Gap(Reason(code, sentence, event_id=event.id), empty.is_left_out)


def _sentence(empty: Empty, title: str) -> Sentence:
    match empty.kind:
        case Emptiness.NO_FILE:
            return Sentence("“{title}” has no file to show.", title=title)
        case Emptiness.NO_ADDRESS:
            return Sentence("“{title}” has no address to open.", title=title)
        case Emptiness.NO_TEXT:
            return Sentence("“{title}” has no text to show.", title=title)
        case Emptiness.EMPTY_TYPE:
            return Sentence("“{title}” is of a type that has nothing to show.", title=title)
        case Emptiness.CONVERSION_FAILED:
            return Sentence(
                "The file {file} of “{title}” could not be converted for the screens; upload it "
                "again, or as PDF.",
                file=empty.file,
                title=title,
            )
        case Emptiness.CONVERTING:
            return Sentence(
                "The file {file} of “{title}” is still being converted for the screens; until then "
                "they have nothing of it to show.",
                file=empty.file,
                title=title,
            )
