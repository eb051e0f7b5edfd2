"""A file with a list of holidays, in any of the formats that we read."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from infoscreen_core.domain.school.holiday_import import HolidayFormat, HolidayList
from infoscreen_core.formats.holiday_lists.calendar import has_events, is_calendar, read_calendar
from infoscreen_core.formats.holiday_lists.table import read_table
from infoscreen_core.formats.holiday_lists.text import MAX_BYTES, read_text

__all__ = ["MAX_BYTES", "read_holiday_file"]


def read_holiday_file(
    content: bytes, *, zone: ZoneInfo, language: str, first: date, last: date
) -> HolidayList:
    """Return the holidays of a file; of what repeats itself, those from `first` to `last`.

    Its instants are days of `zone` unless it names another. Raises `InvalidInputError` for a file
    that is not text, is too large, or holds no such list.
    """
    text = read_text(content)
    if is_calendar(text.lines):
        if not has_events(text.lines):
            return HolidayList(HolidayFormat.ICALENDAR, [])
        return read_calendar(content, zone=zone, first=first, last=last)
    listed = read_table(text.lines, language=language)
    return replace(listed, notes=[*text.notes, *listed.notes])
