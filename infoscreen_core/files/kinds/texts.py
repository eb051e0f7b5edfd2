"""Files of text: drawings (SVG), pages (HTML), programs, and any other."""

import codecs
import re
from typing import Final

from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.kinds import refusals
from infoscreen_core.files.kinds.content import Content
from infoscreen_core.files.kinds.svg import check_svg
from infoscreen_core.files.kinds.xml_safely import EntitiesError, find_root

_HTML: Final = re.compile(
    r"\s*+(?:(?><!--.*?-->)\s*+|<\?xml[^>]*+>\s*+)*+<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_TAG: Final = re.compile(r"<(html|head|body|script|iframe|img|div|table|p|h1|a)\b", re.IGNORECASE)
_SVG: Final = re.compile(r"<([a-z][\w.-]*:)?svg[\s>]", re.IGNORECASE)
_FLAT: Final = re.compile(r"<office:document[\s>]")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_ENCODINGS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def check_text(content: Content) -> MediaType | None:
    """Return which kind of text a file is; None when it is no text.

    Raises `InvalidInputError` for a text that has no place in the library.
    """
    text = _decoded(content.head)
    if text is None:
        return None
    if text.startswith("#!"):
        raise refusals.wrong_kind(content.name, "script")
    if text.startswith("{\\rtf"):
        raise refusals.wrong_kind(content.name, "RTF")
    if _FLAT.search(text):
        raise refusals.wrong_kind(content.name, "Flat ODF")
    if _is_svg(content, text):
        check_svg(content)
        return MediaType.SVG
    if _HTML.match(text) or _TAG.search(text):
        return MediaType.HTML
    return MediaType.OTHER


def _is_svg(content: Content, text: str) -> bool:
    if not _SVG.search(text) and "<!ENTITY" not in text:
        return False
    try:
        return find_root([content.head]) == "svg"
    except EntitiesError:
        raise refusals.has_entities(content.name) from None


def _decoded(head: bytes) -> str | None:
    """Return the beginning as text, without a mark of its encoding; None when it is none."""
    for mark, encoding in _ENCODINGS:
        if head.startswith(mark):
            return _in(head[len(mark) :], encoding)
    return _in(head, "utf-8") or _in(head, "cp1252")


def _in(data: bytes, encoding: str) -> str | None:
    try:
        # What is cut off at the end may be half a character.
        text, _used = codecs.getincrementaldecoder(encoding)().decode(data), None
    except UnicodeDecodeError:
        return None
    return None if _CONTROL.search(text) else text
