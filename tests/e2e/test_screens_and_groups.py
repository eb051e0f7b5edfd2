"""Screens & groups in a browser: players are let in and moved, groups named and ordered."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Locator, Page, expect

from infoscreen_core.db.models import Client
from tests.support.browser import choose, chromium, click, follow, keep_screenshot, new_page
from tests.support.installation import Installation
from tests.support.ports import wait_until

pytestmark = pytest.mark.timeout(300)

INFOSCREEN = Path(sys.executable).with_name("infoscreen")


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("roster"), demo=3)
    running.start()
    running.wait_ready()
    with subprocess.Popen(
        [sys.executable, str(INFOSCREEN), "simulate", "--clients", "2", "--prefix", "new"],
        env={
            **running.environment,
            "INFOSCREEN_DATA_DIR": str(running.directory / "more"),
            "MQTT_BROKER_HOST": running.state()["mqtt_host"],
            "MQTT_BROKER_PORT": str(running.state()["mqtt_port"]),
            "MQTT_USER": running.state()["mqtt_user"],
            "MQTT_PASSWORD": running.state()["mqtt_password"],
        },
        cwd=running.directory,
    ) as newcomers:
        wait_until(lambda: len(_clients(running)) == 5, seconds=30, what="two new players")
        yield running
        newcomers.terminate()
    running.stop()


@pytest.fixture(scope="module")
def page(installation: Installation) -> Iterator[Page]:
    with chromium() as browser:
        page = new_page(browser)
        password = re.search(r"password (\S+)", installation.output)
        assert password
        page.goto(f"{installation.state()['console_url']}/login?next=/clients")
        page.get_by_label("Benutzername").fill("admin")
        page.get_by_label("Passwort").fill(password[1])
        click(page.get_by_role("button", name="Anmelden"))
        expect(page.get_by_text("2 neue Bildschirme warten auf Freigabe")).to_be_visible(
            timeout=60_000
        )
        yield page


def _clients(installation: Installation) -> dict[str, str | None]:
    """Each player's name with its group's."""
    with installation.sessions() as session:
        return {
            client.display_name: client.group.name if client.group else None
            for client in session.query(Client)
        }


def _line(page: Page, name: str) -> Locator:
    return page.locator(".is-line-screen", has_text=name)


def _group_names(page: Page) -> Locator:
    return page.locator(".is-line-group a.is-row")


def test_a_new_player_is_let_in_with_a_name_into_a_new_group(
    page: Page, installation: Installation
) -> None:
    page.get_by_role("button", name="Freigeben", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name des Bildschirms").fill("Turnsaal Tribüne")
    group = dialog.get_by_role("combobox", name="Raumgruppe")
    group.fill("Turnsaal")
    group.press("Enter")
    click(dialog.get_by_role("button", name="Bildschirm freigeben"))
    expect(page.get_by_text("Turnsaal Tribüne ist freigegeben.")).to_be_visible()
    expect(_line(page, "Turnsaal Tribüne")).to_be_visible()
    expect(page.get_by_text("1 neuer Bildschirm wartet auf Freigabe")).to_be_visible()
    assert _clients(installation)["Turnsaal Tribüne"] == "Turnsaal"
    keep_screenshot(page, "screens")


def test_several_screens_are_put_into_a_group_at_once(
    page: Page, installation: Installation
) -> None:
    for name in ("Haupteingang", "Turnsaal Tribüne"):
        click(page.locator("label", has=page.get_by_role("checkbox", name=f"{name} auswählen")))
    click(page.get_by_role("button", name="2 Bildschirme zuordnen"))
    dialog = page.get_by_role("dialog")
    choose(page, dialog.get_by_role("combobox", name="Raumgruppe"), re.compile("^Aula$"))
    click(dialog.get_by_role("button", name="2 Bildschirme zuordnen"))
    expect(_line(page, "Haupteingang")).to_contain_text("Aula")
    groups = _clients(installation)
    assert (groups["Haupteingang"], groups["Turnsaal Tribüne"]) == ("Aula", "Aula")


def test_a_group_is_renamed(page: Page) -> None:
    click(page.get_by_text(re.compile(r"^Raumgruppen \d+$")))
    click(page.get_by_role("button", name="Foyer bearbeiten"))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name", exact=True).fill("Eingangshalle")
    click(dialog.get_by_role("button", name="Raumgruppe speichern"))
    expect(_group_names(page).first).to_have_text("Eingangshalle")


def test_groups_are_ordered_by_keyboard_and_every_page_follows(page: Page) -> None:
    names = [
        "Eingangshalle",
        "Lehrerzimmer",
        "Aula",
        "Trakt A",
        "Mensa",
        "Bibliothek",
        "Turnsaal",
        "Nicht zugeordnet",
    ]
    expect(_group_names(page)).to_have_text(names)
    page.get_by_role("button", name="Eingangshalle nach unten").focus()
    page.keyboard.press("Enter")
    expect(_group_names(page)).to_have_text([names[1], names[0], *names[2:]])
    expect(page.get_by_role("button", name="Eingangshalle nach unten")).to_be_focused()
    page.keyboard.press("Enter")
    expect(_group_names(page)).to_have_text([names[1], names[2], names[0], *names[3:]])
    keep_screenshot(page, "groups")
    click(page.get_by_role("link", name="Übersicht"))
    heads = page.locator(".is-card > header b")
    for place, name in enumerate(("Lehrerzimmer", "Aula", "Eingangshalle")):
        expect(heads.nth(place)).to_have_text(name)


def test_a_card_leads_to_the_form_and_a_row_to_its_screen(page: Page) -> None:
    click(page.get_by_role("link", name="Übersicht"))
    card = page.locator(".is-card", has=page.get_by_text("Aula", exact=True))
    form = page.locator(".st-key-card-event-form")
    plan = card.get_by_role("link", name="Termin planen für Aula")
    follow(plan, form.get_by_role("heading", name="Neuer Termin"))
    expect(form.get_by_text("Aula", exact=True)).to_be_visible()
    click(page.get_by_role("link", name="Bildschirme & Gruppen"))
    row = _line(page, "Haupteingang")
    row.locator("> div").nth(3).click()  # not the name: the row as a whole
    expect(page.get_by_role("heading", name="Haupteingang")).to_be_visible(timeout=60_000)
    click(page.get_by_role("link", name="Bildschirme & Gruppen"))
    row.get_by_role("link", name="Haupteingang").press("Enter")
    expect(page.get_by_role("heading", name="Haupteingang")).to_be_visible(timeout=60_000)


def test_the_wall_fills_the_window_and_can_be_read_from_afar(page: Page) -> None:
    page.goto(urljoin(page.url, "/wall"))
    tiles = page.locator(".is-far li")
    expect(tiles.first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(tiles.first.locator(".is-status")).to_have_text(
        re.compile("(In Ordnung|Warnung|Kritisch)")
    )
    letters = tiles.first.locator("b").evaluate(
        "tile => parseFloat(getComputedStyle(tile).fontSize)"
    )
    # 3.4 % of the height is 2.4 cm on a screen of 55 inches: legible from 4 m
    assert letters >= 0.034 * page.evaluate("innerHeight")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    keep_screenshot(page, "wall")
