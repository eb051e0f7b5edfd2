"""Days, months and lists as people say them; single instants are in `formatting`."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from console.i18n import N_, _, current_language

MONTHS: Final = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
WEEKDAYS: Final = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
_SHORTEST_RUN: Final = 3
_TEENS: Final = range(11, 14)
_ENGLISH_ENDINGS: Final = {1: "st", 2: "nd", 3: "rd"}


def month_name(number: int) -> str:
    """Return the name of a month, 1 to 12."""
    return _(MONTHS[number - 1])


def weekday_name(weekday: int) -> str:
    """Return the short name of a weekday, 0 = Monday."""
    return _(WEEKDAYS[weekday])


def short_month(number: int) -> str:
    """Return the English short name of a month, 1 to 12; German dates count months."""
    return MONTHS[number - 1][:3]


def weekday_list(weekdays: Iterable[int]) -> str:
    """Return weekdays as `Mo, Mi`, runs of three or more as `Mo–Fr`."""
    runs: list[list[int]] = []
    for weekday in sorted(set(weekdays)):
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    return ", ".join(name for run in runs for name in _run_names(run))


def ordinal(number: int) -> str:
    """Return a counted place: `2.` in German, `2nd` in English."""
    if current_language() == "de":
        return f"{number}."
    ending = "th" if number % 100 in _TEENS else _ENGLISH_ENDINGS.get(number % 10, "th")
    return f"{number}{ending}"


def joined(words: Sequence[str]) -> str:
    """Return words as a list in a sentence: `1., 2. und 3.`."""
    if len(words) < 2:  # noqa: PLR2004 - a list needs two
        return "".join(words)
    return _("{list} and {last}", list=", ".join(words[:-1]), last=words[-1])


def long_date(on: date) -> str:
    """Return `23. November 2026` in German, `23 November 2026` in English."""
    dot = "." if current_language() == "de" else ""
    return f"{on.day}{dot} {month_name(on.month)} {on.year}"


def short_date(on: date, *, with_year: bool) -> str:
    """Return a date inside a sentence: `2.7.` or `2.7.2027`, in English `2 Jul 2027`."""
    if current_language() == "de":
        return f"{on.day}.{on.month}." + (str(on.year) if with_year else "")
    return f"{on.day} {short_month(on.month)}" + (f" {on.year}" if with_year else "")


def date_format() -> str:
    """Return how dates are typed in the current language."""
    return "DD.MM.YYYY" if current_language() == "de" else "DD/MM/YYYY"


def date_span(first: date, last: date) -> str:
    """Return two days as one span that names what differs: `23.–29. November 2026`."""
    if first == last:
        return long_date(first)
    dot = "." if current_language() == "de" else ""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}{dot}–{long_date(last)}"
    if first.year == last.year:
        return f"{first.day}{dot} {month_name(first.month)} – {long_date(last)}"
    return f"{long_date(first)} – {long_date(last)}"


def _run_names(run: Sequence[int]) -> list[str]:
    assert all(later == earlier + 1 for earlier, later in pairwise(run))  # noqa: S101 - as built
    if len(run) < _SHORTEST_RUN:
        return [weekday_name(weekday) for weekday in run]
    return [f"{weekday_name(run[0])}–{weekday_name(run[-1])}"]
