"""Which pictures are noted as proof that an event was to be seen."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.models import PicturedEvent
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.services.screens import pictures
from infoscreen_core.services.screens.pictures import Picture
from tests.support.listener.telemetry import picture
from tests.support.monitoring.played import HOUR, MINUTE
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
START = PictureType.EVENT_START


@pytest.fixture
def client(sessions: Sessions) -> Sessions:
    with sessions.begin() as session:
        add_client(session)
    return sessions


def keep(
    sessions: Sessions,
    minute: int,
    event_id: int | None,
    kind: PictureType = PictureType.PERIODIC,
    *,
    colour: int = 128,
    captured_at: datetime | None = None,
) -> None:
    at = NOW + minute * MINUTE
    taken = Picture(
        client_uuid=uuid_of(1),
        type=kind,
        captured_at=captured_at or at,
        received_at=at,
        event_id=event_id,
        occasion=f"{minute}",
        facts=pictures.inspect(picture(colour)),
    )
    with sessions.begin() as session:
        assert not pictures.keep(session, [taken]).unknown


def noted(sessions: Sessions) -> list[tuple[int, int]]:
    with sessions() as session:
        rows = session.scalars(select(PicturedEvent).order_by(PicturedEvent.at))
        return [((row.at - NOW) // MINUTE, row.event_id) for row in rows]


def test_the_first_picture_of_each_event_is_noted(client: Sessions) -> None:
    for minute, event_id in enumerate([7, 7, 7, 8, 8, 7, None, 7]):
        keep(client, minute, event_id)
    assert noted(client) == [(0, 7), (3, 8), (5, 7), (7, 7)]


def test_a_start_is_noted_though_the_same_was_on_before(client: Sessions) -> None:
    keep(client, 0, 7)
    keep(client, 1, 7, START)
    assert noted(client) == [(0, 7), (1, 7)]


def test_a_black_picture_proves_nothing(client: Sessions) -> None:
    keep(client, 0, 7, START, colour=0)
    assert noted(client) == []


def test_a_picture_that_came_late_proves_the_time_of_which_it_is(client: Sessions) -> None:
    keep(client, 60, 7, START, captured_at=NOW)
    keep(client, 61, 8, START, captured_at=NOW + 5 * HOUR)  # of a clock that runs ahead
    assert noted(client) == [(0, 7), (61, 8)]
