"""Lists that a script of ours handles: no tick is lost, however fast, and the focus stays."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.settings import Settings
from tests.support.browser import PATIENCE_MS, click, follow, go_back, new_page, sign_in
from tests.support.console_process import PASSWORD, RunningConsole, running_console
from tests.support.people import add_client, add_user, uuid_of
from tests.support.visits.walk import deed, key, line

pytestmark = pytest.mark.timeout(300)

ADMIN = "verwalterin"
SCREENS = 40
FRESH = ".is-fresh"
"""Says when the part that renews itself was drawn last."""
REFRESHES = 2
FAST = """boxes => boxes.slice(0, 10).map(box => { box.click(); return box.checked; })"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """Forty screens of one group, the last of which is silent; two more wait."""
    with running_console(tmp_path_factory.mktemp("lists"), furnish) as running:
        yield running


def furnish(session: Session) -> None:
    now = utc_now()
    bootstrap(session, Settings(_env_file=None), now=now)
    add_user(session, ADMIN, PASSWORD, Role.ADMIN, actor=SYSTEM, now=now)
    session.add(ClientGroup(id=1, name="Aula", sort_order=1, created_at=now))
    session.flush()
    for number in range(1, SCREENS + 1):
        name, at = f"Raum {number:02}", now if number < SCREENS else now - timedelta(hours=1)
        add_client(session, number, group_id=1, description=name, last_alive=at, model="Pi 4")
    for number in (98, 99):
        add_client(session, number, description=f"Neu {number}", is_approved=False, last_alive=now)


@pytest.fixture
def page(school: RunningConsole, browser: Browser) -> Iterator[Page]:
    """An administrator at the list of screens, of whom nobody knows what is ticked."""
    page = new_page(browser)
    sign_in(page, school.url, ADMIN, PASSWORD, path="/clients")
    expect(_boxes(page)).to_have_count(25)
    yield page
    page.context.close()


def _boxes(page: Page) -> Locator:
    return page.locator(f"{key('roster-screens')} .is-entry input[type=checkbox]")


def _ticked(page: Page) -> list[int]:
    """The places of the boxes that are ticked."""
    checked: list[bool] = _boxes(page).evaluate_all("boxes => boxes.map(box => box.checked)")
    return [place for place, is_on in enumerate(checked) if is_on]


def _expect_count(page: Page, count: int) -> None:
    text = re.compile(rf"^{count} ausgewählt")
    expect(page.locator(f"{key('roster-bar')} p").first).to_have_text(text)


def _wait_for_refresh(page: Page) -> None:
    before = page.locator(FRESH).inner_text()
    expect(page.locator(FRESH)).not_to_have_text(before, timeout=2 * PATIENCE_MS)


def test_ten_boxes_ticked_as_fast_as_a_browser_can_stay_ticked_and_outlive_pages(
    page: Page,
) -> None:
    assert _boxes(page).evaluate_all(FAST) == [True] * 10  # each shows at once
    _expect_count(page, 10)
    assert _ticked(page) == list(range(10))
    _wait_for_refresh(page)
    assert _ticked(page) == list(range(10))
    second = page.get_by_role("button", name=re.compile("^(Page |Seite )?2$"))
    click(second)
    expect(page.locator(line(uuid_of(26)))).to_be_visible()
    assert _ticked(page) == []
    _boxes(page).first.press("Space")
    _expect_count(page, 11)
    click(page.get_by_role("button", name=re.compile("^(Page |Seite )?1$")))
    expect(page.locator(line(uuid_of(1)))).to_be_visible()
    assert _ticked(page) == list(range(10))


def test_ticks_while_the_page_renews_itself_are_all_heard(page: Page) -> None:
    boxes, expected, seen = _boxes(page), set[int](), {page.locator(FRESH).inner_text()}
    for place in cycle(range(25)):
        boxes.nth(place).click()
        expected ^= {place}
        seen.add(page.locator(FRESH).inner_text())
        if len(seen) > REFRESHES and len(expected) == 7:
            break
    assert _ticked(page) == sorted(expected)
    _expect_count(page, 7)
    _wait_for_refresh(page)
    assert _ticked(page) == sorted(expected)


def test_the_box_in_the_head_ticks_the_page_and_the_bar_unticks_it(page: Page) -> None:
    head = page.get_by_role("checkbox", name="Alle auf dieser Seite auswählen")
    head.press("Space")
    _expect_count(page, 25)
    click(page.get_by_role("button", name="Alle 40 gefundenen auswählen"))
    _expect_count(page, 40)
    _boxes(page).nth(3).click()
    _expect_count(page, 39)
    assert head.evaluate("box => box.indeterminate")
    click(page.get_by_role("button", name="Auswahl aufheben"))
    expect(_boxes(page).first).not_to_be_checked()
    assert _ticked(page) == []
    assert not head.evaluate("box => box.checked || box.indeterminate")
    head.click()
    _expect_count(page, 25)
    head.click()
    expect(page.get_by_text("ausgewählt")).to_have_count(0)


def test_the_focus_and_a_selection_stay_where_they_are_when_the_list_is_drawn_anew(
    page: Page, school: RunningConsole
) -> None:
    box = page.get_by_role("checkbox", name="Raum 05 auswählen")
    box.focus()
    with school.sessions.begin() as session:
        add_client(session, 77, group_id=1, description="Raum 00", last_alive=utc_now())
    expect(page.locator(line(uuid_of(77)))).to_be_visible(timeout=2 * PATIENCE_MS)
    expect(box).to_be_focused()
    page.keyboard.press("Space")
    _expect_count(page, 1)
    expect(box).to_be_checked()


def test_a_button_of_a_line_opens_its_dialog_by_keyboard_and_gets_the_focus_back(
    page: Page,
) -> None:
    edit = page.get_by_role("button", name="Raum 03 bearbeiten")
    edit.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Raum 03")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(edit).to_be_focused()
    click(page.locator(deed("reject", uuid_of(98))))
    expect(dialog.get_by_label("Begründung")).to_be_visible()


def test_an_incident_leads_to_its_screen_without_reloading_and_a_group_narrows(
    page: Page, school: RunningConsole
) -> None:
    page.goto(f"{school.url}/monitoring")
    incident = page.locator(f"{key('incidents')} .is-entry", has_text="Raum 40")
    expect(incident).to_be_visible()
    page.evaluate("window.stayed = true")
    follow(incident.get_by_role("link", name="Öffnen"), page.get_by_role("heading", name="Raum 40"))
    assert page.evaluate("window.stayed")
    go_back(page)
    expect(page.get_by_role("heading", name="Überwachung")).to_be_visible()
    click(page.locator(key("group-roll-up")).get_by_role("button", name="Aula"))
    expect(page).to_have_url(re.compile(r"[?&]group=1"))
    assert page.evaluate("window.stayed")
