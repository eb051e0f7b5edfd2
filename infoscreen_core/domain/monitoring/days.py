"""Outages by the days on which screens were down."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.monitoring.availability import Outage
from infoscreen_core.domain.monitoring.spans import Span, merged, without
from infoscreen_core.domain.text.local_time import localize, to_local

_DAY: Final = timedelta(days=1)
_TICK: Final = timedelta(microseconds=1)


def down_by_day(
    outages: Iterable[Outage], window: Span, *, blind: Iterable[Span], zone: ZoneInfo
) -> dict[date, timedelta]:
    """Return how long screens were down on each day of a window in `zone`, all together.

    The outages are those of `availability.measure` over the window, with the same blind spans; so
    the days add up to their time down. A day without any is there, too.
    """
    unseen = merged(blind)
    days = {day: _day(day, zone) for day in _days_of(window, zone)}
    dates, begins = list(days), [span.start for span in days.values()]
    found = dict.fromkeys(days, timedelta())
    for outage in outages:
        for part in without(Span(outage.start, outage.end or window.end), unseen):
            first = bisect_right(begins, part.start) - 1
            for day in dates[first : bisect_left(begins, part.end)]:
                found[day] += part.within(days[day]).length
    return found


def _days_of(span: Span, zone: ZoneInfo) -> list[date]:
    first, last = to_local(span.start, zone).date(), to_local(span.end - _TICK, zone).date()
    return [first + number * _DAY for number in range((last - first).days + 1)]


def _day(day: date, zone: ZoneInfo) -> Span:
    begins, ends = (localize(datetime.combine(one, time()), zone) for one in (day, day + _DAY))
    return Span(begins, ends)
