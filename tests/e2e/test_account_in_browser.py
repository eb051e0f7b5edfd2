"""One's own account in a browser: light or dark, a new password, other sessions."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from tests.support.browser import click, keep_screenshot, new_page, sign_in
from tests.support.console_process import (
    PASSWORD,
    PLANNER,
    RunningConsole,
    add_demo_school,
    running_console,
)
from tests.support.http.second_factor import app_code, wrong_code
from tests.support.people import add_user
from tests.support.visits.walk import rest

pytestmark = pytest.mark.timeout(300)

CHANGER = "wechslerin"
ENROLLER = "vorsichtige"
NEW_PASSWORD = "sieben blaue Fahrräder"
LIGHT, DARK = "rgb(245, 246, 248)", "rgb(18, 22, 28)"
"""The grounds of the two themes."""


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with running_console(tmp_path_factory.mktemp("account"), _furnish) as running:
        yield running


def _furnish(session: Session) -> None:
    add_demo_school(session)
    for name in (CHANGER, ENROLLER):
        add_user(session, name, PASSWORD, Role.USER, actor=SYSTEM, now=utc_now())


def open_account(page: Page, console: RunningConsole, name: str, password: str = PASSWORD) -> None:
    sign_in(page, console.url, name, password, path="/account")
    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    rest(page)


def ground(page: Page) -> Locator:
    return page.locator("[data-testid=stApp]")


def choose_brightness(page: Page, word: str) -> None:
    click(page.locator(".st-key-account-theme").get_by_text(word, exact=True))
    rest(page)


def color_scheme(page: Page) -> str:
    """What dialogs follow, which hang outside the app."""
    return str(page.evaluate("getComputedStyle(document.documentElement).colorScheme"))


def test_light_or_dark_holds_at_once_everywhere_and_from_then_on(
    browser: Browser, console: RunningConsole
) -> None:
    page = new_page(browser, width=1280, height=1000)
    open_account(page, console, PLANNER)
    expect(ground(page)).to_have_css("background-color", LIGHT)
    page.get_by_label("Name", exact=True).fill("noch nicht gespeichert")
    choose_brightness(page, "Dunkel")
    expect(ground(page)).to_have_css("background-color", DARK)
    assert color_scheme(page) == "dark"
    # The document stayed, so nothing that was typed is lost.
    expect(page.get_by_label("Name", exact=True)).to_have_value("noch nicht gespeichert")
    keep_screenshot(page, "account-dark")
    click(page.get_by_role("link", name="Kalender"))
    expect(ground(page)).to_have_css("background-color", DARK)
    page.goto(f"{console.url}/timeline")
    expect(ground(page)).to_have_css("background-color", DARK)

    elsewhere = new_page(browser)  # another browser of the same person, on a light machine
    open_account(elsewhere, console, PLANNER)
    expect(ground(elsewhere)).to_have_css("background-color", DARK)
    choose_brightness(elsewhere, "Hell")
    expect(ground(elsewhere)).to_have_css("background-color", LIGHT)
    elsewhere.emulate_media(color_scheme="dark")
    expect(ground(elsewhere)).to_have_css("background-color", LIGHT)
    elsewhere.reload()
    rest(elsewhere)
    expect(ground(elsewhere)).to_have_css("background-color", LIGHT)
    choose_brightness(elsewhere, "Wie das Gerät")
    expect(ground(elsewhere)).to_have_css("background-color", DARK)
    elsewhere.emulate_media(color_scheme="light")
    expect(ground(elsewhere)).to_have_css("background-color", LIGHT)
    page.context.close()
    elsewhere.context.close()


def test_how_strong_a_password_is_is_said_while_it_is_typed_and_it_is_changed(
    browser: Browser, console: RunningConsole
) -> None:
    page, other = new_page(browser, width=1280, height=1000), new_page(browser)
    open_account(other, console, CHANGER)
    open_account(page, console, CHANGER)
    page.locator(".st-key-account-password-current input").fill(PASSWORD)
    new = page.get_by_label("Neues Passwort", exact=True)
    new.press_sequentially("passwort123")
    expect(page.locator(".is-strength.is-refused")).to_contain_text("ersten, die jemand")
    new.fill("")
    new.press_sequentially(NEW_PASSWORD)
    expect(page.locator(".is-strength.is-strong")).to_have_text("Stark.")
    expect(new).to_be_focused()
    keep_screenshot(page, "account-password")
    page.get_by_label("Neues Passwort noch einmal").fill(NEW_PASSWORD)
    click(page.get_by_role("button", name="Passwort ändern"))
    expect(page.get_by_text("Ihr Passwort wurde geändert")).to_be_visible()
    other.reload()
    expect(other.get_by_text("Ihr Passwort wurde geändert")).to_be_visible()
    open_account(page, console, CHANGER, NEW_PASSWORD)
    page.context.close()
    other.context.close()


def test_a_second_factor_is_set_up_and_asked_for(browser: Browser, console: RunningConsole) -> None:
    page = new_page(browser, width=1280, height=1200)
    open_account(page, console, ENROLLER)
    card = page.locator(".st-key-card-account-second-factor")
    card.get_by_label("Aktuelles Passwort").fill(PASSWORD)
    click(card.get_by_role("button", name="Einrichten"))
    picture = page.get_by_role("img", name="QR-Code")
    expect(picture).to_be_visible()
    assert int(picture.evaluate("one => one.naturalWidth")) > 100  # else it is a broken one
    secret = card.locator("code").inner_text()
    keep_screenshot(page, "account-enrolling")
    card.get_by_label("Code", exact=False).last.fill(app_code(secret, utc_now()))
    click(card.get_by_role("button", name="Einschalten"))
    expect(card.get_by_text("Bewahren Sie diese Wiederherstellungscodes")).to_be_visible()
    codes = re.findall(r"\w{4}(?:-\w{4}){3}", card.locator("code").inner_text())
    assert len(codes) == 10
    keep_screenshot(page, "account-recovery-codes")
    click(card.get_by_role("button", name="Ich habe sie aufbewahrt"))
    expect(card.get_by_text("10 Wiederherstellungscodes sind übrig")).to_be_visible()
    keep_screenshot(page, "account-second-factor")
    click(page.get_by_role("button", name="Abmelden", exact=True))

    give_password(page, console, "/account")
    keep_screenshot(page, "second-step")
    # The code of half a minute ahead: that of now may be the one that set it up.
    page.get_by_label("Code").fill(app_code(secret, utc_now() + timedelta(seconds=30)))
    click(page.get_by_role("button", name="Weiter"))
    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    click(page.get_by_role("button", name="Abmelden", exact=True))

    give_password(page, console, "/timeline")
    page.get_by_label("Code").fill(wrong_code(secret, utc_now()))
    click(page.get_by_role("button", name="Weiter"))
    expect(page.get_by_text("Der Code ist falsch oder wurde schon verwendet")).to_be_visible()
    page.get_by_label("Code").fill(codes[0].lower())
    click(page.get_by_role("button", name="Weiter"))
    expect(page.get_by_role("button", name="Abmelden", exact=True)).to_be_visible()
    expect(page).to_have_url(f"{console.url}/timeline")
    page.context.close()


def give_password(page: Page, console: RunningConsole, path: str) -> None:
    """Go to a page as somebody who owes a code; stop where it is asked for."""
    page.goto(f"{console.url}{path}")
    page.get_by_label("Benutzername").fill(ENROLLER)
    page.get_by_label("Passwort").fill(PASSWORD)
    click(page.get_by_role("button", name="Anmelden"))
    expect(page.get_by_role("heading", name="Zweiter Faktor")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()


def test_another_browser_is_signed_out_from_here(browser: Browser, console: RunningConsole) -> None:
    page, other = new_page(browser, width=1280, height=1000), new_page(browser)
    open_account(other, console, PLANNER)
    open_account(page, console, PLANNER)
    click(page.get_by_role("button", name="Alle anderen beenden"))
    expect(page.get_by_text("beendet", exact=False).first).to_be_visible()
    other.goto(f"{console.url}/calendar")
    expect(other).to_have_url(f"{console.url}/login?next=/calendar&ended=ended")
    page.reload()
    expect(page.get_by_role("heading", name="Mein Konto")).to_be_visible()
    page.context.close()
    other.context.close()
