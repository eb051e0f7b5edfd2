"""Many holidays at once: each line of a file is decided before anything is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from infoscreen_core.domain.school.holiday_places import EVERYWHERE, Place
from infoscreen_core.domain.school.holidays import (
    Calendar,
    Holiday,
    Outcome,
    Placement,
    applied,
    checked_holiday,
    is_inside,
    place,
)
from infoscreen_core.domain.text.wording import Days, Sentence
from infoscreen_core.errors import InfoscreenError


class HolidayFormat(StrEnum):
    """How a list of holidays was written."""

    TABLE = "table"
    """name, start, end and perhaps region, as CSV or TXT."""
    OPEN_HOLIDAYS = "open_holidays"
    ICALENDAR = "icalendar"
    PUBLIC_DATA = "public_data"
    """Taken from an installed package, for a country."""


@dataclass(frozen=True)
class Line:
    """One holiday of a list, or why this line has none."""

    number: int
    holiday: Holiday | None
    outcome: Outcome | None = None
    """Settled while reading; None while it is still to be decided."""
    sentence: Sentence | None = None
    place: Place = EVERYWHERE
    """For whom it holds, as far as the list says."""


@dataclass(frozen=True)
class HolidayList:
    """A list of holidays as read from a file or a package."""

    format: HolidayFormat
    lines: Sequence[Line]
    notes: Sequence[Sentence] = ()
    """What must be said of the whole list, though it is taken."""

    @property
    def is_mixed(self) -> bool:
        """Whether it may hold other things, so that what is no holiday is skipped, not wrong."""
        return self.format is HolidayFormat.ICALENDAR

    @property
    def is_official(self) -> bool:
        """Whether it was made for everybody, so that it may reach beyond the period."""
        return self.format is not HolidayFormat.TABLE


@dataclass(frozen=True)
class Bounds:
    """The period that a list is for; without days it means holidays that belong to no period."""

    name: str = ""
    first: date = date.min
    last: date = date.max


@dataclass(frozen=True)
class ImportRow:
    """What becomes of one line, as a word and as a sentence; `holiday` as far as it can be read."""

    line: int
    outcome: Outcome
    sentence: Sentence
    holiday: Holiday | None = None


def plan_import(
    listed: HolidayList, calendar: Calendar, bounds: Bounds
) -> tuple[list[ImportRow], dict[int, Holiday]]:
    """Return a row for each line, and the calendar after them; each line sees those before it."""
    rows: list[ImportRow] = []
    after = dict(calendar)
    for line in listed.lines:
        row, after = _plan_line(line, after, bounds, listed)
        rows.append(row)
    return rows, after


def count(rows: Iterable[ImportRow], outcome: Outcome) -> int:
    """Return how many lines have this outcome."""
    return sum(row.outcome is outcome for row in rows)


def _plan_line(
    line: Line, calendar: dict[int, Holiday], bounds: Bounds, listed: HolidayList
) -> tuple[ImportRow, dict[int, Holiday]]:
    if line.holiday is None or line.outcome is not None:
        sentence = line.sentence or Sentence("This line cannot be read.")
        return ImportRow(
            line.number, line.outcome or Outcome.INVALID, sentence, line.holiday
        ), calendar
    try:
        holiday = checked_holiday(line.holiday)
    except InfoscreenError as error:
        outcome = Outcome.SKIPPED if listed.is_mixed else Outcome.INVALID
        return ImportRow(line.number, outcome, Sentence.of(error), line.holiday), calendar
    if not is_inside(holiday, bounds.first, bounds.last):
        outcome = Outcome.SKIPPED if listed.is_official else Outcome.INVALID
        return ImportRow(line.number, outcome, outside(bounds), holiday), calendar
    placed = place(holiday, calendar)
    if listed.is_official and placed.blocker is not None and _covers(placed.blocker, holiday):
        free = Sentence("These days are free already: {name}.", name=placed.blocker.name)
        return ImportRow(line.number, Outcome.SKIPPED, free, holiday), calendar
    return ImportRow(line.number, placed.outcome, _said(placed), holiday), applied(placed, calendar)


def outside(bounds: Bounds) -> Sentence:
    """Return the sentence for days that lie outside the period."""
    return Sentence(
        "This lies outside the period {period} ({days}).",
        period=bounds.name,
        days=Days(bounds.first, bounds.last),
    )


def _covers(outer: Holiday, inner: Holiday) -> bool:
    return is_inside(inner, outer.start_date, outer.end_date)


def _said(placed: Placement) -> Sentence:
    if placed.outcome is Outcome.SKIPPED:
        return Sentence("It is entered already.")
    if placed.outcome is Outcome.MERGED:
        return Sentence(
            "Joined with what is there: {name} now lasts from {first} to {last}.",
            name=placed.holiday.name,
            first=placed.holiday.start_date,
            last=placed.holiday.end_date,
        )
    if placed.blocker is not None:
        return Sentence(
            "It overlaps {other} ({days}) and is left out; change the days of one of them.",
            other=_called(placed.blocker, placed.holiday),
            days=Days(placed.blocker.start_date, placed.blocker.end_date),
        )
    return Sentence("It is new.")


def _called(holiday: Holiday, beside: Holiday) -> str:
    """Return a holiday's name, with its region where the name alone does not tell the two apart."""
    is_told_apart = holiday.identity[0] != beside.identity[0] or holiday.region is None
    return holiday.name if is_told_apart else f"{holiday.name}, {holiday.region}"
