"""A period as a bar of its months: which days are free, and where today is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from typing import Final

from console.i18n import _, ngettext
from console.school.presenters.periods import count_working_days, days_text
from console.words.calendar import month_name
from console.words.formatting import day

_DAY: Final = timedelta(days=1)
_LANES: Final = 2
"""Rows of names below the bar."""
_LETTER: Final = 1.2
"""Percent of the strip that a letter of a name takes where the strip is narrow."""
_GAP: Final = 1.5
_THIN: Final = 0.3
"""Percent that a single day takes at least, so that it is seen."""


@dataclass(frozen=True)
class FreeDays:
    """A holiday on the strip; both days inclusive."""

    name: str
    first: date
    last: date

    @property
    def is_single(self) -> bool:
        """Whether it is one day only, as public holidays are."""
        return self.first == self.last


@dataclass(frozen=True)
class _Scale:
    """From days to percent of the strip, which shows whole months."""

    begin: date
    end: date
    """The day after the last one."""

    def at(self, on: date) -> float:
        return min(max(100 * ((on - self.begin) / (self.end - self.begin)), 0), 100)

    def width(self, first: date, last: date) -> float:
        return self.at(last + _DAY) - self.at(first)

    def shows(self, first: date, last: date) -> bool:
        return first < self.end and last >= self.begin


def strip_html(name: str, first: date, last: date, free: Sequence[FreeDays], today: date) -> str:
    """Return the drawing, with its content in words for those who cannot see it."""
    scale = _Scale(first.replace(day=1), _next_month(last))
    shown = [one for one in free if scale.shows(one.first, one.last)]
    parts = [
        *_months(scale),
        _block("is-year-period", scale.at(first), scale.width(first, last), days_text(first, last)),
        *(_holiday(one, scale) for one in shown),
        *_names(shown, scale),
        *_today(scale, today),
    ]
    label = escape(strip_text(name, free))
    strip = f'<div role="img" aria-label="{label}">{"".join(parts)}</div>'
    return f'<div class="is-year">{strip}{_legend()}</div>'


def strip_text(name: str, free: Iterable[FreeDays]) -> str:
    """Return the drawing in words."""
    told = "; ".join(f"{one.name}: {days_text(one.first, one.last)}" for one in free)
    return f"{name}: {told or _('no free days are entered')}"


def strip_sentence(first: date, last: date, free: Sequence[FreeDays], today: date) -> str:
    """Return what is to be seen: how much of the period is free, and what comes next."""
    if not free:
        return _("No holidays are entered: series run on every day of the period.")
    working = count_working_days([(first, last)])
    free_days = count_working_days([(one.first, one.last) for one in free])
    said = ngettext(
        "{n} of {all} days from Monday to Friday is free",
        "{n} of {all} days from Monday to Friday are free",
        free_days,
        all=working,
    )
    sentence = f"{said}{_next_words(free, today)}"
    return sentence.rstrip(".") + "."  # a German date ends with a dot itself


def _next_words(free: Sequence[FreeDays], today: date) -> str:
    now = next((one for one in free if one.first <= today <= one.last), None)
    if now is not None:
        return _("; now: {name} until {day}", name=now.name, day=day(now.last))
    coming = min(
        (one for one in free if one.first > today), key=lambda one: one.first, default=None
    )
    if coming is None:
        return ""
    distance = ngettext("in {n} day", "in {n} days", (coming.first - today).days)
    place = {"name": coming.name, "day": day(coming.first), "distance": distance}
    if coming.is_single:
        return _("; next: {name} on {day} ({distance})", **place)
    return _("; next: {name} from {day} ({distance})", **place)


def _months(scale: _Scale) -> Iterator[str]:
    month = scale.begin
    while month < scale.end:
        place = f'style="left:{scale.at(month):.2f}%"'
        if month in {scale.begin, month.replace(month=1)}:
            yield f'<span class="is-year-head" {place}>{month.year}</span>'
        yield f'<span class="is-year-month" {place}>{escape(month_name(month.month)[:3])}</span>'
        month = _next_month(month)


def _holiday(one: FreeDays, scale: _Scale) -> str:
    kind = "is-year-day" if one.is_single else "is-year-free"
    width = max(scale.width(one.first, one.last), _THIN)
    return _block(kind, scale.at(one.first), width, f"{one.name}, {days_text(one.first, one.last)}")


def _block(kind: str, left: float, width: float, title: str) -> str:
    place = f"left:{left:.2f}%;width:{width:.2f}%"
    return f'<i class="{kind}" style="{place}" title="{escape(title)}"></i>'


def _names(free: Iterable[FreeDays], scale: _Scale) -> Iterator[str]:
    """Yield the longer holidays' names, each in the first lane with room; others have tooltips."""
    ends = [0.0] * _LANES
    for one in sorted(free, key=lambda one: one.first):
        length = len(one.name) * _LETTER
        left = min(scale.at(one.first), 100 - length)
        lane = next((number for number, end in enumerate(ends) if end <= left), None)
        if one.is_single or lane is None:
            continue
        ends[lane] = left + length + _GAP
        place = f'class="is-year-name is-lane-{lane}" style="left:{left:.2f}%"'
        yield f"<span {place}>{escape(one.name)}</span>"


def _today(scale: _Scale, today: date) -> Iterator[str]:
    if scale.shows(today, today):
        at = scale.at(today) + scale.width(today, today) / 2
        title = escape(_("Today, {day}", day=day(today)))
        yield f'<i class="is-year-today" style="left:{at:.2f}%" title="{title}"></i>'


def _legend() -> str:
    words = (
        ("is-year-period", _("Period")),
        ("is-year-free", _("Holidays of several days")),
        ("is-year-day", _("Single free days")),
        ("is-year-today", _("Today")),
    )
    items = "".join(f'<span><i class="{kind}"></i>{escape(word)}</span>' for kind, word in words)
    return f'<p class="is-legend is-quiet is-small">{items}</p>'


def _next_month(on: date) -> date:
    return (on.replace(day=28) + 4 * _DAY).replace(day=1)
