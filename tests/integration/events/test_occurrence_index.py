import random
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, Occurrence
from infoscreen_core.domain.events.limits import HORIZON
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, events, occurrence_checks, occurrences
from infoscreen_core.services.events.calendar import list_occurrences
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.views import OccurrenceView
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    extend_all,
    indexed_starts,
    local,
    plan,
    utc,
)

NOW = MONDAY
DAY = timedelta(days=1)


def test_the_index_reaches_from_a_day_back_to_sixty_days_ahead(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=DAILY",
            start=local("2020-01-01T08:00"),
            end=local("2020-01-01T09:00"),
        )
        starts = indexed_starts(session, event.id)
        assert starts[0] == utc("2026-09-06T06:00")
        assert NOW + HORIZON - DAY <= starts[-1] < NOW + HORIZON
        assert event.indexed_until == NOW + HORIZON


def test_an_occurrence_that_began_days_ago_is_in_the_index(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(
            session,
            add_group(session),
            start=local("2026-08-01T08:00"),
            end=local("2026-10-01T08:00"),
        )
        assert indexed_starts(session, event.id) == [event.start]


def test_the_horizon_moves_on_in_batches_and_drops_what_is_past(sessions: Sessions) -> None:
    later = NOW + timedelta(days=30)
    with sessions.begin() as session:
        group = add_group(session)
        ids = [plan(session, group, recurrence_rule="FREQ=DAILY").id for _ in range(5)]
        far = plan(session, group, start=local("2026-11-20T08:00"), end=local("2026-11-20T09:00"))
        assert indexed_starts(session, far.id) == []
    with sessions.begin() as session:
        assert occurrences.extend_batch(session, now=later, limit=4) == 4
    with sessions.begin() as session:
        assert extend_all(session, now=later) == 2
        assert occurrences.extend_batch(session, now=later) == 0
        for event_id in ids:
            starts = indexed_starts(session, event_id)
            assert starts[0] > later - 2 * DAY
            assert starts[-1] > later + HORIZON - 2 * DAY
        assert indexed_starts(session, far.id) == [far.start]
        assert occurrence_checks.verify(session, now=later) == []


def test_extending_does_not_make_open_forms_stale(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=DAILY")
        version = event.version
        extend_all(session, now=NOW + 10 * DAY)
    with sqlite_sessions() as session:
        assert session.get_one(Event, event.id).version == version


def test_finished_events_become_inactive_by_themselves(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        over = plan(session, group)
        series_over = plan(session, group, recurrence_rule="FREQ=DAILY;COUNT=2")
        endless = plan(session, group, recurrence_rule="FREQ=DAILY")
        versions = [over.version, endless.version]
        at_end = utc("2026-09-08T06:50")
        assert occurrences.deactivate_finished(session, now=at_end - timedelta(seconds=1)) == [
            over.id
        ]
        assert occurrences.deactivate_finished(session, now=at_end) == [series_over.id]
        assert indexed_starts(session, over.id) == []
        assert occurrence_checks.verify(session, now=at_end) == []
    with sessions() as session:
        assert not session.get_one(Event, over.id).is_active
        assert session.get_one(Event, endless.id).is_active
        assert [session.get_one(Event, event.id).version for event in (over, endless)] == versions


def test_an_event_that_cannot_be_read_does_not_keep_the_others_from_being_indexed(
    sessions: Sessions,
) -> None:
    later = NOW + 20 * DAY
    with sessions.begin() as session:
        group = add_group(session)
        broken, fine = (plan(session, group, recurrence_rule="FREQ=DAILY") for _ in range(2))
        before = indexed_starts(session, broken.id)
        session.execute(
            update(Event).where(Event.id == broken.id).values(recurrence_rule="FREQ=SECONDLY")
        )
        session.expire_all()
        assert extend_all(session, now=later) == 2
        assert indexed_starts(session, broken.id) == before
        assert indexed_starts(session, fine.id)[-1] > later + HORIZON - 2 * DAY


def _random_edit(session: Session, event: Event, dice: random.Random) -> None:
    starts = indexed_starts(session, event.id)
    version, at = event.version, dice.choice(starts or [event.start])
    match dice.randrange(4):
        case 0 if event.recurrence_rule and starts:
            event_series.skip_occurrence(session, event.id, at, version=version, actor=CLI, now=NOW)
        case 1 if event.recurrence_rule and starts:
            draft = event_series.occurrence_draft(event, at)
            event_series.detach_occurrence(
                session, event.id, at, draft, version=version, actor=CLI, now=NOW
            )
        case 2 if event.recurrence_rule and starts:
            draft = event_series.occurrence_draft(event, at)
            event_series.split_series(
                session, event.id, at, draft, version=version, actor=CLI, now=NOW
            )
        case _:
            draft = EventDraft.of(event)
            shift = timedelta(minutes=15 * dice.randrange(-20, 20))
            events.move_event(
                session,
                event.id,
                start=draft.start + shift,
                end=draft.end + shift + timedelta(minutes=dice.randrange(1, 100)),
                version=version,
                actor=CLI,
                now=NOW,
            )


def test_the_index_is_right_after_any_sequence_of_edits(sqlite_sessions: Sessions) -> None:
    dice = random.Random(20260907)
    rules = [
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO,TH",
        "FREQ=DAILY;COUNT=9",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        None,
    ]
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        for rule in rules:
            plan(session, group, recurrence_rule=rule)
        refused = 0
        for _ in range(60):
            event = dice.choice(list(session.scalars(select(Event))))
            try:
                _random_edit(session, event, dice)
            except InvalidInputError:
                refused += 1
        assert refused < 20
        assert occurrence_checks.verify(session, now=NOW) == []


def calendar(
    session: Session,
    window_start: datetime,
    days: int,
    group_ids: list[int] | None = None,
    *,
    with_exceptions: bool = False,
) -> list[OccurrenceView]:
    return list_occurrences(
        session,
        group_ids=group_ids,
        window_start=window_start,
        window_end=window_start + days * DAY,
        now=NOW,
        with_exceptions=with_exceptions,
    )


@pytest.mark.parametrize("offset_days", [-400, -20, 0, 3, 50, 300])
def test_the_calendar_says_the_same_by_index_and_by_rule(
    sqlite_sessions: Sessions, offset_days: int
) -> None:
    window_start = NOW + offset_days * DAY
    with sqlite_sessions.begin() as session:
        series = plan(
            session,
            add_group(session),
            recurrence_rule="FREQ=WEEKLY;BYDAY=MO,WE",
            start=local("2024-01-01T22:00"),
            end=local("2024-01-02T03:00"),
        )
        event_series.skip_occurrence(
            session, series.id, utc("2026-09-14T20:00"), version=None, actor=CLI, now=NOW
        )
        by_index = calendar(session, window_start, 9)
        session.execute(delete(Occurrence))
        session.execute(update(Event).values(indexed_until=None))
        session.expire_all()
        by_rule = calendar(session, window_start, 9)
        assert [(v.start, v.end) for v in by_index] == [(v.start, v.end) for v in by_rule]
        assert 1 <= len(by_rule) <= 3


def test_the_calendar_lists_exceptions_when_asked_to(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Hof")
        series = plan(session, group, recurrence_rule="FREQ=DAILY")
        plan(session, other)
        at = utc("2026-09-08T06:00")
        event_series.skip_occurrence(session, series.id, at, version=None, actor=CLI, now=NOW)
        plain = calendar(session, NOW, 3, [group])
        full = calendar(session, NOW, 3, [group], with_exceptions=True)
        assert [view.start for view in plain] == [utc("2026-09-07T06:00"), utc("2026-09-09T06:00")]
        assert [view.start for view in full if view.exception] == [at]
        assert all(view.is_recurring and view.group_id == group for view in full)
        assert len(calendar(session, NOW, 3)) == 3


def test_the_calendar_shows_what_is_over(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session))
        later = NOW + timedelta(hours=5)
        occurrences.deactivate_finished(session, now=later)
        views = list_occurrences(
            session, group_ids=None, window_start=NOW, window_end=NOW + DAY, now=later
        )
        assert [view.is_active for view in views] == [False]
