"""How long a person waits for each page: for its first paint, and for a click to show.

    python tests/bench/clicks.py [--rounds 3] [--json]

Drives a real browser on a console with a demo school and twelve screens. A page's first paint is
the time from opening its address, Streamlit's program already in the browser's cache, to its
heading; a click is one in the navigation, from an empty page, to the other page's heading. Both are
divided by what an empty page (a screen that does not exist) takes in the same round; the best ratio
of all rounds counts. The table also says what a page weighs on its first visit, and what it brings
in 20 s of watching.
"""

import sys
from pathlib import Path

sys.path.pop(0)  # this folder holds no modules
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import tempfile
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from playwright.sync_api import Browser, Page
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.actor import SYSTEM
from tests.bench.figures import measure
from tests.support.browser import chromium, new_page, sign_in
from tests.support.console_process import PASSWORD, add_demo_school, running_console
from tests.support.people import add_client, add_user
from tests.support.visits.traffic import Traffic

MOST_TIMES_EMPTY: Final = 4.0
EMPTY: Final = "/client?uuid=00000000-0000-4000-8000-000000000000"
PAGES: Final = {
    "/": "Übersicht",
    "/monitoring": "Überwachung",
    "/calendar": "Kalender",
    "/timeline": "Zeitleiste",
    "/clients": "Bildschirme & Gruppen",
    "/periods": "Perioden & Ferien",
    "/settings": "Einstellungen",
}
SCREENS: Final = 12
WATCHED: Final = ("/", "/monitoring", "/timeline", "/clients")
WATCH_SECONDS: Final = 20


def furnish(session: Session) -> None:
    """Fill the demo school with screens that run, and let somebody in who may see all pages."""
    add_demo_school(session)
    now = utc_now()
    add_user(session, "anna", PASSWORD, Role.SUPERADMIN, actor=SYSTEM, now=now)
    groups = [group.id for group in session.scalars(select(ClientGroup))]
    for number in range(1, SCREENS + 1):
        screen = add_client(session, number, group_id=groups[number % len(groups)])
        screen.last_alive, screen.process_status = now, ProcessStatus.RUNNING


def seconds_of(act: Callable[[], object]) -> float:
    """Return how long it takes on the wall clock."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def show(page: Page, title: str) -> None:
    """Wait for a page's heading."""
    page.locator("h1", has_text=title).wait_for(state="attached")


def open_empty(page: Page, url: str) -> None:
    """Open the empty page."""
    page.goto(url + EMPTY)
    page.get_by_test_id("stAlert").wait_for()


def measure_round(page: Page, url: str) -> dict[str, dict[str, float]]:
    """Return each page's two times as ratios to the empty page's first paint."""

    def open_page(path: str, title: str) -> None:
        page.goto(url + path)
        show(page, title)

    def click(title: str) -> None:
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
        show(page, title)

    empty = seconds_of(lambda: open_empty(page, url))
    found = {}
    for path, title in PAGES.items():
        paint = seconds_of(partial(open_page, path, title))
        open_empty(page, url)
        change = seconds_of(partial(click, title))
        found[path] = {
            "paint_ms": paint * 1000,
            "click_ms": change * 1000,
            "paint": paint / empty,
            "click": change / empty,
        }
    return found


def weigh(browser: Browser, url: str, path: str) -> dict[str, float]:
    """Return a first visit's requests and bytes, and what watching the page brings."""
    page = new_page(browser)
    traffic = Traffic(page)
    sign_in(page, url, "anna", PASSWORD, path=path)
    show(page, PAGES[path])
    page.wait_for_load_state("networkidle")
    found: dict[str, float] = {
        "requests": len(traffic.urls),
        "own": len(traffic.own_urls),
        "refused": len(traffic.refused),
        "kilobytes": round(traffic.body_bytes / 1000),
    }
    if path in WATCHED:
        before = traffic.socket_bytes
        page.wait_for_timeout(WATCH_SECONDS * 1000)
        found["watched_kilobytes"] = round((traffic.socket_bytes - before) / 1000, 1)
    page.context.close()
    return found


def _best(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(min(one[name] for one in rounds), 2) for name in rounds[0]}


def run(rounds: int) -> dict[str, Any]:
    """Run the benchmark and return its figures."""
    with (
        tempfile.TemporaryDirectory() as directory,
        running_console(Path(directory), furnish, HEARTBEAT_GRACE_PERIOD_DEV="3600") as console,
        chromium() as browser,
    ):
        page = new_page(browser)
        sign_in(page, console.url, "anna", PASSWORD)
        measure_round(page, console.url)  # fills the browser's cache and the server's
        measured = [measure_round(page, console.url) for _round in range(rounds)]
        page.context.close()
        figures: dict[str, Any] = {
            path: _best([one[path] for one in measured]) | weigh(browser, console.url, path)
            for path in PAGES
        }
    figures["holds"] = all(
        max(figures[path]["paint"], figures[path]["click"]) <= MOST_TIMES_EMPTY for path in PAGES
    )
    return figures


if __name__ == "__main__":
    measure(run, __doc__, rounds=3)
