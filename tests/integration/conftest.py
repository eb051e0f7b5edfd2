"""What several files begin with: a group to plan for, and the listener's desk."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from tests.support.events.planning import Sessions, add_group
from tests.support.listener.telemetry import Desk, empty, migrated


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
    url = f"sqlite:///{tmp_path_factory.mktemp('shared')}/test.db"
    if request.param == "mariadb":
        url = request.getfixturevalue("mariadb").new_database()
    with migrated(url) as sessions:
        yield sessions


@pytest.fixture
def desk(shared: sessionmaker[Session], tmp_path: Path) -> Desk:
    """A listener whose database is empty."""
    empty(shared)
    return Desk(shared, tmp_path / "var")
