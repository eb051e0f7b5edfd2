"""axe-core on every page, dialog and state in light and dark; and the keyboard on one of them."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from tests.support.console_process import RunningConsole
from tests.support.events.browser_calendar import calendar
from tests.support.events.calendar_page import MONDAY, TODAY
from tests.support.events.planning import plan
from tests.support.visits.accessibility import (
    SCHEMES,
    Finding,
    Known,
    findings,
    seen_focus,
    show_in,
)
from tests.support.visits.walk import walk, walked_console

pytestmark = pytest.mark.timeout(600)

FORM: Final = ".st-key-card-event-form"
_BESIDE_CALENDAR: Final = re.compile(r"event(?!, reader)|why|exchange")
"""Stops at which the calendar was looked at just before."""
LEAST_CONTRAST: Final = 3.0
"""What WCAG 2.2 asks of what shows the focus (1.4.11)."""
_STEPS: Final = 24
"""Presses of Tab that lead from the menu through the bar into the calendar."""
_MOST_PARTS: Final = 9
"""More parts than two dates and two times beside them have."""

KNOWN: Final = (
    Known(
        "label-content-name-mismatch",
        "a.fc-event",
        "axe-core joins “08:00” and “Title” without the space between them; the name has both",
    ),
    Known(
        "label-content-name-mismatch",
        ".fc-daygrid-day",
        "a day of the month is named by its date; its events have names of their own",
    ),
    Known(
        "target-size",
        ".is-tl-row a.is-tiny",
        "its width is the event's length; the list on the same page has a link of full size",
    ),
)
"""What stands in docs/accessibility.md, too; each line has to be needed."""
DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "accessibility.md"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with walked_console(tmp_path_factory.mktemp("accessibility")) as running:
        with running.sessions.begin() as session:
            _plan_neighbours(session)
        yield running


def _plan_neighbours(session: Session) -> None:
    """Let two short events stand side by side, so that the timeline has no room for them."""
    first = datetime.combine(TODAY, time(10))
    for title, start in (("Xe 4", first), ("Xe 5", first + timedelta(minutes=35))):
        plan(
            session,
            1,
            now=utc_now(),
            title=title,
            message_text="Xm",
            start=start,
            end=start + timedelta(minutes=30),
            recurrence_rule="FREQ=DAILY;COUNT=9",
        )


@pytest.fixture(scope="module")
def found(browser: Browser, console: RunningConsole) -> dict[str, list[Finding]]:
    """What axe-core says at each stop of the walk, in each scheme."""
    said: dict[str, list[Finding]] = {}
    for stop, page in walk(browser, console):
        for scheme in SCHEMES:
            show_in(page, scheme)
            said[f"{stop.name}, {scheme}"] = findings(
                page,
                KNOWN,
                only_colors=scheme != SCHEMES[0],
                with_frames=not _BESIDE_CALENDAR.match(stop.name),
            )
        show_in(page, SCHEMES[0])
    return said


def test_nothing_stands_in_anybodys_way(found: dict[str, list[Finding]]) -> None:
    open_ones = [
        f"{place}: {one}" for place, all_of in found.items() for one in all_of if not one.known
    ]
    assert not open_ones, "\n".join(open_ones)


def test_what_is_known_is_still_there(found: dict[str, list[Finding]]) -> None:
    seen = {one.known for all_of in found.values() for one in all_of}
    assert set(KNOWN) <= seen


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.rule)
def test_what_is_known_stands_in_the_document(known: Known) -> None:
    assert f"| `{known.rule}` | `{known.selector}` | {known.reason} |" in DOCUMENT.read_text(
        encoding="utf-8"
    )


@pytest.fixture(scope="module")
def week(browser: Browser, console: RunningConsole) -> Iterator[Page]:
    """A week of the first group, as an editor sees it who works with the keyboard."""
    for _stop, page in walk(browser, console, only=lambda stop: stop.name == "calendar, week"):
        yield page


def test_movement_can_be_unwanted(week: Page) -> None:
    longest = """() => Math.max(...[...document.querySelectorAll("body *")].map((one) =>
        parseFloat(getComputedStyle(one).transitionDuration)))"""
    assert float(week.evaluate(longest)) > 0.1
    week.emulate_media(reduced_motion="reduce")
    assert float(week.evaluate(longest)) < 0.001


@pytest.mark.parametrize("scheme", SCHEMES)
def test_whatever_has_the_focus_shows_it(week: Page, scheme: str) -> None:
    show_in(week, scheme)
    week.get_by_role("link", name="Kalender").focus()
    seen = {}
    for _press in range(_STEPS):
        week.keyboard.press("Tab")
        name, contrast = seen_focus(week)
        seen[name] = contrast
    assert len(seen) > _STEPS / 2
    assert {name: contrast for name, contrast in seen.items() if contrast < LEAST_CONTRAST} == {}


def test_the_keyboard_enters_a_choice_where_it_is_chosen(week: Page) -> None:
    before = week.locator(".st-key-calendar-go-Weiter button").first
    before.focus()
    week.keyboard.press("Tab")
    expect(week.get_by_role("radio", name="Woche")).to_be_focused()
    week.keyboard.press("Shift+Tab")
    expect(before).to_be_focused()


def test_a_form_takes_the_focus_and_gives_it_back(week: Page) -> None:
    opener = week.get_by_role("button", name="Termin planen")
    opener.press("Enter")
    expect(week.get_by_role("heading", name="Neuer Termin")).to_be_focused()
    week.keyboard.press("Escape")
    expect(week.locator(FORM)).to_have_count(0)
    expect(opener).to_be_focused()


def test_escape_asks_once_more_before_what_was_typed_is_lost(week: Page) -> None:
    week.get_by_role("button", name="Termin planen").press("Enter")
    title = week.locator(FORM).get_by_label("Titel", exact=True)
    title.press_sequentially("Chor")
    week.keyboard.press("Escape")
    expect(week.locator(".st-key-event-form-close button").first).to_be_focused()
    expect(title).to_have_value("Chor")
    week.keyboard.press("Escape")
    expect(week.locator(FORM)).to_have_count(0)


def test_an_event_says_day_time_and_group_and_opens_with_the_keyboard(week: Page) -> None:
    event = calendar(week).get_by_role("button", name=re.compile(r"^Montag, .*08:00 Xe 2, Xa 1$"))
    expect(event).to_have_accessible_name(re.compile(rf"^Montag, {MONDAY.day}\. "))
    event.press("Enter")
    expect(week.get_by_role("heading", name="Termin bearbeiten")).to_be_focused()
    week.keyboard.press("Escape")
    expect(week.locator(FORM)).to_have_count(0)
    expect(event).to_be_focused()


def test_a_date_field_lets_the_keyboard_go_on_and_back(week: Page) -> None:
    week.get_by_role("button", name="Termin planen").press("Enter")
    parts = week.locator(FORM).get_by_role("spinbutton")
    parts.first.focus()
    for _press in range(_MOST_PARTS):
        week.keyboard.press("Tab")
    expect(parts.last).not_to_be_focused()
    parts.first.focus()
    week.keyboard.press("Shift+Tab")
    expect(parts.first).not_to_be_focused()
    week.locator(".st-key-event-form-close button").first.click()
    expect(week.locator(FORM)).to_have_count(0)


def test_a_dialog_takes_the_focus_and_gives_it_back(week: Page) -> None:
    opener = week.get_by_role("button", name="Importieren")
    opener.press("Enter")
    dialog = week.get_by_role("dialog")
    expect(dialog.get_by_role("tab").first).to_be_visible()
    for _press in range(_STEPS):
        week.keyboard.press("Tab")
        assert dialog.evaluate("dialog => dialog.contains(document.activeElement)")
    week.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(opener).to_be_focused()
