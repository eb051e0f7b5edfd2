"""What people and calendars choose of an import: private events, places, and whose events go."""

from dataclasses import replace
from typing import Any

import pytest

from infoscreen_core.domain.events.event import EventType
from infoscreen_core.errors import ConflictError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_deletions, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.exchange.calendar_export import write_group_calendar
from tests.support.events.planning import MONDAY, Sessions, add_group, plan
from tests.support.exchange.calendar_text import CALLED_OFF, MOVED, SERIES, calendar, vevent
from tests.support.exchange.event_import import (
    followed,
    only,
    outcomes,
    shown_in,
    stored,
    take,
    take_again,
)
from tests.support.people import add_client

PRIVATE, SECRET = vevent("CLASS:PRIVATE"), vevent("CLASS:confidential")


@pytest.mark.parametrize("text", [PRIVATE, SECRET])
def test_private_events_are_left_out_unless_they_are_asked_for(
    sqlite_sessions: Sessions, group: int, text: str
) -> None:
    result = take(sqlite_sessions, calendar(text, vevent(uid="zwei")), group=group)
    assert outcomes(result) == ["left_out", "created"]
    assert "private" in str(result.rows[0].error)
    assert take_again(sqlite_sessions, calendar(text), takes_private=True) == ["created"]
    assert len(stored(sqlite_sessions)) == 2


def test_what_became_private_is_deleted_and_may_be_wanted_again(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, MOVED), group=group)
    data = calendar(SERIES + "\nCLASS:PRIVATE", MOVED)
    result = take(sqlite_sessions, data, is_rehearsal=True)
    assert "private" in str(result.rows[0].notes[0])
    assert take_again(sqlite_sessions, data) == ["removed", "left_out"]
    assert stored(sqlite_sessions) == []
    assert take_again(sqlite_sessions, data, takes_private=True) == ["created", "created"]


def test_a_private_date_of_a_public_series_is_not_shown_at_its_old_time(
    sqlite_sessions: Sessions, group: int
) -> None:
    data = calendar(SERIES, MOVED + "\nCLASS:PRIVATE")
    assert take_again(sqlite_sessions, data) == ["created", "left_out"]
    starts = [start for start, _title in shown_in(sqlite_sessions)]
    assert not {"09-28 06:00", "09-29 08:00"} & set(starts)
    assert take_again(sqlite_sessions, data, takes_private=True) == ["unchanged", "updated"]
    assert ("09-29 08:00", "Mathe verschoben") in shown_in(sqlite_sessions)
    assert take_again(sqlite_sessions, data) == ["unchanged", "left_out"]
    assert [start for start, _title in shown_in(sqlite_sessions)] == starts
    assert group == 1


def test_a_place_is_kept_followed_and_passed_on(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, calendar(vevent("LOCATION:Aula\\, 1. Stock")), group=group)
    assert only(sqlite_sessions).location == "Aula, 1. Stock"
    with sqlite_sessions.begin() as session:
        assert b"LOCATION:Aula\\, 1. Stock" in write_group_calendar(session, group)
        hof = add_group(session, "Hof")
    take(sqlite_sessions, calendar(vevent("SEQUENCE:1", "LOCATION:Hof\n \n 2")), group=group)
    assert only(sqlite_sessions).location == "Hof2"
    take(sqlite_sessions, calendar(vevent("SEQUENCE:2")), group=group)
    assert only(sqlite_sessions).location is None
    long = take(sqlite_sessions, calendar(vevent("LOCATION:" + "x" * 300)), group=hof)
    assert "300 characters" in str(long.rows[0].notes[0])
    assert stored(sqlite_sessions, hof)[0].location == "x" * 254 + "…"


@pytest.mark.parametrize("kind", [EventType.WEBSITE, EventType.VIDEO])
def test_a_type_that_needs_an_address_is_refused_in_words_of_the_file(
    sqlite_sessions: Sessions, group: int, kind: EventType
) -> None:
    result = take(sqlite_sessions, calendar(vevent()), group=group, kind=kind)
    assert "no web address (URL)" in str(result.rows[0].error)


def test_a_text_of_nothing_visible_is_none(sqlite_sessions: Sessions, group: int) -> None:
    take(sqlite_sessions, calendar(vevent(description="\u200b \u2060")), group=group)
    assert only(sqlite_sessions).message_text == "Mathe 3B"


def test_a_calendar_that_owns_events_deletes_those_it_no_longer_holds(sessions: Sessions) -> None:
    with sessions.begin() as session:
        add_group(session)
    take(sessions, calendar(vevent(uid="fremd")))
    both = calendar(SERIES, MOVED, CALLED_OFF, vevent(uid="zwei", summary="Zwei"))
    first = take(sessions, both)
    owned = {event.id for event in stored(sessions) if event.ical_uid != "fremd"}
    assert first.event_ids == owned
    assert len(owned) == 3
    result = take(
        sessions, calendar(vevent(uid="zwei", summary="Zwei")), calendar=followed(sessions, owned)
    )
    assert [(row.line, row.outcome.value) for row in result.rows] == [
        (0, "removed"),
        (4, "unchanged"),
    ]
    assert result.event_ids == {event.id for event in stored(sessions) if event.ical_uid == "zwei"}
    assert {event.ical_uid for event in stored(sessions)} == {"fremd", "zwei"}


def test_what_a_calendar_holds_but_cannot_be_read_is_not_gone(
    sqlite_sessions: Sessions, group: int
) -> None:
    owned = take(sqlite_sessions, calendar(SERIES, MOVED), group=group).event_ids
    broken = vevent(rrule="FREQ=HOURLY")
    result = take(
        sqlite_sessions, calendar(broken, MOVED), calendar=followed(sqlite_sessions, owned)
    )
    assert outcomes(result) == ["refused", "refused"]
    assert result.event_ids == owned
    assert len(stored(sqlite_sessions)) == 2


def test_an_event_that_a_person_moved_away_is_theirs_and_the_file_brings_its_own_again(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(vevent()), group=group)
    with sqlite_sessions.begin() as session:
        hof = add_group(session, "Hof")
        event = events.get_event(session, 1)
        draft = replace(EventDraft.of(event), group_ids=(hof,))
        events.update_event(session, 1, draft, version=event.version, actor=CLI, now=MONDAY)
    assert outcomes(take(sqlite_sessions, calendar(vevent()), group=hof)) == ["unchanged"]
    assert outcomes(take(sqlite_sessions, calendar(vevent()), group=group)) == ["created"]
    with sqlite_sessions.begin() as session:  # back, where the file's own is by now
        event = events.get_event(session, 1)
        draft = replace(EventDraft.of(event), group_ids=(group,))
        events.update_event(session, 1, draft, version=event.version, actor=CLI, now=MONDAY)
    newer = calendar(vevent("SEQUENCE:1", summary="Neu"))
    assert outcomes(take(sqlite_sessions, newer, group=group)) == ["updated"]
    assert sorted(event.title for event in stored(sqlite_sessions, group)) == ["Mathe 3B", "Neu"]


def test_what_an_import_brought_again_is_not_brought_back_by_undoing(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES), group=group)
    with sqlite_sessions.begin() as session:
        events.delete_event(session, 1, actor=CLI, now=MONDAY)
    take(sqlite_sessions, calendar(SERIES), group=group)
    with sqlite_sessions.begin() as session:
        last = event_deletions.find_last_deletion(session, actor=CLI, now=MONDAY)
        assert last is not None
        with pytest.raises(ConflictError, match="brought it again"):
            event_deletions.undo_delete(session, last.id, actor=CLI, now=MONDAY)
    assert len(stored(sqlite_sessions)) == 1


def test_a_groups_own_feed_brings_nothing_new_though_its_events_were_imported(
    sqlite_sessions: Sessions, group: int
) -> None:
    take(sqlite_sessions, calendar(SERIES, MOVED), group=group)
    with sqlite_sessions() as session:
        data = write_group_calendar(session, group)
    assert take_again(sqlite_sessions, data) == ["unchanged", "unchanged"]


@pytest.mark.parametrize("is_rehearsal", [True, False])
def test_it_says_which_events_will_not_be_seen(
    sqlite_sessions: Sessions, group: int, is_rehearsal: bool
) -> None:
    with sqlite_sessions.begin() as session:
        day = MONDAY.replace(tzinfo=None)
        filler: dict[str, Any] = {
            "title": "Willkommen",
            "start": day,
            "end": day,
            "is_all_day": True,
        }
        plan(session, group, **filler)
        add_client(session, group_id=group)
    result = take(
        sqlite_sessions,
        calendar(vevent(uid="eins"), SERIES),
        group=group,
        is_rehearsal=is_rehearsal,
    )
    told = [str(sentence) for sentence in result.verdict.sentences]
    assert result.verdict.wanting == len(told)
    assert any("“Willkommen” has the same priority and begins earlier" in one for one in told)


def test_a_file_whose_events_are_all_seen_says_so(sqlite_sessions: Sessions, group: int) -> None:
    seen = "All dates of the next two months are seen."
    result = take(sqlite_sessions, calendar(SERIES), group=group, is_rehearsal=True)
    told = [str(one) for one in result.verdict.sentences]
    assert told == [seen, "The group has no screen in service."]
    with sqlite_sessions.begin() as session:
        add_client(session, group_id=group)
    result = take(sqlite_sessions, calendar(SERIES), group=group)
    assert result.verdict.wanting == 0
    assert [str(one) for one in result.verdict.sentences] == [seen]
