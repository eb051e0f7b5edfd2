"""Plans of maintenance: made, changed, switched and deleted; and what cannot be one."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from infoscreen_core.db.models import AuditEntry
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.maintenance import FiringStatus, SkipReason
from infoscreen_core.errors import (
    ConflictError,
    InvalidFieldsError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from infoscreen_core.services.commands.maintenance import plans
from infoscreen_core.services.screens.groups import delete_group
from tests.support.commands.maintenance import Duty, add_plan, draft
from tests.support.commands.rollouts import Drive, add_fleet
from tests.support.events.planning import Sessions, add_group, add_holiday, add_period, utc
from tests.support.people import ADMIN, EDITOR, actions_of

NOON = utc("2026-11-23T11:00")
"""A Monday."""


def test_a_plan_is_made_changed_switched_and_deleted(sessions: Sessions) -> None:
    with sessions.begin() as session:
        groups = (add_group(session, "Aula"), add_group(session, "Hof"))
        made = plans.create_plan(
            session, draft(name="  Jede   Nacht ", group_ids=groups), actor=ADMIN, now=NOON
        )
    assert (made.name, made.is_for_all, [*made.groups.values()]) == (
        "Jede Nacht",
        False,
        ["Aula", "Hof"],
    )
    assert made.next_opening is not None
    assert made.next_opening.opens_at == utc("2026-11-24T01:00")
    weekly = draft(
        name="Jede Nacht",
        action=Action.REBOOT_HOST,
        window="22:30-24:00",
        group_ids=groups[1:],
        weekdays=frozenset({6}),
    )
    with sessions.begin() as session:
        changed = plans.update_plan(
            session, made.id, weekly, version=made.version, actor=ADMIN, now=NOON
        )
        assert (changed.action, [*changed.groups]) == (Action.REBOOT_HOST, [groups[1]])
        assert plans.draft_of(changed) == weekly
        off = plans.set_enabled(session, made.id, is_enabled=False, actor=ADMIN, now=NOON)
        assert (off.is_enabled, off.next_opening) == (False, None)
        on = plans.set_enabled(session, made.id, is_enabled=True, actor=ADMIN, now=NOON)
        assert on.next_opening is not None
        assert on.next_opening.opens_at == utc("2026-11-29T21:30")
        assert plans.find_id(session, " jede nacht") == plans.find_id(session, str(made.id))
        plans.delete_plan(session, made.id, actor=ADMIN, now=NOON)
        assert plans.list_plans(session, now=NOON) == ()
    with sessions() as session:
        assert [one for one in actions_of(session) if one.startswith("maintenance")] == [
            f"maintenance.{word}"
            for word in ("created", "updated", "disabled", "enabled", "deleted")
        ]
        updated = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "maintenance.updated")
        ).one()
        assert (updated.before or {})["groups"] == ["Aula", "Hof"]
        assert (updated.after or {})["groups"] == ["Hof"]


def test_whoever_is_late_is_told_and_only_admins_may(sqlite_sessions: Sessions) -> None:
    made = add_plan(sqlite_sessions, NOON)
    with sqlite_sessions.begin() as session:
        plans.update_plan(session, made.id, draft(at_once=5), actor=ADMIN, now=NOON)
        with pytest.raises(ConflictError, match="Somebody changed the plan “Nächtlicher"):
            plans.update_plan(
                session, made.id, draft(), version=made.version, actor=ADMIN, now=NOON
            )
        with pytest.raises(NotAllowedError):
            plans.create_plan(session, draft(name="x"), actor=EDITOR, now=NOON)
        for change in (plans.delete_plan, plans.set_enabled):
            more = {"is_enabled": False} if change is plans.set_enabled else {}
            with pytest.raises(NotAllowedError):
                change(session, made.id, actor=EDITOR, now=NOON, **more)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"action": Action.SHUTDOWN_HOST}, "action"),
        ({"group_ids": ()}, "groups"),
        ({"group_ids": (1,), "is_for_all": True}, "groups"),
        ({"weekdays": frozenset()}, "weekdays"),
        ({"at_once": 0}, "at_once"),
    ],
)
def test_what_cannot_be_a_plan_is_refused_beside_its_field(
    sqlite_sessions: Sessions, changes: dict[str, Any], field: str
) -> None:
    with sqlite_sessions.begin() as session, pytest.raises(InvalidInputError) as refused:
        plans.create_plan(session, draft(**changes), actor=ADMIN, now=NOON)
    assert refused.value.field == field


def test_all_that_is_wrong_is_told_together(sqlite_sessions: Sessions) -> None:
    wrong = draft(name="", weekdays=frozenset(), at_once=0)
    with sqlite_sessions.begin() as session, pytest.raises(InvalidFieldsError) as refused:
        plans.create_plan(session, wrong, actor=ADMIN, now=NOON)
    assert {part.field for part in refused.value.parts} == {"name", "weekdays", "at_once"}


def test_a_name_is_there_once_and_what_is_named_exists(sessions: Sessions) -> None:
    add_plan(sessions, NOON)
    with sessions.begin() as session:
        taken = draft(name="nächtlicher  NEUSTART")
        with pytest.raises(ConflictError, match="choose another name"):
            plans.create_plan(session, taken, actor=ADMIN, now=NOON)
        with pytest.raises(NotFoundError, match="no group with the id 77"):
            plans.create_plan(session, draft(name="x", group_ids=(77,)), actor=ADMIN, now=NOON)
        with pytest.raises(NotFoundError, match="no maintenance plan with the id 77"):
            plans.get_plan(session, 77, now=NOON)
        with pytest.raises(NotFoundError, match="no maintenance plan called Aula"):
            plans.find_id(session, "Aula")


def test_a_group_that_goes_leaves_the_plan_without_it(sessions: Sessions) -> None:
    with sessions.begin() as session:
        group_id = add_group(session, "Aula")
    made = add_plan(sessions, NOON, group_ids=(group_id,))
    with sessions.begin() as session:
        delete_group(session, group_id, actor=ADMIN, now=NOON)
    duty = Duty(sessions, utc("2026-11-24T01:00"))
    duty.look()
    with sessions() as session:
        view = plans.get_plan(session, made.id, now=duty.now)
    assert (view.is_for_all, view.groups) == (False, {})
    assert view.last is not None
    assert (view.last.status, view.last.reason) == (FiringStatus.WAITING, SkipReason.NO_SCREENS)


@pytest.mark.parametrize("how", ["times", "off"])
def test_a_change_within_the_window_waits_for_the_next_one(
    sqlite_sessions: Sessions, how: str
) -> None:
    made, duty = add_plan(sqlite_sessions, NOON), Duty(sqlite_sessions, NOON)
    open_now = utc("2026-11-24T01:10")
    assert [one.reason for one in duty.look(open_now)] == [SkipReason.NO_SCREENS]
    with sqlite_sessions.begin() as session:
        if how == "times":
            wider = draft(window="02:00-05:00")
            plans.update_plan(session, made.id, wider, actor=ADMIN, now=open_now)
        else:
            for is_enabled in (False, True):
                plans.set_enabled(
                    session, made.id, is_enabled=is_enabled, actor=ADMIN, now=open_now
                )
        add_fleet(session, 2, now=open_now)
    assert duty.look(open_now + timedelta(minutes=1)) == []
    assert duty.firings() == [("2026-11-24", FiringStatus.SKIPPED, SkipReason.CHANGED)]
    assert [one.status for one in duty.look(utc("2026-11-25T01:00"))] == [FiringStatus.STARTED]


def test_another_name_leaves_a_window_as_it_is(sqlite_sessions: Sessions) -> None:
    made, duty = add_plan(sqlite_sessions, NOON), Duty(sqlite_sessions, utc("2026-11-24T01:10"))
    duty.look()
    with sqlite_sessions.begin() as session:
        renamed = plans.update_plan(
            session, made.id, draft(name="Anders"), actor=ADMIN, now=duty.now
        )
        add_fleet(session, 2, now=duty.now)
    assert renamed.since == made.since
    assert [one.status for one in duty.look()] == [FiringStatus.STARTED]


def test_a_plan_shows_its_next_days_and_what_became_of_the_last(
    sqlite_sessions: Sessions,
) -> None:
    with sqlite_sessions.begin() as session:
        period_id = add_period(session)
        add_holiday(session, date(2026, 11, 26), date(2026, 11, 26), period_id)
        add_fleet(session, 2, now=utc("2026-11-24T01:00"))
    weekdays = frozenset({0, 1, 2, 3})
    made = add_plan(sqlite_sessions, NOON, weekdays=weekdays, skip_holidays=True)
    assert [one.day.day for one in made.week] == [23, 24, 25, 26, 27, 28, 29]
    assert [one.day.day for one in made.week if one.opening] == [24, 25, 26]
    assert [one.day.day for one in made.week if one.holiday] == [26]
    duty = Duty(sqlite_sessions, utc("2026-11-24T01:00"))
    started = duty.look()[0]
    drive = Drive(sqlite_sessions, duty.now)
    drive.rollout_id = started.rollout_id or ""
    drive.run()
    with sqlite_sessions() as session:
        (view,) = plans.list_plans(session, now=utc("2026-11-25T02:30"))
        listed = plans.list_firings(session, made.id, limit=5)
    assert view.last is not None
    assert view.last == listed[0]
    assert view.last.rollout is not None
    assert view.last.rollout.counts == {"completed": 2}
    # Tonight's window passed unseen, and the next one is a holiday.
    assert view.next_opening is not None
    assert view.next_opening.day == date(2026, 11, 30)
