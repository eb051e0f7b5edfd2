"""Mutated files, and what must hold of each: an answer in time, and no instant changed silently.

A number gives a mutant, the same in every run. A calendar is imported, exported, and imported
again: both imports must plan the same. A list of holidays is read and planned: each day it gives
must be written in the file. Whatever is refused is refused with a sentence in both languages, and
with its line.
"""

import random
import re
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from console.i18n import use_language
from console.words.errors import error_sentence
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError
from tests.support.exchange.mutation_seeds import CALENDARS, HOLIDAYS
from tests.support.exchange.mutators import CALENDAR, TABLE, mutate
from tests.support.exchange.trial import Listed, Span, Taken, Trial

MOST_SECONDS: Final = 2.0
"""Of processor time, so a busy neighbour does not count."""
VIENNA: Final = ZoneInfo("Europe/Vienna")
_CALENDARS_OF_TEN: Final = 7
_COMPUTED: Final = re.compile(r"(?i)RRULE|RDATE|DURATION")
"""Days that a calendar does not name but computes."""
_BREAK: Final = re.compile(r"\r\n|\n|\r")
_DIGITS: Final = re.compile(r"\d+")
_MONTHS: Final = ("jan|jän", "feb", "mär|mar|mrz", "apr", "mai|may", "jun", "jul", "aug", "sep",
                  "okt|oct", "nov", "dez|dec")  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A spoilt file, and how it came about."""

    number: int
    is_calendar: bool
    data: bytes
    mutators: Sequence[str]


def make_mutant(
    seed: int, number: int, calendars: Sequence[bytes] = (), tables: Sequence[bytes] = ()
) -> Mutant:
    """Return the mutant of this number; other files than our own are mutated if there are any."""
    chance = random.Random(f"{seed}:{number}")
    is_calendar = number % 10 < _CALENDARS_OF_TEN
    own = [text.encode() for text in (CALENDARS if is_calendar else HOLIDAYS)]
    donors = [*own, *(calendars if is_calendar else tables)]
    kinds = CALENDAR if is_calendar else TABLE
    data, done = mutate(chance, chance.choice(donors), kinds, donors)
    return Mutant(number, is_calendar, data, done)


@dataclass(frozen=True)
class Verdict:
    """What is wrong with the answer to a mutant, and what was accepted and refused."""

    faults: Sequence[str]
    seconds: float
    accepted: int = 0
    refused: int = 0


def judge(mutant: Mutant, trial: Trial) -> Verdict:
    """Return the verdict on what the product makes of a mutant."""
    begin = time.process_time()
    try:
        faults, accepted, refused = (
            _judge_calendar(mutant.data, trial)
            if mutant.is_calendar
            else _judge_holidays(mutant.data, trial)
        )
    except Exception:  # noqa: BLE001 - any of them is a fault of the product
        faults, accepted, refused = [traceback.format_exc()], 0, 0
    seconds = time.process_time() - begin
    if seconds > MOST_SECONDS:
        faults.append(f"took {seconds:.1f} s")
    return Verdict(faults, seconds, accepted, refused)


def _judge_calendar(data: bytes, trial: Trial) -> tuple[list[str], int, int]:
    first, again = trial.take_twice(data)
    if first.refusal:
        return list(_unsaid(first.refusal)), 0, 1
    faults = [fault for row in first.rows if row.error for fault in _unsaid(row.error)]
    last = len(data.splitlines())
    faults += [f"row without a line: {row}" for row in first.rows if not 0 < row.line <= last]
    faults += _changed(first, again)
    refused = sum(row.error is not None for row in first.rows)
    return faults, len(first.rows) - refused, refused


def _changed(first: Taken, again: Taken) -> Iterator[str]:
    """Yield what an export and another import made different."""
    if again.refusal:
        yield f"its export was refused: {again.refusal}"
    for row in again.rows:
        if row.error:
            yield f"of its export, {row.title!r} was refused: {row.error}"
    before, after = Counter(first.spans), Counter(again.spans)
    for word, spans in (("lost", before - after), ("made up", after - before)):
        if spans:
            yield f"its export {word} {_shown(sorted(spans))}"


def _shown(spans: Sequence[Span]) -> str:
    some = ", ".join(f"{one.start}–{one.end} {one.title!r}" for one in spans[:3])
    return f"{len(spans)}: {some}"


def _judge_holidays(data: bytes, trial: Trial) -> tuple[list[str], int, int]:
    try:
        listed = trial.take_holidays(data)
    except InfoscreenError as error:
        return list(_unsaid(error)), 0, 1
    faults = [fault for row in listed.rows for fault in _unsaid(row.sentence)]
    faults += list(_unsaid(listed.refusal)) if listed.refusal else []
    faults += [f"row without a line: {row}" for row in listed.rows if row.line < 1]
    faults += _made_up(data, listed)
    faults += _stored_otherwise(listed)
    return faults, len(listed.stored), sum(row.holiday is None for row in listed.rows)


def _made_up(data: bytes, listed: Listed) -> Iterator[str]:
    """Yield the days of holidays that their own lines do not name."""
    text = _text_of(data)
    if listed.is_calendar and _COMPUTED.search(text):
        return
    ends = [*(row.line for row in listed.rows), len(text) + 1][1:]
    for row, end in zip(listed.rows, ends, strict=False):
        if row.holiday is None:
            continue
        said = _said(text, row.line, max(end, row.line + 1), is_wide=b"\0" in data)
        for day in (row.holiday.start_date, row.holiday.end_date):
            if not any(_is_said(one, some) for one in _meant(day, listed) for some in said):
                yield f"line {row.line} does not say {day}: {said[0][:200]!r}"


def _said(text: str, first: int, end: int, *, is_wide: bool) -> list[str]:
    """Return the lines from one number to another, by either way to count them.

    A form feed or a Unicode separator ends a line for some. Of wide characters whose bytes were
    spoilt, no line can be told from another.
    """
    if is_wide:
        return [text]
    ways = (text.splitlines(), _BREAK.split(text))
    return ["\n".join(lines[first - 1 : end - 1]) for lines in ways]


def _stored_otherwise(listed: Listed) -> Iterator[str]:
    """Yield what is stored and begins or ends on a day that no row gives."""
    given = [row.holiday for row in listed.rows if row.holiday]
    firsts, lasts = {one.start_date for one in given}, {one.end_date for one in given}
    for first, last in listed.stored:
        if first not in firsts or last not in lasts:
            yield f"stored as {first} to {last}, which no line gives"


def _meant(day: date, listed: Listed) -> Iterator[date]:
    """Yield the days that may be written for a day: calendars name the one after the last."""
    yield day
    if listed.is_calendar:
        for days in (-1, 1):
            yield date.fromordinal(day.toordinal() + days)


def _is_said(day: date, text: str) -> bool:
    """Whether a text holds the numbers of a date, in whatever notation."""
    numbers = {int(piece[:9]) for piece in _DIGITS.findall(text)}
    for piece in _DIGITS.findall(text):
        if len(piece) >= len("20261026"):
            numbers |= {int(piece[:4]), int(piece[4:6]), int(piece[6:8])}
    is_month_said = day.month in numbers or re.search(_MONTHS[day.month - 1], text.lower())
    return bool(day.day in numbers and is_month_said and numbers & {day.year, day.year % 100})


def _text_of(data: bytes) -> str:
    """Return a text of which only digits and lines matter, in whatever encoding."""
    plain = data.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").replace(b"\0", b"")
    try:
        return plain.decode("utf-8-sig")
    except UnicodeDecodeError:
        return plain.decode("latin-1")


def _unsaid(error: InfoscreenError | Sentence) -> Iterator[str]:
    """Yield what is wrong with the sentence of a refusal, in either language."""
    texts = {}
    for language in ("de", "en"):
        with use_language(language):
            texts[language] = error_sentence(error, VIENNA)
    if not all(texts.values()) or texts["de"] == texts["en"]:
        yield f"not said in both languages: {texts}"
