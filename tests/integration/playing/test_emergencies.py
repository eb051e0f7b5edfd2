"""Beginning and end of an emergency are audited once each, whoever restarts meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from infoscreen_core.db.models import AuditEntry, RunningEmergency
from infoscreen_core.db.queries.emergencies import list_active
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.playing import emergencies
from tests.support.events.planning import MONDAY, Sessions, add_group, lesson, utc
from tests.support.people import add_client
from workers.scheduler.jobs import Jobs

BEGINS, ENDS = utc("2026-09-07T06:00"), utc("2026-09-07T06:50")
DURING = utc("2026-09-07T06:10")


class School:
    """Three groups, of which two are told about a fire."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions
        self.now = BEGINS
        with sessions.begin() as session:
            self.groups = [add_group(session, name) for name in ("Aula", "Hof", "Keller")]
            for number, group_id in enumerate([*self.groups, self.groups[0]], start=1):
                add_client(session, number, group_id=group_id)
            add_client(session, 8, group_id=self.groups[0], is_active=False)
            draft = lesson(
                0, group_ids=self.groups[:2], title="Feueralarm", priority=Priority.EMERGENCY
            )
            self.alarms = [
                event.id for event in events.create_events(session, draft, actor=CLI, now=MONDAY)
            ]

    def jobs(self) -> Jobs:
        """The jobs of a scheduler that has just begun to lead."""
        return Jobs(self.sessions, lambda: self.now, self.on_screen)

    def on_screen(self) -> frozenset[int]:
        with self.sessions() as session:
            active = {row.event_id for row in list_active(session, self.alarms, self.now)}
        return frozenset(active)

    def trail(self) -> list[tuple[str, dict[str, Any]]]:
        """What the audit trail says about emergencies."""
        with self.sessions() as session:
            rows = session.scalars(
                select(AuditEntry).where(AuditEntry.action.startswith("emergency."))
            )
            return [(row.action, row.after or row.before or {}) for row in rows]


@pytest.fixture
def school(sessions: Sessions) -> School:
    return School(sessions)


def finish(jobs: Jobs) -> None:
    while jobs.step():
        pass


def test_beginning_and_end_are_noted_once_for_all_groups_together(school: School) -> None:
    jobs = school.jobs()
    school.now = BEGINS - timedelta(seconds=1)
    finish(jobs)
    assert school.trail() == []
    for moment in (BEGINS, DURING, ENDS - timedelta(seconds=1)):
        school.now = moment
        finish(jobs)
    ((action, facts),) = school.trail()
    assert action == "emergency.began"
    assert (facts["title"], facts["groups"], facts["screens"]) == ("Feueralarm", 2, 3)
    assert facts["event_ids"] == school.alarms
    for moment in (ENDS, ENDS + timedelta(hours=1)):
        school.now = moment
        finish(jobs)
    actions = [action for action, _ in school.trail()]
    assert actions == ["emergency.began", "emergency.ended"]
    ended = school.trail()[1][1]
    assert (ended["groups"], ended["screens"], ended["is_early"]) == (2, 3, False)


def test_restarts_and_takeovers_note_nothing_twice(school: School) -> None:
    for moment in (BEGINS, DURING, ENDS, ENDS + timedelta(minutes=5)):
        school.now = moment
        for _ in range(2):
            finish(school.jobs())
    assert [action for action, _ in school.trail()] == ["emergency.began", "emergency.ended"]


def test_two_that_note_at_the_same_instant_leave_one_note(school: School) -> None:
    barrier = Barrier(2)

    def note() -> bool:
        barrier.wait()
        try:
            with school.sessions.begin() as session:
                return bool(emergencies.note(session, school.on_screen(), now=BEGINS))
        except (IntegrityError, OperationalError):  # the row goes, and the note with it
            return False

    with ThreadPoolExecutor(2) as pool:
        outcomes = [job.result(timeout=60) for job in [pool.submit(note) for _ in range(2)]]
    assert sorted(outcomes) == [False, True]
    assert [action for action, _ in school.trail()] == ["emergency.began"]


def test_who_does_not_lead_notes_nothing(school: School) -> None:
    jobs = Jobs(school.sessions, lambda: DURING, lambda: None)
    finish(jobs)
    assert school.trail() == []


def test_one_that_is_deleted_has_ended_early_for_its_group_alone(school: School) -> None:
    jobs = school.jobs()
    finish(jobs)
    with school.sessions.begin() as session:
        events.delete_event(session, school.alarms[0], actor=CLI, now=DURING)
    school.now = DURING
    finish(jobs)
    action, facts = school.trail()[1]
    assert action == "emergency.ended"
    assert (facts["group_ids"], facts["screens"], facts["is_early"]) == (
        [school.groups[0]],
        2,
        True,
    )
    school.now = ENDS
    finish(jobs)
    assert school.trail()[2][1]["group_ids"] == [school.groups[1]]
    with school.sessions() as session:
        assert session.scalars(select(RunningEmergency)).all() == []


def test_it_is_put_away_by_itself(school: School, sessions: Sessions) -> None:
    school.now = ENDS + timedelta(minutes=1)
    finish(school.jobs())
    with sessions() as session:
        assert not any(events.get_event(session, event_id).is_active for event_id in school.alarms)


def test_one_that_no_scheduler_showed_is_not_noted(school: School) -> None:
    """An emergency that came and went while no scheduler ran was on no screen: not noted."""
    school.now = datetime(2026, 9, 8, tzinfo=ENDS.tzinfo)
    finish(school.jobs())
    assert school.trail() == []
