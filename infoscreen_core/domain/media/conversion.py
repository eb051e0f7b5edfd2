"""The course of a conversion: from a request to what screens and people can see.

A conversion moves only along `TRANSITIONS`. Whoever works at it may die at any moment, so a claim
is renewed while the work goes on, and another converter takes over what nobody renews. What may
pass by itself is tried `ATTEMPTS` times; what lies in the file is told at once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.media.types import OFFICE_TYPES, ConversionStatus, MediaType, Target

ATTEMPTS: Final = 3
"""How often a conversion is begun before it has failed."""
_PAUSES: Final = (timedelta(seconds=10), timedelta(seconds=60))
"""What lies between one attempt and the next."""
_OUTAGE_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = max(*_PAUSES, _OUTAGE_PAUSE)
"""A pause that ends later than this was written before a clock was set, and means nothing."""
LEASE: Final = timedelta(seconds=12)
"""For so long a claim has to stand unrenewed before another converter takes the work over."""


class Failure(StrEnum):
    """Why a conversion did not succeed."""

    BROKEN = "broken"
    """No program can read the file as what it is."""
    PASSWORD = "password"  # noqa: S105 - what is wrong, no secret
    """The file is encrypted."""
    NO_PAGES = "no_pages"
    NO_PICTURE = "no_picture"
    """A video without a picture, such as music."""
    TOO_LARGE = "too_large"
    """More pixels, pages or bytes than are taken."""
    TOO_LONG = "too_long"
    """A video beyond the limit on its length."""
    LOST = "lost"
    """The file's bytes are not where they belong."""
    NO_PDF = "no_pdf"
    """It is made of the document's PDF, and that failed."""
    TIMEOUT = "timeout"
    CRASHED = "crashed"
    """The program ended by itself, perhaps at the limit of its memory."""
    INTERRUPTED = "interrupted"
    """The converter died at it, each time."""
    NO_ROOM = "no_room"
    """The disk is full."""
    SERVICE_AWAY = "service_away"
    """The conversion service could not be reached."""
    SERVICE_REFUSED = "service_refused"
    UNFORESEEN = "unforeseen"
    """A mistake of ours."""


FINAL_FAILURES: Final = frozenset(
    {
        Failure.BROKEN,
        Failure.PASSWORD,
        Failure.NO_PAGES,
        Failure.NO_PICTURE,
        Failure.TOO_LARGE,
        Failure.TOO_LONG,
        Failure.LOST,
        Failure.NO_PDF,
    }
)
"""What does not pass by itself: another attempt would end in the same way."""
OUTAGES: Final = frozenset({Failure.SERVICE_AWAY, Failure.NO_ROOM})
"""What is nobody's fault and is waited out: it costs no attempt."""


class Step(StrEnum):
    """Why a conversion moves."""

    CLAIMED = "claimed"
    SUCCEEDED = "succeeded"
    FAILED_FOR_NOW = "failed_for_now"
    """It failed, and is tried again after a pause."""
    GIVEN_BACK = "given_back"
    """The converter was ended before it was done, or what it needs is away; no attempt counts."""
    TAKEN_OVER = "taken_over"
    """Another converter goes on, since the one that had it no longer renews its claim."""
    FAILED = "failed"
    """The file is the reason, or the last attempt failed."""
    SOURCE_FAILED = "source_failed"
    """What it is made of has failed, so that it would wait for ever."""
    ASKED_AGAIN = "asked_again"
    """A person wants it tried again."""


TRANSITIONS: Final[Mapping[tuple[ConversionStatus, Step], ConversionStatus]] = MappingProxyType(
    {
        (ConversionStatus.PENDING, Step.CLAIMED): ConversionStatus.PROCESSING,
        (ConversionStatus.PENDING, Step.SOURCE_FAILED): ConversionStatus.FAILED,
        (ConversionStatus.PROCESSING, Step.SUCCEEDED): ConversionStatus.READY,
        (ConversionStatus.PROCESSING, Step.FAILED_FOR_NOW): ConversionStatus.PENDING,
        (ConversionStatus.PROCESSING, Step.GIVEN_BACK): ConversionStatus.PENDING,
        (ConversionStatus.PROCESSING, Step.TAKEN_OVER): ConversionStatus.PROCESSING,
        (ConversionStatus.PROCESSING, Step.FAILED): ConversionStatus.FAILED,
        (ConversionStatus.FAILED, Step.ASKED_AGAIN): ConversionStatus.PENDING,
    }
)
"""All that a conversion may do; replacing or deleting its file ends it in any state."""


def step_after(failure: Failure, attempts: int) -> Step:
    """Return what follows from a failure of the attempt with this number, from 1."""
    if failure in FINAL_FAILURES:
        return Step.FAILED
    if failure in OUTAGES:
        return Step.GIVEN_BACK
    return Step.FAILED if attempts >= ATTEMPTS else Step.FAILED_FOR_NOW


def pause_after(step: Step, failure: Failure, attempts: int) -> timedelta | None:
    """Return how long to wait before the next attempt; None when none follows by itself."""
    if step is Step.FAILED:
        return None
    if failure in OUTAGES:
        return _OUTAGE_PAUSE
    return _PAUSES[min(attempts, len(_PAUSES)) - 1]


def may_begin(not_before: datetime | None, *, now: datetime) -> bool:
    """Whether the pause after a failure is over; one that no clock can mean is."""
    return not_before is None or not now < not_before <= now + LONGEST_PAUSE


def needs_pdf_first(media_type: MediaType, target: Target) -> bool:
    """Whether this is made of a document's PDF, and so waits for it."""
    return media_type in OFFICE_TYPES and target is not Target.PDF


def mermaid_diagram() -> str:
    """Return the table as a Mermaid state diagram, for the documentation."""
    return "\n".join(("stateDiagram-v2", *(f"    {line}" for line in _diagram_lines())))


def _diagram_lines() -> Iterable[str]:
    yield f"[*] --> {ConversionStatus.PENDING}"
    for (state, step), target in TRANSITIONS.items():
        yield f"{state} --> {target}: {step}"
    yield f"{ConversionStatus.READY} --> [*]"
