"""Lines that were stored before they were counted are counted by the migration."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, MetaData, Table, insert, select
from sqlalchemy.orm import Session

from infoscreen_core.db.migrate import downgrade, upgrade
from tests.support.monitoring.log_counts import recount, stored_counts
from tests.support.people import uuid_of

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)


def fill(engine: Engine) -> None:
    """Two players' lines, some of them equal in shape, on both sides of a full hour."""
    tables = MetaData()
    tables.reflect(engine, only=["clients", "client_logs"])
    moment = NOW.replace(tzinfo=None)
    with engine.begin() as connection:
        clients = tables.tables["clients"]
        defaults = {
            column.name: 0
            for column in clients.columns
            if not column.nullable and not column.server_default
        }
        for number in (1, 2):
            row = {
                **defaults,
                "uuid": uuid_of(number),
                "registration_time": moment,
                "screen_health_status": "UNKNOWN",
                "power_state": "unknown",
            }
            connection.execute(insert(clients), row)
        connection.execute(
            insert(tables.tables["client_logs"]), [line(number) for number in range(60)]
        )


def line(number: int) -> dict[str, object]:
    at = (NOW + timedelta(minutes=number - 30)).replace(tzinfo=None)
    return {
        "client_uuid": uuid_of(1 + number % 2),
        "level": ("ERROR", "WARN", "INFO")[number % 3],
        "message": ("no signal for {} s", "restarted {}: “ü”")[number % 2].format(number),
        "context": None,
        "timestamp": at,
        "received_at": at,
        "ordered_at": at,
        "is_clock_skewed": False,
        "digest": f"{number:064}",
    }


def test_what_was_stored_before_is_counted(engine: Engine) -> None:
    downgrade(engine, "0015")
    fill(engine)
    upgrade(engine)
    with Session(engine) as session:
        stored = stored_counts(session)
        assert stored == recount(session)
    assert len(stored["hours"]) == 6
    assert len(stored["shapes"]) == 6
    downgrade(engine, "0015")
    logs = Table("client_logs", MetaData(), autoload_with=engine)
    with engine.connect() as connection:
        assert len(connection.execute(select(logs)).all()) == 60
