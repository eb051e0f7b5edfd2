"""A screen's past as rows: cut to the window, what was published before what is planned."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import ClientStatusChange, Incident
from infoscreen_core.domain.monitoring.content.states import PlannedEvent
from infoscreen_core.domain.monitoring.health import STRETCH, stretch_start
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.services.monitoring import health
from infoscreen_core.services.monitoring.content.published import Publication, record
from infoscreen_core.services.monitoring.screen.timeline import (
    ScreenTimeline,
    picture_window,
    read_timeline,
)
from tests.support.commands.given import give_cycle
from tests.support.events.planning import add_group, plan
from tests.support.monitoring.health_rows import stretch
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
HOUR = timedelta(hours=1)
VIENNA = load_zone("Europe/Vienna")


@pytest.fixture
def school(sqlite_sessions: Sessions) -> Sessions:
    """A screen whose group planned a lesson; what was published is on record for two hours."""
    with sqlite_sessions.begin() as session:
        group = add_group(session, "Aula")
        add_client(session, 1, group_id=group)
        start, end = (to_local(NOW - hours * HOUR, VIENNA) for hours in (5, 4))
        plan(session, group, now=NOW, title="Mathe 3B", start=start, end=end)
        choir = [PlannedEvent(9, "Chor", 0)]
        record(session, [Publication(group, NOW - 2 * HOUR, choir)], now=NOW)
        record(session, [Publication(group, NOW - HOUR, [])], now=NOW)
        session.add(
            ClientStatusChange(
                client_uuid=uuid_of(1),
                at=NOW - 30 * HOUR,
                status=Status.HEALTHY,
                reason=StatusReason.ALL_WELL,
            )
        )
        for opened, closed in ((40, 30), (7, 5), (2, None)):
            session.add(
                Incident(
                    kind=IncidentKind.HOT,
                    client_uuid=uuid_of(1),
                    opened_at=NOW - opened * HOUR,
                    closed_at=None if closed is None else NOW - closed * HOUR,
                )
            )
        for hours, reconnects in ((3, 2), (4, 0), (9, 5)):
            at = stretch_start(NOW - hours * HOUR, STRETCH)
            health.store(session, {(uuid_of(1), at): stretch(at, reconnects=reconnects)})
    return sqlite_sessions


def read(sessions: Sessions, hours: int = 6) -> ScreenTimeline:
    with sessions() as session:
        return read_timeline(session, uuid_of(1), Span(NOW - hours * HOUR, NOW), now=NOW)


def test_what_was_published_is_on_record_and_before_that_the_plan_tells(school: Sessions) -> None:
    planned = read(school).planned
    assert [(one.title, one.is_published, one.span.length) for one in planned] == [
        ("Mathe 3B", False, HOUR),
        ("Chor", True, HOUR),
        ("", True, HOUR),
    ]


def test_every_row_is_cut_to_the_window(school: Sessions) -> None:
    found = read(school)
    assert [band.span for band in found.history.bands] == [found.window]
    assert [(one.span.start, one.is_open) for one in found.incidents] == [
        (NOW - 6 * HOUR, False),
        (NOW - 2 * HOUR, True),
    ]
    assert [one.count for one in found.reconnects] == [2]
    assert [one.count for one in read(school, 12).reconnects] == [5, 2]


def test_power_cycles_of_its_plug_belong_to_it_oldest_first(school: Sessions) -> None:
    with school.begin() as session:
        add_client(session, 2)
        for client, hours in ((1, 7), (1, 2), (1, 5), (2, 3)):
            give_cycle(session, client, NOW - hours * HOUR)
    asked = [cycle.requested_at for cycle in read(school).cycles]
    assert asked == [NOW - 5 * HOUR, NOW - 2 * HOUR]


def test_a_picture_shows_at_most_a_month_of_a_screen_that_there_is(school: Sessions) -> None:
    with school() as session, pytest.raises(NotFoundError):
        read_timeline(session, uuid_of(2), Span(NOW - HOUR, NOW), now=NOW)
    with pytest.raises(InvalidInputError, match="40 days is too long"):
        picture_window(NOW - timedelta(days=40), NOW, now=NOW)
    assert picture_window(NOW - HOUR, NOW + HOUR, now=NOW) == Span(NOW - HOUR, NOW)
