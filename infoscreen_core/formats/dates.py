"""Dates as people and offices write them: in tables of holidays, and on the command line.

The order of day and month is never guessed: 03/04/2026, with slashes, is April to some readers and
March to others.
"""

import re
from datetime import date
from typing import Final

_FORMS: Final = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"),
)


def read_date(text: str) -> date | None:
    """Return the day written as 2026-10-26, 26.10.2026 or 20261026; None for anything else."""
    for pattern in _FORMS:
        if match := pattern.fullmatch(text.strip()):
            try:
                return date(*(int(match[part]) for part in ("year", "month", "day")))
            except ValueError:
                return None
    return None
