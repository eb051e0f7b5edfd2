"""How a test reads a list of holidays, and says what came of it."""

from datetime import date
from zoneinfo import ZoneInfo

from infoscreen_core.domain.school.holiday_choice import choose_place
from infoscreen_core.domain.school.holiday_import import Bounds, HolidayList, plan_import
from infoscreen_core.domain.school.holiday_places import ALL_PLACES, PlaceChoice
from infoscreen_core.domain.school.holidays import Outcome
from infoscreen_core.formats.holiday_file import read_holiday_file

YEAR = Bounds("2026/27", date(2026, 9, 7), date(2027, 7, 2))
VIENNA = ZoneInfo("Europe/Vienna")


def read_list(content: str | bytes, *, language: str = "de") -> HolidayList:
    return read_holiday_file(
        content.encode() if isinstance(content, str) else content,
        zone=VIENNA,
        language=language,
        first=YEAR.first,
        last=YEAR.last,
    )


def holidays_in(listed: HolidayList) -> list[tuple[int, str, str, str, str | None]]:
    return [
        (line.number, one.name, one.start_date.isoformat(), one.end_date.isoformat(), one.region)
        for line in listed.lines
        if (one := line.holiday)
    ]


def names_in(content: str | bytes) -> list[str]:
    return [name for _number, name, *_days in holidays_in(read_list(content))]


def said(listed: HolidayList, place: PlaceChoice = ALL_PLACES) -> list[tuple[int, Outcome, str]]:
    """What becomes of each line in a year that has no holidays yet."""
    chosen, _options = choose_place(listed, place)
    rows, _after = plan_import(chosen, {}, YEAR)
    return [(row.line, row.outcome, str(row.sentence)) for row in rows]


def entered(listed: HolidayList, place: PlaceChoice = ALL_PLACES) -> set[str]:
    """The holidays of a year after the list is entered in it."""
    chosen, _options = choose_place(listed, place)
    _rows, after = plan_import(chosen, {}, YEAR)
    return {f"{one.name} {one.start_date} {one.end_date} {one.region}" for one in after.values()}
