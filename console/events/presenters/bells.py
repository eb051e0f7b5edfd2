"""What is planned in the calendar by hand, and the school's bells: where it goes, and in words."""

from collections.abc import Sequence
from typing import Final

from console.events.presenters.actions import OccurrenceMoved, SlotChosen
from console.i18n import N_, _
from infoscreen_core.domain.school.bell_times import (
    Lesson,
    Span,
    drawn_span,
    find_bell,
    find_lesson,
)

_START_WORDS: Final = {
    True: N_("It starts at {time}, at the beginning of lesson {number}."),
    False: N_("It starts at {time}, at the end of lesson {number}."),
}
_END_WORDS: Final = {
    True: N_("It ends at {time}, at the beginning of lesson {number}."),
    False: N_("It ends at {time}, at the end of lesson {number}."),
}


def slot_span(slot: SlotChosen, lessons: Sequence[Lesson]) -> Span:
    """Return the times that are proposed for a place: the whole lesson that was clicked, if any."""
    if slot.is_all_day:
        return slot.start, slot.end
    if slot.clicked is None:
        return drawn_span((slot.start, slot.end), lessons)
    lesson = find_lesson(lessons, slot.clicked.time())
    return lesson.on(slot.clicked) if lesson else (slot.start, slot.end)


def bell_sentence(moved: OccurrenceMoved, lessons: Sequence[Lesson]) -> str:
    """Return at which bell something begins that was dragged, or ends that was stretched.

    Empty where there is none.
    """
    is_stretched = moved.start == moved.before[0]
    at = moved.end if is_stretched else moved.start
    bell = find_bell(lessons, at.time(), of_end=is_stretched)
    if bell is None or moved.is_all_day:
        return ""
    words = _END_WORDS if is_stretched else _START_WORDS
    return _(words[bell.is_start], time=f"{bell.at:%H:%M}", number=bell.lesson)


def kept_sentence(title: str, moved: OccurrenceMoved) -> str:
    """Return why something stays where it was although it was dragged a little."""
    kept = moved.before[1] if moved.start == moved.before[0] else moved.before[0]
    return _(
        "“{title}” stays at {time}, which is nearest. For another time, open it and type that.",
        title=title,
        time=f"{kept:%H:%M}",
    )
