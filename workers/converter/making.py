"""What is made of which file: one function for each target and kind."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infoscreen_core.domain.media.conversion import Failure
from infoscreen_core.domain.media.fonts import list_missing_fonts
from infoscreen_core.domain.media.playable import VideoFacts, find_obstacles
from infoscreen_core.domain.media.types import (
    OFFICE_TYPES,
    PICTURE_TYPES,
    VIDEO_TYPES,
    MediaType,
    Target,
)
from infoscreen_core.domain.media.words import fonts_warning, unplayable_warning
from infoscreen_core.services.media.conversion_claims import Made
from workers.converter import gotenberg, office, video
from workers.converter.bench import Bench, ConversionError

_FONTS: Final = office.InstalledFonts()
_TOLERANCE_SECONDS: Final = 1.0
"""A film of ten minutes may have a few frames more."""
_DOCUMENTS: Final = OFFICE_TYPES | {MediaType.PDF}


def make(bench: Bench) -> Made:
    """Make what the claim asks for; raise `ConversionError`, or `StoppedError`.

    What is returned lies in the store already.
    """
    match bench.claimed.target:
        case Target.PDF:
            return _make_pdf(bench)
        case Target.FACTS:
            return _find_facts(bench)
        case Target.THUMBNAIL:
            return _make_thumbnail(bench)
        case Target.MP4:
            return _make_mp4(bench)


def _make_pdf(bench: Bench) -> Made:
    kind, source = bench.claimed.media_type, bench.content
    if bench.rules.service_url:
        part = gotenberg.make_pdf(bench, source, f"document.{kind}")
    else:
        part = office.make_pdf(bench, source, kind)
    read = bench.ask("pdf.py", part, "facts")
    pages = {"page_count": read["page_count"]}
    missing = _missing_fonts(bench, read["fonts"])
    made = bench.keep(part, Target.PDF, **pages)
    return Made(made.path, made.result, (fonts_warning(missing),) if missing else (), facts=pages)


def _missing_fonts(bench: Bench, used: list[str]) -> list[str]:
    """Return the fonts that the PDF lacks; what cannot be found out is no reason to have none."""
    try:
        asked, installed = _asked_fonts(bench)
    except ConversionError:
        return []
    return list_missing_fonts(asked, used, installed)


def _asked_fonts(bench: Bench) -> tuple[list[str], frozenset[str] | None]:
    """Return which fonts the document asks for, and which the converter has, if that is known."""
    if bench.rules.service_url:
        return bench.ask("document.py", bench.content, "all")["fonts"], None
    installed = _FONTS.families() or frozenset()
    opened = office.make_open_format(bench, bench.content, bench.claimed.media_type)
    if opened is None:
        return bench.ask("document.py", bench.content, "all")["fonts"], installed
    # The styles that LibreOffice adds name fonts, too; those that are there say nothing.
    asked = bench.ask("document.py", opened, "text")["fonts"]
    return [one for one in asked if one not in installed], installed


def _find_facts(bench: Bench) -> Made:
    kind = bench.claimed.media_type
    if kind in VIDEO_TYPES:
        return _find_video_facts(bench)
    if kind in _DOCUMENTS:
        read = bench.ask("pdf.py", bench.source, "facts")
        pages = {"page_count": read["page_count"]}
        return Made(result=pages, facts=pages)
    read = bench.ask("picture.py", bench.content, "facts", kind.value)
    return Made(result=read, facts=_picture_columns(read))


def _picture_columns(read: Mapping[str, Any]) -> dict[str, Any]:
    if not read["width"] or not read["height"]:
        return {}
    return {"resolution": f"{read['width']}x{read['height']}"}


def _find_video_facts(bench: Bench) -> Made:
    facts = _probe(bench)
    obstacles = find_obstacles(bench.claimed.media_type, facts)
    warnings = (unplayable_warning(obstacles),) if obstacles else ()
    return Made(result=facts.kept(), warnings=warnings, facts=_video_columns(facts))


def _probe(bench: Bench) -> VideoFacts:
    facts = video.probe(bench, bench.content, bench.claimed.media_type)
    limit = bench.rules.video_minutes * 60
    if (facts.duration or 0.0) > limit + _TOLERANCE_SECONDS:
        raise ConversionError(
            Failure.TOO_LONG, f"{facts.duration:.0f} s of {limit} s", _video_columns(facts)
        )
    return facts


def _video_columns(facts: VideoFacts) -> dict[str, Any]:
    return {
        "duration": facts.duration,
        "resolution": facts.resolution,
        "bitrate": facts.bitrate,
    }


def _make_thumbnail(bench: Bench) -> Made:
    kind = bench.claimed.media_type
    if kind in PICTURE_TYPES - {MediaType.SVG}:
        picture, kind_of_picture = bench.content, kind
    else:
        picture, kind_of_picture = _draw(bench), MediaType.PNG
    return bench.keep(bench.shrink("picture.py", picture, kind_of_picture.value), Target.THUMBNAIL)


def _draw(bench: Bench) -> Path:
    """Return a picture, as a PNG, of what is none by itself."""
    kind = bench.claimed.media_type
    if kind in _DOCUMENTS:
        return bench.shrink("pdf.py", bench.source)
    if kind is MediaType.SVG:
        return office.make_picture(bench, bench.content)
    facts = video.probe(bench, bench.content, kind)
    return video.make_frame(bench, bench.content, kind, facts.duration)


def _make_mp4(bench: Bench) -> Made:
    facts = _probe(bench)
    part = video.make_mp4(bench, bench.content, bench.claimed.media_type, facts)
    made = video.probe(bench, part, MediaType.MP4)
    return bench.keep(part, Target.MP4, **made.kept())
