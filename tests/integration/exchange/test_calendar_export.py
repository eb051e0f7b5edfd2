"""A group's events as a calendar file, judged by an evaluator of its own."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.recurrence.expansion import expand
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.formats.ical_writer import write_calendar
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.occurrences import series_of
from infoscreen_core.services.exchange.calendar_export import (
    calendar_event,
    fingerprint,
    write_group_calendar,
)
from infoscreen_core.services.exchange.event_import import import_events
from tests.support.events.planning import MONDAY, Sessions, add_group, add_holiday, local, plan, utc
from tests.support.exchange.ical import Properties, Span, events_in, spans_of

YEARS_ON = MONDAY + timedelta(days=800)
WEEKLY = "FREQ=WEEKLY;BYDAY=MO"


def _own_spans(planned: list[Event], before: datetime) -> list[Span]:
    begin = MONDAY - timedelta(days=800)
    return sorted(
        (one.start, one.end)
        for event in planned
        for one in expand(series_of(event), window_start=begin, window_end=before)
    )


def _written(sessions: Sessions, group: int = 1) -> tuple[bytes, list[Event]]:
    with sessions() as session:
        planned = list_events(session, group_ids=[group], is_active=True)
        return write_group_calendar(session, group), planned


def _only(content: bytes) -> Properties:
    (event,) = events_in(content)
    return event


def _moved(draft: EventDraft, length: timedelta) -> EventDraft:
    return replace(draft, start=draft.start + length, end=draft.end + length)


def test_what_is_skipped_detached_or_in_the_holidays_is_left_out(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        add_holiday(session, date(2026, 10, 26), date(2026, 11, 2))
        series = plan(session, group, recurrence_rule=WEEKLY, skip_holidays=True)
        begin = utc("2026-09-14T06:00")
        event_series.skip_occurrence(session, series.id, begin, version=None, actor=CLI, now=MONDAY)
        later = utc("2026-09-21T06:00")
        draft = event_series.occurrence_draft(series, later)
        moved = _moved(draft, timedelta(hours=2))
        event_series.detach_occurrence(
            session, series.id, later, moved, version=None, actor=CLI, now=MONDAY
        )
    content, planned = _written(sqlite_sessions)
    assert len(planned) == 2
    found = spans_of(content, YEARS_ON)
    assert found == _own_spans(planned, YEARS_ON)
    starts = [start for start, _end in found]
    assert starts[:3] == [utc("2026-09-07T06:00"), utc("2026-09-21T08:00"), utc("2026-09-28T06:00")]
    assert not {utc("2026-10-26T07:00"), utc("2026-11-02T07:00")} & set(starts)


def test_an_event_says_what_it_is_and_keeps_its_uid(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        first = plan(
            session,
            add_group(session),
            event_type=EventType.WEBSITE,
            website_url="https://example.org/a?b=1",
        )
    before = _only(_written(sqlite_sessions)[0])
    with sqlite_sessions.begin() as session:
        event = events.get_event(session, first.id)
        draft = _moved(EventDraft.of(event), timedelta(hours=1))
        later = MONDAY + timedelta(hours=1)
        events.update_event(session, first.id, draft, version=event.version, actor=CLI, now=later)
    after = _only(_written(sqlite_sessions)[0])
    assert (after["URL"], after["CATEGORIES"].cats) == ("https://example.org/a?b=1", ["website"])
    assert before["UID"] == after["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt - before["LAST-MODIFIED"].dt == timedelta(hours=1)


def test_equal_plans_give_equal_bytes_and_a_change_another_fingerprint(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event_id = plan(session, add_group(session), recurrence_rule=WEEKLY).id
    content, planned = _written(sqlite_sessions)
    state = fingerprint("Aula", planned)
    assert _written(sqlite_sessions)[0] == content
    assert fingerprint("Foyer", planned) != state
    with sqlite_sessions.begin() as session:
        begin = utc("2026-09-14T06:00")
        event_series.skip_occurrence(session, event_id, begin, version=None, actor=CLI, now=MONDAY)
    content_after, planned_after = _written(sqlite_sessions)
    assert content_after != content
    assert fingerprint("Aula", planned_after) != state


def test_an_inactive_event_is_left_out(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session), is_active=False)
    assert spans_of(_written(sqlite_sessions)[0], YEARS_ON) == []


_RULES = st.builds(
    lambda frequency, interval, days, end: f"FREQ={frequency};INTERVAL={interval}{days}{end}",
    st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    st.integers(1, 3),
    st.sampled_from(
        ["", ";BYDAY=MO", ";BYDAY=TU,SA", ";BYDAY=2WE", ";BYDAY=-1FR", ";BYMONTHDAY=31,-1"]
    ),
    st.sampled_from(["", ";COUNT=7", ";UNTIL=20270401", ";UNTIL=20270328T013000Z"]),
)
_TIMES = st.integers(0, 47).map(lambda half_hours: timedelta(minutes=30 * half_hours))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    rule=_RULES,
    day=st.integers(0, 400),
    time=_TIMES,
    length=st.integers(1, 60),
    zone=st.sampled_from(["Europe/Vienna", "America/New_York", "Australia/Lord_Howe", "UTC"]),
    is_all_day=st.booleans(),
    skipped=st.sets(st.integers(0, 12), max_size=3),
    title=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1
    )
    .map(lambda text: f"<{text}>")
    .filter(lambda text: len(text) < 200),
)
def test_any_series_takes_place_when_it_takes_place_here_there_and_after_an_import(  # noqa: PLR0913 - what makes a series
    sqlite_sessions: Sessions,
    *,
    rule: str,
    day: int,
    time: timedelta,
    length: int,
    zone: str,
    is_all_day: bool,
    skipped: set[int],
    title: str,
) -> None:
    start = local("2026-09-07T00:00") + timedelta(days=day) + time
    with sqlite_sessions() as session:
        group, elsewhere = (
            add_group(session, f"Raum {uuid4()}"),
            add_group(session, f"Raum {uuid4()}"),
        )
        try:
            event = plan(
                session,
                group,
                title=title,
                start=start,
                end=start + timedelta(minutes=30 * length),
                timezone=zone,
                recurrence_rule=rule,
                is_all_day=is_all_day,
            )
        except InvalidInputError:
            reject()
        window_end = MONDAY + timedelta(days=1200)
        found = _own_spans([event], window_end)
        for number in skipped & set(range(len(found))):
            begin = found[number][0]
            event_series.skip_occurrence(
                session, event.id, begin, version=None, actor=CLI, now=MONDAY
            )
        content = write_calendar("Aula", [calendar_event(event)])
        expected = _own_spans([event], window_end)
        assert spans_of(content, window_end, all_day_zone=zone) == expected
        if not is_all_day or zone == "Europe/Vienna":  # days are those of whoever reads them
            result = import_events(session, content, group_id=elsewhere, actor=CLI, now=MONDAY)
            assert [row.error for row in result.rows] == [None]
            (taken,) = list_events(session, group_ids=[elsewhere])
            assert (taken.title, taken.message_text) == (event.title, event.message_text)
            assert _own_spans([taken], window_end) == expected
        session.rollback()
