"""Logs and a screen's past in a browser: what a drag, a dot and a slider do."""

import random
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.screens.clients import remove_clients
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.settings import Settings
from tests.support.browser import click, go_back, keep_screenshot, new_page, sign_in
from tests.support.console_process import (
    PASSWORD,
    RunningConsole,
    running_console,
)
from tests.support.log_lines import store_lines
from tests.support.people import add_client, add_user, uuid_of
from tests.support.screens.kept_pictures import WIDTH, keep_picture

pytestmark = pytest.mark.timeout(300)

ADMIN = "verwalterin"
MESSAGES = {
    LogLevel.ERROR: ("no signal on hdmi1 for {} s", "cannot open /var/lib/player/{}.mp4: ENOENT"),
    LogLevel.WARN: ("dropped {} frames", "retry {} of 10 to reach 10.0.0.{}:1883"),
    LogLevel.INFO: ("event {} started", "cache holds {} MB", "picture taken in {} ms"),
}


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """Three screens that logged over two days; nobody else writes to it."""
    data_dir = tmp_path_factory.mktemp("logs")
    with running_console(data_dir, lambda session: furnish(session, data_dir)) as running:
        yield running


def furnish(session: Session, data_dir: Path) -> None:
    bootstrap(session, Settings(_env_file=None), now=utc_now())
    add_user(session, ADMIN, PASSWORD, Role.ADMIN, actor=SYSTEM, now=utc_now())
    for number, name in enumerate(("Aula links", "Labor", "Bibliothek"), 1):
        add_client(session, number, description=name)
    chance, now = random.Random(5), utc_now()
    lines = []
    for minutes in range(3, 2_880, 4):
        level = chance.choices(list(MESSAGES), (1, 2, 9))[0]
        message = chance.choice(MESSAGES[level]).format(*(chance.randint(1, 99) for _ in "xx"))
        at = now - timedelta(minutes=minutes, milliseconds=chance.randint(0, 999))
        lines.append((chance.randint(1, 3), level, at, message))
    store_lines(session, lines)
    for minutes, color in ((40, "#345"), (5, "#a63")):
        at = now - timedelta(minutes=minutes)
        keep_picture(session, data_dir, uuid_of(1), color, at=at)


@pytest.fixture(scope="module")
def page(school: RunningConsole, browser: Browser) -> Page:
    page = new_page(browser)
    sign_in(page, school.url, ADMIN, PASSWORD, path="/logs")
    return page


def test_a_drag_over_the_bars_looks_at_that_time_and_back_undoes_it(page: Page) -> None:
    expect(page.locator(".nsewdrag")).to_be_visible()
    expect(page.locator("[class*=st-key-log-line-] button")).to_have_count(50)
    keep_screenshot(page, "logs")
    box = page.locator(".nsewdrag").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.40, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.45, middle, steps=4)
    page.mouse.move(box["x"] + box["width"] * 0.50, middle, steps=4)
    page.mouse.up()
    expect(page).to_have_url(re.compile(r"[?&]from=\d{8}T\d{6}Z&to=\d{8}T\d{6}Z"))
    expect(page.locator(".st-key-logs-whole button")).to_be_visible()
    drawn = page.locator("[class*=st-key-log-line-] button").count()
    assert 0 < drawn <= 50
    go_back(page)
    expect(page.locator(".st-key-logs-whole button")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("from="))


def test_new_lines_and_their_number_come_by_themselves(page: Page, school: RunningConsole) -> None:
    page.goto(f"{school.url}/logs?hours=6")
    said = page.locator(".st-key-logs-said")
    newest = page.locator("[class*=st-key-log-line-] button").first
    expect(said).to_contain_text("in den letzten 6 Stunden")
    told = said.inner_text()
    with school.sessions.begin() as session:
        store_lines(session, [(2, LogLevel.ERROR, utc_now(), "just now")])
    expect(newest).to_contain_text("just now")
    expect(said).not_to_have_text(told, timeout=60_000)
    click(page.get_by_role("button", name="Neue Zeilen anhalten"))
    expect(page).to_have_url(re.compile(r"[?&]page=\d+-\d+"))
    keep_screenshot(page, "logs-paused")
    with school.sessions.begin() as session:
        store_lines(session, [(2, LogLevel.ERROR, utc_now(), "after the stop")])
    click(page.get_by_role("button", name="Weiterlaufen lassen"))
    expect(newest).to_contain_text("after the stop")


def test_a_dot_shows_its_picture_and_a_slider_compares_two(
    page: Page, school: RunningConsole
) -> None:
    page.goto(f"{school.url}/client?uuid={uuid_of(1)}&span=1h")
    dots = page.locator(".is-dot > button")
    expect(dots).to_have_count(2)
    dots.last.focus()
    shown = page.locator(".is-dot-shows img").last
    expect(shown).to_be_visible()
    expect(shown).to_have_js_property("naturalWidth", WIDTH)
    expect(page.locator(".is-past-words")).to_have_text(re.compile("regelmäßig"))
    expect(page.locator(".is-dot-shows img").first).to_be_hidden()
    keep_screenshot(page, "screen-past")
    slider = page.get_by_role("slider", name="Wie viel vom früheren Bild")
    frame = page.locator(".is-compare")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(frame).to_have_attribute("style", re.compile(r"--cut: ?51%"))
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.25, box["y"] + box["height"] / 2)
    expect(frame).to_have_attribute("style", re.compile(r"--cut: ?2\d%"))
    keep_screenshot(page, "screen-compare")


def test_a_view_is_saved_and_its_link_shared(page: Page, school: RunningConsole) -> None:
    page.goto(f"{school.url}/logs?level=ERROR&hours=72")
    opener = page.locator(".st-key-views-open button")
    dialog = page.get_by_role("dialog")
    click(opener)
    dialog.get_by_label("Name").fill("Fehler dreier Tage")
    click(dialog.get_by_text("Für alle, die die Seite öffnen dürfen"))
    keep_screenshot(page, "views-save")
    click(dialog.get_by_role("button", name="Ansicht speichern"))
    expect(dialog).to_have_count(0)
    page.goto(f"{school.url}/views/1")
    expect(page).to_have_url(re.compile(r"/logs\?level=ERROR&hours=72$"))
    click(opener)
    expect(dialog.get_by_role("link", name="Link Fehler dreier Tage")).to_be_visible()
    keep_screenshot(page, "views")
    page.goto(f"{school.url}/logs")
    click(opener)
    click(dialog.get_by_role("button", name="Fehler dreier Tage", exact=True))
    expect(page).to_have_url(
        re.compile(r"/logs\?hours=72&level=ERROR$|/logs\?level=ERROR&hours=72$")
    )


def test_the_report_of_a_month_prints_with_its_name(page: Page, school: RunningConsole) -> None:
    today = to_local(utc_now(), load_zone("Europe/Vienna"))
    page.goto(f"{school.url}/analysis/report?month={today:%Y-%m}")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Monatsbericht")
    keep_screenshot(page, "monthly-report")
    printed = page.pdf(prefer_css_page_size=True)
    (title,) = re.findall(rb"/Title <([0-9A-F]+)>", printed)
    name = bytes.fromhex(title.decode()).decode("utf-16")
    assert name.startswith(page.get_by_role("heading", level=1).inner_text())
    assert name.startswith("Monatsbericht ")
    assert str(today.year) in name
    assert printed.count(b"/Type /Page\n") >= 1


def test_the_enter_key_confirms_a_form_whose_buttons_stand_as_ever(
    page: Page, school: RunningConsole
) -> None:
    page.goto(f"{school.url}/logs?level=WARN")
    dialog = page.get_by_role("dialog")
    click(page.locator(".st-key-views-open button"))
    dialog.get_by_label("Name").fill("Warnzeilen")
    cancel = dialog.get_by_role("button", name="Abbrechen")
    save = dialog.get_by_role("button", name="Ansicht speichern")
    left, right = cancel.bounding_box(), save.bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] < right["x"]
    dialog.get_by_label("Name").press("Enter")
    expect(dialog).to_have_count(0)
    click(page.locator(".st-key-views-open button"))
    expect(dialog.get_by_role("button", name="Warnzeilen", exact=True)).to_be_visible()


def test_a_screen_that_is_removed_while_its_page_is_open_is_said_to_be_gone(
    page: Page, school: RunningConsole
) -> None:
    page.goto(f"{school.url}/client?uuid={uuid_of(3)}")
    expect(page.get_by_role("heading", name="Bibliothek")).to_be_visible()
    with school.sessions.begin() as session:
        remove_clients(session, [uuid_of(3)], actor=SYSTEM, now=utc_now())
    expect(page.get_by_text("Diesen Bildschirm gibt es nicht")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Bibliothek")).to_have_count(0)
