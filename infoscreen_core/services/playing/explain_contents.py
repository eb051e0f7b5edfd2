"""Why an event that takes place shows nothing, or not all: contents missing, or not ready yet."""

from typing import Final

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.explanation import Reason, ReasonCode
from infoscreen_core.domain.media.words import failure_sentence
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.events.event_contents import Emptiness, Empty

_CODES: Final = {
    Emptiness.EMPTY_TYPE: ReasonCode.EMPTY_TYPE,
    Emptiness.CONVERTING: ReasonCode.CONVERTING,
    Emptiness.CONVERSION_FAILED: ReasonCode.CONVERSION_FAILED,
    Emptiness.EXPIRED: ReasonCode.EXPIRED,
}


def explain_empty(event: Event, empty: Empty) -> Reason:
    """Return what keeps the event, or one file of it, from being shown."""
    code = _CODES.get(empty.kind, ReasonCode.NO_CONTENT)
    return Reason(code, _sentence(empty, event.title), event_id=event.id)


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
        case _:
            return _of_file(empty, title)


def _of_file(empty: Empty, title: str) -> Sentence:
    return Sentence(
        "{file_sentence} {rest}",
        file_sentence=_file_sentence(empty, title),
        rest=_others_are_shown() if empty.is_partial else _nothing_is_shown(),
    )


def _file_sentence(empty: Empty, title: str) -> Sentence:
    match empty.kind:
        case Emptiness.CONVERSION_FAILED:
            return Sentence(
                "The file {file} of “{title}” could not be converted for the screens (last tried "
                "{since}). {because}",
                file=empty.file,
                title=title,
                since=empty.since,
                because=failure_sentence(empty.failure),
            )
        case Emptiness.EXPIRED:
            return Sentence(
                "The file {file} of “{title}” has expired: its last day was {day}. Give it another "
                "one in the library, or choose another file.",
                file=empty.file,
                title=title,
                day=empty.last_day,
            )
        case _:
            return Sentence(
                "The file {file} of “{title}” has waited for its conversion since {since}.",
                file=empty.file,
                title=title,
                since=empty.since,
            )


def _others_are_shown() -> Sentence:
    return Sentence("The screens show the other files meanwhile.")


def _nothing_is_shown() -> Sentence:
    return Sentence("Until then the screens have nothing of it to show.")
