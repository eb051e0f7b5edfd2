"""From the bytes of a list to its lines of text, or why they are no text.

People choose the workbook instead of the CSV made from it, or a web page that was saved under the
name of one. Such files are known by how they begin, so that the refusal says what to do.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.encoding import DecodedLines, as_utf_8, decode_lines, split_lines

MAX_BYTES: Final = 1024 * 1024
MAX_LINES: Final = 5_000
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DOS_END: Final = b"\x1a"
_FEW: Final = 8
_HALF: Final = 0.5
_NAMED_LINES: Final = 10
"""How many lines that are not UTF-8 are named one by one."""
_ZIP: Final = b"PK\x03\x04"
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS: Final = (
    b"xl/",
    b"[Content_Types].xml",
    b"application/vnd.oasis.opendocument",
)
_WEB_PAGE: Final = re.compile(
    r"(?i)\s*(<!--.*?-->\s*)*<(!doctype html|html|head|body|table|meta)\b"
)
_XML: Final = re.compile(r"\s*<\?xml\b")
_JSON: Final = re.compile(r"\s*(\[\s*($|[\[{\"])|\{\s*($|\"))")


@dataclass(frozen=True)
class ListText:
    """The numbered lines of a list, and what must be said of how they were written."""

    lines: Sequence[tuple[int, str]]
    notes: Sequence[Sentence] = ()


def read_text(content: bytes) -> ListText:
    """Return the lines of a list; raise `InvalidInputError` for what is too large or no text."""
    if len(content) > MAX_BYTES:
        raise InvalidInputError(
            "The file has more than {limit} KiB; a list of holidays is much smaller. Choose "
            "another one.",
            field="file",
            limit=MAX_BYTES // 1024,
        )
    _refuse_workbooks(content)
    decoded = decode_lines(split_lines(as_utf_8(content.rstrip(_DOS_END))))
    first = next((line for _number, line in decoded.lines if line.strip()), "")
    _refuse_other_texts(first)
    if any(_BINARY.search(line) for _number, line in decoded.lines):
        raise _not_text(content)
    if not first:
        raise InvalidInputError(
            "The file is empty; choose one with a list of holidays.", field="file"
        )
    _check_length(decoded)
    return ListText(decoded.lines, list(_notes(decoded)))


def _notes(decoded: DecodedLines) -> Iterator[Sentence]:
    whole = decoded.note_on_file()
    if whole is not None:
        yield whole
        return
    odd = sorted(decoded.odd_lines)
    for number in odd[:_NAMED_LINES]:
        note = decoded.note_on_line(number)
        if note is not None:
            yield note
    if len(odd) > _NAMED_LINES:
        yield Sentence(
            "So it is with {count} more lines, up to line {line}.",
            count=len(odd) - _NAMED_LINES,
            line=odd[-1],
        )


def _check_length(decoded: DecodedLines) -> None:
    count = len(decoded.lines) - (not decoded.lines[-1][1])  # what follows the last line's end
    if count > MAX_LINES:
        raise InvalidInputError(
            "The file has {count} lines; {limit} are allowed. A list of holidays is much shorter.",
            field="file",
            count=count,
            limit=MAX_LINES,
        )


def _refuse_workbooks(content: bytes) -> None:
    is_archive = content.startswith(_ZIP)
    if content.startswith(_OLD_OFFICE) or (
        is_archive and any(part in content for part in _WORKBOOK_PARTS)
    ):
        raise InvalidInputError(
            "The file is a workbook, as of Excel, and no text; open it, save it as CSV (UTF-8), "
            "and choose that file.",
            field="file",
        )
    if is_archive:
        raise InvalidInputError(
            "The file is a ZIP archive; unpack it, and choose the list in it.", field="file"
        )
    if content.lstrip().startswith(b"%PDF"):
        raise InvalidInputError(
            "The file is a PDF, which has no table that could be read; look for the list as CSV "
            "or ICS, or enter the holidays by hand.",
            field="file",
        )


def _refuse_other_texts(start: str) -> None:
    if _WEB_PAGE.match(start):
        raise InvalidInputError(
            "The file is a web page (HTML), whatever its name says; open it in a spreadsheet "
            "program, save it as CSV (UTF-8), and choose that file.",
            field="file",
        )
    if _XML.match(start) or _JSON.match(start):
        raise InvalidInputError(
            "The file is written for programs (XML or JSON); get the list as CSV or ICS.",
            field="file",
        )


def _share_of_zeros(content: bytes) -> float:
    return content.count(0) / max(len(content), _FEW)


def _not_text(content: bytes) -> InvalidInputError:
    if max(_share_of_zeros(content[0::2]), _share_of_zeros(content[1::2])) > _HALF:
        return InvalidInputError(
            "The file seems to be UTF-16 without the mark that says so; save it as CSV (UTF-8), "
            "and choose that file.",
            field="file",
        )
    return InvalidInputError(
        "The file is no text; save the list as CSV (UTF-8), TXT or ICS and choose that one.",
        field="file",
    )
