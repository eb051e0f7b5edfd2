"""Tables of holidays as people and offices write them, and the OpenHolidays download.

Nobody says which delimiter a table has or which column is which, so both are inferred: the
delimiter is the one with which most lines show two dates; the columns go by headings in German or
English, or else by their order.
"""

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from infoscreen_core.domain.school.holiday_import import HolidayFormat, HolidayList, Line
from infoscreen_core.domain.school.holidays import REGION_LIMIT, Holiday, Outcome
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.dates import read_date

_LANGUAGES: Final = ("de", "en")
"""The languages in which names are looked for if the user's own has none."""

_DELIMITERS: Final = (";", "\t", ",")
_SAMPLE: Final = 20
_COLUMNS: Final = {"name": 0, "start": 1, "end": 2, "region": 3}
_SPAN: Final = ("start", "end")
_HEADINGS: Final[Mapping[str, Sequence[str]]] = {
    "name": ("name", "bezeichnung", "titel", "title", "ferien", "feiertag", "holiday"),
    "start": (
        "start",
        "start_date",
        "startdate",
        "von",
        "from",
        "beginn",
        "begin",
        "anfang",
        "erster tag",
    ),
    "end": ("end", "end_date", "enddate", "bis", "to", "until", "ende", "letzter tag"),
    "region": ("region", "bundesland", "land", "state"),
}
_OPEN_HEADINGS: Final = {"country", "startdate", "enddate", "type", "name"}
_OPEN_NAME: Final = re.compile(r",(?=[A-Z]{2} )")
_OPEN_LANGUAGE: Final = re.compile(r"[A-Z]{2} ")

Row = tuple[int, list[str]]


def read_table(text: str, *, language: str = "de") -> HolidayList:
    """Read a table with or without a header, or the OpenHolidays download, whichever it is."""
    rows = _read_rows(text)
    headings = _headings(rows[0][1])
    if set(headings) >= _OPEN_HEADINGS:
        lines = [_read_open(headings, row, language) for row in rows[1:]]
        return HolidayList(HolidayFormat.OPEN_HOLIDAYS, lines)
    return HolidayList(HolidayFormat.TABLE, list(_read_plain(rows)))


def _chosen_name(names: Mapping[str, str], language: str) -> str:
    """Return the name in the user's language, else in German, in English, or in any other."""
    wanted = (language, *_LANGUAGES)
    return next((names[code] for code in wanted if code in names), next(iter(names.values()), ""))


def _read_rows(text: str) -> list[Row]:
    try:
        rows = _split(text, _find_delimiter(text))
    except csv.Error:
        rows = []
    if not rows:
        raise InvalidInputError(
            "The file is no table of holidays; write name, first day and last day on each line.",
            field="file",
        )
    return rows


def _split(text: str, delimiter: str) -> list[Row]:
    """Return the fields of each non-empty row, with the number of the line on which it begins."""
    reader = csv.reader(text.splitlines(), delimiter=delimiter, skipinitialspace=True)
    rows: list[Row] = []
    begin = 1
    for fields in reader:
        cleaned = [field.strip() for field in fields]
        if any(cleaned):
            rows.append((begin, cleaned))
        begin = reader.line_num + 1
    return rows


def _find_delimiter(text: str) -> str:
    """Return the delimiter that gives most of the first lines two dates, or else three fields."""
    sample = "\n".join([line for line in text.splitlines() if line.strip()][:_SAMPLE])

    def score(delimiter: str) -> tuple[int, int]:
        rows = [fields for _, fields in _split(sample, delimiter)]
        dated = sum(
            sum(read_date(field) is not None for field in fields) >= len(_SPAN) for fields in rows
        )
        return dated, sum(len(fields) >= len(_COLUMNS) - 1 for fields in rows)

    return max(_DELIMITERS, key=score)


def _headings(fields: Sequence[str]) -> list[str]:
    return [" ".join(field.lower().split()) for field in fields]


def _read_plain(rows: Sequence[Row]) -> Iterator[Line]:
    number, fields = rows[0]
    places = _find_places(_headings(fields))
    if places is None and not any(re.search(r"\d", field) for field in fields):
        yield Line(number, None, Outcome.SKIPPED, Sentence("Taken for the heading."))
        rows = rows[1:]
    for number, fields in rows if places is None else rows[1:]:
        yield _line(number, _picked(fields, places or _COLUMNS))


def _find_places(headings: Sequence[str]) -> dict[str, int] | None:
    """Return the index of each column if these are headings that we know, else None."""
    places = {
        column: place
        for column, words in _HEADINGS.items()
        for place, heading in enumerate(headings)
        if heading in words
    }
    return places if places.keys() >= {"name", *_SPAN} else None


def _read_open(headings: Sequence[str], row: Row, language: str) -> Line:
    number, fields = row
    found = _picked(fields, {heading: place for place, heading in enumerate(headings)})
    return _line(
        number,
        {
            "name": _open_name(found["name"], language),
            "start": found["startdate"],
            "end": found["enddate"] or found["startdate"],
            "region": _shortened(found.get("subdivisions", "")),
        },
    )


def _open_name(text: str, language: str) -> str:
    """Return one of the names in a text such as `DE Herbstferien,EN Autumn holidays`."""
    pieces = [piece for piece in _OPEN_NAME.split(text) if _OPEN_LANGUAGE.match(piece)]
    return (
        _chosen_name({piece[:2].lower(): piece[3:].strip() for piece in pieces}, language) or text
    )


def _shortened(region: str) -> str:
    """Return a list of parts of a country, cut to the length that can be stored."""
    return region if len(region) <= REGION_LIMIT else region[: REGION_LIMIT - 1] + "…"


def _picked(fields: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    return {
        column: fields[place] if place < len(fields) else "" for column, place in places.items()
    }


def _line(number: int, found: Mapping[str, str]) -> Line:
    first, last = read_date(found["start"]), read_date(found["end"])
    if first is None or last is None:
        wrong = found["end"] if first is not None else found["start"]
        return Line(number, None, Outcome.INVALID, _not_a_date(wrong))
    region = found.get("region") or None
    return Line(number, Holiday(name=found["name"], start_date=first, end_date=last, region=region))


def _not_a_date(text: str) -> Sentence:
    if not text:
        return Sentence(
            "A date is missing; write name, first day, last day, and perhaps the region."
        )
    return Sentence(
        '"{value}" is no date; write it as 2026-10-26, 26.10.2026 or 20261026.', value=shown(text)
    )
