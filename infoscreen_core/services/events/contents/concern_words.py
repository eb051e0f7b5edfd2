"""What a concern about an event's files says to people: what is not seen, and what helps."""

from datetime import timedelta
from functools import reduce

from infoscreen_core.domain.media.playable import Unplayable
from infoscreen_core.domain.media.words import OBSTACLE_WORDS, failure_sentence
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.services.events.contents.concerns import Concern, ConcernKind


def concern_sentence(concern: Concern) -> Sentence:
    """Return what is not seen as it is meant, and what helps."""
    match concern.kind:
        case ConcernKind.FILM_CUT:
            return Sentence(
                "But {file} runs for {needed} minutes, and the event lasts only {given}: its end "
                "is not seen. Let the event last longer, or choose a shorter video.",
                file=concern.file,
                needed=_minutes(concern.needed),
                given=_minutes(concern.given),
            )
        case ConcernKind.ROUND_CUT:
            return Sentence(
                "But all pages together take {needed} minutes, and the event lasts only {given}: "
                "the last ones are not seen. Let the event last longer, or turn the pages faster.",
                needed=_minutes(concern.needed),
                given=_minutes(concern.given),
            )
        case _:
            return _of_file(concern)


def _of_file(concern: Concern) -> Sentence:
    match concern.kind:
        case ConcernKind.BECOMING_PLAYABLE:
            return Sentence(
                "But {file} is still being converted so that every screen can play it; until then "
                "Raspberry Pi players can't.",
                file=concern.file,
            )
        case ConcernKind.UNREADABLE:
            return Sentence(
                "But screens can hardly show {file}. {because}",
                file=concern.file,
                because=failure_sentence(concern.failure),
            )
        case _:
            return Sentence(
                "But not every screen can play {file}; Raspberry Pi players can't. The reason: "
                "{reason}. Have it converted, and all can.",
                file=concern.file,
                reason=_reason(concern.obstacles),
            )


def _reason(obstacles: tuple[Unplayable, ...]) -> Sentence:
    words = [OBSTACLE_WORDS[one] for one in obstacles]
    return reduce(
        lambda first, other: Sentence("{first}, {other}", first=first, other=other), words
    )


def _minutes(length: timedelta) -> str:
    """Return a length as `12:30`."""
    minutes, seconds = divmod(round(length.total_seconds()), 60)
    return f"{minutes}:{seconds:02d}"
