"""How conversions stand, why they failed and what is to be known of them, in plain words."""

from typing import Any

from console.i18n import _
from console.words.errors import error_sentence
from infoscreen_core.domain.media.types import ConversionStatus, Target
from infoscreen_core.domain.media.words import (
    CONVERSION_WORDS,
    TARGET_WORDS,
    failure_sentence,
    warning_sentence,
)
from infoscreen_core.domain.text.wording import Sentence


def conversion_word(status: ConversionStatus) -> str:
    """Return how a conversion stands, in a word or two."""
    return _(CONVERSION_WORDS[status].template)


def target_word(target: Target) -> str:
    """Return what is made of a file."""
    return _(TARGET_WORDS[target].template)


def failure_text(failure: str | None) -> str:
    """Return why a conversion failed, and what helps; from `failure` of its row or view."""
    return error_sentence(failure_sentence(failure))


def warning_texts(warnings: list[dict[str, Any]] | None) -> list[str]:
    """Return what is not as the author meant it; from `warnings` of a conversion's row or view."""
    found = (warning_sentence(one, _word) for one in warnings or ())
    return [error_sentence(one) for one in found if one is not None]


def progress_text(status: ConversionStatus, progress: int | None) -> str:
    """Return how a conversion stands, with how much of it is done where that is known."""
    if status is not ConversionStatus.PROCESSING or progress is None:
        return conversion_word(status)
    return _("Is being converted: {percent} %", percent=progress)


def _word(sentence: Sentence) -> str:
    return _(sentence.template)
