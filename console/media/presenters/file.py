"""One file of the library: what it looks like, what is known of it, and where it is used."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

from console.i18n import _, ngettext
from console.media.presenters.board import thumbnail_html
from console.media.presenters.conversions import failure_text, progress_text, target_word
from console.media.presenters.kinds import length_text, type_word
from console.media.presenters.standing import expiry_text, find_conversion, standing, standing_html
from console.words.formatting import instant, number, size
from console.words.html import facts, link
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    PICTURE_TYPES,
    VIDEO_TYPES,
    ConversionStatus,
    MediaType,
    Target,
)
from infoscreen_core.services.media.views import ConversionView, MediaView, UseView


def file_address(file: MediaView) -> str:
    """Return where people fetch the file, under its name; a new content has a new address."""
    return f"/files/{file.id}/{quote(file.name, safe='')}?v={file.version}"


def head_html(title: str, line: str) -> str:
    """Return the panel's heading: the file's name, and in a line what it is."""
    quiet = f'<span class="is-quiet is-small">{escape(line)}</span>' if line else ""
    return f'<div class="is-file-head"><h2>{escape(title)}</h2>{quiet}</div>'


def download_html(file: MediaView) -> str:
    """Return the link that saves the file as it was sent."""
    address = escape(file_address(file))
    return (
        f'<p><a href="{address}" download="{escape(file.name)}">{escape(_("Save a copy"))}</a></p>'
    )


def has_pages(file: MediaView) -> bool:
    """Whether pages of the file can be shown now: a PDF, or a document that is converted."""
    if file.media_type in OFFICE_TYPES:
        made = find_conversion(file, Target.PDF)
        return made is not None and made.status is ConversionStatus.READY
    return file.media_type is MediaType.PDF


def preview_html(file: MediaView, page: int) -> str:
    """Return the file as screens show it: a picture, a page, a video; else its small picture."""
    name, address = escape(file.name), escape(file_address(file))
    if file.media_type in PICTURE_TYPES:
        shown = f'<img src="{address}" alt="{name}">'
    elif file.media_type in VIDEO_TYPES:
        shown = f'<video src="{address}" controls preload="metadata" title="{name}"></video>'
    elif has_pages(file):
        source = escape(f"/files/{file.id}/pages/{page}.webp?v={file.version}")
        alt = escape(_("{name}, page {n}", name=file.name, n=page))
        shown = f'<img src="{source}" alt="{alt}">'
    else:
        shown = thumbnail_html(file)
    return f'<figure class="is-preview">{shown}</figure>'


def states_html(file: MediaView, *, today: date) -> str:
    """Return how the file stands with the reasons, and each thing that is made of it."""
    stands = standing(file, today=today)
    texts = "".join(f"<p>{escape(text)}</p>" for text in stands.texts)
    lines = "".join(map(_conversion, file.conversions))
    made = f'<ul class="is-made">{lines}</ul>' if lines else ""
    return f'<div class="is-standing">{standing_html(stands)}{texts}{made}</div>'


def has_failed(file: MediaView) -> bool:
    """Whether something that is made of the file failed, and may be tried again."""
    return any(one.status is ConversionStatus.FAILED for one in file.conversions)


def may_become_mp4(file: MediaView) -> bool:
    """Whether a video is one that not every player can show, and nobody has it converted yet."""
    about = find_conversion(file, Target.FACTS)
    is_told = about is not None and bool(about.warnings)
    return file.media_type in VIDEO_TYPES and is_told and find_conversion(file, Target.MP4) is None


def facts_html(file: MediaView, *, folder: str, period: str, today: date, zone: ZoneInfo) -> str:
    """Return what is known of the file."""
    pairs = [
        (_("Type"), type_word(file.media_type)),
        (_("Size"), size(file.size)),
        (_("Pages"), str(file.page_count) if file.page_count is not None else ""),
        (_("Length"), length_text(file.duration) if file.duration is not None else ""),
        (_("Resolution"), file.resolution or ""),
        (_("Bit rate"), number(file.bitrate / 1000, "kbit/s") if file.bitrate else ""),
        (_("Folder"), folder),
        (_("Period"), period),
        (_("Expiry"), expiry_text(file, today=today) or _("does not expire")),
        (_("Version"), str(file.version)),
        (_("Added"), _by(file.created_at, file.created_by_name, zone)),
        (_("Changed"), instant(file.updated_at, zone)),
    ]
    proof = link("plays", _("What screens showed of it"), media=file.id)
    said = [(name, escape(value)) for name, value in pairs if value]
    return facts([*said, (_("Proof of play"), proof)])


def uses_html(uses: Sequence[UseView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return the events that show the file, each a link to the calendar on its day."""
    if not uses:
        text = _("No event shows this file.")
        return f'<p class="is-quiet">{escape(text)}</p>'
    lines = "".join(f"<li>{_use(one, zone, now)}</li>" for one in uses)
    return f'<ul class="is-uses">{lines}</ul>'


def same_html(same: Iterable[MediaView], places: Mapping[int, str]) -> str:
    """Return the other files that have the same content."""
    named = [
        link("library", one.name, file=one.id, folder=one.folder_id or 0)
        + (f" ({escape(places[one.folder_id])})" if one.folder_id else "")
        for one in same
    ]
    text = escape(_("The same content, kept once, is also here:"))
    return f'<p class="is-small">{text} {", ".join(named)}</p>'


def _conversion(one: ConversionView) -> str:
    is_failed = one.status is ConversionStatus.FAILED
    why = f"<p>{escape(failure_text(one.failure))}</p>" if is_failed else ""
    bar = ""
    if one.status is ConversionStatus.PROCESSING and one.progress is not None:
        label = escape(target_word(one.target))
        bar = f'<progress max="100" value="{one.progress}" aria-label="{label}"></progress>'
    return (
        f"<li>{escape(target_word(one.target))}: "
        f"<b>{escape(progress_text(one.status, one.progress))}</b>{bar}{why}</li>"
    )


def _use(use: UseView, zone: ZoneInfo, now: datetime) -> str:
    at = use.next_start or use.start
    day = at.astimezone(zone).date().isoformat()
    title = link("calendar", use.title, view="day", date=day, group=use.group_id)
    when = _("on or next: {time}", time=instant(at, zone, now=now))
    if use.next_start is None:
        when = _("last: {time}", time=instant(use.end, zone, now=now))
    if use.is_series:
        when = f"{_('Series')}, {when}"
    quiet = f'<span class="is-quiet is-small">{escape(when)}</span>'
    return f"{title} · {escape(use.group_name)}<br>{quiet}"


def _by(at: datetime, name: str | None, zone: ZoneInfo) -> str:
    text = instant(at, zone)
    return _("{time} by {name}", time=text, name=name) if name else text


def names_html(files: Sequence[MediaView], *, most: int) -> str:
    """Return which files something is about; beyond `most` they are only counted."""
    named = ", ".join(f"<b>{escape(file.name)}</b>" for file in files[:most])
    more = len(files) - most
    rest = escape(ngettext("{n} more", "{n} more", more)) if more > 0 else ""
    return f"<p>{named}{', ' + rest if rest else ''}</p>"


def uses_of_html(file: MediaView, uses: Sequence[UseView], zone: ZoneInfo, *, now: datetime) -> str:
    """Return the events that show a file, below its name."""
    return f"<b>{escape(file.name)}</b>{uses_html(uses, zone, now=now)}"
