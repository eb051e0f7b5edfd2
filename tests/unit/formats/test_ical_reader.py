"""The events of calendar files, line by line."""

import pytest

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_reader import MAX_BYTES, MAX_EVENTS, Property, read_calendar_file
from tests.support.exchange.calendar_text import calendar, vevent


def test_folded_lines_are_joined_and_texts_unescaped() -> None:
    (event,) = read_calendar_file(calendar(vevent(summary="Größe\\, Ma\n ß\\n\n\t3B"))).events
    assert event.text("SUMMARY") == "Größe, Maß\n3B"


def test_each_event_knows_its_line_and_its_properties_their_parameters() -> None:
    first, second = read_calendar_file(
        calendar(vevent(), vevent("EXDATE:1", "EXDATE;VALUE=DATE:2"))
    ).events
    assert (first.line, second.line) == (4, 10)
    assert second.properties["EXDATE"] == [Property("1", {}), Property("2", {"VALUE": "DATE"})]
    assert second.first("EXDATE") == Property("1", {})
    assert (first.first("EXDATE"), first.text("EXDATE")) == (None, "")


def test_what_is_inside_an_alarm_is_not_the_events() -> None:
    alarm = "BEGIN:VALARM\nDESCRIPTION:Wecker\nEND:VALARM"
    (event,) = read_calendar_file(calendar(vevent(alarm))).events
    assert "DESCRIPTION" not in event.properties


@pytest.mark.parametrize("ending", [b"\r", b"\n", b"\r\n"])
def test_line_ends_of_any_kind_are_understood(ending: bytes) -> None:
    (event,) = read_calendar_file(calendar(vevent()).replace(b"\n", ending)).events
    assert (event.line, event.text("SUMMARY"), event.problem) == (4, "Mathe 3B", None)


BAD_FILES = {
    "empty": (b"", "no calendar file"),
    "binary": (bytes(range(256)) * 50, "no calendar file"),
    "text": ("Größe".encode(), "no calendar file"),
    "no events": (calendar(), "holds no events"),
    "latin-1": (
        calendar(vevent(summary="Größe")).decode().encode("latin-1"),
        "not written in UTF-8",
    ),
    "utf-16": (calendar(vevent()).decode().encode("utf-16"), "no calendar file"),
    "large": (b"BEGIN:VCALENDAR\n" + b"x" * MAX_BYTES, "5 are allowed"),
    "20,000 events": (
        calendar(*["UID:1"] * 20_000),
        f"holds 20000 events; {MAX_EVENTS} are allowed",
    ),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_what_is_no_calendar_or_too_much_is_refused_whole(case: str) -> None:
    data, said = BAD_FILES[case]
    with pytest.raises(InvalidInputError, match=said) as refused:
        read_calendar_file(data)
    assert refused.value.field == "file"


@pytest.mark.parametrize(
    "ending", ["", "END:VCALENDAR\n", "BEGIN:VALARM\nTRIGGER:x\n", "BEGIN:VEVENT\n"]
)
def test_a_file_cut_off_loses_only_its_last_event(ending: str) -> None:
    data = calendar(vevent(uid="gut"), vevent()).decode()
    file = read_calendar_file((data[: data.rindex("END:VEVENT")] + ending).encode())
    assert [event.text("UID") for event in file.events][:2] == ["gut", ""]
    assert file.events[0].problem is None
    assert "cut off" in str(file.events[1].problem)
