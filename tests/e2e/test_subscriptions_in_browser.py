"""Following a calendar in the browser, from a real server on this machine."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from infoscreen_core.clock import utc_now
from tests.support.browser import click, keep_screenshot, new_page, sign_in
from tests.support.console_process import PASSWORD, PLANNER, add_demo_school, running_console
from tests.support.exchange.calendar_server import Answer, CalendarServer, calendar_server
from tests.support.exchange.calendar_text import calendar, vevent

SOON = utc_now() + timedelta(days=2)


def event(number: int, title: str) -> str:
    start = SOON + timedelta(days=number)
    return vevent(
        uid=f"{number}@schule.example",
        summary=title,
        dtstart=f":{start:%Y%m%d}T080000Z",
        dtend=f":{start:%Y%m%d}T093000Z",
    )


TITLES = ("Elternabend 3B", "Konzert der Big Band", "Tag der offenen Tür", "Klausurtagung")
SCHOOL = calendar(*(event(number, title) for number, title in enumerate(TITLES)))


@pytest.fixture(scope="module")
def server() -> Iterator[CalendarServer]:
    with calendar_server(SCHOOL) as running:
        yield running


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    directory = tmp_path_factory.mktemp("console")
    with running_console(directory, add_demo_school, CALENDAR_ALLOWED_HOSTS="127.0.0.1") as console:
        yield console.url


@pytest.fixture
def page(url: str, browser: Browser) -> Iterator[Page]:
    page = new_page(browser, width=1280, height=1000)
    sign_in(page, url, PLANNER, PASSWORD, path="/calendar")
    yield page
    page.context.close()


def test_a_calendar_is_followed_read_again_and_removed(page: Page, server: CalendarServer) -> None:
    page.get_by_role("button", name="Importieren").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Adresse des Kalenders").fill(
        server.url("/geheim-4711/schule.ics")
    )
    dialog.get_by_role("textbox", name="Name", exact=True).fill("Schulkalender")
    click(dialog.get_by_role("button", name="Vorschau zeigen"))
    expect(dialog.get_by_text("Der Kalender bringt: 4 neu")).to_be_visible()
    keep_screenshot(page, "subscription-preview")
    click(dialog.get_by_role("button", name="Diesen Kalender abonnieren"))
    expect(dialog.get_by_text("Letzter Abruf: 4 neu.")).to_be_visible()
    assert "4711" not in dialog.inner_text()
    server.answering = lambda _request: Answer(status=404)
    click(dialog.get_by_role("button", name="Jetzt abrufen"))
    expect(dialog.get_by_text("ist kein Kalender (404)")).to_be_visible()
    keep_screenshot(page, "subscription-failed")
    server.give(calendar(event(0, TITLES[0])))
    click(dialog.get_by_role("button", name="Jetzt abrufen"))
    expect(dialog.get_by_text("Im Kalender fehlen plötzlich 3 Termine")).to_be_visible()
    keep_screenshot(page, "subscription-held-back")
    server.give(SCHOOL)
    click(dialog.get_by_role("button", name="Jetzt abrufen"))
    expect(dialog.get_by_text("Letzter Abruf: wie zuvor.")).to_be_visible()
    keep_screenshot(page, "subscriptions")
    click(dialog.get_by_role("button", name="Bearbeiten"))
    expect(dialog.get_by_role("button", name="Speichern")).to_be_visible()
    expect(dialog.get_by_role("button", name="Vorschau zeigen")).to_have_count(0)
    expect(dialog.get_by_role("textbox", name="Adresse des Kalenders")).to_have_value("")
    keep_screenshot(page, "subscription-edit")
    click(dialog.get_by_role("button", name="Abbrechen"))
    click(dialog.get_by_role("button", name="Entfernen …"))
    expect(dialog.get_by_text("wird nicht mehr abgerufen")).to_be_visible()
    click(dialog.get_by_role("button", name="Samt Terminen entfernen"))
    expect(dialog.get_by_text("folgt noch keinem Kalender")).to_be_visible()
