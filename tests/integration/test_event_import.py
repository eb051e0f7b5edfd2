"""Events of calendar files: what becomes of each, and that a file twice changes nothing."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import AuditEntry, Event
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.domain.event import EventType, ExceptionKind
from infoscreen_core.domain.recurrence import expand
from infoscreen_core.domain.roles import Role
from infoscreen_core.errors import InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import changes, event_deletions, event_series, events, occurrence_checks
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.calendar_ics import write_calendar
from infoscreen_core.services.event_drafts import EventDraft
from infoscreen_core.services.event_import import ImportResult, Outcome, import_events
from infoscreen_core.services.ical_file import MAX_BYTES, MAX_EVENTS
from infoscreen_core.services.occurrences import series_of
from tests.support.planning import MONDAY, Sessions, add_group, exceptions_of, plan, utc

LATER = MONDAY + timedelta(hours=1)


def calendar(*events_: str, zones: str = "") -> bytes:
    body = "\n".join(f"BEGIN:VEVENT\n{text.strip()}\nEND:VEVENT" for text in events_)
    return f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{zones}{body}\nEND:VCALENDAR\n".encode()


def vevent(*lines: str, **changed: str) -> str:
    """An event on Monday, 7 September 2026, 08:00-08:50 in Vienna, unless told otherwise."""
    values = {
        "UID": "mathe@example.org",
        "SUMMARY": "Mathe 3B",
        "DTSTART": ";TZID=Europe/Vienna:20260907T080000",
        "DTEND": ";TZID=Europe/Vienna:20260907T085000",
        **{name.upper().replace("_", "-"): value for name, value in changed.items()},
    }
    said = [f"{name}{value if value[0] in ';:' else ':' + value}" for name, value in values.items() if value]
    return "\n".join([*said, *lines])


@pytest.fixture
def group(sqlite_sessions: Sessions) -> int:
    with sqlite_sessions.begin() as session:
        return add_group(session)


def take(
    sessions: Sessions,
    data: bytes,
    *,
    group: int = 1,
    now: datetime = MONDAY,
    kind: EventType | None = None,
    is_rehearsal: bool = False,
) -> ImportResult:
    with sessions.begin() as session:
        return import_events(
            session, data, group_id=group, actor=CLI, now=now, kind=kind, is_rehearsal=is_rehearsal
        )


def stored(sessions: Sessions, group: int = 1) -> list[Event]:
    with sessions() as session:
        return list_events(session, group_ids=[group])


def only(sessions: Sessions) -> Event:
    (event,) = stored(sessions)
    return event


def outcomes(result: ImportResult) -> list[str]:
    return [row.outcome.value for row in result.rows]


def starts_of(planned: Sequence[Event], until: str = "2026-12-01T00:00") -> list[datetime]:
    return sorted(
        one.start
        for event in planned
        for one in expand(series_of(event), window_start=MONDAY - timedelta(days=400), window_end=utc(until))
    )


def check_index(sessions: Sessions, now: datetime = MONDAY) -> None:
    with sessions() as session:
        assert occurrence_checks.verify(session, now=now) == []


def test_an_event_becomes_a_message_with_its_text(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    data = calendar(vevent(summary="Größe\\, Maß", description="Zeile 1\\nZeile 2; und\n  mehr"))
    result = take(sessions, data)
    (row,) = result.rows
    assert (row.line, row.uid, row.title) == (4, "mathe@example.org", "Größe, Maß")
    assert (row.outcome, row.start, row.error) == (Outcome.CREATED, utc("2026-09-07T06:00"), None)
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
    assert (website.event_type, website.website_url) == (EventType.WEBSITE, "https://example.org/a?b=1,2")
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


def test_an_address_that_no_screen_opens_makes_a_message(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, calendar(vevent(url="mailto:anna@example.org")), group=group)
    event = only(sqlite_sessions)
    assert (event.event_type, event.message_text, event.website_url) == (EventType.MESSAGE, "Mathe 3B", None)


@pytest.mark.parametrize(
    ("changed", "start", "end", "zone"),
    [
        ({"dtend": "", "duration": "PT50M"}, "2026-09-07T06:00", "2026-09-07T06:50", "Europe/Vienna"),
        (
            {"dtstart": "20260907T080000", "dtend": "20260907T085000"},
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Vienna",
        ),
        (
            {"dtstart": "20260907T060000Z", "dtend": "20260907T065000Z"},
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Vienna",
        ),
        (
            {
                "dtstart": ";TZID=W. Europe Standard Time:20260907T080000",
                "dtend": ";TZID=W. Europe Standard Time:20260907T085000",
            },
            "2026-09-07T06:00",
            "2026-09-07T06:50",
            "Europe/Berlin",
        ),
        (
            {
                "dtstart": ";TZID=/freeassociation.sourceforge.net/America/Indiana/Knox:20260907T080000",
                "dtend": ";TZID=Europe/Vienna:20260907T155000",
            },
            "2026-09-07T13:00",
            "2026-09-07T13:50",
            "America/Indiana/Knox",
        ),
        (
            {"dtstart": ";VALUE=DATE:20260907", "dtend": ";VALUE=DATE:20260909"},
            "2026-09-06T22:00",
            "2026-09-08T22:00",
            "Europe/Vienna",
        ),
        ({"dtstart": "20260907", "dtend": ""}, "2026-09-06T22:00", "2026-09-07T22:00", "Europe/Vienna"),
        (
            {"dtstart": ";VALUE=DATE:20260907", "dtend": "", "duration": "P2D"},
            "2026-09-06T22:00",
            "2026-09-08T22:00",
            "Europe/Vienna",
        ),
        (  # over the night on which the clock is set back: seven hours are seven hours
            {"dtstart": ";TZID=Europe/Vienna:20261024T230000", "dtend": "", "duration": "PT7H"},
            "2026-10-24T21:00",
            "2026-10-25T04:00",
            "Europe/Vienna",
        ),
        (  # … and a day is a day
            {"dtstart": ";TZID=Europe/Vienna:20261024T230000", "dtend": "", "duration": "P1D"},
            "2026-10-24T21:00",
            "2026-10-25T22:00",
            "Europe/Vienna",
        ),
        (  # the second of two equal hours
            {"dtstart": "20261025T013000Z", "dtend": "20261025T014500Z"},
            "2026-10-25T01:30",
            "2026-10-25T01:45",
            "Europe/Vienna",
        ),
    ],
)
def test_times_of_every_kind(
    sqlite_sessions: Sessions, group: int, changed: dict[str, str], start: str, end: str, zone: str
) -> None:
    result = take(sqlite_sessions, calendar(vevent(**changed)), group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    event = only(sqlite_sessions)
    assert (event.start, event.end, event.timezone) == (utc(start), utc(end), zone)


def test_a_zone_with_a_name_of_its_own_is_found_by_its_place(sqlite_sessions: Sessions, group: int) -> None:
    zones = "BEGIN:VTIMEZONE\nTZID:Schulzeit\nX-LIC-LOCATION:Europe/Vienna\nEND:VTIMEZONE\n"
    text = vevent(dtstart=";TZID=Schulzeit:20260907T080000", dtend=";TZID=Schulzeit:20260907T090000")
    take(sqlite_sessions, calendar(text, zones=zones), group=group)
    assert only(sqlite_sessions).timezone == "Europe/Vienna"


@pytest.mark.parametrize(
    ("changed", "last"),
    [
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921T080000"}, "2026-09-21T06:00"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921T060000Z"}, "2026-09-21T06:00"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921T055959Z"}, "2026-09-14T06:00"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20260921"}, "2026-09-21T06:00"),
        ({"rrule": "freq=weekly;byday=MO;count=2"}, "2026-09-14T06:00"),
        (
            {"dtstart": "20260907", "dtend": "", "rrule": "FREQ=WEEKLY;UNTIL=20260921T000000Z"},
            "2026-09-20T22:00",
        ),
        (
            {"dtstart": "20260907", "dtend": "", "rrule": "FREQ=WEEKLY;UNTIL=20260920T220000Z"},
            "2026-09-20T22:00",
        ),
        (
            {"dtstart": "20260907T060000Z", "dtend": "20260907T070000Z", "rrule": "FREQ=WEEKLY;COUNT=10"},
            "2026-11-09T06:00",  # it recurs by the clock of UTC: 07:00 in Vienna by then
        ),
    ],
)
def test_series_end_when_the_file_says(
    sqlite_sessions: Sessions, group: int, changed: dict[str, str], last: str
) -> None:
    result = take(sqlite_sessions, calendar(vevent(**changed)), group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    assert starts_of(stored(sqlite_sessions))[-1] == utc(last)


SERIES = vevent(
    "EXDATE;TZID=Europe/Vienna:20260914T080000",
    "EXDATE;VALUE=DATE:20260921,20260922",
    rrule="FREQ=WEEKLY;BYDAY=MO",
)
MOVED = vevent(
    recurrence_id=";TZID=Europe/Vienna:20260928T080000",
    dtstart=";TZID=Europe/Vienna:20260929T100000",
    dtend=";TZID=Europe/Vienna:20260929T110000",
    summary="Mathe verschoben",
)
CALLED_OFF = vevent(recurrence_id=";VALUE=DATE:20261005", status="CANCELLED")


def test_a_series_comes_with_its_exceptions_and_changed_occurrences(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    result = take(sessions, calendar(MOVED, SERIES, CALLED_OFF))
    assert outcomes(result) == ["created"] * 3
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


def test_the_same_file_twice_changes_nothing(sqlite_sessions: Sessions, group: int) -> None:
    data = calendar(SERIES, MOVED, CALLED_OFF, vevent(uid="zwei", summary="Zwei"), vevent(uid=""))
    first = take(sqlite_sessions, data, group=group)
    assert set(outcomes(first)) == {"created"}
    before = [(event.id, event.version, event.updated_at) for event in stored(sqlite_sessions)]
    with sqlite_sessions() as session:
        revision, entries = changes.current(session), len(session.scalars(select(AuditEntry)).all())
    again = take(sqlite_sessions, data, group=group, now=LATER)
    assert set(outcomes(again)) == {"unchanged"}
    assert [(event.id, event.version, event.updated_at) for event in stored(sqlite_sessions)] == before
    with sqlite_sessions() as session:
        assert changes.current(session) == revision
        assert len(session.scalars(select(AuditEntry)).all()) == entries


def test_two_imports_at_once_bring_each_event_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    data = calendar(*(vevent(uid=str(number)) for number in range(60)))
    with ThreadPoolExecutor(2) as pool:
        results = [job.result(timeout=60) for job in [pool.submit(take, sessions, data) for _ in range(2)]]
    assert sorted(outcomes(result)[0] for result in results) == ["created", "unchanged"]
    assert len(stored(sessions)) == 60


def test_a_groups_own_feed_brings_it_nothing_new(sqlite_sessions: Sessions, group: int) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, group, recurrence_rule="FREQ=WEEKLY;BYDAY=MO")
    data = write_calendar("Aula", stored(sqlite_sessions))
    assert outcomes(take(sqlite_sessions, data, group=group)) == ["unchanged"]


def test_another_group_gets_events_of_its_own(sqlite_sessions: Sessions, group: int) -> None:
    with sqlite_sessions.begin() as session:
        hof = add_group(session, "Hof")
    take(sqlite_sessions, calendar(SERIES), group=group)
    assert outcomes(take(sqlite_sessions, calendar(SERIES), group=hof)) == ["created"]


def test_a_newer_file_changes_what_differs_and_keeps_what_people_chose(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, MOVED), group=group)
    series = stored(sqlite_sessions)[0]
    with sqlite_sessions.begin() as session:
        event = events.get_event(session, series.id)
        chosen = EventDraft.of(event)
        chosen = EventDraft(**{**vars(chosen), "event_type": EventType.PRESENTATION, "priority": 10})
        events.update_event(session, event.id, chosen, version=event.version, actor=CLI, now=LATER)
        by_hand = utc("2026-11-02T07:00")
        event_series.skip_occurrence(session, event.id, by_hand, version=None, actor=CLI, now=LATER)
    newer = vevent(
        "SEQUENCE:2",
        dtstart=";TZID=Europe/Vienna:20260907T090000",
        dtend=";TZID=Europe/Vienna:20260907T095000",
        rrule="FREQ=WEEKLY;BYDAY=MO",
        summary="Mathe später",
    )
    result = take(sqlite_sessions, calendar(newer), group=group, now=LATER)
    assert outcomes(result) == ["updated"]
    event = only(sqlite_sessions)  # what was moved takes place in the series again
    assert (event.id, event.title, event.event_type, event.priority) == (
        series.id,
        "Mathe später",
        EventType.PRESENTATION,
        10,
    )
    starts = starts_of([event])
    assert starts[0] == utc("2026-09-07T07:00")
    assert utc("2026-09-28T07:00") in starts
    assert utc("2026-09-14T07:00") not in starts  # skipped once, skipped still
    assert utc("2026-11-02T08:00") not in starts
    check_index(sqlite_sessions)


@pytest.mark.parametrize(
    ("imported", "older"),
    [
        ("SEQUENCE:2", "SEQUENCE:1"),
        ("LAST-MODIFIED:20260902T000000Z", "LAST-MODIFIED:20260901T000000Z"),
        ("SEQUENCE:2\nLAST-MODIFIED:20260901T000000Z", "SEQUENCE:1\nLAST-MODIFIED:20260902T000000Z"),
    ],
)
def test_an_older_file_changes_nothing(
    sqlite_sessions: Sessions, group: int, imported: str, older: str
) -> None:
    take(sqlite_sessions, calendar(vevent(imported)), group=group)
    assert outcomes(take(sqlite_sessions, calendar(vevent(older, summary="Alt")), group=group)) == [
        "unchanged"
    ]
    assert only(sqlite_sessions).title == "Mathe 3B"
    newer = take(sqlite_sessions, calendar(vevent(imported, summary="Neu")), group=group)
    assert outcomes(newer) == ["updated"]


def test_what_is_called_off_is_removed_or_never_comes(sqlite_sessions: Sessions, group: int) -> None:
    off = vevent("SEQUENCE:1", status="CANCELLED", rrule="FREQ=WEEKLY;BYDAY=MO")
    assert outcomes(take(sqlite_sessions, calendar(off), group=group)) == ["called_off"]
    assert stored(sqlite_sessions) == []
    take(sqlite_sessions, calendar(SERIES, MOVED), group=group)
    assert outcomes(take(sqlite_sessions, calendar(off), group=group)) == ["removed"]
    assert stored(sqlite_sessions) == []


def test_what_an_import_deletes_is_no_persons_last_deletion(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, calendar(SERIES, MOVED, CALLED_OFF), group=group)
    take(sqlite_sessions, calendar(vevent("SEQUENCE:1", rrule="FREQ=WEEKLY;BYDAY=MO"), MOVED), group=group)
    take(sqlite_sessions, calendar(vevent("SEQUENCE:2", status="CANCELLED")), group=group)
    assert stored(sqlite_sessions) == []
    with sqlite_sessions() as session:
        assert event_deletions.find_last_deletion(session, actor=CLI, now=MONDAY) is None


def test_a_rehearsal_says_the_same_and_writes_nothing(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
        plan(session, 1, title="Bleibt")
    data = calendar(SERIES, MOVED, vevent(uid="zwei", dtstart=""), vevent(uid="drei"))
    with sessions() as session:
        revision = changes.current(session)
    rehearsed = take(sessions, data, is_rehearsal=True)
    assert [event.title for event in stored(sessions)] == ["Bleibt"]
    with sessions() as session:
        assert changes.current(session) == revision
        assert "events.imported" not in {row.action for row in session.scalars(select(AuditEntry))}
    done = take(sessions, data)
    assert rehearsed.is_rehearsal
    assert [(row.line, row.outcome, str(row.error)) for row in rehearsed.rows] == [
        (row.line, row.outcome, str(row.error)) for row in done.rows
    ]
    assert outcomes(done) == ["created", "created", "refused", "created"]
    with sessions() as session:
        (entry,) = session.scalars(select(AuditEntry).where(AuditEntry.action == "events.imported"))
        assert entry.after is not None
        assert (entry.after["created"], entry.after["refused"]) == (3, 1)
        assert changes.current(session) > revision


REFUSALS = {
    "no start": (vevent(dtstart=""), "no start"),
    "empty start": (vevent(dtstart=": "), "no start"),
    "no time": (vevent(dtstart=":morgen"), '"morgen" is no date and time'),
    "no such day": (vevent(dtstart=":20260931T080000"), "is no date and time"),
    "no end": (vevent(dtend=""), "neither an end"),
    "end before start": (vevent(dtend=":20260907T070000"), "not after the start"),
    "end at start": (vevent(dtend=":20260907T080000"), "not after the start"),
    "negative duration": (vevent(dtend="", duration="-PT5M"), "not after the start"),
    "no duration": (vevent(dtend="", duration="lang"), 'duration "lang"'),
    "endless duration": (vevent(dtend="", duration="P9999999D"), "any calendar"),
    "date and time": (vevent(dtend=";VALUE=DATE:20260908"), "of a kind"),
    "unknown zone": (vevent(dtstart=";TZID=Mars/Olympus:20260907T080000"), 'zone "Mars/Olympus" is unknown'),
    "long ago": (vevent(dtstart=":19000101T080000", dtend=":19000101T090000"), "1900"),
    "out of the calendar": (
        vevent(dtstart=":99991231T235959Z", dtend=":99991231T235959Z"),
        "no date and time",
    ),
    "no title": (vevent(summary=""), "title is empty"),
    "long title": (vevent(summary="x" * 201), "201 characters"),
    "control character": (vevent(summary="a\x07b"), "U+0007"),
    "long text": (vevent(description="x" * 5001), "5001 characters"),
    "rule of weeks": (vevent(rrule="FREQ=YEARLY;BYWEEKNO=3"), "BYWEEKNO"),
    "rule of hours": (vevent(rrule="FREQ=HOURLY"), "FREQ=HOURLY"),
    "rule without end": (vevent(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "30"),
    "rule that says nothing": (vevent(rrule=":"), "rule is empty"),
    "rule of 29 February": (vevent(rrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"), "29"),
    "rule off its start": (vevent(rrule="FREQ=WEEKLY;BYDAY=TU"), "does not meet its own start"),
    "until of another kind": (vevent(rrule="FREQ=WEEKLY;UNTIL=bald"), "UNTIL=BALD"),
    "two rules": (vevent("RRULE:FREQ=DAILY", rrule="FREQ=WEEKLY"), "more than one"),
    "extra dates": (vevent("RDATE:20260910T080000", rrule="FREQ=WEEKLY"), "RDATE"),
    "exception rule": (vevent("EXRULE:FREQ=DAILY", rrule="FREQ=WEEKLY"), "EXRULE"),
    "bad exception": (vevent("EXDATE:x", rrule="FREQ=WEEKLY"), '"x" is no date and time'),
    "following": (vevent(recurrence_id=";RANGE=THISANDFUTURE:20260907T080000"), "RANGE"),
    "broken line": (vevent("DESCRIPTION"), "cannot be read"),
    "very long": (
        vevent(dtend=";TZID=Europe/Vienna:20280907T080000", rrule="FREQ=WEEKLY"),
        "366 days at most",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_taken_is_refused_with_its_line_and_leaves_the_rest_alone(
    sqlite_sessions: Sessions, group: int, case: str
) -> None:
    text, said = REFUSALS[case]
    good = vevent(uid="gut", summary="Gut")
    result = take(sqlite_sessions, calendar(good, text), group=group)
    assert outcomes(result) == ["created", "refused"]
    refused = result.rows[1]
    assert said in str(refused.error)
    assert refused.line == 4 + good.count("\n") + 3
    assert refused.uid == "mathe@example.org"
    assert [event.title for event in stored(sqlite_sessions)] == ["Gut"]
    check_index(sqlite_sessions)


def test_a_changed_occurrence_of_nothing_is_refused_alone(sqlite_sessions: Sessions, group: int) -> None:
    nowhere = vevent(recurrence_id=";TZID=Europe/Vienna:20260908T080000")
    result = take(sqlite_sessions, calendar(SERIES, nowhere), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert "does not take place when" in str(result.rows[1].error)
    untitled = take(
        sqlite_sessions, calendar(vevent(recurrence_id="20261012T080000", summary="")), group=group
    )
    assert "was refused, or is not in the file" in str(untitled.rows[0].error)


def test_a_refused_change_leaves_its_occurrence_where_it_was(sqlite_sessions: Sessions, group: int) -> None:
    untitled = vevent(recurrence_id=";TZID=Europe/Vienna:20260928T080000", summary="")
    result = take(sqlite_sessions, calendar(SERIES, untitled), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert utc("2026-09-28T06:00") in starts_of(stored(sqlite_sessions))
    check_index(sqlite_sessions)


def test_changes_of_a_refused_series_are_refused_with_it(sqlite_sessions: Sessions, group: int) -> None:
    bad = vevent(rrule="FREQ=HOURLY")
    result = take(sqlite_sessions, calendar(bad, MOVED), group=group)
    assert outcomes(result) == ["refused", "refused"]
    assert stored(sqlite_sessions) == []


def test_an_occurrence_alone_in_the_file_is_an_event(sqlite_sessions: Sessions, group: int) -> None:
    result = take(sqlite_sessions, calendar(MOVED), group=group)
    assert outcomes(result) == ["created"]
    assert only(sqlite_sessions).start == utc("2026-09-29T08:00")
    assert outcomes(take(sqlite_sessions, calendar(MOVED), group=group)) == ["unchanged"]


def test_of_two_forms_of_one_event_the_newer_counts(sqlite_sessions: Sessions, group: int) -> None:
    newer, older = vevent("SEQUENCE:3", summary="Neu"), vevent("SEQUENCE:1", summary="Alt")
    result = take(sqlite_sessions, calendar(newer, older), group=group)
    assert outcomes(result) == ["created", "refused"]
    assert only(sqlite_sessions).title == "Neu"


BAD_FILES = {
    "empty": (b"", "no calendar file"),
    "binary": (bytes(range(256)) * 50, "no calendar file"),
    "text": ("Größe".encode(), "no calendar file"),
    "no events": (calendar(), "holds no events"),
    "latin-1": (calendar(vevent(summary="Größe")).decode().encode("latin-1"), "not written in UTF-8"),
    "utf-16": (calendar(vevent()).decode().encode("utf-16"), "no calendar file"),
    "large": (b"BEGIN:VCALENDAR\n" + b"x" * MAX_BYTES, "5 are allowed"),
    "20,000 events": (calendar(*["UID:1"] * 20_000), f"holds 20000 events; {MAX_EVENTS} are allowed"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_what_is_no_calendar_or_too_much_is_refused_whole(
    sqlite_sessions: Sessions, group: int, case: str
) -> None:
    data, said = BAD_FILES[case]
    with pytest.raises(InvalidInputError, match=said) as refused:
        take(sqlite_sessions, data, group=group)
    assert refused.value.field == "file"
    assert stored(sqlite_sessions) == []


@pytest.mark.parametrize("ending", ["", "END:VCALENDAR\n", "BEGIN:VALARM\nTRIGGER:x\n", "BEGIN:VEVENT\n"])
def test_a_file_cut_off_loses_only_its_last_event(sqlite_sessions: Sessions, group: int, ending: str) -> None:
    data = calendar(vevent(uid="gut"), vevent()).decode()
    cut = data[: data.rindex("END:VEVENT")] + ending
    result = take(sqlite_sessions, cut.encode(), group=group)
    assert outcomes(result)[:2] == ["created", "refused"]
    assert "cut off" in str(result.rows[1].error)


def test_foreign_writing_is_understood(sqlite_sessions: Sessions, group: int) -> None:
    text = vevent(
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "ATTENDEE;CN=Öhler, Anna;ROLE=REQ:mailto:a@example.org",
        "BEGIN:VALARM\nACTION:DISPLAY\nDESCRIPTION:Wecker\nTRIGGER:-PT5M\nEND:VALARM",
        summary=";LANGUAGE=de-AT:Mathe\n  3B",
    )
    data = b"\xef\xbb\xbf" + calendar(text).replace(b"\n", b"\r\n").replace(b"BEGIN:VEVENT", b"begin:vevent")
    result = take(sqlite_sessions, data, group=group)
    assert outcomes(result) == ["created"], result.rows[0].error
    event = only(sqlite_sessions)
    assert (event.title, event.message_text) == ("Mathe 3B", "Mathe 3B")


def test_who_may_not_plan_imports_nothing(sqlite_sessions: Sessions, group: int) -> None:
    reader = Actor(None, "a user", Role.USER, "10.0.0.1")
    with sqlite_sessions.begin() as session, pytest.raises(NotAllowedError):
        import_events(session, calendar(vevent()), group_id=group, actor=reader, now=MONDAY)
    with pytest.raises(NotFoundError):
        take(sqlite_sessions, calendar(vevent()), group=999)


def test_line_ends_of_any_kind_are_understood(sqlite_sessions: Sessions, group: int) -> None:
    for number, ending in enumerate((b"\r", b"\n", b"\r\n")):
        data = calendar(vevent(uid=str(number))).replace(b"\n", ending)
        assert outcomes(take(sqlite_sessions, data, group=group)) == ["created"]
