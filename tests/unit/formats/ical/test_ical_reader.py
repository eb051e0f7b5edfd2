"""The events of calendar files, line by line."""

import pytest

from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_components import Property
from infoscreen_core.formats.ical_reader import MAX_BYTES, MAX_EVENTS, read_calendar_file
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
    "no more than tasks": (
        b"BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:x\nEND:VTODO\nEND:VCALENDAR\n",
        "tasks or notes, but no events",
    ),
    "an answer": (calendar(vevent(), zones="METHOD:REPLY\n"), "METHOD:REPLY"),
    "a proposal": (calendar(vevent()).replace(b"END:VCAL", b"method:counter\nEND:VCAL"), "COUNTER"),
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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
def test_unicode_of_any_form_is_read(encoding: str) -> None:
    file = read_calendar_file(calendar(vevent(summary="Größe")).decode().encode(encoding))
    assert ([event.text("SUMMARY") for event in file.events], list(file.notes)) == (["Größe"], [])


def test_a_file_without_utf_8_is_read_as_windows_1252_with_a_note_for_all() -> None:
    text = calendar(vevent(summary="Größe"), vevent("LOCATION:Halle „Süd“")).decode()
    file = read_calendar_file(text.encode("cp1252"))
    assert [event.text("SUMMARY") for event in file.events] == ["Größe", "Mathe 3B"]
    assert file.events[1].text("LOCATION") == "Halle „Süd“"
    assert ["Windows-1252" in str(note) for note in file.notes] == [True]
    assert [event.notes for event in file.events] == [[], []]


def test_a_stray_byte_concerns_the_line_of_its_event_if_that_is_used() -> None:
    events = vevent(summary="Käse"), vevent("COMMENT:ab", summary="Stra_e")
    data = calendar(*events).replace(b"a_e", b"a\xdfe").replace(b":ab", b":\xe4")
    first, second = read_calendar_file(data).events
    assert (first.text("SUMMARY"), second.text("SUMMARY")) == ("Käse", "Straße")
    assert first.notes == []
    (note,) = second.notes
    assert note.params == {"line": second.line + 2}


def test_lines_are_joined_in_the_middle_of_a_character() -> None:
    data = calendar(vevent(summary="für")).replace(b"\xc3\xbc", b"\xc3\r\n \xbc")
    (event,) = read_calendar_file(data).events
    assert (event.text("SUMMARY"), event.notes) == ("für", [])


def test_properties_are_found_however_they_are_written() -> None:
    lines = "summary:Klein", "item1.LOCATION;X-P=1:Aula", "exdate:", "X-BROKEN", "RRULE:"
    (event,) = read_calendar_file(calendar(vevent(*lines, summary=""))).events
    assert (event.text("SUMMARY"), event.text("LOCATION")) == ("Klein", "Aula")
    assert {"EXDATE", "RRULE"}.isdisjoint(event.properties)
    assert event.problem is None


def test_a_line_that_is_no_property_is_left_out_with_a_note() -> None:
    (event,) = read_calendar_file(
        calendar(vevent("DESCRIPTION:eins", "zwei ohne Einzug", "und drei"))
    ).events
    assert event.problem is None
    (note,) = event.notes
    assert note.params == {"line": 10}


def test_a_zone_with_a_colon_needs_no_quotes() -> None:
    (event,) = read_calendar_file(
        calendar(vevent(dtstart=";TZID=(UTC+01:00) Wien, Rom:20260907T080000"))
    ).events
    assert event.first("DTSTART") == Property("20260907T080000", {"TZID": "(UTC+01:00) Wien, Rom"})


def test_calendars_of_one_file_keep_to_themselves() -> None:
    zone = "X-WR-TIMEZONE:{0}\nBEGIN:VTIMEZONE\nTZID:{0}\nEND:VTIMEZONE\n"
    one = calendar(vevent(), zones=zone.format("A"))
    other = b"\xef\xbb\xbf" + calendar(vevent(), zones=zone.format("B") + "METHOD:REPLY\n")
    first, second = read_calendar_file(one + other).events
    assert (first.calendar.zone_name, second.calendar.zone_name) == ("A", "B")
    assert set(first.calendar.zones) == {"a", "b"}
    assert (first.calendar.method, second.calendar.method) == ("", "REPLY")
    assert first.problem is None
    assert "METHOD:REPLY" in str(second.problem)


@pytest.mark.parametrize(
    "ending", ["", "END:VCALENDAR\n", "BEGIN:VALARM\nTRIGGER:x\n", "BEGIN:VEVENT\n"]
)
def test_a_file_cut_off_loses_only_its_last_event(ending: str) -> None:
    data = calendar(vevent(uid="gut"), vevent()).decode()
    file = read_calendar_file((data[: data.rindex("END:VEVENT")] + ending).encode())
    assert [event.text("UID") for event in file.events][:2] == ["gut", ""]
    assert file.events[0].problem is None
    assert "cut off" in str(file.events[1].problem)
