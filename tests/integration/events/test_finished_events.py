"""Which events are over: SQL finds them, the rule says what that means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.services.events import occurrences
from infoscreen_core.services.events.events import is_finished
from tests.support.events.items import at
from tests.support.events.planning import Sessions, add_group

NOW: Final = at(30)


@dataclass(frozen=True)
class Lasting:
    """An event that ends, or a series that ends some time or never."""

    is_active: bool
    rule: str | None
    end: datetime
    recurrence_end: datetime | None


moments = st.integers(1, 60).map(at)
lasting = st.one_of(
    st.builds(Lasting, st.booleans(), st.none(), moments, st.none()),
    st.builds(Lasting, st.booleans(), st.just("FREQ=DAILY"), moments, st.none() | moments),
)


def store(session: Session, group: int, one: Lasting) -> Event:
    event = Event(
        group_id=group,
        title="Mathe",
        event_type=EventType.OTHER,
        start=at(0),
        end=one.end,
        timezone="UTC",
        recurrence_rule=one.rule,
        recurrence_end=one.recurrence_end,
        is_active=one.is_active,
        created_at=at(0),
        updated_at=at(0),
    )
    session.add(event)
    session.flush()
    return event


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(lasting, max_size=12))
def test_exactly_what_is_over_becomes_inactive(sessions: Sessions, plan: list[Lasting]) -> None:
    with sessions() as session:
        group = add_group(session)
        stored = [store(session, group, one) for one in plan]
        over = {event.id for event in stored if event.is_active and is_finished(event, NOW)}
        assert set(occurrences.deactivate_finished(session, now=NOW)) == over
        assert all(not event.is_active for event in stored if event.id in over)
