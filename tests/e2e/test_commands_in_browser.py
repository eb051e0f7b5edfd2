"""The page of commands in a browser: take one back, look at figures, roll out to a group, pause."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.setup.bootstrap import bootstrap
from infoscreen_core.settings import Settings
from tests.support.browser import click, go_back, keep_screenshot, new_page, pick, sign_in
from tests.support.commands.given import give
from tests.support.console_process import PASSWORD, RunningConsole, running_console
from tests.support.people import add_client, add_user

pytestmark = pytest.mark.timeout(300)

ADMIN = "verwalterin"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    """A group of three screens with some commands; no dispatcher sends the one that waits."""
    with running_console(tmp_path_factory.mktemp("commands"), furnish) as running:
        yield running


def furnish(session: Session) -> None:
    now = utc_now()
    bootstrap(session, Settings(_env_file=None), now=now)
    add_user(session, ADMIN, PASSWORD, Role.ADMIN, actor=SYSTEM, now=now)
    session.add(ClientGroup(id=1, name="Aula", sort_order=1, created_at=now))
    session.flush()
    for number, name in enumerate(("Aula links", "Aula rechts", "Foyer"), 1):
        add_client(session, number, group_id=1, description=name, last_alive=now, model="Pi 4")
    for hours in range(1, 40):
        give(session, 1 + hours % 3, now - hours * timedelta(hours=1), back_after=30 + hours)
    give(session, 2, now - timedelta(hours=1), status=State.TIMED_OUT, reason="Bild steht")
    give(session, 3, now - timedelta(hours=2), action=Action.RESTART_APP, back_after=8)
    give(session, 1, now, status=State.QUEUED)


@pytest.fixture(scope="module")
def page(school: RunningConsole, browser: Browser) -> Page:
    page = new_page(browser)
    sign_in(page, school.url, ADMIN, PASSWORD, path="/commands")
    return page


def test_a_command_is_taken_back_and_the_history_unfolds_and_is_narrowed(page: Page) -> None:
    click(page.get_by_role("button", name="Befehl abbrechen"))
    expect(page.get_by_text("Der Befehl für Aula links wurde abgebrochen.")).to_be_visible()
    expect(page.get_by_role("button", name="Befehl abbrechen")).to_have_count(0)
    timed_out = page.locator(".is-unfolds", has_text="Nicht rechtzeitig bestätigt").first
    click(timed_out.locator("summary"))
    expect(timed_out.get_by_text("Was tun:")).to_be_visible()
    keep_screenshot(page, "commands")
    page.get_by_role("textbox", name="Suche").fill("rechts")
    expect(page).to_have_url(re.compile(r"[?&]text=rechts"))
    expect(page.get_by_text("14 Befehle", exact=True)).to_be_visible()
    pick(page.get_by_role("radio", name="Zahlen"))
    expect(page).to_have_url(re.compile(r"[?&]view=figures"))
    expect(page.locator(".js-plotly-plot")).to_have_count(3)
    keep_screenshot(page, "commands-figures")


def test_a_group_is_rolled_out_to_paused_and_left_by_the_way_back(
    page: Page, school: RunningConsole
) -> None:
    page.goto(f"{school.url}/clients?list=groups")
    click(page.locator('[data-line="1"] [data-deed=command]'))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Grund (steht im Protokoll)").fill("Neue Version")
    keep_screenshot(page, "rollout-form")
    click(dialog.get_by_role("button", name="Weiter"))
    expect(dialog.get_by_text("3 von 3 Bildschirmen nehmen teil")).to_be_visible()
    keep_screenshot(page, "rollout-preview")
    click(dialog.get_by_role("button", name="3 Bildschirme neu starten"))
    expect(page).to_have_url(re.compile(r"/commands\?rollout=[0-9a-f-]{36}$"))
    expect(page.locator(".is-tiles > i")).to_have_count(3)
    click(page.get_by_role("button", name="Rollout anhalten"))
    expect(page.get_by_role("button", name="Rollout fortsetzen")).to_be_visible()
    keep_screenshot(page, "rollout")
    page.get_by_role("textbox", name="Suche").fill("foyer")
    expect(page).to_have_url(re.compile(r"[?&]screen=foyer"))
    expect(page.locator(".is-table tbody tr")).to_have_count(1)
    click(page.get_by_role("button", name="Alle Rollouts"))
    expect(page.locator(".is-rollout", has_text="Angehalten")).to_be_visible()
    go_back(page)
    expect(page.locator(".is-tiles > i")).to_have_count(3)
