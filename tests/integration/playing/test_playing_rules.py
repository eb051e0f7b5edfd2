"""What SQL returns, and what it decides by itself, agrees with the domain's rules on any plan."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, Occurrence
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.events.schedule import calendar_order, is_on, on_screen
from infoscreen_core.domain.screens.power import intent_basis
from infoscreen_core.services.playing import playing, power_intents
from tests.support.events.items import Item, at, items_anywhere
from tests.support.events.planning import Sessions, add_group

LOOK_AHEAD: Final = timedelta(minutes=40)
generated = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@dataclass(frozen=True)
class Plan:
    """Occurrences of the events 1 to 6 in two groups; one event may be switched off."""

    items: list[Item]
    priorities: dict[int, int]
    off: int

    def of(self, group: int) -> list[Item]:
        """What may be on in the group 1 or 2."""
        return [
            replace(one, priority=self.priorities[one.event_id])
            for one in self.items
            if one.event_id != self.off and 1 + one.event_id % 2 == group
        ]


plans = st.builds(
    Plan,
    items_anywhere,
    st.fixed_dictionaries({event_id: st.sampled_from([0, 10, 100]) for event_id in range(1, 7)}),
    st.integers(0, 6),
)
minutes = st.integers(-10, 130)


@pytest.fixture
def school(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        assert [add_group(session), add_group(session, "Hof")] == [1, 2]
    return sessions


def store(session: Session, plan: Plan) -> None:
    """Write the plan past the services: no event there could overlap itself."""
    for event_id, priority in plan.priorities.items():
        session.add(
            Event(
                id=event_id,
                group_id=1 + event_id % 2,
                title="Mathe",
                event_type=EventType.OTHER,
                start=at(0),
                end=at(1),
                timezone="UTC",
                priority=priority,
                is_active=event_id != plan.off,
                created_at=at(0),
                updated_at=at(0),
            )
        )
    session.flush()
    session.add_all(
        Occurrence(
            event_id=one.event_id, group_id=1 + one.event_id % 2, start=one.start, end=one.end
        )
        for one in plan.items
    )
    session.flush()


def shown(session: Session, now: datetime) -> dict[int, list[tuple[int, datetime]]]:
    """What players get, by group."""
    lists = playing.active_lists(session, now=now)
    return {group: [(item.id, item.start) for item in items] for group, items in lists.items()}


@generated
@given(plans, minutes)
def test_players_and_overviews_get_what_the_rules_say(
    school: Sessions, plan: Plan, minute: int
) -> None:
    now = at(minute)
    with school() as session:
        store(session, plan)
        lists, overview = (
            shown(session, now),
            playing.playing_overview(session, now=now, look_ahead=LOOK_AHEAD),
        )
    for group in (1, 2):
        items = plan.of(group)
        expected = [
            (one.event_id, one.start) for one in on_screen(one for one in items if is_on(one, now))
        ]
        coming = [one for one in items if now < one.start < now + LOOK_AHEAD]
        following, told = min(coming, key=calendar_order, default=None), overview[group].next
        assert lists[group] == expected
        assert [(item.event_id, item.start) for item in overview[group].current] == expected
        assert (told and (told.event_id, told.start)) == (
            following and (following.event_id, following.start)
        )


@generated
@given(plans, minutes)
def test_tvs_are_asked_what_the_rules_say(school: Sessions, plan: Plan, minute: int) -> None:
    now = at(minute)
    with school() as session:
        store(session, plan)
        found = power_intents.read_plan(
            session, now=now, look_ahead=timedelta(days=1), are_groups_published=True
        )
    assert found.groups == {group: intent_basis(plan.of(group), now) for group in (1, 2)}


@generated
@given(plans, minutes, st.integers(0, 130))
def test_nothing_changes_before_the_next_boundary(
    school: Sessions, plan: Plan, minute: int, later: int
) -> None:
    now = at(minute)
    moments = [moment for one in plan.items for moment in (one.start, one.end) if moment > now]
    moment = now + timedelta(minutes=later, seconds=30)
    with school() as session:
        store(session, plan)
        boundary = playing.next_boundary(session, now=now)
        assert boundary == min(moments, default=None)
        if boundary is None or moment < boundary:
            assert shown(session, moment) == shown(session, now)
