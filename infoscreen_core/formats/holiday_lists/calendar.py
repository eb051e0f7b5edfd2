"""Holidays from an iCalendar file: whole days, as dates or as midnight to midnight of a zone.

A series is taken for the days of the period: most are yearly, and began long before it. What is no
holiday (some hours, called off) is left out with a sentence. Calendars of holidays mark them as
free time (TRANSP:TRANSPARENT), since nobody is busy then; only beside others that are not so
marked does the mark say that an event keeps nobody off.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.recurrence.expansion import Series, expand
from infoscreen_core.domain.school.holiday_import import HolidayFormat, HolidayList, Line
from infoscreen_core.domain.school.holidays import Holiday, Outcome
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError, InvalidInputError
from infoscreen_core.formats.holiday_lists.calendar_events import CalendarEvent, read_events
from infoscreen_core.formats.holiday_lists.lines import describe_garbled, left_out
from infoscreen_core.formats.holiday_lists.text import MAX_LINES
from infoscreen_core.formats.ical_entries import Entry

_BEGIN: Final = "BEGIN:VCALENDAR"
_BEGIN_EVENT: Final = "BEGIN:VEVENT"
_DAY: Final = timedelta(days=1)
_LAST_MINUTE: Final = time(23, 59)
_UTC: Final = "UTC"


def has_events(lines: Iterable[tuple[int, str]]) -> bool:
    """Whether a calendar holds any event."""
    return any(line.strip().upper() == _BEGIN_EVENT for _number, line in lines)


def is_calendar(lines: Iterable[tuple[int, str]]) -> bool:
    """Whether a text is an iCalendar file, judged by how it begins."""
    first = next((line.strip() for _number, line in lines if line.strip()), "")
    return first.upper() == _BEGIN


def read_calendar(content: bytes, *, zone: ZoneInfo, first: date, last: date) -> HolidayList:
    """Read the whole-day events of a calendar; times in UTC are days of `zone`.

    Of a series, those from `first` to `last` are read.
    """
    file = read_events(content, zone.key)
    found: list[_Found] = []
    count = 0
    for event in file.events:
        found.append(_Found(event, _days(event, zone, first, last)))
        count += found[-1].count
        if count > MAX_LINES:
            raise InvalidInputError(
                "What repeats itself in the file has more than {limit} days in the period; a list "
                "of holidays is much shorter. Choose another one.",
                field="file",
                limit=MAX_LINES,
            )
    is_busy_time = any(one.count and not one.event.is_transparent for one in found)
    lines = [line for one in found for line in _lines(one, is_busy_time=is_busy_time)]
    return HolidayList(HolidayFormat.ICALENDAR, lines, file.notes)


@dataclass(frozen=True)
class _Found:
    event: CalendarEvent
    days: Sequence[tuple[date, date]] | Sentence
    """First and last day of each occurrence, or why there are none."""

    @property
    def count(self) -> int:
        """How many occurrences it has."""
        return 0 if isinstance(self.days, Sentence) else len(self.days)


def _lines(found: _Found, *, is_busy_time: bool) -> Iterator[Line]:
    event, days = found.event, found.days
    garbled = describe_garbled(event.title)
    if isinstance(days, Sentence):
        yield left_out(event.line, days)
    elif garbled is not None:
        yield left_out(event.line, garbled)
    elif event.is_transparent and is_busy_time:
        why = Sentence(
            "{title} is marked as free time (TRANSPARENT), unlike other whole days of the file.",
            title=event.title,
        )
        first, last = days[0]
        holiday = Holiday(name=event.title, start_date=first, end_date=last)
        yield Line(event.line, holiday, Outcome.SKIPPED, why)
    else:
        for first, last in days:
            yield Line(event.line, Holiday(name=event.title, start_date=first, end_date=last))


def _days(
    event: CalendarEvent, zone: ZoneInfo, first: date, last: date
) -> Sequence[tuple[date, date]] | Sentence:
    """Return first and last day of each occurrence that matters, or why there are none."""
    entry = event.entry
    if entry is None:
        return event.problem or Sentence("This line cannot be read.")
    if entry.end < entry.start:
        return Sentence("{title} ends before it begins.", title=event.title)
    try:
        spans = _single(entry) if entry.rule is None else _series(event, entry, zone, first, last)
    except InfoscreenError as error:
        problem = Sentence.of(error)
        return Sentence("{title} cannot be taken: {problem}", title=event.title, problem=problem)
    if not spans:
        return Sentence("{title} repeats itself, but not in the period.", title=event.title)
    days = [_whole_days(start, end, is_all_day=entry.is_all_day) for start, end in spans]
    whole = [one for one in days if one is not None]
    return whole or Sentence(
        "{title} is no whole day; a holiday goes from midnight to midnight.", title=event.title
    )


def _single(entry: Entry) -> list[tuple[datetime, datetime]]:
    return [(entry.start, entry.end)]


def _series(
    event: CalendarEvent, entry: Entry, zone: ZoneInfo, first: date, last: date
) -> list[tuple[datetime, datetime]]:
    """Return start and end, by the clock of the place, of each occurrence within these days."""
    # UTC says nothing about the place; any other zone is the one in which the days are meant.
    clock = zone if entry.timezone == _UTC else load_zone(entry.timezone)
    off = [*entry.exdates, *event.replaced]
    series = Series(
        start_local=entry.start,
        end_local=max(entry.end, entry.start + _DAY) if entry.is_all_day else entry.end,
        timezone=entry.timezone,
        rule=entry.rule,
        exdates=frozenset(one for one in off if isinstance(one, datetime)),
        skipped_dates=frozenset(one for one in off if not isinstance(one, datetime)),
    )
    found = expand(
        series,
        window_start=localize(datetime.combine(first, time()), clock),
        window_end=localize(datetime.combine(last + _DAY, time()), clock),
        limit=MAX_LINES + 1,
    )
    return [(to_local(one.start, clock), to_local(one.end, clock)) for one in found]


def _whole_days(start: datetime, end: datetime, *, is_all_day: bool) -> tuple[date, date] | None:
    if is_all_day:  # a clock that is put forward at midnight makes it begin at one
        return start.date(), max(start.date(), end.date() - _DAY)
    if start.time() != time() or end <= start:
        return None
    if end.time() == time():
        return start.date(), end.date() - _DAY
    return (start.date(), end.date()) if end.time() >= _LAST_MINUTE else None
