"""How a file stands: whether screens can show it, and what is in the way."""

from dataclasses import dataclass
from datetime import date
from html import escape

from console.i18n import _
from console.media.presenters.conversions import failure_text, progress_text, warning_texts
from console.words.formatting import day
from console.words.status import STATUSES
from infoscreen_core.domain.media.conversion import OUTAGES
from infoscreen_core.domain.media.types import OFFICE_TYPES, ConversionStatus, Target
from infoscreen_core.domain.monitoring.liveness import Status
from infoscreen_core.services.media.views import ConversionView, MediaView

_MOVING = frozenset({ConversionStatus.PENDING, ConversionStatus.PROCESSING})


@dataclass(frozen=True)
class Standing:
    """How a file stands, in one status with its words."""

    status: Status
    word: str
    texts: tuple[str, ...] = ()
    """Why, and what helps."""


def standing(file: MediaView, *, today: date) -> Standing:
    """Return what is most in the way of showing a file."""
    shown = find_conversion(file, Target.PDF if file.media_type in OFFICE_TYPES else Target.FACTS)
    if file.expires_on is not None and file.expires_on < today:
        return Standing(Status.WARNING, _("Expired"), (expiry_text(file, today=today),))
    if shown and shown.status is ConversionStatus.FAILED:
        return Standing(
            Status.CRITICAL, progress_text(shown.status, None), (failure_text(shown.failure),)
        )
    if shown and shown.status in _MOVING:
        why = (failure_text(shown.failure),) if shown.failure in OUTAGES else ()
        return Standing(Status.UNKNOWN, progress_text(shown.status, shown.progress), why)
    texts = tuple(warnings_of(file))
    if texts:
        return Standing(Status.WARNING, _("With a note"), texts)
    return Standing(Status.HEALTHY, _("Ready"))


def standing_html(stands: Standing) -> str:
    """Return the status with its word, and why as what a pointer finds."""
    title = escape(" ".join(stands.texts))
    return (
        f'<span class="is-status is-{stands.status.value} is-small" title="{title}">'
        f'<i aria-hidden="true">{STATUSES[stands.status].icon}</i>{escape(stands.word)}</span>'
    )


def is_moving(file: MediaView) -> bool:
    """Whether something is being made of the file, or will be."""
    return any(one.status in _MOVING for one in file.conversions)


def find_conversion(file: MediaView, target: Target) -> ConversionView | None:
    """Return the conversion of the file's present content to this target."""
    return next((one for one in file.conversions if one.target is target), None)


def warnings_of(file: MediaView) -> list[str]:
    """Return what is not as the author meant it, each once."""
    found = [text for one in file.conversions for text in warning_texts(list(one.warnings or ()))]
    return list(dict.fromkeys(found))


def expiry_text(file: MediaView, *, today: date) -> str:
    """Return until when the file may be shown; empty when it does not expire."""
    if file.expires_on is None:
        return ""
    on = day(file.expires_on, with_year=True)
    if file.expires_on < today:
        return _("Expired since the end of {day}; screens no longer show it.", day=on)
    return _("May be shown until {day}.", day=on)
