"""A real browser on the console: Debian's Chromium without windows, driven by Playwright."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Request, expect, sync_playwright
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import TimeoutError as BrowserTimeoutError

from tests.support.clocks.moved_clock import seconds_ahead
from tests.support.servers import program

ARTEFACTS = Path(__file__).resolve().parents[2] / "test-results"
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # A page lives for seconds: to optimise its programs takes longer than it saves.
    "--js-flags=--no-opt --no-maglev",
)
_LOCAL = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:", "about:")
PATIENCE_MS = 30_000
_ATTEMPTS = 6
_AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"
_TWO = "strict mode violation"
_CROSSED = ("net::ERR_ABORTED", "interrupted by another navigation")
_MOVED_CLOCK = """(ahead => {
    const Real = Date, now = () => Real.now() + ahead;
    globalThis.Date = new Proxy(Real, {
        construct: (target, values, made) =>
            Reflect.construct(target, values.length ? values : [now()], made),
        apply: () => new Real(now()).toString(),
        get: (target, name) => (name === "now" ? now : target[name]),
    });
})(%d)"""
"""Gives the pages of a browser the clock of the tests; `ahead` is in milliseconds."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser, and end it with the block."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program("chromium-headless-shell"), args=list(_ARGUMENTS)
        )
        yield browser
        browser.close()


def new_page(
    browser: Browser, *, width: int = 1280, height: int = 900, is_dark: bool = False
) -> Page:
    """Open a fresh visitor's page: German, in Vienna, with cookies of its own."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if is_dark else "light",
        locale="de-AT",
        timezone_id="Europe/Vienna",
        reduced_motion="reduce",  # else each click waits until what moves has come to rest
    )
    context.set_default_timeout(PATIENCE_MS)
    if ahead := seconds_ahead():
        context.add_init_script(_MOVED_CLOCK % round(ahead * 1000))
    page = context.new_page()
    # Playwright asks Chromium for file choosers without waiting: a key pressed at once is faster.
    page.on("filechooser", lambda _: None)
    return page


def sign_in(page: Page, console_url: str, username: str, password: str, *, path: str = "/") -> None:
    """Go to a page as a signed-out person does: by its address, through the sign-in page."""
    visit(page, f"{console_url}{path}")
    page.get_by_label("Benutzername").fill(username)
    page.get_by_label("Passwort").fill(password)
    page.get_by_role("button", name="Anmelden").click()
    expect(page.get_by_role("button", name="Abmelden")).to_be_visible(timeout=PATIENCE_MS)


def visit(page: Page, url: str) -> None:
    """Go to an address, again if the page went elsewhere by itself at the same moment."""
    for _ in range(_ATTEMPTS):
        try:
            page.goto(url)
        except BrowserError as error:
            if not any(word in str(error) for word in _CROSSED):
                raise
        else:
            return
    msg = f"the page goes elsewhere again and again instead of to {url}"
    raise AssertionError(msg)


def click(wanted: Locator) -> None:
    """Click the only one there is: while a page is drawn anew, old and new may stand side by side.

    Playwright's own click fails at once when it meets two.
    """
    for _ in range(_ATTEMPTS):
        expect(wanted).to_have_count(1)
        try:
            wanted.click()
        except BrowserError as error:
            if _TWO not in str(error):
                raise
        else:
            return
    msg = f"there are two again and again: {wanted}"
    raise AssertionError(msg)


def follow(link: Locator, to: Locator) -> None:
    """Press a link, again until it has led there: one that is just replaced takes no press."""
    for _ in range(_ATTEMPTS):
        click(link)
        try:
            expect(to).to_be_visible(timeout=PATIENCE_MS)
        except AssertionError:
            if not link.is_visible():  # it was followed, and what it leads to is slow
                break
        else:
            return
    expect(to).to_be_visible(timeout=PATIENCE_MS)


def go_back(page: Page) -> None:
    """Go back once the page is at rest: until then it may still write its own address."""
    expect(page.locator(_AT_REST)).to_be_attached()
    page.go_back()


def pick(wanted: Locator) -> None:
    """Choose one of several that all stand there, again until it stays chosen.

    A page that is being drawn with what stood there before takes such a choice back.
    """
    at_rest = wanted.page.locator(_AT_REST)
    for _ in range(_ATTEMPTS):
        click(wanted)
        expect(at_rest).to_be_attached()
        try:
            expect(wanted).to_be_checked(timeout=PATIENCE_MS / _ATTEMPTS)
        except AssertionError:
            continue
        return
    msg = f"{wanted} did not stay chosen"
    raise AssertionError(msg)


def choose(page: Page, field: Locator, option: str | re.Pattern[str]) -> None:
    """Choose from a list to unfold, as a person does who looks whether the choice stands there.

    A list that a redrawn page has closed is opened again; and so is one whose click was lost, since
    the page drew it anew just then.
    """
    wanted = page.get_by_role("option", name=option).first
    for _ in range(_ATTEMPTS):
        field.click()
        try:
            said = wanted.inner_text(timeout=PATIENCE_MS / _ATTEMPTS)
            wanted.click(timeout=PATIENCE_MS / _ATTEMPTS)
        except BrowserTimeoutError:
            if page.get_by_role("listbox").count():  # else it would close the dialog around it
                page.keyboard.press("Escape")
        else:
            if _stands_there(page, field, said.strip()):
                return
    msg = f"{option} could not be chosen"
    raise AssertionError(msg)


def _stands_there(page: Page, field: Locator, said: str) -> bool:
    """Whether the field shows the choice once the page is at rest; True when the field is gone."""
    expect(page.locator(_AT_REST)).to_be_attached()
    box = field.locator("xpath=ancestor-or-self::*[starts-with(@data-testid, 'stSelectbox')][1]")
    if not box.count():  # several may be chosen, or it led to another page
        return True
    values = box.locator("input").evaluate_all("inputs => inputs.map(one => one.value)")
    return said in box.inner_text() or said in values


def scroll_to(wanted: Locator) -> None:
    """Bring something into view that may be drawn anew at any moment: there is nothing to wait for.

    Playwright's own way waits until it stands still, and fails when it is replaced meanwhile.
    """
    wanted.evaluate("one => one.scrollIntoView({block: 'nearest'})")


def keep_screenshot(page: Page, name: str) -> Path:
    """Save what the page shows among the test's artefacts."""
    ARTEFACTS.mkdir(exist_ok=True)
    path = ARTEFACTS / f"{name}.png"
    page.screenshot(path=path)
    return path


def watch_foreign_requests(page: Page) -> list[str]:
    """Return a list that grows with every address outside this machine that the page asks for."""
    foreign: list[str] = []

    def note(request: Request) -> None:
        if not request.url.startswith(_LOCAL):
            foreign.append(request.url)

    page.context.on("request", note)
    return foreign
