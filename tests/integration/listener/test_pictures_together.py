"""Pictures that are ready are kept in one transaction, each as if it were alone."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from sqlalchemy import event, select

from infoscreen_core.db.models import Client, ClientScreenshot, PicturedEvent
from infoscreen_core.domain.monitoring.retention import KEPT_PICTURES
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth
from tests.support.listener.telemetry import Desk, at, dashboard, picture, say
from tests.support.ports import wait_until
from workers.listener.pictures import TOGETHER
from workers.mqtt.connection import ReceivedMessage


@pytest.fixture
def ahead(desk: Desk) -> Iterator[Desk]:
    """A listener that looks at pictures ahead of their turn."""
    desk.listener.pictures.start()
    yield desk
    desk.listener.pictures.stop()


def shot(uuid: str, number: int, *, kind: str = "periodic", event_id: int = 1) -> ReceivedMessage:
    data = picture(100 + number)
    payload = dashboard(uuid, data, kind=kind, captured_at=at(number), event_id=event_id)
    return say(uuid, "dashboard", payload, mid=number + 1, received_at=at(number))


def keep(desk: Desk, *shots: ReceivedMessage) -> int:
    """Let all be looked at, and then kept; return how many statements added pictures."""
    for one in shots:
        desk.listener.buffer.put(one)
    batch = desk.listener.buffer.take(0)
    desk.listener.pictures.add(desk.listener.ingest.store(batch))
    pictures, written = desk.listener.pictures, []
    looks = pictures._waiting  # noqa: SLF001 - how far the thread is, nobody else need know
    wait_until(lambda: all(one.found and one.found.done() for one in looks), what="looks")

    def note(_on: object, _cursor: object, statement: str, *_: object) -> None:
        written.extend([statement] * statement.startswith("INSERT INTO client_screenshots"))

    engine = desk.sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", note)
    while pictures.waiting:
        pictures.take_turn()
    event.remove(engine, "before_cursor_execute", note)
    return len(written)


def names(desk: Desk, uuid: str) -> list[str]:
    directory = desk.settings.data_dir / "screenshots" / uuid
    return sorted(path.name for path in directory.iterdir()) if directory.exists() else []


def rows(desk: Desk, uuid: str) -> list[ClientScreenshot]:
    query = select(ClientScreenshot).where(ClientScreenshot.client_uuid == uuid)
    with desk.sessions() as session:
        return list(session.scalars(query.order_by(ClientScreenshot.id)))


def test_those_of_several_players_are_written_at_once(ahead: Desk) -> None:
    one, other, gone = ahead.new_client(), ahead.new_client(), str(uuid4())
    broken = say(other, "dashboard", dashboard(other, b"no picture"), mid=90, received_at=at(9))
    written = keep(
        ahead,
        shot(one, 0, event_id=7),
        shot(other, 1, kind="event_start", event_id=8),
        shot(one, 2, event_id=7),
        shot(one, 3, event_id=9),
        broken,
        shot(other, 5),
    )
    assert written == 2, "those before the broken one, and the one behind it"
    assert [row.received_at for row in rows(ahead, one)] == [at(0), at(2), at(3)]
    assert [row.received_at for row in rows(ahead, other)] == [at(1), at(5)]
    for uuid in (one, other):
        assert names(ahead, uuid) == sorted(row.filename for row in rows(ahead, uuid))
    assert ahead.reasons() == ["not_a_picture"]
    first, second = ahead.client(one), ahead.client(other)
    assert (first.last_screenshot_at, first.same_screenshot_count) == (at(3), 1)
    assert (second.last_screenshot_at, second.last_screenshot_type) == (at(5), PictureType.PERIODIC)
    assert second.priority_screenshot_at == at(1)
    events = {(row.client_uuid, row.event_id, row.at) for row in ahead.all(PicturedEvent)}
    assert events == {(one, 7, at(0)), (one, 9, at(3)), (other, 8, at(1)), (other, 1, at(5))}
    assert names(ahead, gone) == []


def test_a_player_that_is_removed_meanwhile_loses_its_own_alone(ahead: Desk) -> None:
    stays, goes = ahead.new_client(), ahead.new_client()
    for message in (shot(stays, 0), shot(goes, 1), shot(goes, 2)):
        ahead.listener.buffer.put(message)
    requests = ahead.listener.ingest.store(ahead.listener.buffer.take(0))
    with ahead.sessions.begin() as session:
        session.delete(session.get_one(Client, goes))
    ahead.listener.pictures.add(requests)
    while ahead.listener.pictures.waiting:
        ahead.listener.pictures.take_turn()
    assert ahead.reasons() == ["unknown_client", "unknown_client"]
    assert names(ahead, goes) == []
    assert names(ahead, stays) == [row.filename for row in rows(ahead, stays)]


def test_the_same_picture_twice_is_kept_once(ahead: Desk) -> None:
    uuid = ahead.new_client()
    keep(ahead, shot(uuid, 0), shot(uuid, 0)._replace(received_at=at(4)), shot(uuid, 1))
    assert [row.received_at for row in rows(ahead, uuid)] == [at(0), at(1)]
    assert ahead.client(uuid).same_screenshot_count == 1


def test_the_oldest_make_way_for_many(ahead: Desk) -> None:
    uuid = ahead.new_client()
    assert TOGETHER <= KEPT_PICTURES
    for start in range(0, KEPT_PICTURES + TOGETHER, TOGETHER):
        kinds = [
            ("event_start" if number == 1 else "periodic")
            for number in range(start, start + TOGETHER)
        ]
        keep(ahead, *(shot(uuid, start + place, kind=kind) for place, kind in enumerate(kinds)))
    kept = rows(ahead, uuid)
    assert [row.received_at for row in kept] == [
        at(1),
        *(at(TOGETHER + number) for number in range(KEPT_PICTURES)),
    ]
    assert names(ahead, uuid) == sorted(row.filename for row in kept)


def test_each_of_several_is_judged_after_the_one_before(ahead: Desk) -> None:
    uuid = ahead.new_client()
    black = say(
        uuid, "dashboard", dashboard(uuid, picture(0), captured_at=at(1)), received_at=at(1)
    )
    keep(ahead, shot(uuid, 0), black, shot(uuid, 2))
    healths = [row.screen_health for row in rows(ahead, uuid)]
    assert healths == [ScreenHealth.OK, ScreenHealth.BLACK, ScreenHealth.OK]
    assert ahead.client(uuid).screen_health_status is ScreenHealth.OK
