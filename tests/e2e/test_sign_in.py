"""The shell in a browser: sign-in, frame, back and forward, and what it says during outages."""

import hashlib
import os
import random
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import text
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, ClientScreenshot
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import PictureType, ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.actor import SYSTEM
from tests.support.browser import click, keep_screenshot, new_page, sign_in, watch_foreign_requests
from tests.support.console_process import PASSWORD, RunningConsole, running_console, start_console
from tests.support.people import add_client, add_user, uuid_of
from tests.support.ports import free_port, is_open, wait_until
from tests.support.record import judge_all
from tests.support.visits.traffic import Traffic
from tests.support.visits.walks import Walk

pytestmark = pytest.mark.timeout(300)

BANNER_MS = 60_000
"""It looks every ten seconds; on a machine held up by other tests a look or two may come late."""

STOP_SECONDS = 5.0
STEPS = 8

OWN_REQUESTS = 12
"""At the first visit, from the door to the page, beside the libraries' programs."""
FIRST_VISIT_BYTES = 1_300_000
"""Streamlit's program and fonts, compressed; 3 MB as they lie on the disk."""
IDLE_BYTES_A_SECOND = 1000
REFRESH_SECONDS = 10
"""Between two renewals of the overview."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    data_dir = tmp_path_factory.mktemp("shell")
    with running_console(
        data_dir,
        partial(_furnish, data_dir=data_dir),
        with_workers=False,
        HEARTBEAT_GRACE_PERIOD_DEV="900",  # for the screen that runs: nobody reports
    ) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = new_page(browser)
    yield opened
    opened.context.close()


def _furnish(session: Session, *, data_dir: Path) -> None:
    """Two people; two groups; a screen that runs, with a picture, and one that is silent."""
    now = utc_now()
    folder = data_dir / "screenshots" / uuid_of(1)
    folder.mkdir(parents=True)
    Image.new("RGB", (640, 360), "#27496D").save(folder / "one.jpg")
    content = (folder / "one.jpg").read_bytes()
    for name, role in (("anna", Role.SUPERADMIN), ("gast", Role.USER)):
        add_user(session, name, PASSWORD, role, actor=SYSTEM, now=now)
    for number, name in enumerate(("Foyer", "Labor"), start=1):
        session.add(ClientGroup(id=number, name=name, sort_order=number, created_at=now))
    session.flush()
    alive = add_client(session, 1, description="Aula links", group_id=1)
    alive.last_alive, alive.process_status = now, ProcessStatus.RUNNING
    add_client(session, 2, description="Physik", group_id=2, last_alive=now - timedelta(minutes=20))
    session.add(
        ClientScreenshot(
            client_uuid=uuid_of(1),
            type=PictureType.PERIODIC,
            filename="one.jpg",
            captured_at=now,
            received_at=now,
            md5=hashlib.md5(content, usedforsecurity=False).hexdigest(),
            size=len(content),
            width=640,
            height=360,
            screen_health=ScreenHealth.OK,
        )
    )
    judge_all(session, now=now, grace=timedelta(seconds=900))


def test_the_door_refuses_and_admits_and_leads_on(console: RunningConsole, page: Page) -> None:
    foreign = watch_foreign_requests(page)
    page.goto(f"{console.url}/client?uuid={uuid_of(1)}")
    keep_screenshot(page, "sign-in")
    page.get_by_label("Benutzername").fill("anna")
    page.get_by_label("Passwort").fill("falsch")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Benutzername oder Passwort ist falsch.")
    page.get_by_label("Passwort").fill(PASSWORD)
    click(page.get_by_role("button", name="Anmelden"))
    expect(page.get_by_role("heading", name="Aula links")).to_be_visible()
    expect(page).to_have_title("Bildschirm · Infoscreen")
    keep_screenshot(page, "screen")
    assert foreign == []


def test_pages_follow_the_role_and_sign_out_ends_the_visit(
    console: RunningConsole, page: Page
) -> None:
    sign_in(page, console.url, "gast", PASSWORD)
    expect(page.get_by_text("1 von 2 Bildschirmen laufen · 1 Vorfall")).to_be_visible()
    expect(page.get_by_role("link", name="Kalender", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Bildschirme & Gruppen")).to_have_count(0)
    click(page.get_by_role("button", name="Abmelden"))
    expect(page).to_have_url(f"{console.url}/login")
    page.goto(f"{console.url}/monitoring")
    expect(page).to_have_url(f"{console.url}/login?next=/monitoring")


def test_a_language_is_chosen_and_kept(console: RunningConsole, page: Page) -> None:
    sign_in(page, console.url, "gast", PASSWORD)
    click(page.get_by_text("English", exact=True))
    expect(page.get_by_text("1 of 2 screens are running · 1 incident")).to_be_visible()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="Overview")).to_be_visible()
    click(page.get_by_text("Deutsch", exact=True))
    expect(page.get_by_role("link", name="Übersicht")).to_be_visible()


@pytest.mark.parametrize("seed", [1, 2])
def test_back_and_forward_find_every_page_as_it_was_left(
    console: RunningConsole, page: Page, seed: int
) -> None:
    sign_in(page, console.url, "anna", PASSWORD, path="/monitoring")
    expect(page.locator(".is-fresh")).to_be_visible()  # below all else
    walk = Walk(page, random.Random(seed))
    with console.signs_of_life():  # or a warning comes and goes meanwhile
        expect(page.get_by_text("4 Dienste schweigen")).to_have_count(0)
        walk.begin()
        for _ in range(STEPS):
            walk.step()
        walk.go_back_to_the_beginning()


@pytest.mark.parametrize(
    ("name", "width", "height", "is_dark"),
    [
        ("1280-light", 1280, 900, False),
        ("1920-dark", 1920, 1080, True),
        ("phone-light", 390, 844, False),
    ],
)
def test_the_overview_fits_the_window(
    console: RunningConsole, browser: Browser, name: str, width: int, height: int, *, is_dark: bool
) -> None:
    page = new_page(browser, width=width, height=height, is_dark=is_dark)
    page.goto(console.url)
    page.get_by_label("Benutzername").fill("anna")
    page.get_by_label("Passwort").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 von 2 Bildschirmen laufen")).to_be_visible()
    expect(page.locator(".is-card").first).to_be_visible()
    keep_screenshot(page, f"overview-{name}")
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    page.context.close()


def test_a_broker_that_is_away_and_workers_that_are_silent_are_said_and_unsaid(
    console: RunningConsole, page: Page
) -> None:
    sign_in(page, console.url, "anna", PASSWORD)
    with console.signs_of_life(is_broker_connected=False):
        broker_away = page.get_by_text("Nachrichten-Broker antwortet nicht")
        expect(broker_away).to_be_visible(timeout=BANNER_MS)
        keep_screenshot(page, "broker-away")
    names = "listener, scheduler, dispatcher, fetcher, converter"
    silent = page.get_by_text(f"5 Dienste schweigen: {names}")
    expect(silent).to_be_visible(timeout=BANNER_MS)
    click(silent)
    expect(page.get_by_text("„dispatcher“ schweigt seit")).to_be_visible()
    keep_screenshot(page, "workers-silent")
    with console.signs_of_life():
        expect(silent).to_have_count(0, timeout=BANNER_MS)


def test_a_first_visit_is_light_and_asks_for_nothing_that_is_not_there(
    console: RunningConsole, page: Page
) -> None:
    traffic = Traffic(page)
    sign_in(page, console.url, "anna", PASSWORD, path="/monitoring")
    expect(page.get_by_text("Aula links").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert traffic.refused == []
    own = [url for url in traffic.own_urls if not url.endswith("/healthz")]
    assert len(own) <= OWN_REQUESTS, own
    assert traffic.body_bytes < FIRST_VISIT_BYTES


def test_a_page_that_is_only_watched_brings_little(console: RunningConsole, page: Page) -> None:
    sign_in(page, console.url, "anna", PASSWORD)
    fresh = page.locator(".is-fresh")
    expect(fresh).to_be_visible()
    page.wait_for_load_state("networkidle")
    traffic, began = Traffic(page), time.monotonic()
    for _renewal in range(2):
        expect(fresh).not_to_have_text(fresh.inner_text())
    seconds = max(time.monotonic() - began, 2 * REFRESH_SECONDS)  # the first was nearly due
    assert 0 < traffic.socket_bytes < IDLE_BYTES_A_SECOND * seconds


def test_a_console_that_hangs_says_so_itself_and_keeps_what_was_typed(
    console: RunningConsole, page: Page
) -> None:
    sign_in(page, console.url, "anna", PASSWORD, path="/settings")
    name = page.get_by_role("textbox", name="Name der Schule")
    name.press_sequentially("Gymnasium am See")
    sentence = page.get_by_role("alert").filter(has_text="Die Konsole antwortet nicht.")
    expect(sentence).to_have_count(0)
    os.kill(console.pid, signal.SIGSTOP)
    try:
        expect(sentence).to_contain_text(re.compile(r"ist von \d\d:\d\d:\d\d, \d+ (s|min) alt"))
        shown = sentence.inner_text()
        expect(sentence).not_to_have_text(shown)  # it counts on
        keep_screenshot(page, "console-hangs")
    finally:
        os.kill(console.pid, signal.SIGCONT)
    expect(sentence).to_have_count(0)
    expect(name).to_have_value("Gymnasium am See")


def test_a_browser_that_was_busy_itself_does_not_blame_the_console(
    console: RunningConsole, page: Page
) -> None:
    sign_in(page, console.url, "gast", PASSWORD)
    with page.expect_response("**/healthz"):
        pass
    told = page.evaluate(
        """async () => {
            const end = performance.now() + 10_000;
            while (performance.now() < end);
            await new Promise((done) => setTimeout(done, 1500));
            return document.querySelector("#is-connection") !== null;
        }"""
    )
    assert not told


def test_a_session_that_ends_leads_back_to_the_door(console: RunningConsole, page: Page) -> None:
    sign_in(page, console.url, "gast", PASSWORD)
    page.context.request.post(f"{console.url}/logout")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()


def test_a_database_that_fails_is_said_and_the_page_comes_back_by_itself(
    console: RunningConsole, page: Page
) -> None:
    sign_in(page, console.url, "anna", PASSWORD)
    expect(page.get_by_text("Foyer").first).to_be_visible()
    _rename_table(console, "user_sessions", "user_sessions_away")
    try:
        page.reload()  # whoever is confirmed already goes on looking at what is known
        expect(page.get_by_text("Die Datenbank antwortet nicht").first).to_be_visible()
        expect(page.get_by_role("button", name="Jetzt noch einmal versuchen")).to_be_visible()
        expect(page.get_by_text("Traceback")).to_have_count(0)
        keep_screenshot(page, "database-away")
    finally:
        _rename_table(console, "user_sessions_away", "user_sessions")
    expect(page.get_by_text("Foyer").first).to_be_visible()
    expect(page.get_by_text("Die Datenbank antwortet nicht")).to_have_count(0)


def test_sigterm_ends_the_console_at_once_although_a_page_is_open(
    tmp_path: Path, console: RunningConsole, browser: Browser
) -> None:
    port = free_port()
    with console.sessions() as session:
        url = str(session.get_bind().engine.url)
    page = new_page(browser)
    with _started(tmp_path, port, url) as process:
        sign_in(page, f"http://127.0.0.1:{port}", "gast", PASSWORD, path="/calendar?view=day")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=STOP_SECONDS) in {0, -signal.SIGTERM}
    page.context.request.post(f"{console.url}/logout")
    with _started(tmp_path, port, url):
        bar = page.locator("#is-connection")
        expect(bar).to_contain_text("Die Sitzung ist beendet.", timeout=BANNER_MS)
        keep_screenshot(page, "console-restarted")
        click(bar.get_by_role("link", name="Anmelden"))
        expect(page).to_have_url(re.compile(r"/login\?next=/calendar%3F.*view%3Dday"))
    page.context.close()


@contextmanager
def _started(data_dir: Path, port: int, url: str) -> Iterator[subprocess.Popen[bytes]]:
    with start_console(data_dir, port, DB_CONN=url) as process:
        try:
            wait_until(lambda: is_open(port), seconds=60, what="the console's port")
            yield process
        finally:
            process.kill()


def _rename_table(console: RunningConsole, name: str, new_name: str) -> None:
    """Take away what every page needs, as a database that is being repaired does."""
    with console.sessions.begin() as session:
        session.execute(text(f"ALTER TABLE {name} RENAME TO {new_name}"))
