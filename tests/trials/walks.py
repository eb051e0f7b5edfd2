"""Every page, dialog and state of the console: axe-core on each, and one language at a time.

It takes minutes, so it is run by hand: `.venv/bin/pytest tests/trials/walks.py`.
"""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final

import pytest
from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from tests.support.browser import chromium
from tests.support.console_process import RunningConsole
from tests.support.events.calendar_page import TODAY
from tests.support.events.planning import plan
from tests.support.visits.accessibility import KNOWN, SCHEMES, Finding, findings, show_in
from tests.support.visits.one_language import foreign_words, language_of, switch_language
from tests.support.visits.walk import key, walk, walked_console

pytestmark = pytest.mark.timeout(1800)

SWITCH = key("shell-language")
_BESIDE_CALENDAR: Final = re.compile(r"event(?!, reader)|why|exchange")
"""Stops at which the calendar was looked at just before."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with walked_console(tmp_path_factory.mktemp("walk")) as running:
        with running.sessions.begin() as session:
            _plan_neighbours(session)
        yield running


def _plan_neighbours(session: Session) -> None:
    """Let two short events stand side by side, so that the timeline has no room for them."""
    first = datetime.combine(TODAY, time(10))
    for title, start in (("Xe 4", first), ("Xe 5", first + timedelta(minutes=35))):
        plan(
            session,
            1,
            now=utc_now(),
            title=title,
            message_text="Xm",
            start=start,
            end=start + timedelta(minutes=30),
            recurrence_rule="FREQ=DAILY;COUNT=9",
        )


@pytest.fixture(scope="module")
def found(browser: Browser, console: RunningConsole) -> dict[str, list[Finding]]:
    """What axe-core says at each stop of the walk, in each scheme."""
    said: dict[str, list[Finding]] = {}
    for stop, page in walk(browser, console):
        for scheme in SCHEMES:
            show_in(page, scheme)
            said[f"{stop.name}, {scheme}"] = findings(
                page,
                KNOWN,
                only_colors=scheme != SCHEMES[0],
                with_frames=not _BESIDE_CALENDAR.match(stop.name),
            )
        show_in(page, SCHEMES[0])
    return said


def test_nothing_stands_in_anybodys_way(found: dict[str, list[Finding]]) -> None:
    open_ones = [
        f"{place}: {one}" for place, all_of in found.items() for one in all_of if not one.known
    ]
    assert not open_ones, "\n".join(open_ones)


def test_what_is_known_is_still_there(found: dict[str, list[Finding]]) -> None:
    seen = {one.known for all_of in found.values() for one in all_of}
    assert set(KNOWN) <= seen


def test_no_page_has_a_word_of_the_other_language(
    console: RunningConsole, browser: Browser
) -> None:
    found = {}
    for stop, page in walk(browser, console):
        found[f"{stop.name}, {language_of(page)}"] = foreign_words(page)
        if page.locator(SWITCH).count():
            switch_language(page, "en" if language_of(page) == "de" else "de")
            found[f"{stop.name}, changed to {language_of(page)}"] = foreign_words(page)
    assert {place: words for place, words in found.items() if words} == {}
