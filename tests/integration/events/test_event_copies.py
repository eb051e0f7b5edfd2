from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import AuditEntry, Event
from infoscreen_core.domain.events.event import EventType, ExceptionKind
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import InvalidInputError, NotAllowedError, NotFoundError
from infoscreen_core.services import audit, changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, occurrence_checks
from infoscreen_core.services.events.event_copies import copy_event
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    exceptions_of,
    indexed_starts,
    plan,
    utc,
)

NOW = MONDAY
MONDAYS = [utc("2026-09-07T06:00") + timedelta(weeks=n) for n in range(6)]
_OWN = {"id", "group_id", "version", "indexed_until", "created_at", "updated_at", "master_event_id"}


def facts(event: Event) -> dict[str, object]:
    """All that a copy shares with its original."""
    return {name: value for name, value in audit.audited_columns(event).items() if name not in _OWN}


def series(session: Session, group: int) -> Event:
    """A series with a date skipped, one changed on its own and one in a holiday."""
    add_holiday(session, date(2026, 9, 28), date(2026, 9, 28))
    event = plan(session, group, recurrence_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=6", skip_holidays=True)
    event_series.skip_occurrence(session, event.id, MONDAYS[1], version=None, actor=CLI, now=NOW)
    draft = replace(event_series.occurrence_draft(event, MONDAYS[2]), title="Schularbeit")
    event_series.detach_occurrence(
        session, event.id, MONDAYS[2], draft, version=None, actor=CLI, now=NOW
    )
    return event


def test_an_event_is_copied_to_each_group_as_it_is(sessions: Sessions) -> None:
    with sessions.begin() as session:
        groups = [add_group(session, name) for name in ("Aula", "Foyer", "Mensa")]
        event = plan(
            session,
            groups[0],
            event_type=EventType.VIDEO,
            website_url="https://a.example/f.mp4",
            volume=0.3,
            muted=True,
            message_text=None,
            priority=10,
        )
        before = changes.current(session)
        copies = copy_event(session, event.id, groups[1:], actor=CLI, now=NOW)
        assert [copy.group_id for copy in copies] == groups[1:]
        assert [facts(copy) for copy in copies] == [facts(event)] * 2
        assert changes.current(session) > before
        created = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "event.created")
        ).all()
        assert {entry.entity_id for entry in created} >= {str(copy.id) for copy in copies}


def test_a_series_goes_with_its_exceptions(sessions: Sessions) -> None:
    with sessions.begin() as session:
        original, other = series(session, add_group(session)), add_group(session, "Foyer")
        (copy,) = copy_event(session, original.id, [other], actor=CLI, now=NOW)
    with sessions() as session:
        assert facts(session.get_one(Event, copy.id)) == facts(session.get_one(Event, original.id))
        assert exceptions_of(session, copy.id) == exceptions_of(session, original.id)
        assert indexed_starts(session, copy.id) == indexed_starts(session, original.id)
        changed = session.scalars(select(Event).where(Event.master_event_id == copy.id)).one()
        assert (changed.title, changed.group_id) == ("Schularbeit", other)
        assert occurrence_checks.verify(session, now=NOW) == []


def test_one_occurrence_becomes_a_single_event(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        original, other = series(session, add_group(session)), add_group(session, "Foyer")
        (copy,) = copy_event(
            session, original.id, [other], occurrence_start=MONDAYS[4], actor=CLI, now=NOW
        )
        assert (copy.recurrence_rule, copy.skip_holidays) == (None, False)
        assert indexed_starts(session, copy.id) == [MONDAYS[4]]
        assert exceptions_of(session, copy.id) == []


def test_from_one_occurrence_on_a_series_goes_on_as_its_original_does(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        original, other = series(session, add_group(session)), add_group(session, "Foyer")
        (copy,) = copy_event(
            session,
            original.id,
            [other],
            occurrence_start=MONDAYS[2],
            with_following=True,
            actor=CLI,
            now=NOW,
        )
        expected = [start for start in indexed_starts(session, original.id) if start >= MONDAYS[2]]
        assert indexed_starts(session, copy.id) == expected
        assert [kind for _start, kind in exceptions_of(session, copy.id)] == [
            ExceptionKind.DETACHED,
            ExceptionKind.HOLIDAY,
        ]


def test_the_group_it_belongs_to_and_unknown_ones_are_refused(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group, other = add_group(session), add_group(session, "Foyer")
        event = plan(session, group)
        for groups in ([other, group], [999], []):
            with pytest.raises(InvalidInputError) as caught:
                copy_event(session, event.id, groups, actor=CLI, now=NOW)
            assert caught.value.field == "group_id"
        with pytest.raises(NotFoundError):
            copy_event(session, 999, [other], actor=CLI, now=NOW)
        assert len(session.scalars(select(Event)).all()) == 1


def test_lookers_on_copy_nothing(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event, other = plan(session, add_group(session)), add_group(session, "Foyer")
        with pytest.raises(NotAllowedError):
            copy_event(session, event.id, [other], actor=replace(CLI, role=Role.USER), now=NOW)
