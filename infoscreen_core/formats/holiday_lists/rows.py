"""The rows of a table in text, whatever separates its columns.

A first line such as `sep=;`, which Excel writes and obeys, says what does. Otherwise the delimiter
is the one with which most of the first rows show two dates, or else make a heading.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.dates import read_date

_DELIMITERS: Final = (";", "\t", ",", "|")
_SAMPLE: Final = 30
_SEPARATOR: Final = re.compile(r"(?i)\s*(\"?)sep=([^\w\s\"]|\t)\1(\2|\s)*")
_ONLY_SEPARATOR: Final = re.compile(r"(?i)\s*\"?sep=")
_END: Final = "\x1a"
"""A line that no text has; it comes back as a row of its own unless a quotation mark is open."""
_LENGTHS: Final = range(8, 25)
"""How long dates may be; most fields need not be looked at more closely."""
_MAX_COLUMNS: Final = 200
_TWO_DATES: Final = 2
_THREE_FIELDS: Final = 3

NumberedLine = tuple[int, str]


@dataclass(frozen=True)
class Row:
    """The trimmed fields of a row, and the number of the line on which it begins."""

    line: int
    fields: Sequence[str]

    @property
    def text(self) -> str:
        """All it says, as a person may see it."""
        return "; ".join(filter(None, self.fields))

    @cached_property
    def date_count(self) -> int:
        """How many of its fields are dates."""
        short = (field for field in self.fields if len(field) in _LENGTHS)
        return sum(read_date(field) is not None for field in short)


def read_rows(lines: Sequence[NumberedLine], *, is_heading: Callable[[Row], bool]) -> list[Row]:
    """Return the rows of a table that are not blank; `is_heading` knows one by its fields."""
    body = [line for line in lines if line[1].strip()][:1]
    separator = _separator(body[0]) if body else None
    if separator is not None:
        rows = _split([line for line in lines if line[0] > body[0][0]], separator)
        _check_separator(rows, separator, body[0][0])
        return rows
    return _split(lines, _find_delimiter(lines, is_heading))


def _separator(line: NumberedLine) -> str | None:
    if not _ONLY_SEPARATOR.match(line[1]):
        return None
    match = _SEPARATOR.fullmatch(line[1].strip("\r\n "))
    if match is None:
        raise InvalidInputError(
            "Line {line}, “{value}”, should say what separates the columns, as sep=; does; correct "
            "or delete it.",
            field="file",
            line=line[0],
            value=shown(line[1].strip()),
        )
    return match[2]


def _check_separator(rows: Sequence[Row], separator: str, number: int) -> None:
    if rows and all(len(row.fields) == 1 for row in rows):
        raise InvalidInputError(
            "Line {line} says that “{value}” separates the columns, but no line below has it; "
            "correct or delete that line.",
            field="file",
            line=number,
            value=shown(separator),
        )


def _find_delimiter(lines: Sequence[NumberedLine], is_heading: Callable[[Row], bool]) -> str:
    sample = list(islice((line for line in lines if line[1].strip()), _SAMPLE))

    def score(delimiter: str) -> tuple[int, ...]:
        try:
            rows = list(_iter_rows(sample, delimiter))
        except (csv.Error, InvalidInputError):  # far too long, or far too many fields
            rows = []
        return (
            sum(row.date_count >= _TWO_DATES for row in rows),
            sum(is_heading(row) for row in rows),
            sum(row.date_count > 0 and len(row.fields) > 1 for row in rows),
            sum(len(row.fields) >= _THREE_FIELDS for row in rows),
        )

    return max(_DELIMITERS, key=score)


def _split(lines: Sequence[NumberedLine], delimiter: str) -> list[Row]:
    rows: list[Row] = []
    try:
        found = list(_iter_rows([*lines, (0, _END)], delimiter))
    except csv.Error:  # a field of more than 128 KiB, mostly all that follows a quotation mark
        return []
    for row in found:
        if row.fields == [_END]:
            return rows
        if any(_swallows_rows(field, delimiter) for field in row.fields):
            raise _open_quote(row.line)
        rows.append(row)
    raise _open_quote(rows[-1].line if rows else 1)


def _swallows_rows(field: str, delimiter: str) -> bool:
    """Whether a field of several lines holds dates in columns, as rows do between two quotes."""
    if "\n" not in field:
        return False
    return any(read_date(piece) for line in field.split("\n") for piece in line.split(delimiter))


def _iter_rows(lines: Sequence[NumberedLine], delimiter: str) -> Iterator[Row]:
    """Yield the rows that are not blank; fields may hold line ends when they are quoted."""
    reader = csv.reader(
        (f"{text}\n" for _number, text in lines), delimiter=delimiter, skipinitialspace=True
    )
    begin = 0
    while True:
        fields = next(reader, None)
        if fields is None:
            return
        if len(fields) > _MAX_COLUMNS:
            raise InvalidInputError(
                "Line {line} has {count} columns; {limit} are allowed. A table of holidays has a "
                "few.",
                field="file",
                line=lines[begin][0],
                count=len(fields),
                limit=_MAX_COLUMNS,
            )
        cleaned = [field.strip() if field != _END else field for field in fields]
        if any(cleaned):
            yield Row(lines[begin][0], cleaned)
        begin = reader.line_num


def _open_quote(number: int) -> InvalidInputError:
    return InvalidInputError(
        'A quotation mark (") on line {line} is not closed there; close or delete it.',
        field="file",
        line=number,
    )
