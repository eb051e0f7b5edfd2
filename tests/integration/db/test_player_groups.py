"""A player is told the group that it has, however a discovery and an assignment meet (MariaDB)."""

import json
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts import Discovery
from infoscreen_core.db.models import ChangeCounter, OutboxMessage
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import clients, discovery, groups
from tests.support.at_once import at_once, while_open
from tests.support.databases import Lender, sessions_on
from tests.support.listener.telemetry import Desk, empty, say
from tests.support.people import NOW, add_client, uuid_of

Sessions = sessionmaker[Session]
UUID = uuid_of(1)


@pytest.fixture(scope="module")
def database(lender: Lender) -> Iterator[Sessions]:
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


@pytest.fixture
def sessions(database: Sessions) -> Sessions:
    empty(database)
    with database.begin() as session:
        session.add(ChangeCounter(subject=changes.SCHEDULE))
        add_client(session, 1)
    return database


@pytest.fixture
def ids(sessions: Sessions) -> tuple[int, int]:
    """The player's group, and the one that it gets."""
    with sessions.begin() as session:
        old, new = (groups.create_group(session, n, actor=CLI, now=NOW).id for n in ("Old", "New"))
        clients.assign_clients(session, [UUID], old, actor=CLI, now=NOW)
    return old, new


def told(sessions: Sessions, leaf: str) -> list[bytes]:
    """What goes out to the player, in the order in which it does."""
    with sessions() as session:
        query = select(OutboxMessage.payload).where(OutboxMessage.topic.endswith(leaf))
        return list(session.scalars(query.order_by(OutboxMessage.id)))


def announce(session: Session) -> object:
    said = Discovery.model_validate({"uuid": UUID, "hostname": "pi"})
    return discovery.discover(session, said, received_at=NOW, now=NOW)


def assign(group: int) -> Callable[[Session], object]:
    return lambda session: clients.assign_clients(session, [UUID], group, actor=CLI, now=NOW)


def alone(sessions: Sessions, work: Callable[[Session], object]) -> Callable[[], object]:
    def run() -> object:
        with sessions.begin() as session:
            return work(session)

    return run


def test_a_discovery_that_meets_an_assignment_tells_the_new_group(
    sessions: Sessions, ids: tuple[int, int]
) -> None:
    _, new = ids
    while_open(sessions, assign(new), alone(sessions, announce)).result()
    assert told(sessions, "/group_id")[-1] == str(new).encode()
    (ack,) = told(sessions, "/discovery_ack")
    assert json.loads(ack)["group_id"] == new


def test_an_assignment_that_meets_a_discovery_has_the_last_word(
    sessions: Sessions, ids: tuple[int, int]
) -> None:
    old, new = ids
    while_open(sessions, announce, alone(sessions, assign(new))).result()
    assert told(sessions, "/group_id")[-2:] == [str(old).encode(), str(new).encode()]


def test_a_discovery_that_meets_a_removal_begins_anew(
    sessions: Sessions, ids: tuple[int, int]
) -> None:
    assert ids

    def remove(session: Session) -> object:
        return clients.remove_clients(session, [UUID], actor=CLI, now=NOW)

    while_open(sessions, remove, alone(sessions, announce)).result()
    assert told(sessions, "/group_id")[-1] == b""
    assert json.loads(told(sessions, "/discovery_ack")[-1])["status"] == "new"


def test_a_batch_of_the_listener_and_assignments_do_not_get_in_each_others_way(
    sessions: Sessions, ids: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Discoveries in no order, with logs of others, against assignments of ten."""
    with sessions.begin() as session:
        for number in range(2, 13):
            add_client(session, number)
    ours = [uuid_of(number) for number in range(1, 13)]
    desk = Desk(sessions, tmp_path_factory.mktemp("desk"))
    batch = [
        *(say(uuid, "discovery", {"uuid": uuid}) for uuid in reversed(ours[6:])),
        *(say(uuid, "logs/error", {"message": "x"}) for uuid in reversed(ours)),
        *(say(uuid, "heartbeat", {}) for uuid in ours[::2]),
    ]

    def put(group: int) -> object:
        return alone(sessions, lambda session: assign_all(session, ours[:10], group))()

    for _ in range(5):
        ends = at_once(
            lambda: desk.listener.ingest.store(batch), lambda: put(ids[0]), lambda: put(ids[1])
        )
        assert [end.exception() for end in ends] == [None] * 3


def assign_all(session: Session, uuids: list[str], group: int) -> object:
    return clients.assign_clients(session, uuids, group, actor=CLI, now=NOW)
