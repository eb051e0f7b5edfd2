"""The files of an event in words: what each is, whether it can be shown, and what all make."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.words.errors import error_sentence
from console.words.formatting import day, duration, instant, number
from infoscreen_core.domain.events.contents import round_seconds
from infoscreen_core.domain.media.words import failure_sentence
from infoscreen_core.services.events.event_contents import ContentFile, Emptiness, Empty


def file_facts(file: ContentFile, slide_interval: int | None) -> str:
    """Return type and length of a file: `PDF · 12 pages · 2 min`."""
    words = [file.media_type.value.upper(), *_length(file)]
    if file.pages and slide_interval:
        seconds = round_seconds([file.pages], slide_interval)
        words.append(duration(timedelta(seconds=seconds)))
    return " · ".join(words)


def file_trouble(empty: Empty, zone: ZoneInfo) -> str:
    """Return why a file is not shown, and what helps."""
    match empty.kind:
        case Emptiness.CONVERSION_FAILED:
            because = error_sentence(failure_sentence(empty.failure), zone)
            return _("Could not be converted for the screens. {because}", because=because)
        case Emptiness.EXPIRED:
            assert empty.last_day is not None  # noqa: S101 - it is what expired means
            last = day(empty.last_day, with_year=True)
            return _("Expired: its last day is {day}. It is not shown.", day=last)
        case _:
            since = instant(empty.since, zone)
            return _(
                "Waits for its conversion since {since}; it is shown once that is done.",
                since=since,
            )


def files_summary(
    files: Sequence[ContentFile], slide_interval: int | None, *, is_auto: bool
) -> str:
    """Return what files make together: `3 files, 24 pages, 4 min per round`."""
    pages = [file.pages for file in files]
    total = sum(count or 0 for count in pages)
    words = [ngettext("{n} file", "{n} files", len(files))]
    if total:
        counted = ngettext("{n} page", "{n} pages", total)
        words.append(_("at least {pages}", pages=counted) if None in pages else counted)
    if total and is_auto and slide_interval:
        length = duration(timedelta(seconds=round_seconds(pages, slide_interval)))
        words.append(_("{length} per round", length=length))
    return ", ".join(words)


def _length(file: ContentFile) -> list[str]:
    if file.pages:
        return [ngettext("{n} page", "{n} pages", file.pages)]
    if file.duration is None:
        return []
    return [_film_length(file.duration)]


def _film_length(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{number(minutes)}:{rest:02d} min" if minutes else f"{rest} s"
