"""One line of a table of holidays: what it says, or why it says nothing that can be entered."""

import re
from typing import Final

from infoscreen_core.domain.school.holiday_import import Line
from infoscreen_core.domain.school.holiday_places import EVERYWHERE, Place
from infoscreen_core.domain.school.holidays import Holiday, Outcome
from infoscreen_core.domain.text.wording import Sentence, shown
from infoscreen_core.formats.dates import describe_wrong_date, read_date

_GARBLED: Final = re.compile(
    "\ufffd"  # stands for bytes that are no character, here or in an earlier program
    "|[ÃÂ][\u00a0-\u00bf„–œŸ]|â€"  # UTF-8 that was once taken for Windows-1252
    "|(?<=[a-z])„(?=[a-z])|\\b™(?=[a-z])"  # a list from DOS
)


def read_line(
    number: int, *, name: str, start: str, end: str, region: str | None, place: Place = EVERYWHERE
) -> Line:
    """Return the line with these texts; one without two dates, or with a damaged text, is wrong."""
    first, last = read_date(start), read_date(end)
    if first is None or last is None:
        wrong = _not_a_date(end if first is not None else start)
        return Line(number, None, Outcome.INVALID, wrong, place)
    holiday = Holiday(name=name, start_date=first, end_date=last, region=region or None)
    wrong_text = describe_garbled(name) or describe_garbled(region or "")
    if wrong_text is not None:
        return Line(number, holiday, Outcome.INVALID, wrong_text, place)
    return Line(number, holiday, place=place)


def describe_garbled(text: str) -> Sentence | None:
    """Return what to say of a text whose letters were lost; None for any other."""
    if not _GARBLED.search(text):
        return None
    return Sentence(
        "“{value}” has letters that were lost when the file was saved; write it anew, in UTF-8.",
        value=shown(text),
    )


def left_out(number: int, why: Sentence, place: Place = EVERYWHERE) -> Line:
    """Return the line that is no holiday, and why."""
    return Line(number, None, Outcome.SKIPPED, why, place)


def _not_a_date(text: str) -> Sentence:
    if not text:
        return Sentence(
            "A date is missing; write name, first day, last day, and perhaps the region."
        )
    return describe_wrong_date(text)
