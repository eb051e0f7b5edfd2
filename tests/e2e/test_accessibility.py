"""The keyboard on the calendar with its form and dialog, and what shows where the focus is."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.console_process import RunningConsole
from tests.support.events.browser_calendar import calendar
from tests.support.events.calendar_page import MONDAY
from tests.support.visits.accessibility import (
    KNOWN,
    SCHEMES,
    Known,
    seen_focus,
    show_in,
)
from tests.support.visits.planners_stops import CALENDAR_WEEK
from tests.support.visits.walk import walk, walked_console

pytestmark = pytest.mark.timeout(600)

FORM: Final = ".st-key-card-event-form"
LEAST_CONTRAST: Final = 3.0
"""What WCAG 2.2 asks of what shows the focus (1.4.11)."""
FOCUS_MS: Final = 60_000
"""The calendar is loaded anew when its view changes, however slow the machine is."""
_STEPS: Final = 24
"""Presses of Tab that lead from the menu through the bar into the calendar."""
_MOST_PARTS: Final = 9
"""More parts than two dates and two times beside them have."""

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "accessibility.md"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with walked_console(tmp_path_factory.mktemp("accessibility")) as running:
        yield running


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.rule)
def test_what_is_known_stands_in_the_document(known: Known) -> None:
    assert f"| `{known.rule}` | `{known.selector}` | {known.reason} |" in DOCUMENT.read_text(
        encoding="utf-8"
    )


@pytest.fixture(scope="module")
def week(browser: Browser, console: RunningConsole) -> Iterator[Page]:
    """A week of the first group, as an editor sees it who works with the keyboard."""
    for _stop, page in walk(browser, console, [CALENDAR_WEEK]):
        yield page


def test_movement_can_be_unwanted(week: Page) -> None:
    longest = """() => Math.max(...[...document.querySelectorAll("body *")].map((one) =>
        parseFloat(getComputedStyle(one).transitionDuration)))"""
    week.emulate_media(reduced_motion="no-preference")
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
    before = week.locator(".st-key-calendar-go-forward button").first
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
    newest = week.locator("iframe[title*=calendar]").last.content_frame
    days = newest.locator(".fc-timegrid-col[data-date]")
    expect(days).to_have_count(1)  # seven have no room beside the form
    week.keyboard.press("Escape")
    expect(week.locator(FORM)).to_have_count(0)
    expect(days).not_to_have_count(1)
    expect(week.locator("iframe[title*=calendar]")).to_have_count(1)
    expect(event).to_be_focused(timeout=FOCUS_MS)


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
