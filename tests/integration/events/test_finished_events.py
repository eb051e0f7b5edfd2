"""Which events are over: SQL finds them, the rule says what that means."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event
from infoscreen_core.db.queries.occurrences import list_index_rows
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


def test_what_a_clock_ahead_made_inactive_is_active_again_once_it_is_set_back(
    sessions: Sessions,
) -> None:
    with sessions.begin() as session:
        group = add_group(session)
        running = store(session, group, Lasting(True, None, at(40), None))  # noqa: FBT003
        series = store(session, group, Lasting(True, "FREQ=DAILY", at(2), at(40)))  # noqa: FBT003
        switched_off = store(session, group, Lasting(False, None, at(40), None))  # noqa: FBT003
        written = store(session, group, Lasting(True, None, at(40), None))  # noqa: FBT003
        over = store(session, group, Lasting(True, None, at(20), None))  # noqa: FBT003
        for event in (running, written):
            occurrences.settle(session, event, now=NOW)
        ids = {event.id for event in (running, series, written, over)}
        assert set(occurrences.deactivate_finished(session, now=at(90))) == ids
        assert not list_index_rows(session, [running.id])
        occurrences.settle(session, written, now=at(90))  # somebody saved it, inactive as it was
        version = running.version
        assert set(occurrences.reactivate_unfinished(session, now=NOW)) == {running.id, series.id}
        assert running.is_active
        assert running.version == version
        assert len(list_index_rows(session, [running.id])) == 1
        assert not any(event.is_active for event in (switched_off, written, over))
        assert not occurrences.reactivate_unfinished(session, now=NOW)
