"""Academic periods as people read them: lines, what blocks a change, what a change does."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from console.i18n import N_, _, ngettext
from console.words.calendar import short_date
from console.words.formatting import day, number
from console.words.html import labelled, link
from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.school.days import is_weekend, iter_days
from infoscreen_core.domain.school.periods import school_year, school_year_due

PERIOD_TYPE_WORDS: Final[dict[PeriodType, str]] = {
    PeriodType.SCHULJAHR: N_("School year"),
    PeriodType.SEMESTER: N_("Semester"),
    PeriodType.TRIMESTER: N_("Trimester"),
}
NO_PERIOD: Final = 0
"""Stands for "of no period" where periods are chosen; ids begin at 1."""
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class EventPlace:
    """Where an event is seen in the calendar."""

    group_id: int
    on: date


@dataclass(frozen=True)
class BlockerLine:
    """Why something cannot be done, in a sentence; `place` is the event that it speaks of."""

    text: str
    place: EventPlace | None = None


@dataclass(frozen=True)
class PeriodLine:
    """One period, or (with the id `NO_PERIOD`) the holidays that belong to none."""

    id: int
    name: str
    kind: PeriodType
    first: date
    last: date
    is_active: bool
    is_archived: bool
    holiday_count: int
    event_count: int
    media_count: int
    archive_reasons: tuple[BlockerLine, ...] = ()
    delete_reasons: tuple[BlockerLine, ...] = ()

    @property
    def is_real(self) -> bool:
        """Whether it is a period, and can be edited as one."""
        return self.id != NO_PERIOD


def find_line(lines: Sequence[PeriodLine], wanted: str, today: date) -> PeriodLine | None:
    """Return the line that the address asks for; else the active, the first not over or newest."""
    for line in lines:
        if str(line.id) == wanted:
            return line
    active = [line for line in lines if line.is_active]
    usable = [line for line in lines if line.is_real and not line.is_archived]
    to_use = [line for line in usable if line.last >= today]
    return next(iter([*active, *to_use, *usable[-1:], *lines]), None)


def in_order(lines: Iterable[PeriodLine]) -> list[PeriodLine]:
    """Return lines by first day, then the archived ones, then the holidays of no period."""
    return sorted(lines, key=lambda line: (not line.is_real, line.is_archived, line.first, line.id))


def state_html(line: PeriodLine) -> str:
    """Return a period's state, such as active or archived: sign, word and colour."""
    if line.is_active:
        return f'<span class="is-status is-healthy"><i>●</i>{escape(_("active"))}</span>'
    if line.is_archived:
        return f'<span class="is-status is-offline"><i>▣</i>{escape(_("archived"))}</span>'
    return f'<span class="is-quiet">{escape(_("not active"))}</span>' if line.is_real else ""


def period_html(line: PeriodLine) -> str:
    """Return what stands beside a period's name in the list."""
    cells = [
        _when(line) if line.is_real else "",
        state_html(line),
        number(line.holiday_count),
        number(line.event_count),
    ]
    return f'<div class="is-row is-row-period">{labelled("div", _heads(), cells)}</div>'


def periods_head() -> str:
    """Return the heads of the list of periods, without that of the name."""
    cells = "".join(f"<div>{escape(head)}</div>" for head in _heads())
    return f'<div class="is-row is-row-period is-row-head">{cells}</div>'


def _heads() -> tuple[str, ...]:
    return _("Days and type"), _("State"), _("Holidays"), _("Events")


def days_text(first: date, last: date) -> str:
    """Return two days as `Mo 07.09.2026 – Fr 02.07.2027`; the same day stands there once."""
    if first == last:
        return day(first, with_year=True)
    return f"{day(first, with_year=first.year != last.year)} – {day(last, with_year=True)}"


def periods_line(lines: Sequence[PeriodLine], today: date) -> str:
    """Return which period is active; where today does not lie in it, also what to do."""
    active = next((line for line in lines if line.is_active), None)
    if active is not None and active.first <= today <= active.last:
        return _("{name} is active.", name=active.name)
    return f"{_not_covering(active)} {_remedy(lines, today)}"


def _not_covering(active: PeriodLine | None) -> str:
    if active is None:
        return _("No period is active.")
    return _("{name} is active, but today does not lie in it.", name=active.name)


def _remedy(lines: Sequence[PeriodLine], today: date) -> str:
    usable = sorted(
        (line for line in lines if line.is_real and not line.is_archived and line.last >= today),
        key=lambda line: line.first,
    )
    if not usable:
        return _("None is to come either: create the next one.")
    if usable[0].first <= today:
        return _("Activate {name}, which is running.", name=usable[0].name)
    return _(
        "The next one, {name}, begins on {day}.",
        name=usable[0].name,
        day=day(usable[0].first, with_year=True),
    )


def reasons_html(reasons: Sequence[BlockerLine]) -> str:
    """Return why something cannot be done, each reason with the way to its event."""
    items = "".join(f"<li>{escape(reason.text)}{_way(reason.place)}</li>" for reason in reasons)
    return f'<ul class="is-reasons">{items}</ul>'


def activate_consequence(line: PeriodLine, lines: Sequence[PeriodLine]) -> str:
    """Return what activating this period does to the others."""
    active = next((other for other in lines if other.is_active), None)
    if active is None or active.id == line.id:
        return _("New events then belong to {name}.", name=line.name)
    return _(
        "New events then belong to {name}; {other} is no longer active.",
        name=line.name,
        other=active.name,
    )


def delete_consequence(line: PeriodLine) -> str:
    """Return what deleting this period takes away."""
    if not line.holiday_count:
        return _("{name} is deleted for good.", name=line.name)
    return ngettext(
        "{name} is deleted for good, and {n} holiday with it.",
        "{name} is deleted for good, and {n} holidays with it.",
        line.holiday_count,
        name=line.name,
    )


def next_year(lines: Iterable[PeriodLine], today: date) -> tuple[str, date, date]:
    """Return name, first and last day of a new period: the school year after the last one.

    If that one is over as well, it is the school year due today.
    """
    ends = [line.last for line in lines if line.is_real and line.kind is PeriodType.SCHULJAHR]
    year = max(max(ends).year, school_year_due(today)) if ends else today.year
    draft = school_year(year)
    return draft.name, draft.start_date, draft.end_date


def count_working_days(spans: Iterable[tuple[date, date]]) -> int:
    """Return how many different days from Monday to Friday lie in these stretches."""
    days = {day for span in spans for day in iter_days(*span)}
    return sum(not is_weekend(day) for day in days)


def _when(line: PeriodLine) -> str:
    first, last = (short_date(on, with_year=True) for on in (line.first, line.last))
    kind = escape(_(PERIOD_TYPE_WORDS[line.kind]))
    return f'{escape(first)} – {escape(last)}<br><span class="is-quiet is-small">{kind}</span>'


def _way(place: EventPlace | None) -> str:
    if place is None:
        return ""
    return " " + link(
        "calendar", _("Show in the calendar"), group=place.group_id, date=place.on.isoformat()
    )
