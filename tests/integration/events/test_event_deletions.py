import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import (
    AuditEntry,
    ClientGroup,
    Event,
    EventDeletion,
    EventException,
    User,
)
from infoscreen_core.domain.events.event import ExceptionKind, ExceptionSource, Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, NotAllowedError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import CLI, Actor
from infoscreen_core.services.events import event_series, events, occurrence_checks, occurrences
from infoscreen_core.services.events.event_deletions import (
    UNDO_WINDOW,
    find_last_deletion,
    undo_delete,
)
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.event_exceptions import set_source
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    add_period,
    exceptions_of,
    indexed_starts,
    lesson,
    local,
    plan,
    utc,
)

NOW = MONDAY
SOON = NOW + timedelta(minutes=5)
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(6)]


def school_series(session: Session) -> Event:
    """A series with a date skipped, one changed on its own and one in a holiday."""
    period = add_period(session)
    add_holiday(session, date(2026, 9, 28), date(2026, 9, 28), period)
    event = plan(
        session,
        add_group(session),
        recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=6",
        skip_holidays=True,
        academic_period_id=period,
        location="Aula",
    )
    event_series.skip_occurrence(session, event.id, MONDAYS[1], version=None, actor=CLI, now=NOW)
    draft = replace(event_series.occurrence_draft(event, MONDAYS[2]), title="Schularbeit")
    detached = event_series.detach_occurrence(
        session,
        event.id,
        MONDAYS[2],
        draft,
        version=None,
        actor=CLI,
        now=NOW,
    )
    set_source(session, detached, ExceptionSource.FILE)
    return event


def picture(session: Session) -> dict[str, Any]:
    """All that is planned, as it is stored."""
    session.expire_all()
    found = {event.id: audit.audited_columns(event) for event in session.scalars(select(Event))}
    exceptions = session.scalars(select(EventException))
    return {
        "events": {
            key: {name: value for name, value in row.items() if name != "indexed_until"}
            for key, row in found.items()
        },
        "exceptions": sorted(
            (row.event_id, row.occurrence_start, row.kind, row.source, row.detached_event_id)
            for row in exceptions
        ),
        "index": {key: indexed_starts(session, key) for key in found},
    }


def undo(session: Session, *, now: datetime = SOON, actor: Actor = CLI) -> Event:
    last = find_last_deletion(session, actor=actor, now=now)
    assert last is not None
    return undo_delete(session, last.id, actor=actor, now=now)


def remove_series(session: Session, event: Event) -> None:
    events.delete_event(session, event.id, version=event.version, actor=CLI, now=NOW)


def remove_all(session: Session, event: Event) -> None:
    events.delete_event(session, event.id, actor=CLI, now=NOW, with_detached=True)


def remove_detached(session: Session, event: Event) -> None:
    detached = session.scalars(select(Event).where(Event.master_event_id == event.id)).one()
    events.delete_event(session, detached.id, actor=CLI, now=NOW)


@pytest.mark.parametrize("remove", [remove_series, remove_all, remove_detached])
def test_what_was_deleted_whole_comes_back_exactly(
    sessions: Sessions, remove: Callable[[Session, Event], None]
) -> None:
    with sessions.begin() as session:
        event = school_series(session)
    with sessions() as session:
        before = picture(session)
    with sessions.begin() as session:
        remove(session, session.get_one(Event, event.id))
    with sessions() as session:
        assert picture(session) != before
    with sessions.begin() as session:
        undo(session)
    with sessions() as session:
        assert picture(session) == before
        assert occurrence_checks.verify(session, now=SOON) == []


def remove_following(session: Session, event: Event) -> None:
    event_series.delete_following(session, event.id, MONDAYS[2], version=None, actor=CLI, now=NOW)


def remove_one(session: Session, event: Event) -> None:
    event_series.skip_occurrence(session, event.id, MONDAYS[4], version=None, actor=CLI, now=NOW)


@pytest.mark.parametrize("remove", [remove_following, remove_one])
def test_what_was_taken_out_of_a_series_comes_back_exactly(
    sessions: Sessions, remove: Callable[[Session, Event], None]
) -> None:
    changing = {"version", "updated_at"}

    def stable(whole: dict[str, Any]) -> dict[str, Any]:
        rows = {
            key: {name: value for name, value in row.items() if name not in changing}
            for key, row in whole["events"].items()
        }
        return {**whole, "events": rows}

    with sessions.begin() as session:
        event = school_series(session)
    with sessions() as session:
        before = stable(picture(session))
    with sessions.begin() as session:
        remove(session, session.get_one(Event, event.id))
    with sessions() as session:
        assert stable(picture(session)) != before
    with sessions.begin() as session:
        undo(session)
    with sessions() as session:
        assert stable(picture(session)) == before
        assert occurrence_checks.verify(session, now=SOON) == []


def test_a_series_that_ended_by_the_deletion_plays_again(sqlite_sessions: Sessions) -> None:
    later = MONDAYS[1] - timedelta(minutes=2)
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=6")
        event_series.delete_following(
            session, event.id, MONDAYS[1], version=None, actor=CLI, now=later
        )
        assert occurrences.deactivate_finished(session, now=later) == [event.id]
    with sqlite_sessions.begin() as session:
        assert undo(session, now=later + timedelta(minutes=1)).is_active
        assert indexed_starts(session, event.id) == MONDAYS[1:]


def test_holidays_that_came_meanwhile_are_heeded(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = school_series(session)
        event_id, period = event.id, event.academic_period_id
        remove_series(session, event)
        add_holiday(session, date(2026, 10, 5), date(2026, 10, 5), period)
    with sqlite_sessions.begin() as session:
        undo(session)
        assert (MONDAYS[4], ExceptionKind.HOLIDAY) in exceptions_of(session, event_id)
        assert MONDAYS[4] not in indexed_starts(session, event_id)


def test_it_is_on_the_record_and_told_to_the_scheduler(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        events.delete_event(session, event.id, actor=CLI, now=NOW)
    with sqlite_sessions() as session:
        counter = changes.current(session)
    with sqlite_sessions.begin() as session:
        undo(session)
    with sqlite_sessions() as session:
        assert changes.current(session) > counter
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.entity_id) == ("event.delete_undone", str(event.id))
        assert entry.after is not None
        assert entry.after["title"] == "Mathe 3B"


def test_the_offer_names_what_and_how_much_and_ends_with_time_or_use(
    sqlite_sessions: Sessions,
) -> None:
    def offered(at: datetime) -> Scope | None:
        with sqlite_sessions() as session:
            last = find_last_deletion(session, actor=CLI, now=at)
            return last.scope if last else None

    with sqlite_sessions.begin() as session:
        event = school_series(session)
        remove_following(session, event)
    assert offered(SOON) is Scope.FOLLOWING
    with sqlite_sessions.begin() as session:
        remove_series(session, session.get_one(Event, event.id))
    assert offered(SOON) is Scope.SERIES
    assert offered(NOW + UNDO_WINDOW) is None
    with sqlite_sessions.begin() as session:
        undo(session)
    assert offered(SOON) is None


def test_too_late_is_said(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        events.delete_event(session, event.id, actor=CLI, now=NOW)
        last = find_last_deletion(session, actor=CLI, now=NOW)
        assert last is not None
        with pytest.raises(NotFoundError, match="10 minutes"):
            undo_delete(session, last.id, actor=CLI, now=NOW + UNDO_WINDOW)


def person(session: Session, name: str, role: Role = Role.EDITOR) -> Actor:
    user = User(username=name, password_hash="x", role=role, created_at=NOW, updated_at=NOW)
    session.add(user)
    session.flush()
    return Actor(user.id, name, role, "here")


def test_only_who_deleted_may_undo_and_must_still_be_an_editor(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        anna, bert = person(session, "anna"), person(session, "bert")
        event = plan(session, add_group(session))
        events.delete_event(session, event.id, actor=anna, now=NOW)
        last = find_last_deletion(session, actor=anna, now=SOON)
        assert last is not None
        for other in (bert, CLI):
            assert find_last_deletion(session, actor=other, now=SOON) is None
            with pytest.raises(NotFoundError):
                undo_delete(session, last.id, actor=other, now=SOON)
        with pytest.raises(NotAllowedError):
            undo_delete(session, last.id, actor=replace(anna, role=Role.USER), now=SOON)
        assert undo_delete(session, last.id, actor=anna, now=SOON).id == event.id


def test_what_others_changed_meanwhile_is_not_written_over(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = school_series(session)
        remove_following(session, event)
        draft = replace(EventDraft.of(event), title="Physik")
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=NOW)
        version = event.version
    with sqlite_sessions.begin() as session, pytest.raises(ConflictError, match="Somebody changed"):
        undo(session)
    with sqlite_sessions() as session:
        stored = session.get_one(Event, event.id)
        assert (stored.title, stored.version) == ("Physik", version)


def test_an_occurrence_comes_back_though_the_series_was_renamed(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = school_series(session)
        remove_one(session, event)
        draft = replace(EventDraft.of(event), title="Physik")
        events.update_event(session, event.id, draft, version=event.version, actor=CLI, now=NOW)
    with sqlite_sessions.begin() as session:
        assert undo(session).title == "Physik"
        assert MONDAYS[4] in indexed_starts(session, event.id)


def test_without_its_group_it_cannot_come_back(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        group = event.group_id
        events.delete_event(session, event.id, actor=CLI, now=NOW)
        session.delete(session.get_one(ClientGroup, group))
    with sqlite_sessions.begin() as session, pytest.raises(ConflictError, match="its group"):
        undo(session)
    with sqlite_sessions() as session:
        assert session.scalars(select(Event)).all() == []


def test_two_clicks_at_once_bring_it_back_once(sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session), recurrence_rule="FREQ=DAILY")
        events.delete_event(session, event.id, actor=CLI, now=NOW)
        last = find_last_deletion(session, actor=CLI, now=NOW)
        assert last is not None
        deletion_id = last.id
    outcomes: list[str] = []

    def click() -> None:
        try:
            with sessions.begin() as session:
                undo_delete(session, deletion_id, actor=CLI, now=SOON)
            outcomes.append("back")
        except ConflictError:
            outcomes.append("told")

    threads = [threading.Thread(target=click) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["back", "told", "told"]


def test_a_form_opened_before_saves_after_it(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, add_group(session))
        version, group = event.version, event.group_id
        events.delete_event(session, event.id, actor=CLI, now=NOW)
    with sqlite_sessions.begin() as session:
        undo(session)
    with sqlite_sessions.begin() as session:
        draft = lesson(group, title="Physik", start=local("2026-09-07T08:00"))
        events.update_event(session, event.id, draft, version=version, actor=CLI, now=SOON)


def test_old_deletions_are_forgotten(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        for days in (0, 2):
            at = NOW + timedelta(days=days)
            event = plan(session, group, now=at)
            events.delete_event(session, event.id, actor=CLI, now=at)
        assert len(session.scalars(select(EventDeletion)).all()) == 1
