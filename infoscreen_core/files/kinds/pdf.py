"""PDF: complete, and readable without a password."""

import re
from typing import Final

from infoscreen_core.files.kinds import apart, refusals
from infoscreen_core.files.kinds.content import Content
from infoscreen_core.files.kinds.zips import is_package

SIGNATURE: Final = re.compile(rb"[\s\x00\xef\xbb\xbf]{0,64}%PDF-\d")
_TAIL: Final = 65_536
"""Where the end is looked for: programs and servers add to it what nobody minds."""
_START: Final = re.compile(rb"startxref\s+(\d{1,20})\s+%%EOF")
_PACKAGE_TAIL: Final = 65_557


def check_pdf(content: Content) -> None:
    """Raise `InvalidInputError` unless a program that shows PDF can open it."""
    if is_package(content.tail(_PACKAGE_TAIL)):
        raise refusals.two_in_one(content.name)
    ends = _START.findall(content.tail(_TAIL))
    if not ends or int(ends[-1]) >= content.size:
        raise refusals.cut_off(content.name)
    match apart.ask_pdf(content.path):
        case apart.PdfVerdict.PROTECTED:
            raise refusals.protected(content.name)
        case apart.PdfVerdict.BROKEN:
            raise refusals.damaged(content.name)
