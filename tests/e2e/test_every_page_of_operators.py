"""Every page, dialog and state of those who run the screens, and the main pages on a phone.

axe-core looks at each, and at words that the page's language does not have.
"""

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser

from tests.support.console_process import RunningConsole
from tests.support.visits.look_around import look_around, look_around_on_a_phone
from tests.support.visits.operators_stops import emergency_stops, operators_stops, phone_menu
from tests.support.visits.planners_stops import planners_stops
from tests.support.visits.walk import Stop, walked_console

pytestmark = pytest.mark.timeout(900)

_ON_A_PHONE: Final = frozenset(
    {
        "account",
        "overview",
        "monitoring",
        "screen",
        "commands",
        "analysis",
        "audit",
        "proof of play",
        "screens",
        "settings",
        "users",
        "users, one",
        "webhooks",
        "calendar, day",
        "event, new",
        "timeline, list",
        "periods",
    }
)


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with walked_console(tmp_path_factory.mktemp("operators")) as running:
        yield running


def test_nothing_stands_in_anybodys_way(
    browser: Browser, console: RunningConsole, pytestconfig: pytest.Config
) -> None:
    stops = (*operators_stops(), *emergency_stops())
    seen = look_around(browser, console, stops, is_thorough=pytestconfig.option.thorough)
    assert not seen.problems, "\n".join(seen.problems)


def test_nothing_stands_in_the_way_on_a_phone(browser: Browser, console: RunningConsole) -> None:
    # The other walk leaves an emergency in the calendar, beside which there is little room.
    stops = (*_on_a_phone(), phone_menu())
    seen = look_around_on_a_phone(browser, console, stops)
    assert not seen.problems, "\n".join(seen.problems)


def _on_a_phone() -> tuple[Stop, ...]:
    stops = (*operators_stops(), *planners_stops())
    return tuple(stop for stop in stops if stop.name in _ON_A_PHONE)
