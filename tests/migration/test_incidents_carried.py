"""0014 carries incidents over with their kind, and with who took them; and back."""

from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, insert, select

from infoscreen_core.db.migrate import downgrade, upgrade
from tests.support.events.planning import utc
from tests.support.people import uuid_of

REGISTERED, SILENT_SINCE, FAILED, BEGAN, HEARD = (
    utc(f"2026-11-0{day}T08:00").replace(tzinfo=None) for day in range(1, 6)
)
PLAYERS: tuple[dict[str, Any], ...] = (
    {"last_alive": SILENT_SINCE, "process_status": "crashed"},
    {"last_alive": HEARD, "process_status": "crashed"},
    {"last_alive": HEARD, "service_failed_at": FAILED},
    {"last_alive": HEARD, "screen_health_status": "BLACK"},
    {"last_alive": None},
)
BEGINNINGS = (SILENT_SINCE, BEGAN, FAILED, BEGAN, REGISTERED)
KINDS = ["silent", "process_crashed", "service_failed", "screen_black", "silent"]


def reflected(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def fill(connection: Connection) -> None:
    clients = reflected(connection, "clients")
    former = reflected(connection, "incidents")
    usual = {
        "is_active": True,
        "registration_time": REGISTERED,
        "approved_at": REGISTERED,
        "mqtt_reconnect_count": 0,
        "reconnect_window_count": 0,
        "screen_health_status": "OK",
        "same_screenshot_count": 0,
        "power_state": "unknown",
    }
    for number, (player, began) in enumerate(zip(PLAYERS, BEGINNINGS, strict=True), start=1):
        uuid = uuid_of(number)
        connection.execute(insert(clients).values({**usual, **player, "uuid": uuid}))
        taken = {"taken_at": BEGAN, "taken_name": "maria", "note": "Netzteil"}
        row = {"client_uuid": uuid, "began_at": began, **(taken if number == 1 else {})}
        connection.execute(insert(former).values(row))


def test_incidents_keep_their_beginning_taker_and_note(engine: Engine) -> None:
    downgrade(engine, "0013")
    with engine.begin() as connection:
        fill(connection)
    upgrade(engine)
    with engine.begin() as connection:
        table = reflected(connection, "incidents")
        rows = connection.execute(select(table).order_by(table.c.client_uuid)).all()
    assert [row.kind for row in rows] == KINDS
    assert [row.opened_at for row in rows] == list(BEGINNINGS)
    assert [(row.acknowledged_name, row.note) for row in rows] == [
        ("maria", "Netzteil"),
        *[(None, None)] * 4,
    ]
    assert rows[0].open_key == f"{uuid_of(1)}:silent"
    assert {row.closed_at for row in rows} == {None}
    downgrade(engine, "0013")
    with engine.begin() as connection:
        table = reflected(connection, "incidents")
        rows = connection.execute(select(table).order_by(table.c.client_uuid)).all()
    assert [row.began_at for row in rows] == list(BEGINNINGS)
    assert [row.taken_name for row in rows] == ["maria", *[None] * 4]
