"""An exception remembers whether a person or a file took the occurrence out of its series."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.domain.events.event import ExceptionKind, ExceptionSource
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_copies, event_deletions, event_series, events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_exceptions import add_exception, set_source
from infoscreen_core.services.events.occurrences import settle
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    add_period,
    move,
    plan,
    utc,
)

FILE, PERSON = ExceptionSource.FILE, ExceptionSource.PERSON
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(6)]


def planned(session: Session) -> Event:
    """A series: a file skipped its third date and changed its fourth, a person skipped its last."""
    event = plan(session, add_group(session), recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=6")
    add_exception(session, event, MONDAYS[2], ExceptionKind.SKIPPED, now=MONDAY, source=FILE)
    detached = event_series.detach_occurrence(
        session,
        event.id,
        MONDAYS[3],
        replace(event_series.occurrence_draft(event, MONDAYS[3]), title="Schularbeit"),
        version=None,
        actor=CLI,
        now=MONDAY,
    )
    set_source(session, detached, FILE)
    event_series.skip_occurrence(session, event.id, MONDAYS[5], version=None, actor=CLI, now=MONDAY)
    return event


def sources(session: Session, event_id: int) -> dict[datetime, ExceptionSource | None]:
    rows = session.scalars(select(EventException).where(EventException.event_id == event_id))
    return {row.occurrence_start: row.source for row in rows}


EXPECTED = {MONDAYS[2]: FILE, MONDAYS[3]: FILE, MONDAYS[5]: PERSON}


def test_people_take_out_what_nobody_says_a_file_did(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        assert sources(session, planned(session).id) == EXPECTED


def test_it_follows_the_rest_of_a_split_series(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = planned(session)
        draft = event_series.occurrence_draft(event, MONDAYS[1])
        rest = event_series.split_series(
            session, event.id, MONDAYS[1], draft, version=None, actor=CLI, now=MONDAY
        )
        assert sources(session, rest.id) == EXPECTED
        assert sources(session, event.id) == {}


def test_it_follows_a_moved_series(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = planned(session)
        move(session, event, "2026-09-08T08:00", "2026-09-08T08:50")
        day = timedelta(days=1)
        assert sources(session, event.id) == {at + day: by for at, by in EXPECTED.items()}


def test_it_goes_with_a_copy(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event, other = planned(session), add_group(session, "Foyer")
        (copy,) = event_copies.copy_event(session, event.id, [other], actor=CLI, now=MONDAY)
        assert sources(session, copy.id) == EXPECTED


def delete_whole(session: Session, event: Event) -> None:
    events.delete_event(session, event.id, actor=CLI, now=MONDAY)


def delete_rest(session: Session, event: Event) -> None:
    event_series.delete_following(
        session, event.id, MONDAYS[1], version=None, actor=CLI, now=MONDAY
    )


@pytest.mark.parametrize("remove", [delete_whole, delete_rest])
def test_it_comes_back_with_what_was_deleted(
    sessions: Sessions, remove: Callable[[Session, Event], None]
) -> None:
    with sessions.begin() as session:
        event_id = planned(session).id
    with sessions.begin() as session:
        remove(session, events.get_event(session, event_id))
    with sessions.begin() as session:
        last = event_deletions.find_last_deletion(session, actor=CLI, now=MONDAY)
        assert last is not None
        event_deletions.undo_delete(session, last.id, actor=CLI, now=MONDAY)
    with sessions() as session:
        assert sources(session, event_id) == EXPECTED


def test_holidays_come_and_go_beside_it(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = planned(session)
        event.academic_period_id, event.skip_holidays = add_period(session), True
        free = add_holiday(session, date(2026, 10, 5), date(2026, 10, 5), event.academic_period_id)
        settle(session, event, now=MONDAY)
        assert sources(session, event.id) == {**EXPECTED, MONDAYS[4]: None}
        session.delete(free)
        settle(session, event, now=MONDAY)
        assert sources(session, event.id) == EXPECTED


def edit(session: Session, detached: Event) -> None:
    draft = replace(EventDraft.of(detached), title="Schularbeit in der Aula")
    events.update_event(
        session, detached.id, draft, version=detached.version, actor=CLI, now=MONDAY
    )


def drag(session: Session, detached: Event) -> None:
    move(session, detached, "2026-09-29T10:00", "2026-09-29T10:50")


@pytest.mark.parametrize("change", [edit, drag])
def test_a_date_that_a_person_changes_is_theirs(
    sqlite_sessions: Sessions, change: Callable[[Session, Event], None]
) -> None:
    with sqlite_sessions.begin() as session:
        event = planned(session)
        change(session, session.scalars(select(Event).where(Event.title == "Schularbeit")).one())
        assert sources(session, event.id) == {**EXPECTED, MONDAYS[3]: PERSON}
