"""Write tables as CSV (RFC 4180) for spreadsheets.

A spreadsheet evaluates a cell that begins like a formula, and our texts come from anybody: from
players, from imported calendars. So such a text gets an apostrophe in front, and is shown as it is.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


BYTE_ORDER_MARK: Final = "\ufeff"
"""In front of a file; without it a spreadsheet reads umlauts wrongly."""


def write_csv(heading: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    """Return a table as CSV; its texts are shown, never evaluated."""
    return "".join(csv_chunks(heading, [rows]))


def csv_chunks(
    heading: Sequence[str], portions: Iterable[Iterable[Sequence[str | float]]]
) -> Iterator[str]:
    """Return a long table as CSV in pieces, the heading and then one for each portion of rows."""
    yield _written([heading])
    for rows in portions:
        yield _written([_not_a_formula(cell) for cell in row] for row in rows)


def _written(rows: Iterable[Sequence[str | float]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _not_a_formula(cell: str | float) -> str | float:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
