"""What the trial of real calendar files calls a difference, and how it explains it."""

from datetime import timedelta

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.exchange.views import EventImportRow, EventOutcome
from tests.support.events.planning import utc
from tests.support.exchange.calendar_text import calendar, vevent
from tests.support.exchange.differences import Difference, Theirs, differences
from tests.support.exchange.raw_events import read_raw
from tests.support.exchange.reasons import UNKNOWN, reason_of
from tests.support.exchange.trial import Span, Taken

UID = "mathe@example.org"
LESSON = Span(utc("2026-09-07T06:00"), utc("2026-09-07T06:50"), "Mathe 3B")
LATER = Span(utc("2026-09-14T06:00"), utc("2026-09-14T06:50"), "Mathe 3B")


def _moved(span: Span, **by: float) -> Span:
    return Span(span.start + timedelta(**by), span.end + timedelta(**by), span.title)


def _found(
    text: str,
    ours: list[Span],
    theirs: list[Span],
    *,
    refused: bool = False,
    is_called_off: bool = False,
) -> list[Difference]:
    error = InvalidInputError("No.")
    outcome = EventOutcome.REFUSED if refused else EventOutcome.CREATED
    rows = [EventImportRow(4, UID, "Mathe 3B", outcome, error=error if refused else None)]
    taken = Taken(rows, None, ours, [UID] * len(ours))
    seen = [Theirs(span, UID, is_called_off) for span in theirs]
    return list(differences(taken, seen, read_raw(calendar(text))))


def test_the_same_is_no_difference_whatever_the_spaces_of_a_title() -> None:
    spaced = Span(LESSON.start, LESSON.end, "Mathe \n 3B")
    assert _found(vevent(), [LESSON, LATER], [LATER, spaced]) == []


def test_what_is_meant_to_be_the_same_is_paired() -> None:
    (one,) = _found(vevent(), [LESSON, LATER], [LATER, _moved(LESSON, hours=1)])
    assert (one.ours, one.theirs and one.theirs.span) == (LESSON, _moved(LESSON, hours=1))
    assert reason_of(one) == UNKNOWN


def test_what_repeats_is_counted() -> None:
    (one,) = _found(vevent(), [LESSON], [LESSON, LESSON])
    assert one.ours is None


def test_what_was_refused_or_is_called_off_is_explained() -> None:
    (one,) = _found(vevent(), [], [LESSON], refused=True)
    assert reason_of(one).startswith("it was refused")
    (one,) = _found(vevent(status="CANCELLED"), [], [LESSON], is_called_off=True)
    assert reason_of(one).startswith("it is called off")


def test_a_refused_change_does_not_excuse_other_dates() -> None:
    moved = vevent(recurrence_id=";TZID=Europe/Vienna:20260914T080000")
    series = vevent(rrule="FREQ=WEEKLY")
    error = InvalidInputError("No.")
    rows = [
        EventImportRow(4, UID, "Mathe 3B", EventOutcome.CREATED, LESSON.start),
        EventImportRow(9, UID, "Mathe 3B", EventOutcome.REFUSED, LATER.start, error=error),
    ]
    file = read_raw(calendar(series, moved))
    seen = [Theirs(span, UID, is_called_off=False) for span in (LESSON, LATER)]
    reasons = [reason_of(one) for one in differences(Taken(rows), seen, file)]
    assert reasons == [UNKNOWN, "it was refused, with a sentence and its line"]


def test_the_last_day_of_until_is_explained_but_no_other() -> None:
    series = vevent(rrule="FREQ=WEEKLY;UNTIL=20260914")
    (one,) = _found(series, [LESSON, LATER], [LESSON])
    assert reason_of(one).startswith("the last day that UNTIL names")
    (one,) = _found(series, [LESSON, LATER], [LATER])
    assert reason_of(one) == UNKNOWN


def test_the_lines_of_an_event_are_unfolded_and_those_nested_in_it_left_out() -> None:
    text = vevent("DESCRIPTION:ein\n s", "BEGIN:VALARM", "DESCRIPTION:zwei", "END:VALARM", "X:a:b")
    (event,) = read_raw(calendar(text)).events[UID]
    assert event.value("DESCRIPTION") == "eins"
    assert event.value("X") == "a:b"
    assert event.params("DTSTART") == "TZID=EUROPE/VIENNA"
