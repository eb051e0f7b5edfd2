"""A file with a list of holidays, in any of the formats that we read."""

import re
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.school.holiday_import import HolidayList
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_ical import is_icalendar, read_icalendar
from infoscreen_core.formats.holiday_table import read_table

MAX_BYTES: Final = 1024 * 1024
MAX_LINES: Final = 5_000
_BINARY: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def read_holiday_file(content: bytes, *, zone: ZoneInfo, language: str) -> HolidayList:
    """Return the holidays of a file; its instants are days of `zone` unless it names another.

    Raises `InvalidInputError` for a file that is not text, is too large, or holds no such list.
    """
    text = decode_list(content)
    return (
        read_icalendar(text, zone=zone)
        if is_icalendar(text)
        else read_table(text, language=language)
    )


def decode_list(content: bytes) -> str:
    """Return the text of UTF-8 or Latin-1 bytes; raise `InvalidInputError` for anything else."""
    if len(content) > MAX_BYTES:
        raise InvalidInputError(
            "The file has more than {limit} KiB; a list of holidays is much smaller. Choose "
            "another one.",
            field="file",
            limit=MAX_BYTES // 1024,
        )
    text = _decode(content)
    if _BINARY.search(text):
        raise InvalidInputError(
            "The file is no text; save the list as CSV (UTF-8), TXT or ICS and choose that one.",
            field="file",
        )
    if not text.strip():
        raise InvalidInputError(
            "The file is empty; choose one with a list of holidays.", field="file"
        )
    _check_length(text)
    return text


def _decode(content: bytes) -> str:
    # cp1252, the Windows form, has dashes and quotes where Latin-1 has control characters; letters
    # are the same in both.
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _check_length(text: str) -> None:
    count = len(text.splitlines())
    if count > MAX_LINES:
        raise InvalidInputError(
            "The file has {count} lines; {limit} are allowed. A list of holidays is much shorter.",
            field="file",
            count=count,
            limit=MAX_LINES,
        )
