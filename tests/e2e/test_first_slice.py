"""The whole way, as a supervisor goes it: from a click in the browser to the screens, and back."""

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client
from tests.support.browser import choose, chromium, click, keep_screenshot, new_page, pick, sign_in
from tests.support.installation import Installation, run_infoscreen
from tests.support.ports import wait_until
from tests.support.servers import program
from workers.simulator.identity import PlayerIdentity

pytestmark = pytest.mark.timeout(300)

REBOOT_MS = 60_000


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    recovers = {"CRASH_RECOVERY_ENABLED": "true"}
    running = Installation(tmp_path_factory.mktemp("slice"), demo=3, variables=recovers)
    running.start()
    running.wait_ready()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def page(installation: Installation) -> Iterator[Page]:
    with chromium() as browser:
        page = new_page(browser, width=1440, height=950)
        sign_in(page, installation.state()["console_url"], "admin", installation.first_password())
        yield page


@pytest.fixture(scope="module")
def subscriber(installation: Installation) -> Iterator["_Titles"]:
    """What a plain `mosquitto_sub` hears of the first group: a list of titles for each message."""
    state = installation.state()
    heard = installation.directory / "heard.jsonl"
    with heard.open("wb") as out:
        process = subprocess.Popen(
            [
                program("mosquitto_sub"),
                "-h", state["mqtt_host"],
                "-p", str(state["mqtt_port"]),
                "-u", state["mqtt_user"],
                "-P", state["mqtt_password"],
                "-t", "infoscreen/events/1",
                "-q", "1",
            ],
            stdout=out,
        )  # fmt: skip
        yield _Titles(heard)
        process.terminate()
        process.wait(timeout=5)


class _Titles:
    """The lists heard so far, read anew each time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> list[str]:
        lines = self._path.read_text(encoding="utf-8").splitlines()
        return [event["title"] for event in json.loads(lines[-1])] if lines else []


def test_the_overview_shows_every_group_and_what_plays(page: Page) -> None:
    expect(page.get_by_text("3 von 3 Bildschirmen laufen")).to_be_visible(timeout=60_000)
    for name in ("Foyer", "Lehrerzimmer", "Aula"):
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    expect(page.get_by_text("Willkommen").first).to_be_visible()
    keep_screenshot(page, "overview")


def test_a_series_planned_in_the_calendar_reaches_a_plain_subscriber(
    installation: Installation, page: Page, subscriber: _Titles
) -> None:
    wait_until(subscriber.last, what="the retained list")
    # Planned for yesterday on, it is on now, also when the test runs within the last hour of a day.
    yesterday = utc_now().astimezone(ZoneInfo("Europe/Vienna")).date() - timedelta(days=1)
    page.goto(f"{installation.state()['console_url']}/calendar?date={yesterday}")
    click(page.get_by_role("button", name="Termin planen"))
    page.get_by_label("Titel", exact=True).fill("Chorprobe")
    pick(page.get_by_role("radio", name="Mitteilung"))
    page.get_by_label("Text am Bildschirm").fill("Heute im Festsaal")
    choose(page, page.get_by_label("Raumgruppen", exact=True), "Foyer")
    page.keyboard.press("Escape")
    click(page.get_by_text("Ganztägig"))
    choose(page, page.get_by_label("Wiederholung", exact=True), re.compile("^täglich$"))
    keep_screenshot(page, "event-form")
    page.get_by_role("button", name="Termin anlegen").first.click()
    wait_until(lambda: "Chorprobe" in subscriber.last(), what="the event at the subscriber")
    expect(page.frame_locator("iframe").get_by_text("Chorprobe").first).to_be_visible()
    keep_screenshot(page, "calendar")


def test_a_tv_that_is_held_off_goes_off_until_it_is_let_go(page: Page) -> None:
    click(page.get_by_role("link", name="Überwachung"))
    page.get_by_text("Aula Bühne").first.click()
    click(page.get_by_role("button", name="Fernseher halten …"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("auch ein Notfall ist dort nicht zu sehen")).to_be_visible()
    keep_screenshot(page, "tv-held")
    dialog.get_by_role("textbox").fill("Konzert auf der Bühne")
    click(dialog.get_by_role("button", name="Aus halten"))
    expect(page.get_by_text("Fernseher gehalten: aus bis")).to_be_visible()
    expect(page.get_by_text("aus seit")).to_be_visible()
    click(page.get_by_role("button", name="Wieder nach Plan"))
    expect(page.get_by_text("an seit")).to_be_visible()
    expect(page.get_by_text("Fernseher gehalten")).to_have_count(0)


def test_an_emergency_is_raised_confirmed_and_ended(page: Page, subscriber: _Titles) -> None:
    click(page.get_by_role("link", name="Überwachung"))
    expect(page.get_by_role("heading", name="Überwachung")).to_be_visible()
    click(page.get_by_role("button", name="Notfall", exact=True))
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Text am Bildschirm").fill("Feueralarm")
    click(dialog.get_by_role("button", name="Weiter"))
    expect(dialog.get_by_text("zeigen sofort nur noch diese Meldung")).to_be_visible()
    keep_screenshot(page, "emergency-second-click")
    dialog.get_by_role("button", name="Notfall auf 3 Bildschirmen auslösen").dblclick()
    wait_until(lambda: subscriber.last() == ["Feueralarm"], what="one emergency, alone")
    expect(page.get_by_text("Notfall läuft: Feueralarm")).to_be_visible()
    expect(page.get_by_text("Bestätigt von 3 von 3 Bildschirmen")).to_be_visible()
    keep_screenshot(page, "emergency")
    click(page.get_by_role("button", name="Notfall beenden"))
    click(dialog.get_by_role("button", name="Notfall beenden"))
    wait_until(lambda: "Chorprobe" in subscriber.last(), what="the plan again")
    expect(page.get_by_text("Notfall läuft")).to_have_count(0)


def test_a_reboot_is_followed_until_the_player_is_back(page: Page) -> None:
    click(page.get_by_role("link", name="Überwachung"))
    page.get_by_text("Haupteingang").first.click()
    click(page.get_by_role("button", name="Bildschirm neu starten"))
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Unterbricht")).to_be_visible()
    dialog.get_by_role("textbox").fill("Bild steht")
    click(dialog.get_by_role("button", name="Bildschirm neu starten"))
    for step in (
        "Angefordert",
        "Gesendet",
        "Bestätigt",
        "Ausgeführt",
        "Neustart",
        "Zurück",
        "Fertig",
    ):
        expect(page.get_by_text(step, exact=True).first).to_be_visible()
    keep_screenshot(page, "reboot-under-way")
    # Below it stand commands of the demo's past, which are done.
    done = page.locator(".is-course").first.locator("li", has_text="Fertig")
    expect(done).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"), timeout=REBOOT_MS)
    keep_screenshot(page, "reboot-completed")


def test_an_app_that_crashes_is_restarted_by_itself(installation: Installation, page: Page) -> None:
    with installation.sessions() as session:
        crashing = session.get_one(Client, PlayerIdentity("demo", 3).uuid)
    click(page.get_by_role("link", name="Überwachung"))
    page.get_by_text(crashing.display_name).first.click()
    expect(page.get_by_role("heading", name=crashing.display_name)).to_be_visible()
    told = run_infoscreen("simulate", "--tell", "crash 3", environment=installation.environment)
    assert told.returncode == 0, told.stderr
    recovery = page.locator(".st-key-card-recovery")
    expect(recovery).to_contain_text(
        "Automatische Wiederherstellung: Der Bildschirm läuft wieder", timeout=REBOOT_MS
    )
    course = page.locator(".is-course").first
    expect(course).to_contain_text("vom System angefordert")
    expect(course.locator("li", has_text="Fertig")).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"))
    keep_screenshot(page, "recovery")
