"""Parts of a series: one date skipped or detached, this and the following ones split off."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    exceptions_of,
    indexed_starts,
    local,
    plan,
    utc,
)
from tests.support.events.series import MONDAYS, skip, weekly

NOW = MONDAY


def split(session: Session, event: Event, start: datetime, draft: EventDraft) -> Event:
    return event_series.split_series(
        session, event.id, start, draft, version=event.version, actor=CLI, now=NOW
    )


def test_a_skipped_occurrence_leaves_the_series_and_is_written_as_an_exdate(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[1])
    with sessions() as session:
        stored = session.get_one(Event, event.id)
        assert stored.recurrence_exception == "20260914T060000Z"
        assert exceptions_of(session, event.id) == [(MONDAYS[1], ExceptionKind.SKIPPED)]
        assert indexed_starts(session, event.id) == [MONDAYS[0], *MONDAYS[2:5]]


def test_an_occurrence_is_skipped_once_and_only_where_there_is_one(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[1])
        with pytest.raises(ConflictError):
            skip(session, event, MONDAYS[1])
        with pytest.raises(NotFoundError):
            skip(session, event, MONDAYS[1] + timedelta(seconds=1))
        single = plan(session, event.group_id)
        with pytest.raises(InvalidInputError, match="does not recur"):
            skip(session, single, single.start)


def test_a_restored_occurrence_takes_place_again(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[1])
        event_series.restore_occurrence(
            session, event.id, MONDAYS[1], version=event.version, actor=CLI, now=NOW
        )
        assert event.recurrence_exception is None
        assert indexed_starts(session, event.id) == MONDAYS[:5]


def test_a_detached_occurrence_becomes_an_event_of_its_own(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        draft = event_series.occurrence_draft(event, MONDAYS[2])
        assert (draft.start, draft.end) == (local("2026-09-21T08:00"), local("2026-09-21T08:50"))
        detached = event_series.detach_occurrence(
            session,
            event.id,
            MONDAYS[2],
            replace(
                draft,
                title="Exkursion",
                start=local("2026-09-21T10:00"),
                end=local("2026-09-21T12:00"),
            ),
            version=event.version,
            actor=CLI,
            now=NOW,
        )
    with sessions() as session:
        stored = session.get_one(Event, detached.id)
        assert (stored.master_event_id, stored.recurrence_rule) == (event.id, None)
        assert exceptions_of(session, event.id) == [(MONDAYS[2], ExceptionKind.DETACHED)]
        assert indexed_starts(session, event.id) == [*MONDAYS[:2], *MONDAYS[3:5]]
        assert indexed_starts(session, detached.id) == [utc("2026-09-21T08:00")]


def test_a_deleted_detached_event_does_not_bring_its_occurrence_back(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        draft = event_series.occurrence_draft(event, MONDAYS[2])
        detached = event_series.detach_occurrence(
            session, event.id, MONDAYS[2], draft, version=event.version, actor=CLI, now=NOW
        )
        events.delete_event(session, detached.id, actor=CLI, now=NOW)
    with sessions() as session:
        assert MONDAYS[2] not in indexed_starts(session, event.id)


def test_detached_events_outlive_their_series_unless_told_otherwise(sessions: Sessions) -> None:
    with sessions.begin() as session:
        survivors = []
        for with_detached in (False, True):
            event = plan(
                session,
                add_group(session, str(with_detached)),
                recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=5",
            )
            draft = event_series.occurrence_draft(event, MONDAYS[2])
            detached = event_series.detach_occurrence(
                session, event.id, MONDAYS[2], draft, version=event.version, actor=CLI, now=NOW
            )
            events.delete_event(session, event.id, actor=CLI, now=NOW, with_detached=with_detached)
            survivors.append(detached.id)
    with sessions() as session:
        kept = session.get(Event, survivors[0])
        assert kept
        assert kept.master_event_id is None
        assert session.get(Event, survivors[1]) is None


def test_this_and_following_become_a_series_of_their_own(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        draft = event_series.occurrence_draft(event, MONDAYS[3])
        changed = replace(
            draft, title="Physik", start=local("2026-09-28T09:00"), end=local("2026-09-28T10:00")
        )
        following = split(session, event, MONDAYS[3], changed)
    with sessions() as session:
        assert indexed_starts(session, event.id) == MONDAYS[:3]
        assert indexed_starts(session, following.id) == [
            m + timedelta(hours=1) for m in MONDAYS[3:5]
        ]
        assert session.get_one(Event, following.id).title == "Physik"
        assert session.get_one(Event, event.id).title == "Mathe 3B"


def test_an_endless_series_that_is_split_stays_endless(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
        following = split(
            session, event, MONDAYS[2], event_series.occurrence_draft(event, MONDAYS[2])
        )
        assert (following.recurrence_rule, following.recurrence_end) == (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
            None,
        )
        assert indexed_starts(session, event.id) == MONDAYS[:1]
        assert event.recurrence_end == utc("2026-09-07T06:50")
        assert indexed_starts(session, following.id)[:3] == [MONDAYS[2], MONDAYS[4], MONDAYS[6]]


def test_exceptions_go_along_with_the_part_they_belong_to(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[1])
        detached = event_series.detach_occurrence(
            session,
            event.id,
            MONDAYS[4],
            event_series.occurrence_draft(event, MONDAYS[4]),
            version=event.version,
            actor=CLI,
            now=NOW,
        )
        draft = event_series.occurrence_draft(event, MONDAYS[3])
        moved = replace(draft, start=local("2026-09-28T09:00"), end=local("2026-09-28T10:00"))
        following = split(session, event, MONDAYS[3], moved)
    with sessions() as session:
        hour = timedelta(hours=1)
        assert exceptions_of(session, event.id) == [(MONDAYS[1], ExceptionKind.SKIPPED)]
        assert exceptions_of(session, following.id) == [(MONDAYS[4] + hour, ExceptionKind.DETACHED)]
        assert indexed_starts(session, following.id) == [MONDAYS[3] + hour]
        assert session.get_one(Event, detached.id).master_event_id == following.id


def test_splitting_at_the_first_occurrence_edits_the_whole_series(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        draft = replace(event_series.occurrence_draft(event, MONDAYS[0]), title="Physik")
        assert split(session, event, MONDAYS[0], draft).id == event.id
        assert event.title == "Physik"


def test_this_and_following_are_deleted(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = weekly(session)
        skip(session, event, MONDAYS[4])
        rest = event_series.delete_following(
            session, event.id, MONDAYS[2], version=event.version, actor=CLI, now=NOW
        )
        assert rest is event
    with sessions.begin() as session:
        stored = session.get_one(Event, event.id)
        assert indexed_starts(session, event.id) == MONDAYS[:2]
        assert exceptions_of(session, event.id) == []
        assert stored.recurrence_exception is None
        gone = event_series.delete_following(
            session, event.id, MONDAYS[0], version=stored.version, actor=CLI, now=NOW
        )
        assert gone is None
    with sessions() as session:
        assert session.get(Event, event.id) is None


def test_a_stale_version_stops_every_change_of_a_series(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = weekly(session)
        old = event.version
        draft = event_series.occurrence_draft(event, MONDAYS[2])
        skip(session, event, MONDAYS[1])
        with pytest.raises(ConflictError):
            event_series.skip_occurrence(
                session, event.id, MONDAYS[2], version=old, actor=CLI, now=NOW
            )
        with pytest.raises(ConflictError):
            event_series.detach_occurrence(
                session, event.id, MONDAYS[2], draft, version=old, actor=CLI, now=NOW
            )
        with pytest.raises(ConflictError):
            event_series.split_series(
                session, event.id, MONDAYS[2], draft, version=old, actor=CLI, now=NOW
            )
        with pytest.raises(ConflictError):
            event_series.delete_following(
                session, event.id, MONDAYS[2], version=old, actor=CLI, now=NOW
            )
        assert exceptions_of(session, event.id) == [(MONDAYS[1], ExceptionKind.SKIPPED)]
