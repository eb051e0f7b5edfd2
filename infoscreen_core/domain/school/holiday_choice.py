"""The choice of one place from a list that holds several: its subdivisions and school groups."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from infoscreen_core.domain.school.holiday_import import HolidayList, Line
from infoscreen_core.domain.school.holiday_places import Place, PlaceChoice, applies, around
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.domain.text.names import folded
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.errors import InvalidInputError

_NAMED: Final = 12
"""How many names a sentence lists."""


@dataclass(frozen=True)
class PlaceOptions:
    """What can be chosen from a list, in order; the groups are those of the chosen subdivision."""

    subdivisions: tuple[str, ...] = ()
    school_groups: tuple[str, ...] = ()


NO_OPTIONS: Final = PlaceOptions()


def choose_place(listed: HolidayList, choice: PlaceChoice) -> tuple[HolidayList, PlaceOptions]:
    """Return the list with what is for other places left out, and what could have been chosen.

    What remains has the chosen place alone as its region. Where a list holds several places and
    none is chosen, a note says so. Raises `InvalidInputError` for a place that it does not hold.
    """
    subdivisions = _names(name for line in listed.lines for name in line.place.subdivisions)
    subdivision = _subdivision(choice.subdivision, subdivisions)
    theirs = [line.place for line in listed.lines if applies(line.place, subdivision, None)]
    groups = _names(name for place in theirs for name in place.groups)
    group = _group(choice.school_group, groups)
    chosen = _Chosen(subdivision, group)
    options = PlaceOptions(subdivisions, groups)
    lines = [_kept(line, chosen) for line in listed.lines]
    return replace(listed, lines=lines, notes=[*listed.notes, *_notes(options, chosen)]), options


@dataclass(frozen=True)
class _Chosen:
    subdivision: str | None
    group: str | None

    def within(self, place: Place) -> Place:
        """Return the chosen part of a place."""
        return Place(
            around(place.subdivisions, self.subdivision)[-1:]
            if self.subdivision
            else place.subdivisions,
            (self.group,) if self.group and place.groups else place.groups,
        )


def _kept(line: Line, chosen: _Chosen) -> Line:
    place = line.place
    if not applies(place, chosen.subdivision, chosen.group):
        wanted = Place(
            (chosen.subdivision,) if chosen.subdivision else (),
            (chosen.group,) if chosen.group else (),
        )
        other = Sentence(
            "It is for {place}, not for {chosen}.", place=place.region, chosen=wanted.region
        )
        return replace(line, outcome=Outcome.SKIPPED, sentence=other)
    part = chosen.within(place)
    if line.holiday is None or part == place:
        return line
    return replace(line, place=part, holiday=replace(line.holiday, region=part.region))


def _notes(options: PlaceOptions, chosen: _Chosen) -> Iterator[Sentence]:
    if chosen.subdivision is None and len(options.subdivisions) > 1:
        yield Sentence(
            "The list holds holidays of {count} regions ({names}); choose yours, or all are taken "
            "that do not overlap.",
            count=len(options.subdivisions),
            names=_listed(options.subdivisions),
        )
    if chosen.group is None and len(options.school_groups) > 1:
        yield Sentence(
            "The list holds holidays of {count} groups of schools ({names}); choose yours, or all "
            "are taken that do not overlap.",
            count=len(options.school_groups),
            names=_listed(options.school_groups),
        )


def _names(names: Iterable[str]) -> tuple[str, ...]:
    """Return each name once, as it is written first, in order."""
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(folded(name), name)
    return tuple(found[key] for key in sorted(found))


def _subdivision(wanted: str | None, names: Sequence[str]) -> str | None:
    if wanted is None or not folded(wanted):
        return None
    if not names:
        raise InvalidInputError(
            "The list names no regions; leave the choice of one out.", field="subdivision"
        )
    found = _find(wanted, names)
    if found is None:
        raise InvalidInputError(
            "The list has nothing for the region “{value}”; choose one of: {allowed}.",
            field="subdivision",
            value=shown(wanted),
            allowed=_listed(names),
        )
    return found


def _group(wanted: str | None, names: Sequence[str]) -> str | None:
    if wanted is None or not folded(wanted):
        return None
    if not names:
        raise InvalidInputError(
            "The list names no groups of schools; leave the choice of one out.",
            field="school_group",
        )
    found = _find(wanted, names)
    if found is None:
        raise InvalidInputError(
            "The list has nothing for the group of schools “{value}”; choose one of: {allowed}.",
            field="school_group",
            value=shown(wanted),
            allowed=_listed(names),
        )
    return found


def _find(wanted: str, names: Sequence[str]) -> str | None:
    """Return the name that is meant, with or without the code of the country before it."""
    word = folded(wanted)
    same = [name for name in names if folded(name) == word]
    near = [
        name
        for name in names
        if folded(name).endswith(f"-{word}") or word.endswith(f"-{folded(name)}")
    ]
    return next((found[0] for found in (same, near) if len(found) == 1), None)


def _listed(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _NAMED else ""
    return ", ".join(shown(name) for name in names[:_NAMED]) + more
