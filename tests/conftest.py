"""Fixtures: private servers, fresh databases, sessions."""

import gc
import shutil
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import cast

import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.db.engine import make_engine, make_session_factory
from infoscreen_core.services.people import password_hashing
from tests.support.audits.audited import all_audited
from tests.support.clocks.moved_clock import move_clock
from tests.support.databases import Lender, migrated_file
from tests.support.scratch import make_scratch
from tests.support.servers import MariaDB, Mosquitto
from tests.support.sql.compiled import compile_once

# The same examples in every run, and no verdict that hangs on how busy the machine is; to hunt with
# new ones: pytest --hypothesis-profile=explore
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("steady")
compile_once()

_TESTS = Path(__file__).parent


_LONGEST_FIRST = ("e2e", "migration", "integration", "contract", "console", "unit")
"""Folders by how long their files take: the long ones begin first, so no core idles at the end."""


_LONGEST_FILES = frozenset(
    {
        "test_every_page_of_operators.py",
        "test_every_page_of_planners.py",
        "test_fuzzed_api.py",
        "test_tasks.py",
    }
)
"""What takes minutes begins before the other files of its folder."""


_SERVERS = frozenset({"mariadb", "lender", "mosquitto", "own_mosquitto"})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--at",
        metavar="INSTANT",
        help="let the clock begin here (see tests/support/clocks/instants.py)",
    )
    parser.addoption(
        "--thorough",
        action="store_true",
        help="do each everyday task in each language on each device, and walk in both languages",
    )


_SCRATCH = pytest.StashKey[Path]()
_NEW_OBJECTS = 20_000
"""So many, until a process looks whether some of them are garbage; Python's own measure is 700."""


@pytest.hookimpl(tryfirst=True)  # before pytest chooses its folder for temporary files
def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(_NEW_OBJECTS, 20, 20)  # before the command line notes what is usual
    if hasattr(config, "workerinput"):
        return  # xdist's workers are children of a moved clock, and get their folder
    at: str | None = config.getoption("--at")
    if at is not None:
        move_clock(datetime.fromisoformat(at))
    if config.option.basetemp is None and (scratch := make_scratch()):
        config.stash[_SCRATCH] = scratch
        config.option.basetemp = str(scratch / "tests")


def pytest_unconfigure(config: pytest.Config) -> None:
    if scratch := config.stash.get(_SCRATCH, None):
        shutil.rmtree(scratch, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before -m selects by the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        _mark_by_fixtures(item)
    items.sort(key=_turn)
    items[:] = _mixed(items)


def _turn(item: pytest.Item) -> tuple[int, bool]:
    """Say when it is an item's turn: by its folder, then by its file; else as they were."""
    folder = item.path.relative_to(_TESTS).parts[0]
    return _LONGEST_FIRST.index(folder), item.path.name not in _LONGEST_FILES


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, not among the modules and tests, which stay.

    In a sample of tests, to go through these again and again took an eighth of the time.
    """
    gc.freeze()


def _mixed(items: list[pytest.Item]) -> list[pytest.Item]:
    """Let files with a browser, which keep two cores busy, alternate with those that wait much."""
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        files.setdefault(item.path, []).append(item)
    of_browser = [path for path in files if path.is_relative_to(_TESTS / "e2e")]
    others = [path for path in files if not path.is_relative_to(_TESTS / "e2e")]
    pairs = zip_longest(of_browser, others)
    return [item for pair in pairs for path in pair if path for item in files[path]]


def _mark_by_fixtures(item: pytest.Item) -> None:
    """Mark what needs a server or a browser; files that start processes mark themselves."""
    assert isinstance(item, pytest.Function)
    is_on_mariadb = hasattr(item, "callspec") and "mariadb" in item.callspec.params.values()
    if is_on_mariadb or not _SERVERS.isdisjoint(item.fixturenames):
        item.add_marker(pytest.mark.server)
    if item.path.is_relative_to(_TESTS / "e2e") or "browser" in item.fixturenames:
        item.add_marker(pytest.mark.browser)
    if "console" in item.fixturenames:
        item.add_marker(pytest.mark.page)


@pytest.fixture(autouse=True)
def _no_ambient_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep a developer's environment and `.env` out of the tests."""
    for name in (
        "DB_CONN",
        "DB_HOST",
        "DB_USER",
        "ENV",
        "MQTT_USER",
        "MQTT_USERNAME",
        "MQTT_BROKER_PORT",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("INFOSCREEN_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _every_change_leaves_an_entry() -> Iterator[None]:
    with all_audited():
        yield


@pytest.fixture(autouse=True)
def _quick_passwords(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little work: what hashing costs is asked for by two files only, and by nobody else.

    In this process; programs that tests start work as hard as they do elsewhere.
    """
    if not request.node.get_closest_marker("true_passwords"):
        quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        monkeypatch.setattr(password_hashing, "_hasher", quick)


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDB]:
    server = MariaDB(tmp_path_factory.mktemp("mariadb"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    """One broker for the session: use UUIDs and group ids of your own; clear what you retain."""
    server = Mosquitto(tmp_path_factory.mktemp("mosquitto"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """A broker of the test's own, to be killed at will."""
    server = Mosquitto(tmp_path / "mosquitto")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A migrated SQLite database of the test's own."""
    return migrated_file(tmp_path / "test.db")


@pytest.fixture(scope="session")
def lender(mariadb: MariaDB) -> Lender:
    """Where migrated databases of the session's MariaDB are to be had."""
    return Lender(mariadb)


@pytest.fixture(params=["sqlite", "mariadb"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A migrated database of the test's own, once on each backend."""
    if request.param == "sqlite":
        yield cast("str", request.getfixturevalue("sqlite_url"))
        return
    with cast("Lender", request.getfixturevalue("lender")).lend() as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on each backend."""
    engine = make_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine: Engine) -> sessionmaker[Session]:
    """A session factory on each backend; `sessions.begin()` is one transaction."""
    return make_session_factory(engine)


@pytest.fixture
def sqlite_sessions(sqlite_url: str) -> Iterator[sessionmaker[Session]]:
    """A session factory on SQLite only, for rules that do not touch SQL dialects."""
    engine = make_engine(sqlite_url)
    yield make_session_factory(engine)
    engine.dispose()
