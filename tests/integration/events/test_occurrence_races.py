"""Many write events at once, with the nightly extension between them: the index agrees."""

import random
import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, Occurrence
from infoscreen_core.db.transactions import in_transaction
from infoscreen_core.errors import ConflictError, InvalidInputError, NotFoundError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events, occurrence_checks, occurrences
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.at_once import at_once
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    extend_all,
    indexed_starts,
    plan,
    utc,
)

NOW = MONDAY
DAY = timedelta(days=1)
EXPECTED = (ConflictError, NotFoundError, InvalidInputError)
"""What somebody is told who comes second."""


def plan_many(sessions: Sessions, count: int) -> list[int]:
    with sessions.begin() as session:
        group = add_group(session)
        return [plan(session, group, recurrence_rule="FREQ=DAILY").id for _ in range(count)]


def settled(sessions: Sessions) -> list[occurrence_checks.Difference]:
    later = NOW + 9 * DAY
    with sessions.begin() as session:
        extend_all(session, now=later)
    with sessions.begin() as session:
        return occurrence_checks.verify(session, now=later)


def change_one(session: Session, event_id: int, dice: random.Random) -> None:
    match dice.randrange(8):
        case 0:
            events.delete_event(session, event_id, actor=CLI, now=NOW)
        case 1 | 2:
            at = utc(f"2026-09-{dice.randrange(10, 30)}T06:00")
            event_series.skip_occurrence(session, event_id, at, version=None, actor=CLI, now=NOW)
        case _:
            event = events.get_event_for_update(session, event_id, version=None, actor=CLI)
            shift = timedelta(minutes=dice.randrange(1, 50))
            draft = EventDraft.of(event)
            draft = replace(draft, start=draft.start + shift, end=draft.end + shift)
            events.update_event(session, event_id, draft, version=event.version, actor=CLI, now=NOW)


def extend_for_days(sessions: Sessions, days: int) -> None:
    for day in range(1, days + 1):
        count = 1
        while count:
            now = NOW + day * DAY
            count = in_transaction(sessions, partial(occurrences.extend_batch, now=now, limit=5))


def check_some(session: Session, after: int) -> int | None:
    checked = occurrence_checks.check_batch(session, now=NOW, after=after, limit=5)
    occurrence_checks.repair(session, checked.differences, now=NOW)
    return checked.last_id


def check_often(sessions: Sessions, times: int) -> None:
    after: int | None = 0
    while times:
        after = in_transaction(sessions, partial(check_some, after=after or 0))
        times -= after is None


def edit_many(sessions: Sessions, ids: list[int], seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(15):
        with suppress(*EXPECTED):  # a deadlock is tried again, as in the console
            in_transaction(sessions, lambda session: change_one(session, dice.choice(ids), dice))


def test_the_index_survives_edits_deletions_and_the_nightly_extension_at_once(
    sessions: Sessions,
) -> None:
    ids = plan_many(sessions, 12)
    futures = at_once(
        lambda: extend_for_days(sessions, 8),
        lambda: check_often(sessions, 4),
        lambda: edit_many(sessions, ids, 1),
        lambda: edit_many(sessions, ids, 2),
    )
    assert [future.exception() for future in futures] == [None] * 4
    assert settled(sessions) == []


def test_two_writers_of_one_event_leave_the_index_of_the_one_who_was_first(
    sessions: Sessions,
) -> None:
    (event_id,) = plan_many(sessions, 1)

    def move(minutes: int) -> int:
        with sessions.begin() as session:
            event = events.get_event_for_update(session, event_id, version=1, actor=CLI)
            draft, shift = EventDraft.of(event), timedelta(minutes=minutes)
            draft = replace(draft, start=draft.start + shift, end=draft.end + shift)
            events.update_event(session, event_id, draft, version=1, actor=CLI, now=NOW)
        return minutes

    futures = at_once(lambda: move(10), lambda: move(20))
    (winner,) = [future.result() for future in futures if future.exception() is None]
    (loser,) = [future.exception() for future in futures if future.exception() is not None]
    assert isinstance(loser, ConflictError)
    with sessions.begin() as session:
        assert isinstance(winner, int)
        assert indexed_starts(session, event_id)[0] == utc("2026-09-07T06:00") + timedelta(
            minutes=winner
        )
        assert occurrence_checks.verify(session, now=NOW) == []


def test_an_event_deleted_while_its_index_is_extended_leaves_nothing(sessions: Sessions) -> None:
    deleted, kept = plan_many(sessions, 2)
    claimed = threading.Event()

    def extend() -> int:
        with sessions.begin() as session:
            count = occurrences.extend_batch(session, now=NOW + 5 * DAY)
            claimed.set()
            threading.Event().wait(0.3)  # the deletion comes while this is not yet committed
            return count

    def delete() -> None:
        assert claimed.wait(10)
        with sessions.begin() as session:
            events.delete_event(session, deleted, actor=CLI, now=NOW)

    extended, gone = at_once(extend, delete)
    assert extended.result() == 2
    assert gone.exception() is None
    assert_index_of_only(sessions, kept)


def test_an_extension_that_comes_while_an_event_is_being_deleted_leaves_it_deleted(
    sessions: Sessions,
) -> None:
    deleted, kept = plan_many(sessions, 2)
    is_deleting = threading.Event()

    def delete() -> None:
        with sessions.begin() as session:
            events.delete_event(session, deleted, actor=CLI, now=NOW)
            session.flush()
            is_deleting.set()
            threading.Event().wait(0.3)

    def extend() -> int:
        assert is_deleting.wait(10)
        with sessions.begin() as session:
            return occurrences.extend_batch(session, now=NOW + 5 * DAY)

    gone, extended = at_once(delete, extend)
    assert gone.exception() is None
    assert extended.result() == 1
    assert_index_of_only(sessions, kept)


def assert_index_of_only(sessions: Sessions, event_id: int) -> None:
    with sessions.begin() as session:
        assert set(session.scalars(select(Occurrence.event_id))) == {event_id}
        assert session.scalar(select(func.count()).select_from(Event)) == 1
        assert occurrence_checks.verify(session, now=NOW + 5 * DAY) == []
