"""The search over everything by keyboard and by mouse, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser import click, keep_screenshot, new_page, sign_in, watch_foreign_requests
from tests.support.console_process import (
    PASSWORD,
    PLANNER,
    RunningConsole,
    add_demo_school,
    running_console,
)

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with running_console(tmp_path_factory.mktemp("finder"), add_demo_school) as running:
        yield running


@pytest.fixture
def page(browser: Browser, school: RunningConsole) -> Iterator[Page]:
    opened = new_page(browser)
    sign_in(opened, school.url, PLANNER, PASSWORD)
    expect(opened.get_by_role("button", name="Überall suchen")).to_be_visible()
    yield opened
    opened.context.close()


def test_the_keyboard_finds_a_group_and_goes_there(page: Page) -> None:
    foreign = watch_foreign_requests(page)
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Überall suchen")
    expect(box).to_be_focused()
    box.press_sequentially("aula")
    options = page.get_by_role("option")
    expect(options.first).to_have_attribute("aria-selected", "true")
    keep_screenshot(page, "finder")
    expect(page.get_by_role("group", name="Raumgruppen")).to_contain_text("Aula")
    group = page.get_by_role("group", name="Raumgruppen").get_by_role("option").first
    for _ in range(options.count()):
        if group.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/monitoring\?group=\d+"))
    assert foreign == []


def test_the_mouse_opens_it_and_escape_leaves_all_as_it_was(page: Page) -> None:
    click(page.get_by_role("button", name="Überall suchen"))
    box = page.get_by_role("combobox", name="Überall suchen")
    box.fill("gibt es nicht")
    expect(page.locator(".is-finder").get_by_role("status")).to_have_text(
        "Nichts hat einen Namen mit diesen Wörtern."
    )
    page.keyboard.press("Escape")
    expect(page.locator(".is-finder")).to_have_count(0)
    expect(page.get_by_role("button", name="Überall suchen")).to_be_focused()


def test_the_second_press_closes_it(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.locator(".is-finder")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.locator(".is-finder")).to_have_count(0)
