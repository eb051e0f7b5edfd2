"""Players are found by when they were heard of, by an index over the minute of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Engine, insert, select
from sqlalchemy.orm import Session

from infoscreen_core.db.migrate import downgrade, upgrade
from infoscreen_core.db.models import Client
from infoscreen_core.db.queries import signs
from tests.support.people import NOW, uuid_of

MOMENTS = [
    NOW + timedelta(seconds=seconds, microseconds=microseconds)
    for seconds in range(-150, 151, 3)
    for microseconds in (-1, 0, 1)
]
LIMITS = [NOW + timedelta(seconds=seconds) for seconds in (-61, -60, -1, 0, 0.5, 1, 29, 59, 60)]


def _add_players(engine: Engine) -> dict[str, datetime | None]:
    heard = {uuid_of(number): at for number, at in enumerate([*MOMENTS, None])}
    with Session(engine) as session, session.begin():
        rows = [
            {"uuid": uuid, "registration_time": NOW, "last_alive": at} for uuid, at in heard.items()
        ]
        session.execute(insert(Client), rows)
    return heard


def _found(engine: Engine, condition: ColumnElement[bool]) -> set[str]:
    with Session(engine) as session:
        return set(session.scalars(select(Client.uuid).where(Client.is_active, condition)))


def test_each_is_found_to_the_microsecond(engine: Engine) -> None:
    heard = _add_players(engine)
    known = {uuid: at for uuid, at in heard.items() if at is not None}
    for limit in LIMITS:
        before = {uuid for uuid, at in known.items() if at < limit}
        assert _found(engine, signs.heard_before(limit)) == before
        assert _found(engine, signs.heard_since(limit)) == known.keys() - before
    assert _found(engine, signs.never_heard()) == heard.keys() - known.keys()


def test_who_was_heard_of_lately_comes_first(engine: Engine) -> None:
    heard = _add_players(engine)
    with Session(engine) as session:
        query = select(Client.uuid).order_by(signs.latest_first())
        uuids = list(session.scalars(query))
    *known, never = [heard[uuid] for uuid in uuids]
    assert never is None
    latest = NOW + timedelta(hours=1)
    for at in known:
        assert at is not None
        assert at < latest + timedelta(minutes=2)
        latest = min(latest, at)


def test_those_heard_of_before_the_migration_are_found(engine: Engine) -> None:
    downgrade(engine, "0047")
    heard = _add_players(engine)
    upgrade(engine)
    expected = {uuid for uuid, at in heard.items() if at is not None and at < NOW}
    assert _found(engine, signs.heard_before(NOW)) == expected


@pytest.mark.parametrize(
    "condition",
    [lambda: signs.heard_before(NOW), lambda: signs.heard_since(NOW), signs.never_heard],
    ids=["before", "since", "never"],
)
def test_the_index_is_there_for_it(
    engine: Engine, condition: Callable[[], ColumnElement[Any]]
) -> None:
    _add_players(engine)
    query = select(Client.uuid).where(Client.is_active, condition())
    words = str(query.compile(engine, compile_kwargs={"literal_binds": True}))
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN ' * is_sqlite}{words}").all()
    assert "ix_clients_alive" in str(plan)
