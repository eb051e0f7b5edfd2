"""The download of OpenHolidays: several countries, subdivisions and groups of schools in one table.

Its older files have no column for groups: two lines of one name and subdivision on the same days,
for two kinds of schools, differ only in their comment. There, the comment is taken for the group.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from infoscreen_core.domain.school.holiday_import import Line
from infoscreen_core.domain.school.holiday_places import Place
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.formats.holiday_lists.headings import END, GROUP, NAME, REGION, START
from infoscreen_core.formats.holiday_lists.lines import left_out, read_line
from infoscreen_core.formats.holiday_lists.rows import Row

_LANGUAGES: Final = ("de", "en")
"""The languages in which names are looked for if the user's own has none."""
_BETWEEN_TEXTS: Final = re.compile(r",(?=[A-Z]{2} )")
_LANGUAGE: Final = re.compile(r"[A-Z]{2} ")
_NO_HOLIDAYS: Final = frozenset({"backtoschool", "endoflessons"})
_HALF_DAY: Final = "halfday"
Fields = Mapping[str, str]


@dataclass(frozen=True)
class _File:
    """What must be known of all lines to understand one."""

    language: str
    has_countries: bool
    """Whether it holds several, so that the country belongs to each place."""
    dividing: frozenset[tuple[str, str, str]]
    """Name, subdivisions and comment of lines that a comment alone tells apart."""


def read_open_holidays(
    rows: Sequence[Row], places: Mapping[str, int], language: str
) -> Iterator[Line]:
    """Yield a line for each row; names are in the user's language where they are given in it."""
    found = [
        {
            column: row.fields[place] if place < len(row.fields) else ""
            for column, place in places.items()
        }
        for row in rows
    ]
    countries = {fields["country"].upper() for fields in found}
    file = _File(language, len(countries) > 1, frozenset(_dividing(found)))
    return (_read(row.line, fields, file) for row, fields in zip(rows, found, strict=True))


def _read(number: int, fields: Fields, file: _File) -> Line:
    name = _spoken(fields[NAME], file.language)
    place = _place(fields, file)
    kind = fields["type"].replace(" ", "").lower()
    if kind in _NO_HOLIDAYS:
        why = Sentence(
            "{title} is no holiday, but a day of school ({kind}).", title=name, kind=kind
        )
        return left_out(number, why, place)
    if fields.get("scope", "").replace(" ", "").lower() == _HALF_DAY:
        why = Sentence("{title} is only half a day; enter it by hand if need be.", title=name)
        return left_out(number, why, place)
    end = fields[END] or fields[START]
    return read_line(
        number, name=name, start=fields[START], end=end, region=place.region, place=place
    )


def _place(fields: Fields, file: _File) -> Place:
    subdivisions = _codes(fields.get(REGION, ""))
    if file.has_countries:
        country = fields["country"].upper()
        subdivisions = tuple(f"{country}-{code}" for code in subdivisions) or (country,)
    groups = _codes(fields.get(GROUP, ""))
    if not groups and _key(fields) in file.dividing:
        groups = (_spoken(fields["comment"], file.language),)
    return Place(subdivisions, groups)


def _dividing(found: Sequence[Fields]) -> Iterator[tuple[str, str, str]]:
    """Yield what tells lines apart that share name, subdivisions and days, but not the comment."""
    alike: dict[tuple[str, ...], list[Fields]] = defaultdict(list)
    for fields in found:
        if fields.get("comment"):
            kind = (fields["country"], fields[NAME], fields.get(REGION, ""), fields.get(GROUP, ""))
            alike[kind].append(fields)
    for same in alike.values():
        in_order = sorted(same, key=lambda one: one[START])
        for earlier, later in pairwise(in_order):
            overlaps = later[START] <= (earlier[END] or earlier[START])
            if overlaps and earlier["comment"] != later["comment"]:
                yield _key(earlier)
                yield _key(later)


def _key(fields: Fields) -> tuple[str, str, str]:
    return fields[NAME], fields.get(REGION, ""), fields.get("comment", "")


def _codes(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (piece.strip() for piece in text.split(","))))


def _spoken(text: str, language: str) -> str:
    """Return one of the texts in, for example, `DE Herbstferien,EN Autumn holidays`."""
    pieces = [piece for piece in _BETWEEN_TEXTS.split(text) if _LANGUAGE.match(piece)]
    texts = {piece[:2].lower(): piece[3:].strip() for piece in pieces}
    wanted = (language, *_LANGUAGES)
    found = next((texts[code] for code in wanted if code in texts), next(iter(texts.values()), ""))
    return found or text
