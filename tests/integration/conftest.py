"""What several files begin with: a group to plan for, and the listener's desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.support.databases import Lender, migrated_file, sessions_on
from tests.support.events.planning import Sessions, add_group
from tests.support.listener.telemetry import Desk, empty


@pytest.fixture
def group(sqlite_sessions: Sessions) -> int:
    """The group "Aula", number 1, on SQLite."""
    with sqlite_sessions.begin() as session:
        return add_group(session)


@pytest.fixture(scope="module", params=["sqlite", "mariadb"])
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sessionmaker[Session]]:
    """One database for a file's tests, once on each backend."""
    if request.param == "sqlite":
        with sessions_on(migrated_file(tmp_path_factory.mktemp("shared") / "test.db")) as sessions:
            yield sessions
        return
    lender: Lender = request.getfixturevalue("lender")
    with lender.lend() as url, sessions_on(url) as sessions:
        yield sessions


@pytest.fixture
def desk(shared: sessionmaker[Session], tmp_path: Path) -> Desk:
    """A listener whose database is empty."""
    empty(shared)
    return Desk(shared, tmp_path / "var")
