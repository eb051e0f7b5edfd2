"""Every page, dialog and state of those who plan: axe-core on each, and one language at a time."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.support.console_process import RunningConsole
from tests.support.visits.accessibility import KNOWN
from tests.support.visits.look_around import Seen, look_around
from tests.support.visits.planners_stops import planners_stops
from tests.support.visits.walk import walked_console

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with walked_console(tmp_path_factory.mktemp("planners")) as running:
        yield running


@pytest.fixture(scope="module")
def seen(browser: Browser, console: RunningConsole, pytestconfig: pytest.Config) -> Seen:
    is_thorough = pytestconfig.option.thorough
    return look_around(browser, console, planners_stops(), is_thorough=is_thorough)


def test_nothing_stands_in_anybodys_way(seen: Seen) -> None:
    assert not seen.problems, "\n".join(seen.problems)


def test_what_is_known_is_still_there(seen: Seen) -> None:
    assert seen.known == set(KNOWN)
