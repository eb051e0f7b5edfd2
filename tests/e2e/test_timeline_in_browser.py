"""The timeline in a browser: drawing, the moving line of the present, opening an event."""

import re
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.text.local_time import load_zone, localize, to_local
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.screens import groups
from tests.support.browser import (
    choose,
    click,
    keep_screenshot,
    new_page,
    scroll_to,
    sign_in,
    watch_foreign_requests,
)
from tests.support.console_process import (
    PASSWORD,
    PLANNER,
    RunningConsole,
    add_demo_school,
    running_console,
)
from tests.support.events.planning import plan

pytestmark = pytest.mark.timeout(300)

VIENNA = load_zone("Europe/Vienna")
MANY = 60
_TODAY_ALL_DAY = "?hours=all"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """A school of many groups; nobody else writes to it."""
    with running_console(tmp_path_factory.mktemp("timeline"), _furnish) as running:
        yield running


def _furnish(session: Session) -> None:
    add_demo_school(session)
    now = utc_now()
    first = list_groups(session)[0].id
    start, end = (to_local(now + timedelta(minutes=minutes), VIENNA) for minutes in (-20, 40))
    plan(
        session,
        first,
        now=now,
        title="Feueralarm",
        start=start,
        end=end,
        priority=Priority.EMERGENCY,
    )
    for number in range(MANY - 6):
        group = groups.create_group(session, f"Raum {number + 100}", actor=SYSTEM, now=now)
        start = to_local(now, VIENNA).replace(hour=8, minute=0)
        plan(
            session,
            group.id,
            now=now,
            start=start - timedelta(days=1),
            end=start - timedelta(hours=23),
            recurrence_rule="FREQ=DAILY",
        )


def address(school: RunningConsole, query: str = "") -> str:
    return f"{school.url}/timeline{query}"


@pytest.fixture(scope="module")
def page(school: RunningConsole, browser: Browser) -> Page:
    page = new_page(browser)
    sign_in(page, school.url, PLANNER, PASSWORD, path="/timeline")
    return page


def test_the_line_of_the_present_stands_where_the_clock_is(
    page: Page, school: RunningConsole
) -> None:
    page.goto(address(school, _TODAY_ALL_DAY))
    line = page.locator(".is-tl-ground b")
    expect(line).to_be_visible()
    ground = page.locator(".is-tl-ground").bounding_box()
    there = line.bounding_box()
    assert ground
    assert there
    now = utc_now()
    today = to_local(now, VIENNA).date()
    midnight, next_midnight = (
        localize(datetime.combine(day, time()), VIENNA)
        for day in (today, today + timedelta(days=1))
    )
    share = (there["x"] + 1 - ground["x"]) / ground["width"]
    assert share == pytest.approx((now - midnight) / (next_midnight - midnight), abs=0.01)


def test_the_part_renews_itself_and_keeps_the_scroll(page: Page, school: RunningConsole) -> None:
    page.goto(address(school, _TODAY_ALL_DAY))
    grid = page.locator(".st-key-timeline-grid")
    expect(page.locator(".is-tl-row")).to_have_count(MANY)
    grid.evaluate("grid => { grid.scrollTop = 900 }")
    before = page.locator(".is-fresh").inner_text()
    expect(page.locator(".is-fresh")).not_to_have_text(before)
    assert grid.evaluate("grid => grid.scrollTop") == 900


def test_head_and_names_stay_in_sight_while_scrolling(page: Page, school: RunningConsole) -> None:
    page.goto(address(school, "?view=week"))
    grid = page.locator(".st-key-timeline-grid")
    head, name = page.locator(".is-tl-head"), page.locator(".is-tl-row h2").last
    expect(head).to_be_visible()
    grid.evaluate("grid => { grid.scrollTop = grid.scrollHeight; grid.scrollLeft = 400 }")
    frame, top, left = grid.bounding_box(), head.bounding_box(), name.bounding_box()
    assert frame
    assert top
    assert left
    assert abs(top["y"] - frame["y"]) <= 2
    assert abs(left["x"] - frame["x"]) <= 2
    keep_screenshot(page, "timeline-scrolled")


def test_a_click_opens_the_event_in_the_calendars_form(page: Page, school: RunningConsole) -> None:
    page.goto(address(school, _TODAY_ALL_DAY))
    alarm = page.get_by_role("link", name=re.compile("^Feueralarm .*Priorität Notfall"))
    click(alarm)
    form = page.locator(".st-key-card-event-form")
    expect(form.get_by_label("Titel", exact=True)).to_have_value("Feueralarm")
    assert "/calendar?" in page.url
    expect(page).to_have_url(re.compile("event="))
    keep_screenshot(page, "timeline-opened")


def test_it_says_why_a_group_shows_what_it_shows(page: Page, school: RunningConsole) -> None:
    page.goto(address(school))
    click(page.get_by_text("Warum läuft das (nicht)?"))
    answer = page.locator(".is-why")
    expect(
        answer.get_by_text("Der Notfall „Feueralarm“ ist allein auf den Bildschirmen")
    ).to_be_visible()
    expect(answer.get_by_text("„Willkommen“ liefe von")).to_be_visible()
    scroll_to(answer)
    keep_screenshot(page, "timeline-why")
    choose(page, page.get_by_label("Termin", exact=True), re.compile("Willkommen"))
    expect(answer.get_by_text("Feueralarm")).to_have_count(1)
    expect(answer.locator("li")).to_have_count(1)


def test_the_order_is_changed_with_the_keyboard(page: Page, school: RunningConsole) -> None:
    page.goto(address(school, "?find=er"))
    click(page.get_by_role("button", name="Reihenfolge ändern"))
    up = page.get_by_role("button", name="Lehrerzimmer nach oben")
    up.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Lehrerzimmer steht jetzt an Stelle 1.")).to_be_visible()
    expect(page.locator(".is-tl-row h2").first).to_have_text("Lehrerzimmer")
    keep_screenshot(page, "timeline-order")
    with school.sessions() as session:
        assert list_groups(session)[0].name == "Lehrerzimmer"


@pytest.mark.parametrize(
    ("width", "height", "is_dark"), [(1280, 900, False), (1920, 1080, True)], ids=["light", "dark"]
)
def test_every_form_is_drawn_without_a_foreign_request(
    school: RunningConsole, browser: Browser, width: int, height: int, *, is_dark: bool
) -> None:
    page = new_page(browser, width=width, height=height, is_dark=is_dark)
    foreign = watch_foreign_requests(page)
    sign_in(page, school.url, PLANNER, PASSWORD, path="/timeline")
    for name, query in (
        ("day", _TODAY_ALL_DAY),
        ("week", "?view=week&hours=all"),
        ("list", "?form=list"),
    ):
        page.goto(address(school, query))
        expect(page.get_by_role("link", name=re.compile("Feueralarm")).first).to_be_visible()
        keep_screenshot(page, f"timeline-{name}-{width}{'-dark' if is_dark else ''}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()
    assert foreign == []
