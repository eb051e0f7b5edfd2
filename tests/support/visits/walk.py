"""A walk through the console: from stop to stop, with the page at rest at each.

Where it leads is told in `planners_stops.py` and `operators_stops.py`. Whatever language a page is
in, a stop names what it clicks by its key, never by its words. Add a stop for whatever a person can
open; `look_around.py`, which goes along, then looks at it as well.

Stops of one role and path stand together: then the page is loaded once, and each stop but the first
goes on where the one before it ended.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from console.runtime import SESSION_COOKIE
from infoscreen_core.domain.people.roles import Role
from tests.support.browser import new_page
from tests.support.console_process import RunningConsole, running_console
from tests.support.visits.walk_school import add_pictures, add_walked_school, token_of

Step = str | Callable[[Page], None]
"""What to click (CSS), or something else to do."""
DIALOG = "[role=dialog]"
_RESTS = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    const isOld = document.querySelector("[data-testid=stSkeleton], [data-stale=true]");
    return !app || (app.dataset.testScriptState === "notRunning" && !isOld);
}"""
"""Asked at every frame: on a slow machine live parts leave but a moment between two runs."""


@dataclass(frozen=True)
class Stop:
    """Something to look at, and the way to it."""

    name: str
    role: Role | None
    """Who goes there; None: nobody who is signed in."""
    path: str
    sees: str
    """What is visible once one is there (CSS)."""
    steps: tuple[Step, ...] = ()
    """How to get there from the loaded page, or from the stop before it."""
    leaves: tuple[Step, ...] = ()
    """How to get away, where the next stop begins: what was seen is gone then."""
    part: str = "html"
    """What was not looked at one stop before (CSS): what opened, or the page."""


@contextmanager
def walked_console(data_dir: Path) -> Iterator[RunningConsole]:
    """Run a console on the school that the walk leads through."""
    # Its players report once, before the walk.
    with running_console(
        data_dir,
        add_walked_school,
        HEARTBEAT_GRACE_PERIOD_DEV="3600",
        HEARTBEAT_GRACE_PERIOD_PROD="3600",
    ) as console:
        with console.sessions.begin() as session:
            add_pictures(session, data_dir)
        yield console


def walk(
    browser: Browser,
    console: RunningConsole,
    stops: Sequence[Stop],
    *,
    width: int = 1280,
    height: int = 900,
    is_dark: bool = False,
) -> Iterator[tuple[Stop, Page]]:
    """Go from stop to stop with one browser page for each role; yield when a stop is reached.

    Whoever walks along may change language and scheme, and leaves everything else as it is.
    """
    for role, of_role in groupby(stops, key=lambda stop: stop.role):
        page = new_page(browser, width=width, height=height, is_dark=is_dark)
        if role is not None:
            sign_in_as(page, console, role)
        for path, of_path in groupby(of_role, key=lambda stop: stop.path):
            page.goto(f"{console.url}{path}")
            for stop in of_path:
                with _on_the_way_to(stop):
                    _take(page, stop.steps)
                    expect(page.locator(stop.sees).first).to_be_visible()
                    rest(page)
                yield stop, page
                with _on_the_way_to(stop):
                    _take(page, stop.leaves)
                    if stop.leaves:  # or the next stop's first step meets what is about to go
                        expect(page.locator(stop.sees)).to_have_count(0)
        page.context.close()


@contextmanager
def _on_the_way_to(stop: Stop) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        error.add_note(f"on the way to the stop “{stop.name}”, or from it")
        raise


def sign_in_as(page: Page, console: RunningConsole, role: Role) -> None:
    """Let the page's browser be that of the person who has this role."""
    cookie = {"name": SESSION_COOKIE, "value": token_of(role), "url": console.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]  # playwright's own TypedDict


def rest(page: Page) -> None:
    """Wait until the page's script has run and what it drew is no longer stale."""
    page.wait_for_function(_RESTS)


def key(name: str) -> str:
    """Return the CSS of what has this key in Streamlit."""
    return f".st-key-{name}"


def button(name: str) -> str:
    """Return the CSS of the button that has this key."""
    return f"{key(name)} button"


def line(name: str) -> str:
    """Return the CSS of the line of this name in a list."""
    return f'.is-entry[data-line="{name}"]'


def deed(name: str, of: str) -> str:
    """Return the CSS of a button in a list's line."""
    return f"{line(of)} [data-deed={name}]"


def fill(css: str, text: str) -> Step:
    """Return the step that writes into a field."""
    return lambda page: page.locator(css).first.fill(text)


def press(css: str, pressed: str) -> Step:
    """Return the step that presses a key of the keyboard on an element."""
    return lambda page: page.locator(css).first.press(pressed)


def escape(page: Page) -> None:
    """Close the dialog with the keyboard."""
    page.locator(DIALOG).last.press("Escape")  # wherever the focus is
    expect(page.locator(DIALOG)).to_have_count(0)


def dialog(name: str, role: Role, path: str, *steps: Step) -> Stop:
    """Return the stop at a dialog that is closed again."""
    return Stop(name, role, path, f"{DIALOG} button", steps, (escape,), DIALOG)


def _take(page: Page, steps: Sequence[Step]) -> None:
    for step in steps:
        rest(page)
        if callable(step):
            step(page)
        else:
            page.locator(step).first.click()
