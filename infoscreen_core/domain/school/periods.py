"""Academic periods: which ones are valid, which one is in force, and the standard school years."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Protocol, TypeVar

from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.days import DaySpan, covers, share_a_day
from infoscreen_core.domain.text.choices import one_of
from infoscreen_core.domain.text.names import folded, normalised
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.domain.text.wording import Days
from infoscreen_core.domain.text.years import check_year
from infoscreen_core.errors import ConflictError, InvalidInputError, Refusals

NAME_LIMIT: Final = 100
DISPLAY_NAME_LIMIT: Final = 50
FIRST_SCHOOL_YEARS: Final = (2024, 2025, 2026)
"""The school years that every new installation gets, by the year in which they begin."""
_WEEK_DAYS: Final = 7
_JULY, _SEPTEMBER = 7, 9


@dataclass(frozen=True, kw_only=True)
class PeriodDraft:
    """A period as a form holds it; both days are included."""

    name: str
    period_type: PeriodType
    start_date: date
    end_date: date
    display_name: str | None = None
    """A short form for narrow places; None: the name."""


class Term(DaySpan, Protocol):
    """A period that may be in force."""

    @property
    def period_type(self) -> PeriodType:
        """Its kind."""

    @property
    def is_active(self) -> bool:
        """Whether somebody put it in force."""


class Period(Term, Protocol):
    """What the rules need to know about a stored period."""

    @property
    def name(self) -> str:
        """Its name, unique among those that are not archived."""

    @property
    def archived_at(self) -> datetime | None:
        """When it was archived; None if it was not."""


TermT = TypeVar("TermT", bound=Term)


def find_in_force(periods: Iterable[TermT], day: date) -> TermT | None:
    """Return the period that counts on a day: the active one, else a year before its parts."""
    kinds = list(PeriodType)
    covering = (period for period in periods if covers(period, day))
    return min(
        covering, key=lambda one: (not one.is_active, kinds.index(one.period_type)), default=None
    )


def find_coming(periods: Iterable[TermT], day: date) -> TermT | None:
    """Return the first period that begins after a day, a year before its parts."""
    kinds = list(PeriodType)
    coming = (period for period in periods if period.start_date > day)
    return min(coming, key=lambda one: (one.start_date, kinds.index(one.period_type)), default=None)


def checked_draft(draft: PeriodDraft) -> PeriodDraft:
    """Return the draft with its texts trimmed; raise `InvalidInputError` for an invalid one."""
    checked, refusals = draft, Refusals()
    with refusals:
        checked = replace(checked, name=_checked_name(draft.name))
    with refusals:
        check_days(draft.start_date, draft.end_date)
    with refusals:
        checked = replace(checked, display_name=_checked_short_name(draft.display_name))
    with refusals:
        checked = replace(checked, period_type=one_of(PeriodType, draft.period_type, "period_type"))
    refusals.raise_any()
    return checked


def _checked_name(text: str) -> str:
    name = clean_line(normalised(text), field="name", limit=NAME_LIMIT)
    if not name:
        raise InvalidInputError("The period needs a name, such as Schuljahr 2026/27.", field="name")
    return name


def _checked_short_name(text: str | None) -> str | None:
    return (
        clean_line(normalised(text or ""), field="display_name", limit=DISPLAY_NAME_LIMIT) or None
    )


def check_days(first: date, last: date) -> None:
    """Raise `InvalidInputError` if the last day is before the first, or the year out of range."""
    for field, day in (("start_date", first), ("end_date", last)):
        check_year(field, day)
    if last < first:
        raise InvalidInputError(
            "The last day, {last}, is before the first day, {first}; give a later one.",
            field="end_date",
            first=first,
            last=last,
        )


def school_year(begins: int) -> PeriodDraft:
    """Return a school year: from September's first Monday to the first Friday of next July."""
    name = f"{begins}/{(begins + 1) % 100:02d}"
    return PeriodDraft(
        name=f"Schuljahr {name}",
        display_name=name,
        period_type=PeriodType.SCHULJAHR,
        start_date=_first(calendar.MONDAY, begins, _SEPTEMBER),
        end_date=_first(calendar.FRIDAY, begins + 1, _JULY),
    )


def school_year_due(today: date) -> int:
    """Return the year in which today's school year begins; in summer, the next one's."""
    return today.year - 1 if today <= school_year(today.year - 1).end_date else today.year


def school_years_to_begin_with(today: date) -> list[PeriodDraft]:
    """Return the school years of a new installation: the first ones and, once over, two more.

    The two are the one that is due and the one after it; past years in between are left out.
    """
    due = school_year_due(today)
    later = (due, due + 1) if due > FIRST_SCHOOL_YEARS[-1] else ()
    return [school_year(begins) for begins in (*FIRST_SCHOOL_YEARS, *later)]


def check_fits(draft: PeriodDraft, others: Iterable[Period]) -> None:
    """Raise `ConflictError` if another period has the name, or shares a day and has the type."""
    for other in others:
        if other.archived_at is not None:
            continue
        if folded(other.name) == folded(draft.name):
            raise name_taken(draft.name)
        if other.period_type == draft.period_type and share_a_day(draft, other):
            raise ConflictError(
                "{period} would overlap {other} ({days}) of the same type; change the days.",
                field="start_date" if draft.start_date >= other.start_date else "end_date",
                period=draft.name,
                other=other.name,
                days=Days(other.start_date, other.end_date),
            )


def name_taken(name: str) -> ConflictError:
    """Return the error for a name that another period has."""
    return ConflictError(
        "There is a period called {name} already; choose another name.", field="name", name=name
    )


def check_not_archived(period: Period) -> None:
    """Raise `ConflictError` for an archived period: it can only be read, restored or deleted."""
    if period.archived_at is not None:
        raise ConflictError(
            "The period {period} is archived; restore it first.", period=period.name
        )


def _first(weekday: int, year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % _WEEK_DAYS)
