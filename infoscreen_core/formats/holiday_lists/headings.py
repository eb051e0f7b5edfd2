"""Which column of a table is which, by headings in German or English, in any order.

Case, accents, blanks and punctuation do not count: `Start Date`, `start_date` and `STARTDATE` are
one heading. Some words are weak: they say what a column holds only where no better one does, as
`Datum` does in a list of single days.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.holiday_lists.rows import Row

NAME: Final = "name"
START: Final = "start"
END: Final = "end"
REGION: Final = "region"
GROUP: Final = "group"
_NEEDED: Final = (NAME, START, END)
_LOOKED_THROUGH: Final = 20
"""How many rows may stand above the heading."""
_WORDS: Final[Mapping[str, str]] = {
    NAME: "name bezeichnung titel title summary subject betreff anlass ereignis event eventname "
    "ferienname holidayname",
    START: "start startdate startdatum startday dtstart von vom from fromdate datefrom vondatum "
    "datumvon beginn beginnt beginntam beginndatum begin begins begindate anfang anfangsdatum "
    "erstertag firstday ersterferientag ferienbeginn ferienstart ab gultigvon gultigab",
    END: "end ends enddate enddatum endday dtend bis to todate dateto until till through bisdatum "
    "datumbis ende endet endetam letztertag lastday letzterferientag ferienende gultigbis schluss",
    REGION: "region bundesland state kanton canton subdivision subdivisions provinz province",
    GROUP: "group groups gruppe gruppen schulart schulform schultyp schoolgroup schooltype",
}
_WEAK_WORDS: Final[Mapping[str, str]] = {
    NAME: "ferien schulferien feiertag holiday beschreibung description text",
    START: "datum date tag day",
    REGION: "land",
}
_OPEN_HOLIDAYS: Final = {
    NAME: "name",
    START: "startdate",
    END: "enddate",
    REGION: "subdivisions",
    GROUP: "groups",
    "type": "type",
    "country": "country",
    "comment": "comment",
    "scope": "temporalscope",
}
_OPEN_NEEDED: Final = frozenset({"country", "startdate", "enddate", "type", "name"})
_OPEN_UNUSED: Final = frozenset({"id", "regionalscope", "tags", "quality", "nationwide"})
_MISSING: Final = {
    NAME: Sentence(
        "The heading (line {line}) has no column for the name, as Name or Bezeichnung; it has: "
        "{headings}."
    ),
    START: Sentence(
        "The heading (line {line}) has no column for the first day, as Start or Von; it has: "
        "{headings}."
    ),
    END: Sentence(
        "The heading (line {line}) has no column for the last day, as End or Bis; it has: "
        "{headings}."
    ),
}


@dataclass(frozen=True)
class Heading:
    """The row with the headings, and the index of each column that is known."""

    row: Row
    places: Mapping[str, int]
    is_open_holidays: bool

    @property
    def unused(self) -> list[str]:
        """The headings of columns that are not read."""
        known = set(self.places.values())
        return [
            heading
            for place, heading in enumerate(self.row.fields)
            if heading
            and place not in known
            and not (self.is_open_holidays and heading.lower() in _OPEN_UNUSED)
        ]


def is_heading(row: Row) -> bool:
    """Whether a row has a heading for name, first and last day (or for the one day)."""
    places = _places(row)
    return not row.date_count and all(places.get(column) for column in _NEEDED)


def find_heading(rows: Sequence[Row]) -> Heading | None:
    """Return the heading, which stands before the first row with a date; None if there is none.

    Raises `InvalidInputError` for one that lacks a column, or has two of a kind.
    """
    above = list(islice(_before_dates(rows), _LOOKED_THROUGH))
    row = next((row for row in above if is_heading(row)), None)
    row = row or next((row for row in above if _is_unfinished(row)), None)
    if row is None:
        return None
    places = _places(row)
    for column in _NEEDED:
        if not places.get(column):
            raise InvalidInputError(
                _MISSING[column].template,
                field="file",
                line=row.line,
                headings=", ".join(shown(heading) for heading in row.fields if heading),
            )
    one_each = {column: _only(row, found) for column, found in places.items() if found}
    return Heading(row, one_each, _is_open_holidays(row))


def _before_dates(rows: Sequence[Row]) -> list[Row]:
    count = next((number for number, row in enumerate(rows) if row.date_count), len(rows))
    return list(rows[:count])


def _is_unfinished(row: Row) -> bool:
    found = {column for column in _NEEDED if _places(row).get(column)}
    return len(row.fields) > 1 and (len(found) > 1 or bool(found - {NAME}))


def _is_open_holidays(row: Row) -> bool:
    return {field.lower() for field in row.fields} >= _OPEN_NEEDED


def _places(row: Row) -> dict[str, list[int]]:
    """Return the indexes of the columns that may be meant by each heading."""
    if _is_open_holidays(row):
        words = [field.lower() for field in row.fields]
        return {
            column: [place for place, word in enumerate(words) if word == heading]
            for column, heading in _OPEN_HOLIDAYS.items()
        }
    words = [_bare(field) for field in row.fields]
    found = {column: _matching(words, known) for column, known in _WORDS.items()}
    for column, known in _WEAK_WORDS.items():
        found[column] = found[column] or _matching(words, known)
    if not found[END] and found[START] == _matching(words, _WEAK_WORDS[START]):
        found[END] = found[START]  # a list of single days
    return found


def _matching(words: Sequence[str], known: str) -> list[int]:
    return [place for place, word in enumerate(words) if word in known.split()]


def _bare(heading: str) -> str:
    letters = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def _only(row: Row, places: Sequence[int]) -> int:
    if len(places) > 1:
        raise InvalidInputError(
            "The heading (line {line}) has “{first}” (column {first_column}) and “{second}” "
            "(column {second_column}), which mean the same; delete or rename one of them.",
            field="file",
            line=row.line,
            first=shown(row.fields[places[0]]),
            first_column=places[0] + 1,
            second=shown(row.fields[places[1]]),
            second_column=places[1] + 1,
        )
    return places[0]
