"""Dates as people and offices write them: in tables of holidays, and on the command line.

The order of day and month is never guessed: 03/04/2026, with slashes, is April to some readers and
March to others.
"""

import re
from datetime import date
from typing import Final

from infoscreen_core.domain.text.wording import Sentence, shown

_FORMS: Final = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
)


_INVISIBLE: Final = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
"""Windows puts marks of writing direction around dates that are copied from its own windows."""
_SHORT_YEAR: Final = re.compile(r"\d{1,2}([./-])\s?\d{1,2}\1\s?\d{2}")
_SLASHES: Final = re.compile(r"\d{1,2}/\d{1,2}/\d{4}")
_SERIAL: Final = re.compile(r"[3-7]\d{4}([.,]\d+)?")
"""The days from 1982 to 2118 as Excel counts them."""


def read_date(text: str) -> date | None:
    """Return the day written as 2026-10-26, 26.10.2026 or 20261026; None for anything else."""
    for pattern in _FORMS:
        if match := pattern.fullmatch(_INVISIBLE.sub("", text).strip()):
            try:
                return date(*(int(match[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None


def describe_wrong_date(text: str) -> Sentence:
    """Return why a text is no date for `read_date`, and how to write it."""
    bare = _INVISIBLE.sub("", text).strip()
    if _SHORT_YEAR.fullmatch(bare):
        return Sentence(
            "“{value}” has a year of two figures; write all four, as in 26.10.2026.",
            value=shown(bare),
        )
    if _SLASHES.fullmatch(bare):
        return Sentence(
            "“{value}” may begin with the day or with the month; write it as 2026-10-26 or "
            "26.10.2026.",
            value=shown(bare),
        )
    if _SERIAL.fullmatch(bare):
        return Sentence(
            "“{value}” is how Excel counts days; format the column as a date such as 2026-10-26, "
            "and save the file again.",
            value=shown(bare),
        )
    return Sentence(
        "“{value}” is no date; write it as 2026-10-26, 26.10.2026 or 20261026.", value=shown(text)
    )
