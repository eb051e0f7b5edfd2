"""One language at a time: what changing it on the way keeps."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from infoscreen_core.domain.people.roles import Role
from tests.support.browser import choose, click, keep_screenshot, new_page, pick
from tests.support.console_process import RunningConsole
from tests.support.visits.one_language import switch_language
from tests.support.visits.walk import key, rest, sign_in_as, walked_console

pytestmark = pytest.mark.timeout(600)

SWITCH = key("shell-language")


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with walked_console(tmp_path_factory.mktemp("walk")) as running:
        yield running


@pytest.fixture
def page(console: RunningConsole, browser: Browser) -> Iterator[Page]:
    page = new_page(browser)
    sign_in_as(page, console, Role.ADMIN)
    page.goto(f"{console.url}/clients")
    expect(page.locator(SWITCH)).to_be_visible()
    switch_language(page, "de")
    yield page
    page.context.close()


def test_what_is_chosen_speaks_the_language_that_was_changed_to(page: Page) -> None:
    choose(page, page.get_by_role("combobox", name="Raumgruppe"), "Nicht zugeordnet")
    click(page.get_by_role("link", name="Kalender"))
    period = page.get_by_role("combobox", name="Periode")
    expect(period).to_have_value("Alle Perioden")
    switch_language(page, "en")
    expect(page.get_by_role("combobox", name="Academic period")).to_have_value("All periods")
    expect(page.get_by_role("radio", name="Week")).to_be_checked()
    click(page.get_by_role("link", name="Screens & groups"))
    order = page.get_by_role("combobox", name="Order")
    choose(page, order, "By name")
    switch_language(page, "de")
    order = page.get_by_role("combobox", name="Reihenfolge")
    expect(order).to_have_value("Nach Name")
    page.locator(f"{key('roster-screens')} .is-entry .is-tick").first.click()
    expect(page.locator(key("clients-assign-many"))).to_be_visible()
    expect(order).to_have_value("Nach Name")
    expect(page).to_have_url(re.compile("order=name"))


def test_what_a_form_has_taken_outlives_a_change_of_language(page: Page) -> None:
    click(page.get_by_role("link", name="Kalender"))
    click(page.locator(f"{key('calendar-new')} button"))
    form = page.locator(key("card-event-form"))
    choose(page, form.get_by_label("Wiederholung", exact=True), "wöchentlich")
    pick(form.get_by_role("radio", name="Mitteilung"))
    form.get_by_label("Text am Bildschirm").fill("Xm 1")
    rest(page)
    form.get_by_label("Titel", exact=True).fill("Xt 1")
    click(page.locator(SWITCH).get_by_text("English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(form.get_by_label("Repeats", exact=True)).to_have_value("weekly")
    expect(form.get_by_label("Title", exact=True)).to_have_value("Xt 1")
    expect(form.get_by_label("Text on the screen")).to_have_value("Xm 1")
    click(form.get_by_text("All day", exact=True))
    expect(form.locator("[class*=start_time]")).to_have_count(0)
    expect(form.get_by_label("Repeats", exact=True)).to_have_value("weekly")
    expect(form.get_by_role("radio", name="Message")).to_be_checked()
    expect(form.get_by_label("Title", exact=True)).to_have_value("Xt 1")
    keep_screenshot(page, "one-language-form")


def test_unsaved_settings_outlive_a_change_of_language(page: Page) -> None:
    click(page.get_by_role("link", name="Einstellungen"))
    page.get_by_role("textbox", name="Name der Schule").fill("Xn 1")
    click(page.locator(SWITCH).get_by_text("English"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("textbox", name="Name of the school")).to_have_value("Xn 1")


def test_the_date_picker_names_days_as_the_page_does(page: Page) -> None:
    click(page.get_by_role("link", name="Perioden & Ferien"))
    click(page.locator(f"{key('period-new')} button"))
    for language, day in (("de", "Montag"), ("en", "Monday")):
        switch_language(page, language)
        picker = page.locator(f"{key('card-period-form')} [data-testid=stDateInput] button").first
        click(picker)
        expect(page.get_by_role("button", name=re.compile(day)).first).to_be_visible()
        page.keyboard.press("Escape")
