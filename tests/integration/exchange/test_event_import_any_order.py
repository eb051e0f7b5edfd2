"""Whatever a file holds: twice changes nothing, and the order of its events makes no difference."""

from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.db.models import Event, EventException
from infoscreen_core.services import audit
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import occurrence_checks
from infoscreen_core.services.exchange.event_import import import_events
from infoscreen_core.services.exchange.views import EventImportResult
from tests.support.events.planning import MONDAY, Sessions, add_group
from tests.support.exchange.calendar_text import calendar

pytestmark = pytest.mark.slow

_UIDS = st.sampled_from(["a@example.org", "b@example.org", "None", ""])
_STARTS = st.sampled_from(
    ["20260907T080000", "20260907T090000", "20260908T080000", "20260914T080000"]
)
_LINES = st.sets(
    st.sampled_from(
        [
            "RRULE:FREQ=WEEKLY;COUNT=4",
            "EXDATE;TZID=Europe/Vienna:20260914T080000",
            "EXDATE;VALUE=DATE:20260921",
            "STATUS:CANCELLED",
            "CLASS:PRIVATE",
            "LOCATION:Aula",
            "SEQUENCE:1",
            "SEQUENCE:2",
            "LAST-MODIFIED:20260901T000000Z",
            "LAST-MODIFIED:20260902T000000Z",
            "RECURRENCE-ID;TZID=Europe/Vienna:20260914T080000",
            "RECURRENCE-ID;VALUE=DATE:20260914",
            "RECURRENCE-ID;TZID=Europe/Vienna:20260921T080000",
        ]
    ),
    max_size=4,
)
_EVENTS = st.builds(
    lambda uid, title, start, lines: "\n".join(
        [
            f"UID:{uid}",
            f"SUMMARY:{title}",
            f"DTSTART;TZID=Europe/Vienna:{start}",
            "DURATION:PT50M",
            *sorted(lines),
        ]
    ),
    _UIDS,
    st.sampled_from(["Mathe", "Deutsch", ""]),
    _STARTS,
    _LINES,
)
_METHODS = st.sampled_from(["", "PUBLISH", "REQUEST", "ADD", "CANCEL"])


def take(session: Session, group: int, events: Sequence[str], method: str) -> EventImportResult:
    data = calendar(*events, method=method)
    return import_events(session, data, group_id=group, actor=CLI, now=MONDAY)


def plan_in(session: Session, group: int) -> list[tuple[object, ...]]:
    """All that is stored of a group's plan but ids."""
    session.expire_all()
    return sorted(
        (
            (event.ical_uid, event.title, event.start, event.end, event.recurrence_rule),
            (event.location, event.recurrence_exception, event.master_event_id is None),
        )
        for event in session.scalars(select(Event).where(Event.group_id == group))
    )


def rows_in(session: Session) -> list[dict[str, object]]:
    session.expire_all()
    return [
        audit.audited_columns(row)
        for kind in (Event, EventException)
        for row in session.scalars(select(kind))
    ]


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    earlier=st.lists(_EVENTS, max_size=4),
    events=st.lists(_EVENTS, min_size=1, max_size=6),
    method=_METHODS,
    order=st.randoms(use_true_random=False),
)
def test_twice_changes_nothing_and_any_order_is_the_same(
    sqlite_sessions: Sessions,
    earlier: list[str],
    events: list[str],
    method: str,
    order: Random,
) -> None:
    with sqlite_sessions() as session:
        groups = [add_group(session, name) for name in ("Aula", "Hof")]
        turned = order.sample(events, len(events))
        for group, said in zip(groups, (events, turned), strict=True):
            if earlier:
                take(session, group, earlier, "")
            take(session, group, said, method)
        assert str(plan_in(session, groups[0])) == str(plan_in(session, groups[1]))
        before = rows_in(session)
        again = take(session, groups[0], events, method)
        assert not {"created", "updated", "removed"} & {row.outcome.value for row in again.rows}
        assert rows_in(session) == before
        assert occurrence_checks.verify(session, now=MONDAY) == []
        session.rollback()
