"""Tables of holidays as people and offices write them: name, first day, last day, region, group.

The columns go by their headings, or else stand in that order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from infoscreen_core.domain.school.holiday_import import HolidayFormat, HolidayList, Line
from infoscreen_core.domain.school.holiday_places import Place
from infoscreen_core.domain.text.names import normalised
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_lists.headings import (
    END,
    GROUP,
    NAME,
    REGION,
    START,
    Heading,
    find_heading,
    is_heading,
)
from infoscreen_core.formats.holiday_lists.lines import left_out, read_line
from infoscreen_core.formats.holiday_lists.open_holidays import read_open_holidays
from infoscreen_core.formats.holiday_lists.rows import NumberedLine, Row, read_rows

_IN_ORDER: Final = {NAME: 0, START: 1, END: 2, REGION: 3}
_COMMENT: Final = "#"
_COMMENTED: Final = Sentence("Taken for a comment.")
_HEADING: Final = Sentence("Taken for the heading.")


def read_table(numbered: Sequence[NumberedLine], *, language: str = "de") -> HolidayList:
    """Read a table with or without a heading, or the OpenHolidays download, whichever it is.

    Raises `InvalidInputError` for what is no table, or has a heading that cannot be understood.
    """
    rows = read_rows(numbered, is_heading=is_heading)
    if not rows:
        raise InvalidInputError(
            "The file is no table of holidays; write name, first day and last day on each line.",
            field="file",
        )
    heading = find_heading([row for row in rows if not _is_comment(row) or is_heading(row)])
    parts = _with_heading(rows, heading) if heading else _without_heading(rows)
    if heading is not None and heading.is_open_holidays:
        form = HolidayFormat.OPEN_HOLIDAYS
        lines = list(read_open_holidays(parts.rows, heading.places, language))
    else:
        form = HolidayFormat.TABLE
        places = heading.places if heading else _IN_ORDER
        lines = [_read(row, places) for row in parts.rows]
    in_order = sorted([*parts.others, *lines], key=lambda line: line.number)
    return HolidayList(form, in_order, list(_notes(heading)) if heading else ())


@dataclass(frozen=True)
class _Parts:
    """The rows that should be holidays, and the lines that are something else."""

    rows: Sequence[Row]
    others: Sequence[Line]


def _with_heading(rows: Sequence[Row], heading: Heading) -> _Parts:
    above = [left_out(row.line, _HEADING) for row in rows if row.line < heading.row.line]
    below = [row for row in rows if row.line > heading.row.line]
    again = [row for row in below if row.fields == heading.row.fields]
    comments = [row for row in below if _is_comment(row) and heading.places[NAME] == 0]
    others = [
        *above,
        *(left_out(row.line, _HEADING) for row in again),
        *(left_out(row.line, _COMMENTED) for row in comments),
    ]
    return _Parts([row for row in below if row not in again and row not in comments], others)


def _without_heading(rows: Sequence[Row]) -> _Parts:
    comments = [row for row in rows if _is_comment(row)]
    rest = [row for row in rows if not _is_comment(row)]
    first = next((number for number, row in enumerate(rest) if row.date_count), 0)
    titles = [row for row in rest[:first] if len(list(filter(None, row.fields))) == 1]
    rest = [row for row in rest if row not in titles]
    heading = rest[:1] if rest and not re.search(r"\d", rest[0].text) else []
    others = [
        *(left_out(row.line, _COMMENTED) for row in comments),
        *(left_out(row.line, _HEADING) for row in [*titles, *heading]),
    ]
    return _Parts(rest[len(heading) :], others)


def _is_comment(row: Row) -> bool:
    return row.fields[0].startswith(_COMMENT)


def _read(row: Row, places: Mapping[str, int]) -> Line:
    found = {
        column: row.fields[place] if place < len(row.fields) else ""
        for column, place in places.items()
    }
    region = found.get(REGION, "")
    place = Place(_names(region), _names(found.get(GROUP, "")))
    return read_line(
        row.line,
        name=found[NAME],
        start=found[START],
        end=found[END],
        region=place.region if place.groups else region,
        place=place,
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (normalised(piece) for piece in text.split(","))))


def _notes(heading: Heading) -> Iterator[Sentence]:
    if heading.unused:
        yield Sentence(
            "Columns that are not used: {headings}.",
            headings=", ".join(shown(name) for name in heading.unused),
        )
