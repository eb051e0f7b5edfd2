"""Holidays of one period: which are equal, which touch, and what a new one does to the others."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from infoscreen_core.domain.school.days import DaySpan, covers, iter_days, share_a_day
from infoscreen_core.domain.school.periods import check_days
from infoscreen_core.domain.text.names import folded, normalised
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import Days
from infoscreen_core.errors import ConflictError, InvalidInputError, Refusals

NAME_LIMIT: Final = 150
REGION_LIMIT: Final = 100
MAX_DAYS: Final = 366
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Holiday:
    """Days on which there is no school; both ends belong to it.

    `identity` is what two spellings of one holiday have in common: case, spaces and accents do not
    count.
    """

    name: str
    start_date: date
    end_date: date
    region: str | None = None
    identity: tuple[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "identity", (_bare(self.name), _bare(self.region or "")))

    @property
    def days(self) -> Iterator[date]:
        """Its days, in order."""
        return iter_days(self.start_date, self.end_date)

    def overlaps(self, other: "Holiday") -> bool:
        """Whether the two share a day."""
        return share_a_day(self, other)

    def touches(self, other: "Holiday") -> bool:
        """Whether the two share a day, or one begins on the day after the other."""
        return self.start_date <= other.end_date + _DAY and other.start_date <= self.end_date + _DAY


class Outcome(StrEnum):
    """What becomes of a holiday that somebody enters, or of a line of a file."""

    INSERTED = "inserted"
    MERGED = "merged"
    """It and holidays of the same name and region that touch it became one."""
    SKIPPED = "skipped"
    """Nothing to do: it is entered already, or a download goes beyond the period."""
    CONFLICT = "conflict"
    """It shares a day with another holiday."""
    INVALID = "invalid"
    """The line cannot be read, or its days lie outside the period."""


class OwnedHoliday(DaySpan, Protocol):
    """A holiday that knows its period."""

    @property
    def academic_period_id(self) -> int | None:
        """The period whose events it affects; None for events without a period."""


OwnedHolidayT = TypeVar("OwnedHolidayT", bound=OwnedHoliday)


def find_holiday_on(
    holidays: Iterable[OwnedHolidayT], day: date, academic_period_id: int | None
) -> OwnedHolidayT | None:
    """Return the holiday that keeps a day free of events of this period (None: of no period)."""
    own = (holiday for holiday in holidays if holiday.academic_period_id == academic_period_id)
    return next((holiday for holiday in own if covers(holiday, day)), None)


Calendar = Mapping[int, Holiday]
"""The holidays of one period by number: the stored row's id, or a negative one for a new one."""


@dataclass(frozen=True)
class Placement:
    """What a new holiday does to a calendar: it becomes `holiday` and replaces those `absorbed`."""

    outcome: Outcome
    holiday: Holiday
    absorbed: tuple[int, ...] = ()
    blocker: Holiday | None = None
    """The other holiday of a conflict."""


def checked_holiday(holiday: Holiday) -> Holiday:
    """Return the holiday with its texts trimmed; raise `InvalidInputError` for an invalid one."""
    name, region, refusals = holiday.name, holiday.region, Refusals()
    with refusals:
        name = _checked_name(holiday.name)
    with refusals:
        region = clean_line(normalised(region or ""), field="region", limit=REGION_LIMIT) or None
    with refusals:
        _check_days(name, holiday)
    refusals.raise_any()
    return replace(holiday, name=name, region=region)


def _checked_name(text: str) -> str:
    name = clean_line(normalised(text), field="name", limit=NAME_LIMIT)
    if not name:
        raise InvalidInputError("The holiday needs a name.", field="name")
    return name


def _check_days(name: str, holiday: Holiday) -> None:
    check_days(holiday.start_date, holiday.end_date)
    if (holiday.end_date - holiday.start_date).days >= MAX_DAYS:
        raise InvalidInputError(
            "{holiday} lasts from {first} to {last}; a holiday has {limit} days at most.",
            field="end_date",
            holiday=name,
            first=holiday.start_date,
            last=holiday.end_date,
            limit=MAX_DAYS,
        )


def is_inside(holiday: Holiday, first: date, last: date) -> bool:
    """Whether all days of the holiday are among those from `first` to `last`."""
    return first <= holiday.start_date and holiday.end_date <= last


def place(new: Holiday, calendar: Calendar) -> Placement:
    """Return what a new holiday does to the holidays of its period.

    An exact duplicate in name, region (see `Holiday.identity`) and days is skipped; one that
    overlaps another identity is a conflict; with its own identity it is merged where the two
    overlap or one follows on the next day.
    """
    own = {
        key: other
        for key, other in calendar.items()
        if other.identity == new.identity and other.touches(new)
    }
    for key, other in own.items():
        if (other.start_date, other.end_date) == (new.start_date, new.end_date):
            return Placement(Outcome.SKIPPED, other, (key,))
    blocker = find_overlap(new, calendar)
    if blocker is not None:
        return Placement(Outcome.CONFLICT, new, blocker=blocker)
    if not own:
        return Placement(Outcome.INSERTED, new)
    return Placement(
        Outcome.MERGED, _joined(new, own.values()), tuple(sorted(own, key=lambda k: k < 0))
    )


def find_overlap(new: Holiday, calendar: Calendar) -> Holiday | None:
    """Return the first holiday of another identity that shares a day with this one."""
    others = (
        other
        for other in calendar.values()
        if other.identity != new.identity and other.overlaps(new)
    )
    return min(others, key=lambda other: other.start_date, default=None)


def applied(placement: Placement, calendar: Calendar) -> dict[int, Holiday]:
    """Return the calendar after a placement; a stored one among those absorbed keeps its number."""
    if placement.outcome not in {Outcome.INSERTED, Outcome.MERGED}:
        return dict(calendar)
    key = next(iter(placement.absorbed), None)
    if key is None:
        key = min((-1, *(taken - 1 for taken in calendar)))
    left = {number: other for number, other in calendar.items() if number not in placement.absorbed}
    return {**left, key: placement.holiday}


def changed_days(before: Iterable[Holiday], after: Iterable[Holiday]) -> set[date]:
    """Return the days that are free in only one of the two calendars."""
    return {day for one in before for day in one.days} ^ {day for one in after for day in one.days}


def conflict_error(placement: Placement) -> ConflictError:
    """Return the error that refuses a holiday which shares days with another one."""
    if placement.blocker is None:
        message = "only a conflict has a blocker"
        raise ValueError(message)
    return ConflictError(
        "{holiday} would overlap {other} ({days}); change the days of one of them.",
        field="start_date",
        holiday=placement.holiday.name,
        other=placement.blocker.name,
        days=Days(placement.blocker.start_date, placement.blocker.end_date),
    )


def _joined(new: Holiday, others: Iterable[Holiday]) -> Holiday:
    """Return one holiday from the first to the last day of all, named like the earliest other."""
    known = sorted(others, key=lambda one: one.start_date)
    return replace(
        known[0],
        start_date=min(new.start_date, known[0].start_date),
        end_date=max(new.end_date, *(one.end_date for one in known)),
    )


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", folded(text))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
