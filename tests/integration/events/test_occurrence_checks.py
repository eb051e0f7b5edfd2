"""Other hands in the database: each kind of damage to the index is found, said and repaired."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Event, EventException, Occurrence
from infoscreen_core.domain.events.event import ExceptionKind
from infoscreen_core.domain.events.limits import HORIZON
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import event_series, occurrence_checks
from infoscreen_core.services.events.occurrence_checks import Difference, IndexFault
from tests.support.cli import Run, program_on
from tests.support.events.planning import (
    MONDAY,
    Sessions,
    add_group,
    add_holiday,
    exceptions_of,
    indexed_starts,
    local,
    plan,
    utc,
)
from workers.scheduler.jobs import Jobs

NOW = MONDAY
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """A daily series with holidays (19 to 21 September) and a skipped date, and another group."""

    session: Session
    event_id: int
    other_group: int

    def set(self, **values: Any) -> None:  # noqa: ANN401 - columns
        self.session.execute(update(Event).where(Event.id == self.event_id).values(**values))

    def set_index(self, day: int, **values: Any) -> None:  # noqa: ANN401 - columns
        self.session.execute(update(Occurrence).where(*self._on(day)).values(**values))

    def drop_index(self, day: int) -> None:
        self.session.execute(delete(Occurrence).where(*self._on(day)))

    def add_index(self, start: str, event_id: int | None = None) -> None:
        row = Occurrence(
            event_id=event_id or self.event_id,
            group_id=self.other_group,
            start=utc(start),
            end=utc(start) + timedelta(hours=1),
        )
        self.session.add(row)

    def drop_exceptions(self, kind: ExceptionKind) -> None:
        self.session.execute(delete(EventException).where(EventException.kind == kind))

    def _on(self, day: int) -> tuple[Any, ...]:
        return Occurrence.event_id == self.event_id, Occurrence.start == utc(
            f"2026-09-{day:02}T06:00"
        )


def make_plan(session: Session) -> Plan:
    group, other = add_group(session), add_group(session, "Hof")
    add_holiday(session, date(2026, 9, 19), date(2026, 9, 21))
    event = plan(
        session,
        group,
        recurrence_rule="FREQ=DAILY;UNTIL=20270110",
        skip_holidays=True,
        academic_period_id=None,
    )
    at = utc("2026-09-14T06:00")
    event_series.skip_occurrence(session, event.id, at, version=None, actor=CLI, now=NOW)
    session.flush()
    return Plan(session, event.id, other)


def look(session: Session) -> set[tuple[IndexFault, str | None]]:
    session.flush()
    session.expire_all()
    found = occurrence_checks.verify(session, now=NOW)
    return {(one.fault, one.start.isoformat()[:16] if one.start else None) for one in found}


DAMAGES: dict[str, tuple[Callable[[Plan], object], set[tuple[IndexFault, str | None]]]] = {
    "a row is gone": (lambda p: p.drop_index(9), {(IndexFault.MISSING, "2026-09-09T06:00")}),
    "a row too many": (
        lambda p: p.add_index("2026-09-09T09:00"),
        {(IndexFault.EXTRA, "2026-09-09T09:00")},
    ),
    "a row on a skipped date": (
        lambda p: p.add_index("2026-09-14T06:00"),
        {(IndexFault.EXTRA, "2026-09-14T06:00")},
    ),
    "a row in the holidays": (
        lambda p: p.add_index("2026-09-20T06:00"),
        {(IndexFault.EXTRA, "2026-09-20T06:00")},
    ),
    "a row far ahead": (
        lambda p: p.add_index("2030-01-01T06:00"),
        {(IndexFault.EXTRA, "2030-01-01T06:00")},
    ),
    "another end": (
        lambda p: p.set_index(9, end=utc("2026-09-09T06:51")),
        {(IndexFault.WRONG, "2026-09-09T06:00")},
    ),
    "another group": (
        lambda p: p.set_index(9, group_id=p.other_group),
        {(IndexFault.WRONG, "2026-09-09T06:00")},
    ),
    "another start": (
        lambda p: p.set_index(9, start=utc("2026-09-09T06:00:01")),
        {(IndexFault.MISSING, "2026-09-09T06:00"), (IndexFault.EXTRA, "2026-09-09T06:00")},
    ),
    "never indexed": (lambda p: p.set(indexed_until=None), {(IndexFault.LATE, None)}),
    "not extended": (
        lambda p: p.set(indexed_until=NOW + HORIZON - 3 * DAY),
        {(IndexFault.LATE, None)},
    ),
    "another text of exceptions": (
        lambda p: p.set(recurrence_exception="20260909T060000Z"),
        {
            (IndexFault.EXCEPTION_TEXT, None),
            (IndexFault.EXTRA, "2026-09-09T06:00"),
            *((IndexFault.MISSING, f"2026-09-{day}T06:00") for day in (14, 19, 20, 21)),
        },
    ),
    "no text of exceptions": (
        lambda p: p.set(recurrence_exception="x"),
        {(IndexFault.EXCEPTION_TEXT, None)},
    ),
    "no exceptions for the holidays": (
        lambda p: p.drop_exceptions(ExceptionKind.HOLIDAY),
        {(IndexFault.HOLIDAYS, None), (IndexFault.EXCEPTION_TEXT, None)},
    ),
    "another end of the series": (
        lambda p: p.set(recurrence_end=utc("2026-12-01T07:00")),
        {(IndexFault.SERIES_END, None)},
    ),
    "no end of the series": (lambda p: p.set(recurrence_end=None), {(IndexFault.SERIES_END, None)}),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_found_and_repaired(sessions: Sessions, damage: str) -> None:
    do_damage, expected = DAMAGES[damage]
    with sessions.begin() as session:
        planned = make_plan(session)
        assert look(session) == set()
        before = indexed_starts(session, planned.event_id), exceptions_of(session, planned.event_id)
        counter = changes.current(session)
        do_damage(planned)
        assert look(session) == expected
        found = occurrence_checks.verify(session, now=NOW)
        assert occurrence_checks.repair(session, found, now=NOW) == 1
        assert look(session) == set()
        after = indexed_starts(session, planned.event_id), exceptions_of(session, planned.event_id)
        assert after == before
        assert changes.current(session) > counter  # the screens follow at once


def test_an_inactive_event_is_off_the_index(sessions: Sessions) -> None:
    with sessions.begin() as session:
        planned = make_plan(session)
        planned.set(is_active=False)
        assert {fault for fault, _ in look(session)} == {IndexFault.EXTRA}
        occurrence_checks.repair(session, occurrence_checks.verify(session, now=NOW), now=NOW)
        assert look(session) == set()
        assert indexed_starts(session, planned.event_id) == []


def test_occurrences_of_an_event_that_is_gone_are_found_and_removed(sessions: Sessions) -> None:
    with sessions.begin() as session:
        planned = make_plan(session)
        rows = session.scalar(select(func.count()).select_from(Occurrence))
    engine = sessions.kw["bind"]
    off, on = (
        ("PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys=ON")
        if engine.dialect.name == "sqlite"
        else ("SET foreign_key_checks=0", "SET foreign_key_checks=1")
    )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ROLLBACK") if engine.dialect.name == "sqlite" else None
        connection.exec_driver_sql(off)
        connection.execute(delete(Event).where(Event.id == planned.event_id))
        connection.exec_driver_sql(on)
    with sessions.begin() as session:
        found = occurrence_checks.verify(session, now=NOW)
        assert {(one.event_id, one.fault) for one in found} == {
            (planned.event_id, IndexFault.ORPHAN)
        }
        assert len(found) == rows
        assert occurrence_checks.repair(session, found, now=NOW) == 1
        assert occurrence_checks.verify(session, now=NOW) == []
        assert session.scalar(select(func.count()).select_from(Occurrence)) == 0


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        ("recurrence_rule", "FREQ=HOURLY", "repeats within a day"),
        ("recurrence_rule", "jeden Montag", "NAME=VALUE"),
        ("timezone", "Mars/Olympus", "Mars/Olympus"),
    ],
)
def test_an_event_that_cannot_be_read_is_said_and_left_to_people(
    sessions: Sessions, column: str, value: str, said: str
) -> None:
    with sessions.begin() as session:
        planned = make_plan(session)
        fine = plan(session, planned.other_group, recurrence_rule="FREQ=DAILY")
        planned.set(**{column: value})
        session.execute(delete(Occurrence).where(Occurrence.event_id == fine.id))
        found = occurrence_checks.verify(session, now=NOW)
        (unreadable,) = [one for one in found if one.event_id == planned.event_id]
        assert unreadable.fault is IndexFault.UNREADABLE
        assert said in str(unreadable)
        assert occurrence_checks.repair(session, found, now=NOW) == 1
        assert occurrence_checks.verify(session, now=NOW) == [unreadable]


def test_every_difference_is_a_sentence() -> None:
    for fault in IndexFault:
        difference = Difference(7, fault, NOW, reason="Because.")
        assert str(difference).startswith("Event 7")
        assert str(difference).endswith(".")


def test_a_check_goes_through_all_events_in_batches(sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        ids = [plan(session, group).id for _ in range(5)]
        session.execute(delete(Occurrence).where(Occurrence.event_id.in_(ids[1:4])))
        seen, found, after = 0, list[Difference](), 0
        while True:
            checked = occurrence_checks.check_batch(session, now=NOW, after=after, limit=2)
            seen, found = seen + checked.events, [*found, *checked.differences]
            if checked.last_id is None:
                break
            after = checked.last_id
        assert seen == 5
        assert [one.event_id for one in found] == ids[1:4]


def test_the_night_extends_the_index_and_repairs_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        planned = make_plan(session)
    now = NOW
    jobs = Jobs(sessions, lambda: now)
    while jobs.step():
        pass
    with sessions.begin() as session:
        Plan(session, planned.event_id, planned.other_group).drop_index(9)
    assert not jobs.step()  # by day nobody looks
    now = NOW + DAY
    jobs._begin_extending()  # noqa: SLF001 - what half past two in the morning does
    while jobs.step():
        pass
    with sessions() as session:
        starts = indexed_starts(session, planned.event_id)
        assert utc("2026-09-09T06:00") in starts
        assert starts[-1] > now + HORIZON - DAY
        assert session.get_one(Event, planned.event_id).indexed_until == now + HORIZON


@pytest.fixture
def run(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`infoscreen …`: exit code, output, errors."""
    return program_on(database_url, monkeypatch, capsys)


def test_the_command_verifies_repairs_and_extends(run: Run, sessions: Sessions) -> None:
    assert run("occurrences", "verify")[:2] == (0, "The index is right. Events: 0.\n")
    now = utc_now()
    with sessions.begin() as session:
        event = plan(
            session,
            add_group(session),
            now=now,
            recurrence_rule="FREQ=DAILY",
            start=local("2024-01-01T08:00"),
            end=local("2024-01-01T09:00"),
        )
        start = indexed_starts(session, event.id)[5]
    assert run("occurrences", "verify")[:2] == (0, "The index is right. Events: 1.\n")
    assert json.loads(run("occurrences", "extend", "--json")[1]) == {"extended": 0}
    with sessions.begin() as session:
        session.execute(delete(Occurrence).where(Occurrence.start == start))
        session.execute(update(Event).values(recurrence_exception="x", indexed_until=None))
    code, out, _ = run("occurrences", "verify")
    assert code == 1
    assert out == f"Event {event.id}: the text of its exceptions does not say what they are.\n"
    code, out, _ = run("occurrences", "verify", "--repair", "--json")
    result = json.loads(out)
    assert (code, result["events"], result["remaining"]) == (0, 1, [])
    assert [(row["event_id"], row["fault"]) for row in result["differences"]] == [
        (event.id, "exception_text")
    ]
    assert run("occurrences", "verify", "--json")[0] == 0
    with sessions.begin() as session:
        assert start in indexed_starts(session, event.id)
        session.execute(delete(Occurrence))
        session.execute(update(Event).values(indexed_until=None))
    assert run("occurrences", "verify")[0] == 1
    assert json.loads(run("occurrences", "extend", "--json")[1]) == {"extended": 1}
    assert run("occurrences", "verify")[0] == 0


def test_what_cannot_be_repaired_ends_with_1(run: Run, sessions: Sessions) -> None:
    with sessions.begin() as session:
        event = plan(session, add_group(session), now=utc_now(), recurrence_rule="FREQ=DAILY")
        session.execute(update(Event).values(recurrence_rule="FREQ=SECONDLY"))
    code, out, err = run("occurrences", "verify", "--repair")
    assert (code, err) == (1, "")
    assert out.startswith(
        f"Event {event.id} cannot be read; change or delete it. FREQ=SECONDLY repeats"
    )
    assert run("occurrences", "extend")[0] == 0
