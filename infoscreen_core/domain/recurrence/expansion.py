"""Recurring events: from a series in local wall time to its occurrences in UTC.

Occurrences are found in local time and then converted, so 08:00 stays 08:00 across a clock change,
and the end likewise. Only what the rule hits is an occurrence. A start that it does not hit (a
Tuesday, of a rule for Mondays) is none; `starts_off_rule` finds that, so that the editor can be
told. COUNT counts the hits, skipped ones included.

Everything is built on `_iter_spans`: a lazy walk over the rule's dates (`days.iter_days`), each
turned into start and end, cut off by COUNT (as a date) and UNTIL (as an instant). A window of
instants becomes a range of local dates that is certain to include all of its occurrences, and
what lies outside is dropped afterwards.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import dropwhile, islice, takewhile
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.recurrence.acceptance import parse_rule
from infoscreen_core.domain.recurrence.days import LAST_DAY, find_counted_end, iter_days
from infoscreen_core.domain.recurrence.exdates import format_exdates, parse_exdates
from infoscreen_core.domain.recurrence.rules import (
    ByDay,
    Frequency,
    RecurrenceRule,
    RecurrenceRuleError,
)
from infoscreen_core.domain.recurrence.series import Occurrence, Series
from infoscreen_core.domain.recurrence.text import format_rule, read_rule
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local

__all__ = [
    "ByDay",
    "Frequency",
    "Occurrence",
    "RecurrenceRule",
    "RecurrenceRuleError",
    "Series",
    "expand",
    "find_unmatched_exdates",
    "format_exdates",
    "format_rule",
    "last_occurrence_end",
    "next_occurrences",
    "parse_exdates",
    "parse_rule",
    "read_rule",
    "starts_off_rule",
]

_EARLIEST: Final = datetime(10, 1, 1, tzinfo=UTC)
"""Before every series, and far enough from year 1 for the subtractions in `_first_day`."""
_FURTHEST_FROM_UTC: Final = timedelta(hours=16)
"""No zone was ever further from UTC, not even with its local mean time."""
_FIRST_LOOK_BACK: Final = 64
"""Days before the end in which the last occurrence is looked for first."""


def expand(
    series: Series, *, window_start: datetime, window_end: datetime, limit: int | None = None
) -> list[Occurrence]:
    """Return the occurrences that touch a window of aware instants, by start; `limit` at most.

    To touch means end > `window_start` and start < `window_end`: what began earlier is included.
    """
    last = _utc(window_end).toordinal() + 1  # east of Greenwich it may be tomorrow already
    found = _iter_occurrences(
        series, _first_day(series, window_start), last, ends_after=window_start
    )
    return list(islice(takewhile(lambda one: one.start < window_end, found), limit))


def next_occurrences(series: Series, after: datetime, n: int) -> list[Occurrence]:
    """Return the next `n` occurrences that start at `after` (an aware instant) or later."""
    found = _iter_occurrences(series, _first_day(series, after), LAST_DAY, ends_after=after)
    return list(islice(dropwhile(lambda one: one.start < after, found), n))


def last_occurrence_end(series: Series) -> datetime | None:
    """Return when the last occurrence ends, or None for a series without an end.

    When every occurrence is skipped, it is the end that the first one would have had.
    """
    if series.rule is not None and read_rule(series.rule).is_endless:
        return None
    last = _find_last(series)
    return last.end if last else localize(series.end_local, load_zone(series.timezone))


def starts_off_rule(series: Series) -> bool:
    """Whether the series' start is not an occurrence of its own rule, as the editor should know.

    So it is, too, with a start in the second of two equal hours: the rule means the first.
    """
    if series.rule is None:
        return False
    return not _has_start(series, localize(series.start_local, load_zone(series.timezone)))


def find_unmatched_exdates(series: Series) -> frozenset[datetime]:
    """Return the exception dates that match no occurrence (a second off is enough)."""
    return frozenset(exdate for exdate in series.exdates if not _has_start(series, exdate))


def _has_start(series: Series, instant: datetime) -> bool:
    bare = replace(series, exdates=frozenset(), skipped_dates=frozenset())
    return any(one.start == instant for one in next_occurrences(bare, instant, 1))


def _iter_occurrences(
    series: Series, first: int, last: int, *, ends_after: datetime = _EARLIEST
) -> Iterator[Occurrence]:
    """Yield what takes place on the dates (ordinals) `first` to `last`, without exceptions."""
    zone = load_zone(series.timezone)
    for start, end in _iter_spans(series, zone, first, last):
        if end <= ends_after or (series.exdates and start in series.exdates):
            continue
        start_local = to_local(start, zone)
        if not (series.skipped_dates and start_local.date() in series.skipped_dates):
            yield Occurrence(start, end, start_local)


def _iter_spans(
    series: Series, zone: ZoneInfo, first: int, last: int
) -> Iterator[tuple[datetime, datetime]]:
    """Yield starts and ends up to COUNT or UNTIL, skipped ones too; one for a single event."""
    if series.rule is None:
        start = localize(series.start_local, zone)
        yield start, _not_before(localize(series.end_local, zone), start, series.span)
        return
    rule = read_rule(series.rule)
    bound = rule.find_bound(zone)
    # The series may start in the second of two equal hours; its other occurrences never do: of two
    # equal hours, the rule means the first.
    wall_time = series.start_local.time().replace(fold=0)
    previous = None
    for day in iter_days(rule, series.start_local.date(), first, _last_day(series, rule, last)):
        local = datetime.combine(date.fromordinal(day), wall_time, zone)
        start = local.astimezone(UTC)
        if bound is not None and start >= bound:
            return
        # Where a zone skipped a whole day, that day's occurrence moves onto the next day's.
        if start != previous:
            yield start, _not_before((local + series.span).astimezone(UTC), start, series.span)
        previous = start


def _not_before(end: datetime, start: datetime, span: timedelta) -> datetime:
    """Return the end by its wall time or, if a DST gap moved the start past it, by the length."""
    return end if end > start else start + span


def _first_day(series: Series, instant: datetime) -> int:
    """Return the first local date on which an occurrence that lasts beyond an instant may begin."""
    return (max(_utc(instant), _EARLIEST) - series.span - _FURTHEST_FROM_UTC).toordinal()


def _last_day(series: Series, rule: RecurrenceRule, last: int) -> int:
    if rule.count is None:
        return last
    counted = find_counted_end(rule, series.start_local.date(), rule.count)
    return last if counted is None else min(last, counted)


def _utc(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        message = "occurrences are asked for by aware instants"
        raise ValueError(message)
    return instant.astimezone(UTC)


def _find_last(series: Series) -> Occurrence | None:
    """Return the last occurrence, looking backwards from the end in ever longer stretches."""
    first, last = series.start_local.toordinal(), _final_day(series)
    look_back = _FIRST_LOOK_BACK
    while True:
        begin = max(first, last - look_back)
        found = list(_iter_occurrences(series, begin, last))
        if found or begin == first:
            return found[-1] if found else None
        look_back *= 8


def _final_day(series: Series) -> int:
    """Return the date (an ordinal) of the last hit, or a later one."""
    if series.rule is None:
        return series.start_local.toordinal()
    rule = read_rule(series.rule)
    bound = rule.find_bound(load_zone(series.timezone))
    return _last_day(series, rule, LAST_DAY if bound is None else bound.toordinal() + 1)
