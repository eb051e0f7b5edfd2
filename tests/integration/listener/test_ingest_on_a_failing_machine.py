"""No room, no files, no writing: messages wait, none is buried, and all are stored afterwards."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from infoscreen_core.db.engine import make_engine, make_read_session_factory, make_session_factory
from infoscreen_core.db.models import ClientLog, ClientScreenshot
from tests.support.failing import SmallDisk, no_more_files, only_readable
from tests.support.listener.telemetry import NOW, Desk, dashboard, picture, say
from workers.listener import main as listener
from workers.listener import pictures as picture_desk
from workers.mqtt.connection import ReceivedMessage
from workers.runtime import takes_writes

TRIES = 12
"""More than make a batch suspect."""


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "RETRY_SECONDS", (0.0, 0.0))
    monkeypatch.setattr(listener, "PICTURES_RETRY_SECONDS", 0.0)
    monkeypatch.setattr(listener, "IDLE_SECONDS", 0.0)


class FailingDesk(Desk):
    """A desk whose acknowledgements are noted, on an engine to play with."""

    def __init__(self, url: str, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.engine = make_engine(url)
        super().__init__(make_session_factory(self.engine), data_dir)
        self.acknowledged: list[ReceivedMessage] = []
        monkeypatch.setattr(self.listener.connection, "ack", self.acknowledged.append)

    def wait(self, *messages: ReceivedMessage) -> None:
        """Give messages to the listener, and let it try as often as it may take to lose faith."""
        for message in messages:
            self.listener.buffer.put(message)
        for _ in range(TRIES):
            self.listener.step(now=NOW)

    def lines(self) -> list[str]:
        with make_read_session_factory(self.engine)() as session:
            return sorted(session.scalars(select(ClientLog.message)))


@pytest.fixture
def desk(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingDesk]:
    made = FailingDesk(sqlite_url, tmp_path / "var", monkeypatch)
    yield made
    made.engine.dispose()


def lines(uuid: str, numbers: range) -> list[ReceivedMessage]:
    return [say(uuid, "logs/error", {"message": f"{n:04} {'x' * 900}"}) for n in numbers]


def test_on_a_full_disk_messages_wait_and_are_stored_once_there_is_room(desk: FailingDesk) -> None:
    uuid = desk.new_client()
    disk = SmallDisk(desk.engine)
    desk.hear(*lines(uuid, range(20)))
    disk.fill()
    desk.wait(*lines(uuid, range(20, 220)))
    assert len(desk.lines()) == len(desk.acknowledged) == 20  # and reading goes on
    assert desk.listener.buffer.unfinished == 200
    assert desk.listener.metrics()["outage"] == "disk_full"
    disk.free()
    desk.hear()
    assert desk.listener.metrics()["outage"] is None
    assert len(desk.lines()) == len(desk.acknowledged) == 220
    assert desk.letters() == []


def test_a_disk_that_is_full_for_some_batches_only_makes_no_poison_of_the_rest(
    desk: FailingDesk,
) -> None:
    uuid = desk.new_client()
    disk = SmallDisk(desk.engine)
    for part in range(10):
        disk.fill()
        desk.wait(*lines(uuid, range(part * 50, part * 50 + 50)))
        assert takes_writes(desk.sessions)  # the smallest change finds room
        disk.free()
        desk.hear()
    assert len(desk.lines()) == 500
    assert desk.letters() == []


def test_where_nothing_may_be_written_messages_wait(desk: FailingDesk) -> None:
    uuid = desk.new_client()
    only_readable(desk.engine)
    desk.wait(*lines(uuid, range(3)))
    assert not takes_writes(desk.sessions)
    assert (desk.acknowledged, desk.lines()) == ([], [])
    assert desk.listener.buffer.unfinished == 3


def test_without_another_file_to_open_messages_wait(desk: FailingDesk) -> None:
    uuid = desk.new_client()
    desk.engine.dispose()
    with no_more_files():
        desk.wait(*lines(uuid, range(3)))
    assert desk.acknowledged == []
    desk.hear()
    assert (len(desk.lines()), desk.letters()) == (3, [])


def test_pictures_that_cannot_be_written_wait_while_all_else_goes_on(desk: FailingDesk) -> None:
    uuid = desk.new_client()
    desk.hear(*lines(uuid, range(1)))  # the database's files are open
    shot = say(uuid, "dashboard", dashboard(uuid, picture()))
    with no_more_files():
        desk.wait(shot, *lines(uuid, range(1, 3)))
        assert len(desk.lines()) == len(desk.acknowledged) == 3
    desk.hear()
    assert len(desk.all(ClientScreenshot)) == 1
    assert len(desk.acknowledged) == 4
    assert desk.letters() == []
    assert not list((desk.settings.data_dir / "screenshots").glob("*/.*.part"))


def test_of_too_many_waiting_pictures_the_oldest_are_let_go(
    desk: FailingDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_desk, "MOST_WAITING", 2)
    uuid = desk.new_client()
    desk.hear(*lines(uuid, range(1)))
    shots = [say(uuid, "dashboard", dashboard(uuid, picture(grey))) for grey in (10, 60, 110, 160)]
    with no_more_files():
        desk.wait(*shots)
    assert desk.acknowledged[1:] == shots[:2]
    desk.hear()
    assert len(desk.all(ClientScreenshot)) == 2
    assert desk.listener.metrics()["pictures_let_go"] == 2


def test_a_database_that_is_damaged_buries_nothing(desk: FailingDesk) -> None:
    uuid = desk.new_client()
    path = Path(desk.engine.url.database or "")
    desk.engine.dispose()
    kept = path.read_bytes()
    path.write_bytes(b"spoilt" * 1000)
    desk.wait(*lines(uuid, range(2)))
    assert desk.acknowledged == []
    desk.engine.dispose()
    path.write_bytes(kept)
    desk.hear()
    assert (len(desk.lines()), desk.letters()) == (2, [])


def test_a_database_of_an_older_version_buries_nothing(desk: FailingDesk) -> None:
    uuid = desk.new_client()
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE client_logs RENAME TO renamed")
    desk.wait(*lines(uuid, range(2)))
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE renamed RENAME TO client_logs")
    assert desk.acknowledged == []
    desk.hear()
    assert (len(desk.lines()), desk.letters()) == (2, [])
