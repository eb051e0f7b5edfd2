"""0020 begins the record of TVs' power with what they are asked to do then."""

from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, insert, select

from infoscreen_core.db.migrate import downgrade, upgrade
from tests.support.events.planning import utc
from tests.support.people import uuid_of

SINCE, ORDERED, ENDS = (utc(f"2026-11-0{day}T08:00").replace(tzinfo=None) for day in range(1, 4))


def add(connection: Connection, name: str, row: dict[str, Any]) -> None:
    """Insert a row; numbers that must be there and are not named are 0."""
    table = Table(name, MetaData(), autoload_with=connection)
    missing = {
        column.name: 0
        for column in table.columns
        if not column.nullable and not column.server_default and column.name not in row
    }
    connection.execute(insert(table).values({**missing, **row}))


def test_what_is_asked_begins_the_record(engine: Engine) -> None:
    downgrade(engine, "0017")
    with engine.begin() as connection:
        add(connection, "client_groups", {"id": 7, "name": "Aula", "created_at": SINCE})
        client = {"registration_time": SINCE, "screen_health_status": "OK"}
        add(connection, "clients", {"uuid": uuid_of(1), "power_state": "unknown", **client})
        intent = {"intent_id": "i", "desired_state": "off", "reason": "no_active_event"}
        add(connection, "power_intents", {"group_id": 7, "since": SINCE, **intent})
        order = {"intent_id": "o", "desired_state": "on", "reason": "Ball"}
        times = {"set_at": ORDERED, "expires_at": ENDS}
        add(connection, "power_overrides", {"client_uuid": uuid_of(1), **order, **times})
    upgrade(engine)
    with engine.connect() as connection:
        record = Table("power_changes", MetaData(), autoload_with=connection)
        rows = connection.execute(select(record).order_by(record.c.at)).all()
        assert [row[1:] for row in rows] == [
            (7, None, SINCE, "off", None),
            (None, uuid_of(1), ORDERED, "on", ENDS),
        ]
