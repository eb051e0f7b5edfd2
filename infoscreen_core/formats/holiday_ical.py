"""Holidays from an iCalendar file: whole days, as dates or as midnight to midnight of a zone."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component
from icalendar.error import BrokenCalendarProperty

from infoscreen_core.domain.school.holiday_import import HolidayFormat, HolidayList, Line
from infoscreen_core.domain.school.holidays import Holiday, Outcome
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InvalidInputError

_BEGIN: Final = "BEGIN:VCALENDAR"
_DAY: Final = timedelta(days=1)
# What the parser raises for damaged files, found by fuzzing.
_PARSER_ERRORS: Final = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
)
_LAST_MINUTE: Final = time(23, 59)


def is_icalendar(text: str) -> bool:
    """Whether text is an iCalendar file, judged by how it begins."""
    return text.lstrip()[: len(_BEGIN)].upper() == _BEGIN


def read_icalendar(text: str, *, zone: ZoneInfo) -> HolidayList:
    """Read the whole-day events of a calendar; times in UTC are days of `zone`.

    An event that is no holiday (some hours, cancelled, repeating) is skipped with a sentence.
    """
    try:
        calendars = Calendar.from_ical(text, multiple=True)
    except _PARSER_ERRORS:
        raise InvalidInputError(
            "The file begins as a calendar (ICS), but cannot be read; export it again.",
            field="file",
        ) from None
    events = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    lines = zip(_begin_lines(text), events, strict=False)
    return HolidayList(
        HolidayFormat.ICALENDAR, [_line(number, event, zone) for number, event in lines]
    )


def _begin_lines(text: str) -> Iterator[int]:
    return (
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip().upper() == "BEGIN:VEVENT"
    )


def _line(number: int, event: Component, zone: ZoneInfo) -> Line:
    refusal = _refusal(event)
    if refusal is not None:
        return Line(number, None, Outcome.SKIPPED, refusal)
    try:
        first, last = _days(event, zone) or (None, None)
    except OverflowError:  # beyond the years 1 and 9999
        first, last = None, None
    if first is None or last is None:
        return Line(number, None, Outcome.SKIPPED, _not_whole_days(event))
    return Line(number, Holiday(name=_title(event), start_date=first, end_date=last))


def _refusal(event: Component) -> Sentence | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return Sentence("{title} is cancelled.", title=_title(event))
    if "RRULE" in event or "RDATE" in event:
        return Sentence("{title} repeats itself; enter its days one by one.", title=_title(event))
    return None


def _title(event: Component) -> str:
    return " ".join(str(event.get("SUMMARY", "")).split())


def _not_whole_days(event: Component) -> Sentence:
    return Sentence(
        "{title} is no whole day; a holiday goes from midnight to midnight.", title=_title(event)
    )


def _days(event: Component, zone: ZoneInfo) -> tuple[date, date] | None:
    """Return first and last day, or None for an event that is not made of whole days."""
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if start is None or (end is None and "DTEND" in event):
        return None
    if end is None:
        end = start + _length(event, start)
    if isinstance(start, datetime) is not isinstance(end, datetime):
        return None
    if isinstance(start, datetime) and isinstance(end, datetime):
        return _whole_days(_local(start, zone), _local(end, zone))
    return start, max(start, end - _DAY)


def _moment(event: Component, key: str) -> date | datetime | None:
    value = _read(event, key)
    return value if isinstance(value, date) else None


def _read(event: Component, key: str) -> object:
    try:
        return getattr(event.get(key), "dt", None)
    except BrokenCalendarProperty:
        return None


def _length(event: Component, start: date) -> timedelta:
    given = _read(event, "DURATION")
    if isinstance(given, timedelta):
        return given
    return timedelta() if isinstance(start, datetime) else _DAY


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    # UTC says nothing about the place; any other zone is the one in which the days are meant.
    is_utc = moment.tzinfo is not None and str(moment.tzinfo) in {"UTC", "Etc/UTC"}
    return moment.astimezone(zone).replace(tzinfo=None) if is_utc else moment.replace(tzinfo=None)


def _whole_days(start: datetime, end: datetime) -> tuple[date, date] | None:
    if start.time() != time() or end <= start:
        return None
    if end.time() == time():
        return start.date(), end.date() - _DAY
    return (start.date(), end.date()) if end.time() >= _LAST_MINUTE else None
