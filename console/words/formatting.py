"""Times, durations, sizes and identifiers as people read them.

Every function takes aware instants and the reader's zone; texts come in the current language.
"""

from datetime import date, datetime, timedelta
from html import escape
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import _, current_language, ngettext, with_marks
from console.words.calendar import short_month, weekday_name
from infoscreen_core.domain.text.elapsed import is_ahead

UTC_ZONE: Final = ZoneInfo("UTC")
MISSING: Final = "–"
"""Stands where there is no value."""

_MINUTE: Final = timedelta(minutes=1)
_HOUR: Final = timedelta(hours=1)
_DAY: Final = timedelta(days=1)
_KILO: Final = 1024


def clock(at: datetime, zone: ZoneInfo, *, with_seconds: bool = False) -> str:
    """Return the time of day: `08:00`, or `08:00:05`."""
    return at.astimezone(zone).strftime("%H:%M:%S" if with_seconds else "%H:%M")


def day(on: date, *, with_year: bool = False) -> str:
    """Return a day: `Mo 23.11.` in German, `Mon 23 Nov` in English; with the year on request."""
    weekday = weekday_name(on.weekday())
    if current_language() == "de":
        return f"{weekday} {on:%d.%m.}" + (f"{on.year}" if with_year else "")
    return f"{weekday} {on.day} {short_month(on.month)}" + (f" {on.year}" if with_year else "")


def instant(
    at: datetime | None, zone: ZoneInfo, *, now: datetime | None = None, with_seconds: bool = False
) -> str:
    """Return day and time, `Mo 23.11. 08:00`; the year too, when it is not that of `now`."""
    if at is None:
        return MISSING
    local = at.astimezone(zone)
    other_year = now is not None and local.year != now.astimezone(zone).year
    return f"{day(local.date(), with_year=other_year)} {clock(at, zone, with_seconds=with_seconds)}"


def wall_time(at: datetime) -> str:
    """Return a naive wall time as it is, with its year: `Mo 23.11.2026 08:00`."""
    return f"{day(at.date(), with_year=True)} {at:%H:%M}"


def near(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return the shortest clear form: `08:00` today, `morgen 08:00` tomorrow, else day and time."""
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0:
        return clock(at, zone)
    if days == 1:
        return _("tomorrow {time}", time=clock(at, zone))
    return instant(at, zone, now=now)


def until(end: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return when something ends as `near` does, save that the end of today is `24:00`."""
    is_midnight = clock(end, zone) == "00:00"
    is_end_of_today = end.astimezone(zone).date() - now.astimezone(zone).date() == _DAY
    return "24:00" if is_midnight and is_end_of_today else near(end, zone, now=now)


def span(start: datetime, end: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return from when to when: `08:00–09:40` today, the day before it otherwise."""
    same_day = start.astimezone(zone).date() == end.astimezone(zone).date()
    tail = clock(end, zone) if same_day else instant(end, zone, now=now)
    return f"{near(start, zone, now=now)}–{tail}"


def relative(at: datetime | None, zone: ZoneInfo, *, now: datetime) -> str:
    """Return `vor 12 s`, `vor 3 min` up to an hour ago, else the exact time.

    What has happened is never to come: where a clock put it there, it was just now, and how far
    that clock is ahead is said unless it is as little as clocks may differ.
    """
    if at is None:
        return _("never")
    if is_ahead(at, now=now):
        return _("just now (by a clock that is {amount} ahead)", amount=duration(at - now))
    if now - at < timedelta(seconds=2):
        return _("just now")
    return _distant(at, _("{amount} ago", amount=_amount(now - at)), zone, now=now)


def relative_html(at: datetime | None, zone: ZoneInfo, *, now: datetime) -> str:
    """Return `relative` as HTML whose tooltip is the exact time; `connection.js` counts it on."""
    text = relative(at, zone, now=now)
    return _counted(at, "is-ago", text, zone, now=now) if at else escape(text)


def to_come_html(at: datetime, zone: ZoneInfo, *, now: datetime) -> str:
    """Return when something will be, `in 20 min` or the exact time, as `relative_html` does."""
    if at - now < timedelta(seconds=2):
        return _counted(at, "is-to-come", _("now"), zone, now=now)
    text = _distant(at, _("in {amount}", amount=_amount(at - now)), zone, now=now)
    return _counted(at, "is-to-come", text, zone, now=now)


def _amount(distance: timedelta) -> str:
    if distance >= _MINUTE:
        return f"{int(distance / _MINUTE)} min"
    return f"{int(distance.total_seconds())} s"


def _distant(at: datetime, near_by: str, zone: ZoneInfo, *, now: datetime) -> str:
    if abs(now - at) < _HOUR:
        return near_by
    return near(at, zone, now=now) if at > now - _DAY else instant(at, zone, now=now)


def _counted(at: datetime, kind: str, text: str, zone: ZoneInfo, *, now: datetime) -> str:
    exact = escape(instant(at, zone, now=now, with_seconds=True))
    return f'<time class="{kind}" datetime="{at.isoformat()}" title="{exact}">{escape(text)}</time>'


def duration(length: timedelta, *, is_dative: bool = False) -> str:
    """Return `45 s`, `12 min`, `2 h 05 min`, `3 Tage 4 h`.

    Behind some German prepositions (`seit`, `nach`, `von`) it stands in the dative: `3 Tagen 4 h`.
    """
    seconds = int(length.total_seconds())
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86_400
    if minutes == 0:
        return f"{seconds} s"
    if hours == 0:
        return f"{minutes} min"
    if days == 0:
        return f"{hours} h {minutes % 60:02d} min"
    if is_dative:
        # The place stays empty: it only makes another message of the same English words.
        text = ngettext("{n} day{dative}", "{n} days{dative}", days, dative="")
    else:
        text = ngettext("{n} day", "{n} days", days)
    return text + (f" {hours % 24} h" if hours % 24 else "")


def hours_word(hours: int) -> str:
    """Return `24 h`, or `30 Tage`."""
    days = hours // 24
    return f"{hours} h" if days <= 1 else ngettext("{n} day", "{n} days", days)


def number(value: float | None, unit: str = "", *, digits: int = 0) -> str:
    """Return a number with its unit and the language's decimal sign: `12,5 °C`."""
    if value is None:
        return MISSING
    return f"{with_marks(value, digits=digits)} {unit}".rstrip()


def percent(value: float | None) -> str:
    """Return a share given in percent: `42 %`."""
    return number(value, "%")


def size(count: float | None) -> str:
    """Return a number of bytes: `512 B`, `1,5 MiB`."""
    if count is None:
        return MISSING
    for unit in ("B", "KiB", "MiB"):
        if abs(count) < _KILO:
            return number(count, unit, digits=0 if unit == "B" else 1)
        count /= _KILO
    return number(count, "GiB", digits=1)


def short_uuid(uuid: str) -> str:
    """Return the first eight characters, which people compare by eye."""
    return uuid[:8]
