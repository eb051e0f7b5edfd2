"""Write tables as CSV (RFC 4180) for spreadsheets.

A spreadsheet evaluates a cell that begins like a formula, and our texts come from anybody: from
players, from imported calendars. So such a text gets an apostrophe in front, and is shown as it is.
"""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def write_csv(heading: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """Return a table as CSV; its texts are shown, never evaluated."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(heading)
    writer.writerows([_not_a_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _not_a_formula(cell: str | int) -> str | int:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
