"""The calendar's component in a browser: where things are in it, and a hand on the mouse."""

from datetime import timedelta

from playwright.sync_api import FloatRect, FrameLocator, Locator, Page, expect

from tests.support.events.calendar_page import MONDAY
from tests.support.ports import wait_until

_STILL_MS = 250


def calendar(page: Page) -> FrameLocator:
    return page.frame_locator("iframe[title*=calendar]")


def entry(page: Page, title: str, weekday: int) -> Locator:
    """The drawn event on a day of the week shown."""
    day = (MONDAY + timedelta(days=weekday)).isoformat()
    return calendar(page).locator(f".fc-timegrid-col[data-date='{day}'] .fc-event", has_text=title)


def place(page: Page, weekday: int, clock: str) -> tuple[float, float]:
    """Where a time of a day of the week shown is on the page, a little below its line."""
    day = (MONDAY + timedelta(days=weekday)).isoformat()
    column = calendar(page).locator(f".fc-timegrid-col[data-date='{day}']").bounding_box()
    slot = calendar(page).locator(f".fc-timegrid-slot-lane[data-time='{clock}:00']").bounding_box()
    assert column
    assert slot
    return column["x"] + column["width"] / 2, slot["y"] + 3


def still_box(page: Page, shown: Locator) -> FloatRect:
    """Return where an entry is once the layout rests: the grid widens when a card closes."""
    expect(page.locator(".st-key-card-event-form, .st-key-card-event-move")).to_have_count(0)
    expect(shown).to_be_visible()
    seen: list[FloatRect | None] = [None]

    def is_still() -> bool:
        page.wait_for_timeout(_STILL_MS)
        seen.append(shown.bounding_box())
        return seen[-1] is not None and seen[-1] == seen[-2] == seen[max(0, len(seen) - 3)]

    wait_until(is_still, what="a calendar at rest")
    box = seen[-1]
    assert box
    return box


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 3, start[1] + 9, steps=3)
    page.mouse.move(*end, steps=12)
    page.mouse.up()


def mark_component(page: Page) -> None:
    """Leave a mark in the component's document, which is gone once that is loaded anew."""
    calendar(page).locator("body").evaluate("body => { body.dataset.mark = 'same' }")


def is_marked(page: Page) -> bool:
    return calendar(page).locator("body").get_attribute("data-mark") == "same"
