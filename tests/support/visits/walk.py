"""A walk through the console: every page with its main dialogs, forms and states.

`walk` yields after each stop, with the page at rest, whatever language it is in: stops name what
they click by its key, never by its words. Add a stop for whatever a person can open; the tests that
go along (one language at a time, accessibility) then look at it as well.

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
from tests.support.events.calendar_page import MONDAY
from tests.support.visits.walk_school import (
    SCREEN,
    WAITING,
    add_picture,
    add_walked_school,
    token_of,
)

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
    """How to get away, where the next stop begins."""


def stops() -> Sequence[Stop]:
    """Return the whole walk in its order."""
    return (
        *_signed_out(),
        *_operation(),
        *_client(),
        *_screens(),
        *_groups(),
        *_calendar(),
        *_exchange(),
        *_timeline(),
        *_periods(),
        Stop("settings", Role.SUPERADMIN, "/settings", key("card-settings-players")),
        *_readers(),
    )


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
            add_picture(session, data_dir)
        yield console


def walk(
    browser: Browser,
    console: RunningConsole,
    *,
    width: int = 1280,
    height: int = 900,
    is_dark: bool = False,
    only: Callable[[Stop], bool] = lambda _stop: True,
) -> Iterator[tuple[Stop, Page]]:
    """Go from stop to stop with one browser page for each role; yield when a stop is reached.

    Whoever walks along may change the language, and leaves everything else as it is.
    """
    wanted = [stop for stop in stops() if only(stop)]
    for role, of_role in groupby(wanted, key=lambda stop: stop.role):
        page = new_page(browser, width=width, height=height, is_dark=is_dark)
        if role is not None:
            sign_in_as(page, console, role)
        for path, of_path in groupby(of_role, key=lambda stop: stop.path):
            page.goto(f"{console.url}{path}")
            for stop in of_path:
                _take(page, stop.steps)
                expect(page.locator(stop.sees).first).to_be_visible()
                rest(page)
                yield stop, page
                _take(page, stop.leaves)
        page.context.close()


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


def _button(name: str) -> str:
    return f"{key(name)} button"


def _take(page: Page, steps: Sequence[Step]) -> None:
    for step in steps:
        if callable(step):
            step(page)
        else:
            rest(page)
            page.locator(step).first.click()


def _escape(page: Page) -> None:
    page.locator(DIALOG).last.press("Escape")  # wherever the focus is
    expect(page.locator(DIALOG)).to_have_count(0)


def _in_calendar(css: str) -> Callable[[Page], None]:
    def click(page: Page) -> None:
        page.frame_locator("iframe[title*=calendar]").locator(css).first.click()

    return click


def _sees_calendar(page: Page) -> None:
    expect(page.frame_locator("iframe[title*=calendar]").locator(".fc-view").first).to_be_visible()


def _tab(number: int) -> str:
    return f"{DIALOG} [role=tab] >> nth={number}"


def _signed_out() -> tuple[Stop, ...]:
    wrong = (_fill("#username", "xx"), _fill("#password", "xx"), "form button")
    return (
        Stop("sign in", None, "/login", "#username"),
        Stop("sign in, refused", None, "/login", ".error", wrong),
    )


def _fill(css: str, text: str) -> Callable[[Page], None]:
    return lambda page: page.locator(css).first.fill(text)


def _dialog(name: str, role: Role, path: str, *steps: Step) -> Stop:
    return Stop(name, role, path, f"{DIALOG} button", steps, (_escape,))


def _operation() -> tuple[Stop, ...]:
    role = Role.SUPERADMIN
    crashed = "[class*=st-key-remedy-] button"
    return (
        Stop("overview", role, "/", key("cards")),
        _dialog("overview, command", role, "/", crashed),
        Stop("overview, filtered", role, "/?show=healthy", key("cards")),
        Stop("monitoring", role, "/monitoring", ".is-table, table"),
        Stop("monitoring, wall", role, "/monitoring?view=wall", ".is-wall, .is-picture"),
        Stop("monitoring, nothing found", role, "/monitoring?search=zzz", "[data-testid=stAlert]"),
    )


def _client() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, f"/client?uuid={SCREEN}"
    return (
        Stop("screen", role, path, key("log-history")),
        *(
            _dialog(f"screen, {action}", role, path, _button(f"action-{action}"))
            for action in ("restart_app", "reboot_host", "shutdown_host", "power-hold")
        ),
        Stop("screen, unknown", role, "/client?uuid=x", "[data-testid=stAlert]"),
    )


def _screens() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/clients"
    box = "[class*=st-key-roster-row-] [data-testid=stCheckbox] label"
    chosen = f"{key('roster-screens')} {box}"
    return (
        Stop("screens", role, path, key("roster-screens")),
        _dialog("screens, approve", role, path, _button(f"clients-approve-{WAITING}")),
        _dialog("screens, approve many", role, path, _button("clients-approve-many")),
        _dialog("screens, edit", role, path, _button(f"clients-change-{SCREEN}")),
        Stop("screens, chosen", role, path, key("clients-assign-many"), (chosen,)),
        _dialog("screens, assign", role, path, _button("clients-assign-many")),
        _dialog("screens, remove", role, path, _button("clients-remove-many")),
    )


def _groups() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/clients?list=groups"
    return (
        Stop("groups", role, path, key("roster-groups")),
        _dialog("groups, create", role, path, _button("groups-new")),
        _dialog("groups, edit", role, path, _button("groups-edit-1")),
        _dialog("groups, delete", role, path, _button("groups-delete-1")),
    )


def _calendar() -> tuple[Stop, ...]:
    role, week = Role.EDITOR, f"/calendar?view=week&date={MONDAY.isoformat()}&group=1"
    form = key("card-event-form")
    more = "[class*=more] summary"
    return (
        *(
            Stop(f"calendar, {view}", role, f"/calendar?view={view}", "iframe", (_sees_calendar,))
            for view in ("month", "day", "list")
        ),
        Stop("calendar, week", role, week, "iframe", (_sees_calendar,)),
        Stop("calendar, left out", role, week, "iframe", (f"{key('calendar-exceptions')} label",)),
        Stop("event, new", role, week, form, (_button("calendar-new"),)),
        Stop("event, new, details", role, week, form, (f"{form} {more}",)),
        Stop(
            "event, new, refused",
            role,
            week,
            f"{form} .is-wrong",
            (_button("event-form-save"),),
            (_button("event-form-close"),),
        ),
        Stop("event", role, week, form, (_in_calendar(".fc-event:has-text('Xe 2')"),)),
        Stop(
            "event, delete",
            role,
            week,
            key("event-form-delete-now"),
            (_button("event-form-delete"),),
            (_button("event-form-keep"),),
        ),
        Stop(
            "event, copy",
            role,
            week,
            key("event-form-copy-now"),
            (_button("event-form-copy"),),
            (_button("event-form-copy-not"), _button("event-form-close")),
        ),
        Stop("why", role, week, key("why-question"), (f"{key('why')} summary",)),
    )


def _exchange() -> tuple[Stop, ...]:
    role, path = Role.EDITOR, "/calendar?view=day&group=1"
    sees = f"{DIALOG} [role=tab]"
    return (
        *(
            Stop(f"exchange, tab {number + 1}", role, path, sees, steps)
            for number, steps in enumerate(
                ((_button("calendar-exchange"), _tab(0)), (_tab(1),), (_tab(2),))
            )
        ),
    )


def _timeline() -> tuple[Stop, ...]:
    role = Role.EDITOR
    return (
        Stop("timeline, day", role, "/timeline?hours=all", key("timeline-grid")),
        Stop(
            "timeline, order",
            role,
            "/timeline?hours=all",
            key("roster-groups"),
            (_button("timeline-order"),),
        ),
        Stop("timeline, week", role, "/timeline?view=week", key("timeline-grid")),
        Stop("timeline, list", role, "/timeline?form=list", ".is-tl-list"),
    )


def _periods() -> tuple[Stop, ...]:
    role, path = Role.SUPERADMIN, "/periods"
    return (
        Stop("periods", role, path, key("card-period")),
        _panel("periods, new", "period-new", "period"),
        _panel("periods, edit", "period-edit", "period"),
        _panel("holidays, new", "holiday-new", "holiday"),
        _panel("holidays, edit", "holiday-edit-1", "holiday"),
        Stop(
            "holidays, delete",
            role,
            path,
            key("card-holiday-delete"),
            ("[class*=st-key-holiday-delete-] button",),
            (_button("panel-holiday-keep"),),
        ),
        *(
            Stop(
                f"holidays, {name}",
                role,
                path,
                key("card-import"),
                (_button(f"holiday-{name}"),),
                (_button("import-cancel"),),
            )
            for name in ("file", "place")
        ),
    )


def _panel(name: str, opener: str, kind: str) -> Stop:
    return Stop(
        name,
        Role.SUPERADMIN,
        "/periods",
        key(f"card-{kind}-form"),
        (_button(opener),),
        ("[class*=st-key-panel-][class*=-cancel] button",),
    )


def _readers() -> tuple[Stop, ...]:
    role, path = Role.USER, f"/calendar?view=week&date={MONDAY.isoformat()}"
    event = (_sees_calendar, _in_calendar(".fc-event:has-text('Xe 2')"))
    return (
        Stop("overview, reader", role, "/", key("cards")),
        Stop("screen, reader", role, f"/client?uuid={SCREEN}", ".is-facts, dl"),
        Stop("event, reader", role, path, key("card-event-details"), event),
        Stop("periods, reader", role, "/periods", key("card-period")),
        Stop("address, unknown", role, "/nowhere", "body"),
    )
