"""The recurrence rule of a VEVENT, as our series have it, and how long such a series lives.

Programs write UNTIL in every form: a date, a time by the clock of the series, or an instant. A
series whose rule does not hit its own start is refused, because programs disagree on what that
means.
"""

import re
from datetime import date, datetime, timedelta
from typing import Final

from infoscreen_core.domain.recurrence.days import find_counted_end
from infoscreen_core.domain.recurrence.exdates import find_stamp, format_stamp
from infoscreen_core.domain.recurrence.expansion import (
    Series,
    format_rule,
    parse_rule,
    read_rule,
    starts_off_rule,
)
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.years import YEARS
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_moments import Moment
from infoscreen_core.formats.ical_zones import Life

_DAY: Final = timedelta(days=1)
_UNTIL: Final = re.compile(r"(UNTIL=)([0-9]{8}T[0-9]{6})(Z?)", re.IGNORECASE)
_LAST_DATE: Final = re.compile(r"UNTIL=([0-9]{4})([0-9]{2})([0-9]{2})", re.IGNORECASE)
_ANY_UNTIL: Final = re.compile(r";?UNTIL=[^;]*", re.IGNORECASE)
_MARGIN: Final = timedelta(days=2)
"""More than clocks of two zones can differ, and than most occurrences last."""
_FORESEEN: Final = 2037
"""The year to which lists of clock changes usually reach."""
_YEARS_AHEAD: Final = 10


def read_series_rule(text: str, start: Moment, end: Moment, zone: str) -> str:
    """Return the rule in canonical form; raise `InvalidInputError` for one that is refused."""
    plain = _UNTIL.sub(lambda found: found[1] + _until(found[2], found[3], start, zone), text)
    rule = format_rule(parse_rule(plain, start_local=start.wall, timezone=zone))
    last = max(end.wall, start.wall + _DAY) if start.is_date else end.wall
    series = Series(start_local=start.wall, end_local=last, timezone=zone, rule=rule)
    if starts_off_rule(series):
        raise InvalidInputError(
            "The rule does not meet its own start, {start}, so programs disagree on its dates; let "
            "it begin "
            "on the first date of the rule.",
            field="recurrence_rule",
            start=f"{start.wall:%Y-%m-%d %H:%M}",
        )
    return rule


def life_of_series(text: str, start: datetime) -> Life:
    """Return the stretch in which a series takes place, or the next years of an endless one.

    `start` is by whatever clock, and the rule may turn out to be refused.
    """
    last = _last_day(text, start.date())
    if last is None:
        year = max(start.year + _YEARS_AHEAD, _FORESEEN)
        last = date(min(year, YEARS[-1]), 12, 31)
    end = datetime.combine(max(last, start.date()), datetime.max.time().replace(microsecond=0))
    return Life(start - _MARGIN, end + _MARGIN, is_series=True)


def _last_day(text: str, start: date) -> date | None:
    if found := _LAST_DATE.search(text):
        try:
            return min(date(*map(int, found.groups())), date(YEARS[-1], 12, 31))
        except ValueError:
            return None
    try:
        rule = read_rule(_ANY_UNTIL.sub("", text))
    except InvalidInputError:
        return None
    counted = rule.count and find_counted_end(rule, start, rule.count)
    return date.fromordinal(counted) if counted else None


def _until(stamp: str, mark: str, start: Moment, zone: str) -> str:
    """Return UNTIL for our rules: an instant in UTC, or a date for whole days.

    For whole days, programs write either the date with midnight UTC, of which the date as written
    counts, or some other instant, whose date in the zone counts.
    """
    instant = find_stamp(f"{stamp}Z".upper())
    if instant is None:
        return stamp + mark
    if not mark:
        instant = localize(instant.replace(tzinfo=None), load_zone(zone))
    if not start.is_date:
        return format_stamp(instant)
    is_written_date = bool(mark) and instant.time() == datetime.min.time()
    local = instant if is_written_date else to_local(instant, load_zone(zone))
    return f"{local:%Y%m%d}"
