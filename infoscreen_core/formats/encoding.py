"""From the bytes of a text file to its lines, whatever program wrote them.

A file is UTF-8, or UTF-16, which its first bytes show. A byte that is no UTF-8 is read as
Windows-1252 (of which Latin-1 is a part), that byte alone: one stray byte must not garble every
other umlaut of the file. Either way a person is told: of the whole file if it holds no UTF-8 at
all, so that another program wrote it in Windows-1252, or else of each such line.

Folded lines (RFC 5545, RFC 6350) are joined before they are decoded, since programs count bytes
and fold in the middle of a character.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from infoscreen_core.domain.text.wording import Sentence

_BREAK: Final = re.compile(rb"\r\n|\n|\r")
"""Not `splitlines`: texts may contain the other characters that it takes for line ends."""
_UTF_8_MARK: Final = codecs.BOM_UTF8
_MARK: Final = "\ufeff"
_WIDE_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # begins as the mark of UTF-16 does
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE_LETTERS: Final = (
    (re.compile(rb"[\x01-\x7f]\0[\x01-\x7f]\0"), "utf-16-le"),
    (re.compile(rb"\0[\x01-\x7f]\0[\x01-\x7f]"), "utf-16-be"),
)
"""How UTF-16 without a mark begins, if it begins with two plain letters."""
_BY_CHANCE: Final = re.compile("[^\x00-\u024f\u02c6\u02dc\u2010-\u203f\u20ac\u2122\ufeff\ufffd]")
"""What two or three letters and quotes of Windows-1252 look like in UTF-8, as in "Spaß“"."""
_NEVER: Final = re.compile("(?!)")
_STRAY_BYTES: Final = "infoscreen-windows-1252"


def _read_stray_bytes(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_STRAY_BYTES, _read_stray_bytes)


@dataclass(frozen=True)
class DecodedLines:
    """Lines of text, each with its number, and the numbers of those that were not UTF-8."""

    lines: Sequence[tuple[int, str]]
    odd_lines: frozenset[int]
    has_utf_8: bool
    """Whether any character beyond ASCII is written in UTF-8."""

    @property
    def is_windows_1252(self) -> bool:
        """Whether the whole file was read as Windows-1252."""
        return bool(self.odd_lines) and not self.has_utf_8

    def note_on_file(self) -> Sentence | None:
        """Return what to say of a file that was read as Windows-1252; None for any other."""
        if not self.is_windows_1252:
            return None
        return Sentence(
            "The file is not written in UTF-8; it was read as Windows-1252. Check the umlauts.",
            field="file",
        )

    def note_on_line(self, number: int) -> Sentence | None:
        """Return what to say of a line that was not UTF-8 in a file that is; None for any other."""
        if self.is_windows_1252 or number not in self.odd_lines:
            return None
        return Sentence(
            "Line {line} is not written in UTF-8 like the others; what is not was read as "
            "Windows-1252. Check its umlauts.",
            field="file",
            line=number,
        )


def as_utf_8(data: bytes) -> bytes:
    """Return UTF-16 and UTF-32 as UTF-8, and anything else, as it is, without its mark (BOM)."""
    encoding = next((name for mark, name in _WIDE_MARKS if data.startswith(mark)), None)
    encoding = encoding or next((name for form, name in _WIDE_LETTERS if form.match(data)), None)
    if encoding is None:
        return data.removeprefix(_UTF_8_MARK)
    return data.decode(encoding, "replace").removeprefix(_MARK).encode("utf-8", "replace")


def split_lines(data: bytes) -> list[tuple[int, bytes]]:
    """Return the lines, without their ends (LF, CRLF or CR), numbered from 1."""
    return list(enumerate(_BREAK.split(data), start=1))


def unfold_lines(lines: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
    """Yield each content line with the number of the line on which it begins.

    A line that begins with white space continues the one before, even in the middle of a character.
    """
    number, pieces = 0, list[bytes]()
    for current, line in lines:
        if line[:1] in {b" ", b"\t"} and pieces:
            pieces.append(line[1:])
            continue
        if pieces:
            yield number, b"".join(pieces)
        number, pieces = current, [line]
    if pieces:
        yield number, b"".join(pieces)


def decode_lines(lines: Iterable[tuple[int, bytes]]) -> DecodedLines:
    """Return lines as text; joined files may have a mark (BOM) in the middle, which is dropped."""
    given = list(lines)
    chance = _BY_CHANCE if _is_mostly_windows_1252(given) else _NEVER
    found: list[tuple[int, str]] = []
    odd: set[int] = set()
    has_utf_8 = False
    for number, line in given:
        text = line.decode("utf-8", _STRAY_BYTES)
        found.append((number, chance.sub(_read_again, text).removeprefix(_MARK)))
        if not line.isascii():
            is_odd = not _is_utf_8(line) or chance.search(text) is not None
            odd |= {number} if is_odd else set()
            has_utf_8 = has_utf_8 or not chance.sub("", _in_utf_8(line)).isascii()
    return DecodedLines(found, frozenset(odd), has_utf_8)


def _is_mostly_windows_1252(lines: Iterable[tuple[int, bytes]]) -> bool:
    """Whether more bytes are no UTF-8 than there are characters beyond ASCII that are."""
    balance = 0
    for _number, line in lines:
        if not line.isascii():
            text = _in_utf_8(line)
            balance += len(line) - len(text.encode())
            balance -= sum(not character.isascii() for character in text)
    return balance > 0


def _read_again(found: re.Match[str]) -> str:
    return found[0].encode().decode("cp1252", "replace")


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _in_utf_8(line: bytes) -> str:
    """Return what of a line is UTF-8."""
    return line.decode("utf-8", "ignore")
