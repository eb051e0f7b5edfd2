"""0041 keeps who did what when a user goes, and gets along with a server that forbids triggers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, MetaData, Table, insert, inspect, make_url, select, text

from infoscreen_core.db import append_only
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import downgrade, upgrade
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services.audit_trail import sealing
from tests.support.audits.audit import add_entries
from tests.support.events.planning import utc
from tests.support.servers import MariaDB

AT = utc("2026-11-01T08:00").replace(tzinfo=None)


class LoggingMariaDB(MariaDB):
    """A server with a binary log, and with an account that may not do everything."""

    def options(self) -> list[str]:
        return [f"--log-bin={self.directory}/data/log", "--server-id=1"]


def add(connection: Connection, name: str, row: dict[str, Any]) -> None:
    connection.execute(insert(Table(name, MetaData(), autoload_with=connection)).values(row))


def fill(connection: Connection) -> None:
    user = {
        "username": "maria",
        "password_hash": "x",
        "role": "admin",
        "is_active": True,
        "failed_login_attempts": 0,
        "created_at": AT,
        "updated_at": AT,
    }
    add(connection, "users", {"id": 7, **user})
    entry = text(
        "INSERT INTO audit_log (at, actor_id, actor_name, source, action, entity, entity_id, after)"
        " VALUES (:at, :actor_id, :name, '10.0.0.1', 'event.created', 'event', '1', :after)"
    ).bindparams(at=AT, after='{"title": "Prüfung"}')
    for actor_id, name in ((7, "maria"), (None, "cli")):
        connection.execute(entry, {"actor_id": actor_id, "name": name})


def actors(engine: Engine) -> list[int | None]:
    with engine.connect() as connection:
        table = Table("audit_log", MetaData(), autoload_with=connection)
        return list(connection.scalars(select(table.c.actor_id).order_by(table.c.id)))


def test_entries_are_carried_over_and_outlive_their_actor(engine: Engine) -> None:
    downgrade(engine, "0037")
    with engine.begin() as connection:
        fill(connection)
    upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM users"))
        assert append_only.is_protected(connection)
    assert actors(engine) == [7, None]
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        assert sealing.seal_entries(session, now=utc("2026-11-02T08:00")) == 2
    assert sealing.verify(sessions).is_whole
    downgrade(engine, "0037")
    assert actors(engine) == [None, None]
    with engine.connect() as connection:
        assert not append_only.is_protected(connection)
    (key,) = inspect(engine).get_foreign_keys("audit_log")
    assert key["options"]["ondelete"] == "SET NULL"


@pytest.fixture
def logging_server(tmp_path: Path) -> Iterator[LoggingMariaDB]:
    server = LoggingMariaDB(tmp_path / "logging")
    server.start()
    yield server
    server.stop()


@pytest.mark.server
def test_an_account_without_super_migrates_and_protects_later(
    logging_server: LoggingMariaDB, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging_server.new_database()
    name = make_url(root).database
    with logging_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE USER infoscreen IDENTIFIED BY 'x'")
        cursor.execute(f"GRANT ALL PRIVILEGES ON {name}.* TO infoscreen")
    own = make_url(root).set(username="infoscreen", password="x")
    engine = make_engine(own.render_as_string(hide_password=False))
    upgrade(engine)
    assert "audit.not_protected" in "".join(capsys.readouterr())
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        add_entries(session, 2)
    assert not sealing.verify(sessions).is_protected
    with pytest.raises(InvalidInputError, match="log_bin_trust"), engine.begin() as own_one:
        append_only.require_protection(own_one)
    with logging_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET GLOBAL log_bin_trust_function_creators = 1")
    with engine.begin() as own_one:
        append_only.require_protection(own_one)
    with logging_server.connect() as connection, connection.cursor() as cursor:
        cursor.execute("SET GLOBAL log_bin_trust_function_creators = 0")
    assert sealing.verify(sessions).is_protected
    with sessions.begin() as session:  # what the triggers do not concern goes on
        add_entries(session, 1)
        assert sealing.seal_entries(session, now=utc("2026-11-02T08:00")) == 3
    engine.dispose()
