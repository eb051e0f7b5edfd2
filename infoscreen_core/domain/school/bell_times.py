"""Bell times: when lessons begin and end, and how what is planned by hand keeps to them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise
from typing import Final

from infoscreen_core.domain.text.wording import shown
from infoscreen_core.errors import InvalidInputError

FIELD: Final = "bell_times"
MAX_LESSONS: Final = 30
NEAR: Final = timedelta(minutes=10)
"""How far a bell is heard: what is dropped no farther from one is meant to be there."""
STEP: Final = timedelta(minutes=5)
"""What is dropped elsewhere keeps to multiples of this."""
_CLOCK: Final = r"([0-9]{1,2})[:.]([0-9]{2})"
_LESSON: Final = re.compile(rf"{_CLOCK}\s*[-–—]\s*{_CLOCK}")
_BETWEEN: Final = re.compile(r"[,;\n]")
Span = tuple[datetime, datetime]
"""Start and end as naive wall times of one zone."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of each day; `number` counts from 1, and the bell that ends it is not in it."""

    number: int
    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}–{self.end:%H:%M}"

    def on(self, day: datetime) -> Span:
        """Return when it begins and ends on the day of this wall time."""
        return datetime.combine(day, self.start), datetime.combine(day, self.end)


@dataclass(frozen=True, slots=True)
class Bell:
    """One ring: at the beginning of a lesson or at its end."""

    at: time
    lesson: int
    is_start: bool


def read_bell_times(text: str) -> tuple[Lesson, ...]:
    """Read lessons such as `08:00–08:50, 08:50–09:40`; return them by time, numbered.

    Raises `InvalidInputError` for what is no lesson, and for lessons that overlap.
    """
    spans = sorted(_span(part.strip()) for part in _BETWEEN.split(text) if part.strip())
    if len(spans) > MAX_LESSONS:
        raise InvalidInputError(
            "The bell times have {count} lessons; at most {limit} are possible.",
            field=FIELD,
            count=len(spans),
            limit=MAX_LESSONS,
        )
    lessons = tuple(Lesson(number, *span) for number, span in enumerate(spans, start=1))
    for earlier, later in pairwise(lessons):
        _check_order(earlier, later)
    return lessons


def format_bell_times(lessons: Iterable[Lesson]) -> str:
    """Return the text form that `read_bell_times` reads back."""
    return ", ".join(map(str, lessons))


def find_lesson(lessons: Iterable[Lesson], at: time) -> Lesson | None:
    """Return the lesson that is held at this time of the day, if any."""
    return next((one for one in lessons if one.start <= at < one.end), None)


def find_bell(lessons: Iterable[Lesson], at: time, *, of_end: bool = False) -> Bell | None:
    """Return the bell at exactly this time.

    Where one lesson ends and the next begins, it is the beginning's; `of_end`: the end's.
    """
    return next((bell for bell in _bells(lessons, ends_first=of_end) if bell.at == at), None)


def drawn_span(drawn: Span, lessons: Sequence[Lesson]) -> Span:
    """Return what a stretch that somebody drew means: both ends at a bell that is near."""
    start = _snapped(drawn[0], lessons)
    return start, _snapped_end(drawn[1], lessons, after=start)


def dropped_span(before: Span, dropped: Span, lessons: Sequence[Lesson]) -> Span:
    """Return where something belongs that was dragged or stretched from `before` to `dropped`.

    An edge that was moved goes to the nearest bell within `NEAR`, else to a multiple of `STEP`;
    what was dragged keeps its length. Who moved it to another day only keeps its time of day.
    """
    start, end = dropped
    if [at.time() for at in dropped] == [at.time() for at in before]:
        return dropped
    if start == before[0]:
        return start, _snapped_end(end, lessons, after=start)
    if end == before[1]:
        return _snapped_start(start, lessons, before=end), end
    moved = _snapped(start, lessons)
    return moved, moved + (end - start)


def _span(text: str) -> tuple[time, time]:
    found = _LESSON.fullmatch(text)
    try:
        hour, minute, end_hour, end_minute = map(int, found.groups() if found else ())
        start, end = time(hour, minute), time(end_hour, end_minute)
    except ValueError:
        raise InvalidInputError(
            "Among the bell times, “{value}” is no lesson; write its beginning and end, such as "
            "08:00–08:50.",
            field=FIELD,
            value=shown(text),
        ) from None
    if end <= start:
        raise InvalidInputError(
            "Among the bell times, “{value}” does not end after its beginning; write the earlier "
            "time first.",
            field=FIELD,
            value=shown(text),
        )
    return start, end


def _check_order(earlier: Lesson, later: Lesson) -> None:
    if later.start < earlier.end:
        raise InvalidInputError(
            "Among the bell times, {later} begins before {earlier} has ended; change one of them.",
            field=FIELD,
            later=str(later),
            earlier=str(earlier),
        )


def _bells(lessons: Iterable[Lesson], *, ends_first: bool) -> list[Bell]:
    """Return all bells, those of beginnings (or ends) first."""
    known = tuple(lessons)
    starts = [Bell(one.start, one.number, is_start=True) for one in known]
    ends = [Bell(one.end, one.number, is_start=False) for one in known]
    return [*ends, *starts] if ends_first else [*starts, *ends]


def _near(moment: datetime, lessons: Iterable[Lesson], *, ends_first: bool) -> Iterator[datetime]:
    """Yield the bells around a moment, the nearest first; of two as near, the wanted kind first."""
    bells = _bells(lessons, ends_first=ends_first)
    places = [datetime.combine(moment, bell.at) for bell in bells]
    near = [place for place in places if abs(place - moment) <= NEAR]
    yield from sorted(near, key=lambda place: abs(place - moment))


def _snapped(moment: datetime, lessons: Iterable[Lesson]) -> datetime:
    return next(_near(moment, lessons, ends_first=False), _rounded(moment))


def _snapped_start(moment: datetime, lessons: Iterable[Lesson], *, before: datetime) -> datetime:
    near = _near(moment, lessons, ends_first=False)
    return next((bell for bell in near if bell < before), min(_rounded(moment), before - STEP))


def _snapped_end(moment: datetime, lessons: Iterable[Lesson], *, after: datetime) -> datetime:
    near = _near(moment, lessons, ends_first=True)
    return next((bell for bell in near if bell > after), max(_rounded(moment), after + STEP))


def _rounded(moment: datetime) -> datetime:
    midnight = datetime.combine(moment, time())
    return midnight + round((moment - midnight) / STEP) * STEP
