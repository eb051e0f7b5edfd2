"""The whole way of a presentation, as a teacher goes it: from a PowerPoint to a screen's page 2."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from infoscreen_core.clock import utc_now
from tests.support.browser import choose, chromium, click, keep_screenshot, new_page, pick, sign_in
from tests.support.installation import Installation, run_infoscreen
from tests.support.media.documents import COLORS, color_of
from tests.support.media.dropping import drop
from tests.support.media.office_files import pptx
from tests.support.ports import wait_until
from workers.simulator.identity import PlayerIdentity

pytestmark = pytest.mark.timeout(420)

NAME = "Chorkonzert.pptx"
LONG_MS = 180_000
SECONDS_PER_PAGE = 10
NEAR = 24
"""Compression changes a colour by less; the pages' colours differ by far more."""


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("glass"), demo=1)
    running.start()
    running.wait_ready()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(installation: Installation) -> Iterator[Page]:
    """Signed in once, for all of the way."""
    with chromium() as browser:
        page = new_page(browser, width=1440, height=950)
        url = installation.state()["console_url"]
        sign_in(page, url, "admin", installation.first_password(), path="/library")
        yield page


def test_a_dropped_presentation_shows_its_second_page_on_a_screen(
    installation: Installation, page: Page, tmp_path: Path
) -> None:
    slides = ["", "", ""]
    drop(page, {NAME: pptx(tmp_path / NAME, slides, colors=COLORS).read_bytes()})
    expect(_tile(page)).to_contain_text("Bereit", timeout=LONG_MS)
    expect(_tile(page)).to_contain_text("3 Seiten")
    keep_screenshot(page, "library-converted")
    _plan(page, installation.state()["console_url"])

    wait_until(
        lambda: _shown_page(installation, page) == 2,
        what="page 2 on the picture of the screen",
        seconds=180,
        pause=1,
    )
    page.goto(f"{installation.state()['console_url']}/")
    expect(page.get_by_text("Chorkonzert", exact=True).first).to_be_visible()
    keep_screenshot(page, "overview-shows-page-2")


def _tile(page: Page) -> Locator:
    return page.locator(".is-tile").filter(has_text=NAME).first


def _plan(page: Page, console_url: str) -> None:
    """Plan it for the first group, from yesterday on: so it is on now, at any time of day."""
    yesterday = utc_now().astimezone(ZoneInfo("Europe/Vienna")).date() - timedelta(days=1)
    page.goto(f"{console_url}/calendar?date={yesterday}")
    click(page.get_by_role("button", name="Termin planen"))
    page.get_by_label("Titel", exact=True).fill("Chorkonzert")
    pick(page.get_by_role("radio", name="Präsentation"))
    click(_tile(page).get_by_role("button"))
    expect(page.locator(".is-event-file")).to_contain_text(NAME)
    page.get_by_label("Sekunden je Seite").fill(str(SECONDS_PER_PAGE))
    choose(page, page.get_by_label("Raumgruppen", exact=True), "Foyer")
    page.keyboard.press("Escape")
    click(page.get_by_text("Ganztägig"))
    choose(page, page.get_by_label("Wiederholung", exact=True), re.compile("^täglich$"))
    click(page.get_by_text("Weitere Angaben", exact=True))
    pick(page.get_by_role("radio", name="hoch", exact=True))
    keep_screenshot(page, "event-with-a-presentation")
    page.get_by_role("button", name="Termin anlegen").first.click()


def _shown_page(installation: Installation, page: Page) -> int | None:
    """Return which page the latest picture of the screen shows; None for anything else.

    The screen is asked for another picture: those that it sends by itself are a minute apart, and
    may show the same page each time.
    """
    run_infoscreen("simulate", "--tell", "picture 1", environment=installation.environment)
    address = f"/screenshots/{PlayerIdentity('demo', 1).uuid}.jpg"
    answer = page.request.get(installation.state()["console_url"] + address)
    if not answer.ok:
        return None
    found = color_of(answer.body())
    for number, color in enumerate(COLORS, 1):
        wanted = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
        if all(abs(a - b) <= NEAR for a, b in zip(found, wanted, strict=True)):
            return number
    return None
