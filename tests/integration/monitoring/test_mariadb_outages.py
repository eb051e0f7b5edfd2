"""What a real MariaDB raises when it fails, told apart."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from infoscreen_core.db.engine import make_engine
from infoscreen_core.db.outages import Outage, may_be_the_data, outage_of
from tests.support.servers import MariaDB


@pytest.fixture(scope="module")
def engine(mariadb: MariaDB) -> Iterator[Engine]:
    made = make_engine(mariadb.new_database(), answer_seconds=2)
    with made.begin() as connection:
        connection.execute(text("CREATE TABLE t (id INT PRIMARY KEY, x VARCHAR(10)) ENGINE=InnoDB"))
        connection.execute(text("INSERT INTO t VALUES (1, 'one')"))
        connection.execute(text("CREATE USER few WITH MAX_USER_CONNECTIONS 1"))
        connection.execute(text("GRANT ALL ON *.* TO few"))
    yield made
    made.dispose()


def _fill_a_table(connection: Connection) -> None:
    connection.execute(text("SET SESSION max_heap_table_size = 16384"))
    connection.execute(text("CREATE TABLE IF NOT EXISTS small (x CHAR(250)) ENGINE=MEMORY"))
    for _ in range(1000):
        connection.execute(text("INSERT INTO small VALUES ('x')"))


def _wait_for_a_lock(connection: Connection) -> None:
    with connection.engine.begin() as other:  # which gives up after a second
        connection.execute(text("UPDATE t SET x = 'mine' WHERE id = 1"))
        other.execute(text("UPDATE t SET x = 'theirs' WHERE id = 1"))


def _write_where_it_is_forbidden(connection: Connection) -> None:
    connection.execute(text("COMMIT"))
    connection.execute(text("START TRANSACTION READ ONLY"))
    connection.execute(text("UPDATE t SET x = 'no' WHERE id = 1"))


def _connect_too_often(connection: Connection) -> None:
    few = make_engine(connection.engine.url.set(username="few").render_as_string())
    with few.connect(), few.connect():
        pass


def _lose_the_connection(connection: Connection) -> None:
    number = connection.scalar(text("SELECT CONNECTION_ID()"))
    with connection.engine.connect() as other:
        other.execute(text(f"KILL {number}"))
    connection.execute(text("SELECT 1"))


def _take_too_long(connection: Connection) -> None:
    connection.execute(text("SELECT SLEEP(20)"))


def _ask_for_what_is_not_there(connection: Connection) -> None:
    connection.execute(text("SELECT * FROM nowhere"))


@pytest.mark.parametrize(
    ("fail", "kind"),
    [
        (_fill_a_table, Outage.DISK_FULL),
        (_wait_for_a_lock, Outage.BUSY),
        (_write_where_it_is_forbidden, Outage.READ_ONLY),
        (_connect_too_often, Outage.BUSY),
        (_lose_the_connection, Outage.AWAY),
        (_take_too_long, Outage.HANGING),
        (_ask_for_what_is_not_there, Outage.AWAY),
    ],
)
def test_a_failure_is_an_outage_of_ours(
    engine: Engine, fail: Callable[[Connection], None], kind: Outage
) -> None:
    with pytest.raises(SQLAlchemyError) as caught, engine.connect() as connection:
        fail(connection)
    assert outage_of(caught.value) is kind


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (2, 'longer than it may be')",
        "INSERT INTO t VALUES (1, 'again')",
        "INSERT INTO t VALUES ('no number', 'x')",
    ],
)
def test_a_value_that_is_wrong_is_none(engine: Engine, statement: str) -> None:
    with pytest.raises(SQLAlchemyError) as caught, engine.connect() as connection:
        connection.execute(text(statement))
    assert outage_of(caught.value) is None
    assert may_be_the_data(caught.value)
