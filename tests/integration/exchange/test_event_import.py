"""Events of calendar files: what becomes of each."""

from infoscreen_core.domain.events.event import EventType, ExceptionKind
from infoscreen_core.services import system_settings
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange.views import EventOutcome
from tests.support.events.planning import MONDAY, Sessions, add_group, exceptions_of, utc
from tests.support.exchange.calendar_text import CALLED_OFF, MOVED, SERIES, calendar, vevent
from tests.support.exchange.event_import import check_index, only, outcomes, starts_of, stored, take


def test_an_event_becomes_a_message_with_its_text(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    data = calendar(vevent(summary="Größe\\, Maß", description="Zeile 1\\nZeile 2; und\n  mehr"))
    result = take(sessions, data)
    (row,) = result.rows
    assert (row.line, row.uid, row.title) == (4, "mathe@example.org", "Größe, Maß")
    assert (row.outcome, row.start, row.error) == (
        EventOutcome.CREATED,
        utc("2026-09-07T06:00"),
        None,
    )
    event = only(sessions)
    assert (event.title, event.message_text) == ("Größe, Maß", "Zeile 1\nZeile 2; und mehr")
    assert (event.event_type, event.timezone, event.ical_uid) == (
        EventType.MESSAGE,
        "Europe/Vienna",
        "mathe@example.org",
    )
    assert (event.start, event.end) == (utc("2026-09-07T06:00"), utc("2026-09-07T06:50"))
    check_index(sessions)


def test_a_web_address_makes_a_website_and_the_type_can_be_chosen(
    sqlite_sessions: Sessions, group: int
) -> None:
    url = "https://example.org/a?b=1\\,2"
    text = vevent(url=url, description="Kommt alle")
    take(sqlite_sessions, calendar(text))
    website = only(sqlite_sessions)
    assert (website.event_type, website.website_url) == (
        EventType.WEBSITE,
        "https://example.org/a?b=1,2",
    )
    assert website.description == "Kommt alle"
    with sqlite_sessions.begin() as session:
        hof = add_group(session, "Hof")
    take(sqlite_sessions, calendar(text), group=hof, kind=EventType.MESSAGE)
    (message,) = stored(sqlite_sessions, hof)
    assert (message.event_type, message.message_text, message.website_url) == (
        EventType.MESSAGE,
        "Kommt alle",
        None,
    )
    assert group == 1


def test_an_address_that_no_screen_opens_makes_a_message(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(vevent(url="mailto:anna@example.org")), group=group)
    event = only(sqlite_sessions)
    assert (event.event_type, event.message_text, event.website_url) == (
        EventType.MESSAGE,
        "Mathe 3B",
        None,
    )


def test_a_series_comes_with_its_exceptions_and_changed_occurrences(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    result = take(sessions, calendar(MOVED, SERIES, CALLED_OFF))
    assert outcomes(result) == ["created", "created", "called_off"]
    series, moved = sorted(stored(sessions), key=lambda event: event.id)
    assert (moved.title, moved.master_event_id, moved.start) == (
        "Mathe verschoben",
        series.id,
        utc("2026-09-29T08:00"),
    )
    assert starts_of([series, moved])[:4] == [
        utc("2026-09-07T06:00"),
        utc("2026-09-29T08:00"),
        utc("2026-10-12T06:00"),
        utc("2026-10-19T06:00"),
    ]
    with sessions() as session:
        kinds = [kind for _start, kind in exceptions_of(session, series.id)]
    assert kinds == [
        ExceptionKind.SKIPPED,
        ExceptionKind.SKIPPED,
        ExceptionKind.DETACHED,
        ExceptionKind.SKIPPED,
    ]
    check_index(sessions)


def test_a_time_without_a_zone_is_meant_in_the_installations(
    sqlite_sessions: Sessions, group: int
) -> None:
    with sqlite_sessions.begin() as session:
        system_settings.set_setting(
            session, "default_timezone", "Europe/London", actor=CLI, now=MONDAY
        )
    take(
        sqlite_sessions,
        calendar(vevent(dtstart="20260907T080000", dtend="20260907T085000")),
        group=group,
    )
    event = only(sqlite_sessions)
    assert (event.start, event.timezone) == (utc("2026-09-07T07:00"), "Europe/London")


def test_an_occurrence_alone_in_the_file_is_an_event(sqlite_sessions: Sessions, group: int) -> None:
    result = take(sqlite_sessions, calendar(MOVED), group=group)
    assert outcomes(result) == ["created"]
    assert only(sqlite_sessions).start == utc("2026-09-29T08:00")
    assert outcomes(take(sqlite_sessions, calendar(MOVED), group=group)) == ["unchanged"]


def test_foreign_writing_is_understood(sqlite_sessions: Sessions, group: int) -> None:
    text = vevent(
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "ATTENDEE;CN=Öhler, Anna;ROLE=REQ:mailto:a@example.org",
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Wecker\nTRIGGER:-PT5M\nEND:VALARM",
        summary=";LANGUAGE=de-AT:Mathe\n  3B",
    )
    data = b"\xef\xbb\xbf" + calendar(text).replace(b"\n", b"\r\n").replace(
        b"BEGIN:VEVENT", b"begin:vevent"
    )
    result = take(sqlite_sessions, data, group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    event = only(sqlite_sessions)
    assert (event.title, event.message_text) == ("Mathe 3B", "Mathe 3B")
