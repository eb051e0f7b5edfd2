"""PDF: complete, and readable without a password."""

import re
from typing import Final

from infoscreen_core.files.kinds import apart, refusals
from infoscreen_core.files.kinds.content import Content
from infoscreen_core.files.kinds.zips import is_package

SIGNATURE: Final = re.compile(rb"[\s\x00\xef\xbb\xbf]{0,64}%PDF-\d")
LATE_SIGNATURE: Final = re.compile(rb"[^<]{1,1024}?%PDF-\d", re.DOTALL)
"""What printers put before a PDF nobody minds; it is looked for last."""
_LINEARIZED: Final = re.compile(
    rb"/Linearized\b[^>]{0,300}?/L\s+(\d{1,15})|/L\s+(\d{1,15})\b[^>]{0,300}?/Linearized"
)
_TAIL: Final = 65_536
"""Where the end is looked for: programs and servers add to it what nobody minds."""
_START: Final = re.compile(rb"startxref\s+\d{1,20}\s+%%EOF")
_LINEARIZED_HEAD: Final = 2048
_PACKAGE_TAIL: Final = 65_557


def check_pdf(content: Content) -> None:
    """Raise `InvalidInputError` unless a program that shows PDF can open it."""
    if is_package(content.tail(_PACKAGE_TAIL)):
        raise refusals.two_in_one(content.name)
    if not _START.search(content.tail(_TAIL)) or content.size < _announced_size(content.head):
        raise refusals.cut_off(content.name)
    match apart.ask_pdf(content.path):
        case apart.PdfVerdict.PROTECTED:
            raise refusals.protected(content.name)
        case apart.PdfVerdict.BROKEN:
            raise refusals.damaged(content.name)


def _announced_size(head: bytes) -> int:
    """Return the length that a PDF made for the web says of itself: its first end comes early."""
    found = _LINEARIZED.search(head[:_LINEARIZED_HEAD])
    return int(found[1] or found[2]) if found else 0
