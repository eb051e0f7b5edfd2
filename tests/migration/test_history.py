"""The history leads to the models, forth and back, on SQLite and on a real MariaDB."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    CheckConstraint,
    Engine,
    Enum,
    ForeignKeyConstraint,
    Table,
    event,
    inspect,
    text,
)
from sqlalchemy.exc import IntegrityError, OperationalError

from infoscreen_core.db.base import Base, UtcDateTime
from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.db.migrate import (
    alembic_config,
    current_revision,
    downgrade,
    head_revision,
    upgrade,
)
from infoscreen_core.db.models import ClientGroup, OutboxMessage
from tests.support.servers import MariaDB

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
TABLES = sorted(Base.metadata.tables)
ENUM_COLUMNS = [
    (table.name, column.name)
    for table in Base.metadata.sorted_tables
    for column in table.columns
    if isinstance(column.type, Enum)
]
BOOK_KEEPING = "alembic_version"


@pytest.fixture(params=["sqlite", "mariadb"])
def empty_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database in which nothing is, once on each backend."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = cast("MariaDB", request.getfixturevalue("mariadb")).new_database()
    engine = make_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def migrated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """A migrated database that these tests only look at."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('migrated') / 'migrated.db'}"
    else:
        url = cast("MariaDB", request.getfixturevalue("mariadb")).new_database()
    engine = make_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(params=["mysql", "mariadb"])
def mariadb_engine(request: pytest.FixtureRequest, mariadb: MariaDB) -> Iterator[Engine]:
    """A migrated MariaDB under both names that a URL may give it."""
    engine = make_engine(mariadb.new_database().replace("mysql", request.param, 1))
    upgrade(engine)
    yield engine
    engine.dispose()


def _table_names(engine: Engine) -> list[str]:
    return sorted(set(inspect(engine).get_table_names()) - {BOOK_KEEPING})


def _revisions() -> list[str]:
    scripts = ScriptDirectory.from_config(alembic_config())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def test_it_goes_up_down_and_up_again(empty_engine: Engine) -> None:
    upgrade(empty_engine)
    assert _table_names(empty_engine) == TABLES
    downgrade(empty_engine, "base")
    assert _table_names(empty_engine) == []
    assert current_revision(empty_engine) is None
    upgrade(empty_engine)
    assert _table_names(empty_engine) == TABLES
    assert current_revision(empty_engine) == head_revision()


def test_each_step_can_be_taken_back_and_repeated(empty_engine: Engine) -> None:
    before: list[str] = []
    for revision in _revisions():
        upgrade(empty_engine, revision)
        after = _table_names(empty_engine)
        downgrade(empty_engine, "-1")
        assert _table_names(empty_engine) == before
        upgrade(empty_engine, revision)
        assert _table_names(empty_engine) == after
        before = after


def test_upgrading_twice_changes_nothing(engine: Engine) -> None:
    upgrade(engine)
    assert current_revision(engine) == head_revision()


def test_two_programs_that_upgrade_together_wait_for_each_other(empty_engine: Engine) -> None:
    with ThreadPoolExecutor(2) as pool:
        for job in [pool.submit(upgrade, empty_engine) for _ in range(2)]:
            job.result(timeout=60)
    assert _table_names(empty_engine) == TABLES


def test_the_next_program_has_its_turn_when_the_revision_can_be_seen(empty_engine: Engine) -> None:
    seen: list[str | None] = []

    def look(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if "RELEASE_LOCK" in statement:
            seen.append(current_revision(empty_engine))

    event.listen(empty_engine, "before_cursor_execute", look)
    upgrade(empty_engine)
    waits = empty_engine.dialect.name != "sqlite"
    assert seen == ([head_revision()] if waits else [])


def test_a_filled_database_can_go_back_to_the_start(engine: Engine) -> None:
    with make_session_factory(engine).begin() as session:
        session.add(ClientGroup(name="Aula 🎓", created_at=NOW))
        session.add(
            OutboxMessage(topic="infoscreen/events/1", payload=b"x" * 100_000, created_at=NOW)
        )
    downgrade(engine, "base")
    assert _table_names(engine) == []


def test_the_models_do_not_differ_from_the_history(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: str(table.name))
def test_constraints_have_the_names_and_rules_of_the_models(migrated: Engine, table: Table) -> None:
    inspector = inspect(migrated)
    expected = {str(k.name) for k in table.constraints if isinstance(k, CheckConstraint)}
    found = {check["name"] for check in inspector.get_check_constraints(table.name)}
    # MariaDB adds json_valid() under the bare name of each JSON column.
    assert {name for name in found if str(name).startswith("ck_")} == expected
    keys = [k for k in table.constraints if isinstance(k, ForeignKeyConstraint)]
    reflected = {key["name"]: key for key in inspector.get_foreign_keys(table.name)}
    assert set(reflected) == {k.name for k in keys}
    for key in keys:
        options = reflected[str(key.name)].get("options", {})
        # RESTRICT is MariaDB's default, which it does not mention.
        assert str(options.get("ondelete") or "RESTRICT") == key.ondelete


@pytest.mark.parametrize(("table", "column"), ENUM_COLUMNS)
def test_the_check_of_an_enum_lists_exactly_its_values(
    migrated: Engine, table: str, column: str
) -> None:
    kind = Base.metadata.tables[table].columns[column].type
    assert isinstance(kind, Enum)
    checks = {str(check["name"]): check for check in inspect(migrated).get_check_constraints(table)}
    words = re.findall(r"'([^']*)'", checks[f"ck_{table}_{column}"]["sqltext"])
    assert words == kind.enums
    assert kind.enum_class
    assert words == [member.value for member in kind.enum_class]
    assert max(map(len, words)) <= 32


def test_a_word_outside_the_enum_is_refused_by_the_database(migrated: Engine) -> None:
    row = text(
        "INSERT INTO users (username, password_hash, role, is_active, failed_login_attempts,"
        " created_at, updated_at) VALUES ('x', 'x', 'root', 1, 0, '2026-01-01', '2026-01-01')"
    )
    with (
        pytest.raises((IntegrityError, OperationalError), match="ck_users_role"),
        migrated.begin() as connection,
    ):
        connection.execute(row)


def test_instants_and_all_of_unicode_survive_storage(engine: Engine) -> None:
    sessions = make_session_factory(engine)
    with sessions.begin() as session:
        session.add(ClientGroup(name="Aula 🎓 Größe", created_at=NOW))
    with sessions.begin() as session:
        group = session.query(ClientGroup).one()
        assert (group.name, group.created_at) == ("Aula 🎓 Größe", NOW)


@pytest.mark.parametrize("table", ["users", "client_groups", "events"])
def test_ids_that_outlive_their_rows_are_never_given_twice(migrated: Engine, table: str) -> None:
    """MariaDB never reuses them; SQLite only refrains when the table says so."""
    if migrated.dialect.name == "sqlite":
        with migrated.connect() as connection:
            query = text("SELECT sql FROM sqlite_master WHERE name = :name")
            assert "AUTOINCREMENT" in str(connection.scalar(query, {"name": table}))
    else:
        assert inspect(migrated).get_pk_constraint(table)["constrained_columns"] == ["id"]


def test_on_mariadb_every_table_is_utf8mb4_in_innodb(mariadb_engine: Engine) -> None:
    query = text(
        "SELECT table_name, engine, table_collation FROM information_schema.tables"
        " WHERE table_schema = DATABASE() AND table_name <> 'alembic_version'"
    )
    with mariadb_engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    assert sorted(rows) == [(name, "InnoDB", "utf8mb4_unicode_ci") for name in TABLES]


def test_on_mariadb_every_instant_keeps_microseconds(mariadb_engine: Engine) -> None:
    query = text(
        "SELECT table_name, column_name, column_type FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND data_type = 'datetime'"
    )
    with mariadb_engine.connect() as connection:
        found = {
            (str(table), str(column)): str(kind)
            for table, column, kind in connection.execute(query)
        }
    instants = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, UtcDateTime)
    }
    assert set(found) == instants
    assert set(found.values()) == {"datetime(6)"}
