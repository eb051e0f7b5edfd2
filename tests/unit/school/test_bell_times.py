"""Bell times: what is read, and where the bells draw what is dragged in the calendar."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoscreen_core.domain.school.bell_times import (
    MAX_LESSONS,
    NEAR,
    STEP,
    Lesson,
    Span,
    drawn_span,
    dropped_span,
    find_bell,
    find_lesson,
    format_bell_times,
    read_bell_times,
)
from infoscreen_core.errors import InvalidInputError

LESSONS = read_bell_times("08:00–08:50, 08:50–09:40, 09:55–10:45")
MINUTES = st.integers(min_value=0, max_value=24 * 60 - 1)
quick = settings(max_examples=150, deadline=None, derandomize=True, database=None)


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-24T{clock}")


def span(text: str) -> Span:
    start, end = text.split("-")
    return at(start), at(end)


@st.composite
def timetables(draw: st.DrawFn) -> tuple[Lesson, ...]:
    bells = sorted(draw(st.lists(MINUTES, unique=True, max_size=16)))
    pairs = zip(bells[::2], bells[1::2], strict=False)
    clocks = [(time(*divmod(start, 60)), time(*divmod(end, 60))) for start, end in pairs]
    return tuple(Lesson(number, *pair) for number, pair in enumerate(clocks, start=1))


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = at("00:00") + timedelta(minutes=draw(MINUTES))
    return start, start + timedelta(minutes=draw(st.integers(min_value=1, max_value=600)))


@pytest.mark.parametrize(
    "text",
    [
        "08:00–08:50, 08:50–09:40, 09:55–10:45",
        "8:00-8:50,8.50 - 9.40;\n09:55—10:45,",
        "09:55-10:45\r\n08:00-08:50\r\n08:50-09:40",
    ],
)
def test_lessons_are_read_as_people_write_them_and_put_in_order(text: str) -> None:
    assert read_bell_times(text) == LESSONS
    assert format_bell_times(LESSONS) == "08:00–08:50, 08:50–09:40, 09:55–10:45"


@pytest.mark.parametrize("text", ["", "  ", " , ;\n"])
def test_nothing_means_no_bells(text: str) -> None:
    assert read_bell_times(text) == ()
    assert format_bell_times(()) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("08:00", "“08:00” is no lesson; write its beginning and end"),
        ("08:00–08:50, Pause, 09:55-10:45", "“Pause” is no lesson"),
        ("08:00–24:00", "“08:00–24:00” is no lesson"),
        ("08:60-09:00", "“08:60-09:00” is no lesson"),
        ("\u0660\u0668:00-08:50", "is no lesson"),
        ("08:00–08:50 08:50–09:40", "is no lesson"),
        ("08:50–08:00", "“08:50–08:00” does not end after its beginning; write the earlier"),
        ("08:00–08:00", "“08:00–08:00” does not end after its beginning"),
        ("08:45–09:40, 08:00–08:50", "08:45–09:40 begins before 08:00–08:50 has ended; change"),
        ("08:00–08:50, 08:00–08:50", "08:00–08:50 begins before 08:00–08:50 has ended"),
        (",".join(f"{n // 2}:{n % 2}0-{n // 2}:{n % 2}5" for n in range(31)), "at most 30"),
    ],
)
def test_what_cannot_be_is_refused_with_value_and_remedy(text: str, told: str) -> None:
    with pytest.raises(InvalidInputError, match=told) as caught:
        read_bell_times(text)
    assert caught.value.field == "bell_times"
    assert len(str(caught.value)) < 250


@quick
@given(timetables())
def test_every_timetable_survives_its_text_form(lessons: tuple[Lesson, ...]) -> None:
    assert len(lessons) <= MAX_LESSONS
    assert read_bell_times(format_bell_times(lessons)) == lessons
    assert read_bell_times(format_bell_times(reversed(lessons))) == lessons


@pytest.mark.parametrize(
    ("clock", "number"),
    [("07:59", None), ("08:00", 1), ("08:49", 1), ("08:50", 2), ("09:45", None), ("10:44", 3)],
)
def test_a_lesson_holds_its_first_minute_and_not_its_last_bell(
    clock: str, number: int | None
) -> None:
    lesson = find_lesson(LESSONS, time.fromisoformat(clock))
    assert (lesson.number if lesson else None) == number


def test_a_bell_that_ends_one_lesson_and_begins_another_counts_for_what_is_asked() -> None:
    begins, ends = find_bell(LESSONS, time(8, 50)), find_bell(LESSONS, time(8, 50), of_end=True)
    assert begins
    assert ends
    assert (begins.lesson, begins.is_start) == (2, True)
    assert (ends.lesson, ends.is_start) == (1, False)
    assert find_bell(LESSONS, time(8, 51)) is None


@pytest.mark.parametrize(
    ("before", "dropped", "goes_to"),
    [
        ("13:00-13:50", "08:45-09:35", "08:50-09:40"),  # dragged near a bell: its length stays
        ("13:00-13:50", "09:45-10:35", "09:40-10:30"),  # the end of a lesson is a bell as well
        ("13:00-13:50", "09:48-10:38", "09:55-10:45"),
        ("13:00-13:50", "11:07-11:57", "11:05-11:55"),  # no bell is near
        ("08:00-08:50", "08:05-08:55", "08:00-08:50"),
        ("08:00-08:50", "08:00-09:33", "08:00-09:40"),  # stretched: only that end moves
        ("08:00-08:50", "08:00-12:02", "08:00-12:00"),
        ("08:10-09:40", "07:57-09:40", "08:00-09:40"),
        ("08:42-09:40", "08:42-08:47", "08:42-08:50"),
        ("09:35-10:30", "09:35-09:38", "09:35-09:40"),
        ("08:50-09:40", "08:50-08:53", "08:50-08:55"),  # never without any length
        ("08:00-08:50", "08:47-08:50", "08:45-08:50"),
    ],
)
def test_what_is_dropped_goes_to_the_bell_that_is_near(
    before: str, dropped: str, goes_to: str
) -> None:
    assert dropped_span(span(before), span(dropped), LESSONS) == span(goes_to)


def test_who_moves_it_to_another_day_keeps_its_time_of_day() -> None:
    before = span("08:07-09:33")
    dropped = (before[0] + timedelta(days=2), before[1] + timedelta(days=2))
    assert dropped_span(before, dropped, LESSONS) == dropped


def test_between_two_bells_as_near_a_beginning_is_begun_at_and_an_end_ended_at() -> None:
    lessons = read_bell_times("08:00-08:50, 09:00-09:50")
    assert drawn_span(span("08:55-09:55"), lessons) == span("09:00-09:50")
    assert drawn_span(span("08:00-08:55"), lessons) == span("08:00-08:50")


@quick
@given(spans(), spans(), timetables())
def test_a_dragged_event_keeps_its_length_and_is_never_moved_far(
    before: Span, dropped: Span, lessons: tuple[Lesson, ...]
) -> None:
    start, end = dropped_span(before, dropped, lessons)
    assert start < end
    if start != dropped[0] and end != dropped[1]:
        assert end - start == dropped[1] - dropped[0]
    for moved, to in zip(dropped, (start, end), strict=True):
        assert abs(to - moved) <= NEAR + STEP
    if dropped[0] not in {before[0], start}:
        is_at_bell = find_bell(lessons, start.time()) is not None
        assert is_at_bell or (start - at("00:00")) % STEP == timedelta()


@quick
@given(spans(), timetables())
def test_no_bell_is_nearer_than_the_one_that_was_taken(
    drawn: Span, lessons: tuple[Lesson, ...]
) -> None:
    start, end = drawn_span(drawn, lessons)
    assert start < end
    bells = [edge for lesson in lessons for edge in lesson.on(drawn[0])]
    near = [abs(bell - drawn[0]) for bell in bells if abs(bell - drawn[0]) <= NEAR]
    if near:
        assert abs(start - drawn[0]) == min(near)
    else:
        assert abs(start - drawn[0]) <= STEP / 2
