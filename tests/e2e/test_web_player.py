"""A browser as a screen: it shows, reports, obeys, and goes on while the server is away."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientLog, ClientScreenshot
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.screens.groups import create_group
from tests.support.browser import keep_screenshot, new_page
from tests.support.installation import Installation, run_infoscreen
from tests.support.media.documents import color_of, write_pdf
from tests.support.media.files import add_file
from tests.support.ports import wait_until

pytestmark = pytest.mark.timeout(300)

CHECKSUM = "ef" * 32


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    running = Installation(tmp_path_factory.mktemp("web-player"), demo=1)
    running.start()
    running.wait_ready()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def group_id(installation: Installation) -> int:
    """A group in which nothing is planned."""
    with installation.sessions.begin() as session:
        return create_group(session, "Leseecke", actor=CLI, now=utc_now()).id


@pytest.fixture(scope="module")
def made(installation: Installation, group_id: int) -> dict[str, Any]:
    return _run(installation, "web-player", "add", "Lesesaal", "--group", str(group_id))


@pytest.fixture(scope="module")
def player(installation: Installation, made: dict[str, Any], browser: Browser) -> Iterator[Page]:
    page = new_page(browser, width=1920, height=1080)
    page.goto(_address(installation, made))
    yield page
    page.context.close()


def _run(installation: Installation, *words: str) -> dict[str, Any]:
    environment = installation.environment | {"INFOSCREEN_DATA_DIR": str(installation.data_dir)}
    done = run_infoscreen(*words, "--json", environment=environment)
    assert done.returncode == 0, done.stderr
    read: dict[str, Any] = json.loads(done.stdout)
    return read


def _address(installation: Installation, made: dict[str, Any]) -> str:
    return f"{installation.state()['console_url']}/player/{made['url'].rpartition('/')[2]}"


def _plan(
    installation: Installation,
    group_id: int,
    title: str,
    kind: EventType,
    **values: Any,  # noqa: ANN401 - fields of a draft
) -> int:
    now = utc_now()
    with installation.sessions.begin() as session:
        draft = EventDraft(
            group_ids=[group_id],
            title=title,
            event_type=kind,
            start=(now - timedelta(hours=1)).replace(tzinfo=None),
            end=(now + timedelta(hours=2)).replace(tzinfo=None),
            timezone="UTC",
            **values,
        )
        return events.create_events(session, draft, actor=CLI, now=now)[0].id


def _client(installation: Installation, made: dict[str, Any]) -> Client:
    with installation.sessions() as session:
        return session.get_one(Client, made["uuid"])


def _status_of(installation: Installation, command: dict[str, Any]) -> dict[str, Any]:
    return _run(installation, "command", "show", command["command_id"])


@contextmanager
def _stopped(installation: Installation, name: str) -> Iterator[None]:
    """Let a process stand still, as if the machine were away."""
    pid = installation.pids()[name]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_it_shows_a_clock_while_nothing_is_planned(player: Page) -> None:
    expect(player.locator(".idle time")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    expect(player).to_have_title("Lesesaal")
    keep_screenshot(player, "web-player-idle")


def test_it_counts_as_a_healthy_screen_with_a_picture(
    installation: Installation, made: dict[str, Any], player: Page
) -> None:
    expect(player.locator(".idle")).to_be_visible()

    def is_well() -> bool:
        row = _run(installation, "client", "show", made["uuid"])
        return bool(row["status"] == "healthy" and row["content"] == "as_planned")

    wait_until(is_well, seconds=60, what="a healthy screen")
    wait_until(lambda: _pictures(installation, made), seconds=60, what="a picture")
    client = _client(installation, made)
    assert (client.type, client.screen_health_status) == ("web player", "OK")
    assert client.boot_id
    assert client.booted_at


def test_a_message_comes_at_once_and_is_reported_and_pictured(
    installation: Installation, group_id: int, made: dict[str, Any], player: Page
) -> None:
    expect(player.locator(".idle")).to_be_visible()
    event_id = _plan(
        installation, group_id, "Lesung", EventType.MESSAGE, message_text="Heute um zehn"
    )
    expect(player.get_by_text("Heute um zehn")).to_be_visible(timeout=5000)
    wait_until(lambda: _client(installation, made).current_event_id == event_id, what="its report")
    wait_until(
        lambda: event_id in [one.event_id for one in _pictures(installation, made)],
        what="a picture of it",
    )
    keep_screenshot(player, "web-player-message")


def test_pages_of_a_document_turn_by_themselves(
    installation: Installation, group_id: int, player: Page
) -> None:
    store = MediaStore(installation.data_dir / "media")
    write_pdf(store.content_path(CHECKSUM))
    with installation.sessions.begin() as session:
        media_id = add_file(
            session, "plan.pdf", MediaType.PDF, now=utc_now(), checksum_sha256=CHECKSUM
        )
    _plan(
        installation,
        group_id,
        "Aushang",
        EventType.PRESENTATION,
        event_media_id=media_id,
        slide_interval=2,
        priority=10,
    )
    _wait_for_all_pages(player)
    keep_screenshot(player, "web-player-presentation")


def test_an_emergency_takes_the_place_of_everything_at_once(
    installation: Installation, group_id: int, player: Page
) -> None:
    began = time.monotonic()
    raised = _run(installation, "emergency", "raise", "Gebäude räumen", "--group", str(group_id))
    expect(player.locator(".message.emergency p")).to_have_text("Gebäude räumen")
    assert time.monotonic() - began < 15, raised
    keep_screenshot(player, "web-player-emergency")
    _run(installation, "emergency", "end", "--all")
    expect(player.locator(".message.emergency")).to_have_count(0)


def test_it_goes_on_while_the_server_is_away_and_comes_back(
    installation: Installation, player: Page
) -> None:
    expect(player.locator(".progress")).to_be_visible()
    wait_until(lambda: _has_worker(player), what="the page's service worker")
    player.reload()  # so that it is in charge
    expect(player.locator(".view img").first).to_be_visible()
    with _stopped(installation, "console"):
        player.reload(wait_until="commit")
        expect(player.locator(".view img").first).to_be_visible()
        _wait_for_all_pages(player)
    pid = installation.kill("console")
    expect(player.get_by_text(re.compile("Keine Verbindung seit"))).to_be_visible()
    keep_screenshot(player, "web-player-away")
    installation.wait_back("console", instead_of=pid, since=utc_now())
    expect(player.get_by_text(re.compile("Keine Verbindung seit"))).to_have_count(0)


def test_a_restart_reloads_the_page_and_is_acknowledged(
    installation: Installation, made: dict[str, Any], player: Page
) -> None:
    player.evaluate("window.isTheOldOne = true")
    command = _run(installation, "command", "issue", made["uuid"], "restart_app")
    wait_until(
        lambda: _status_of(installation, command)["status"] == "completed",
        seconds=60,
        what="the completed command",
    )
    assert player.evaluate("window.isTheOldOne") is None
    steps = [step["to_status"] for step in _status_of(installation, command)["transitions"]]
    assert steps[-3:] == ["ack_received", "execution_started", "completed"]


def test_a_reboot_is_refused_with_the_reason(
    installation: Installation, made: dict[str, Any], player: Page
) -> None:
    expect(player.locator(".view").first).to_be_visible()
    command = _run(installation, "command", "issue", made["uuid"], "reboot_host")
    wait_until(
        lambda: _status_of(installation, command)["status"] == "failed",
        seconds=60,
        what="the refusal",
    )
    assert _status_of(installation, command)["error_code"] == "permission_denied_local"


def test_of_two_windows_the_newer_one_reports_and_both_show(
    installation: Installation, made: dict[str, Any], browser: Browser, player: Page
) -> None:
    other = new_page(browser, width=390, height=844)
    other.goto(_address(installation, made))
    expect(other.locator(".view img").first).to_be_visible()
    expect(player.get_by_text(re.compile("in einem anderen Fenster"))).to_be_visible()
    expect(player.locator(".view img").first).to_be_visible()
    keep_screenshot(other, "web-player-phone")
    other.context.close()
    expect(player.get_by_text(re.compile("in einem anderen Fenster"))).to_have_count(0)


def test_a_revoked_address_ends_at_once_and_leaves_nothing_behind(
    installation: Installation, made: dict[str, Any], player: Page
) -> None:
    _run(installation, "web-player", "revoke", made["uuid"])
    expect(player.get_by_text("Diese Adresse gilt nicht mehr")).to_be_visible()
    wait_until(lambda: not _databases(player), what="an empty browser")
    player.reload()
    expect(player.get_by_text("Diese Adresse gilt nicht mehr")).to_be_visible()
    keep_screenshot(player, "web-player-ended")


def test_nothing_went_wrong_in_the_page_and_no_log_has_the_token(
    installation: Installation, made: dict[str, Any]
) -> None:
    with installation.sessions() as session:
        lines = session.scalars(select(ClientLog.message).where(ClientLog.level == "ERROR")).all()
    assert [line for line in lines if line.startswith("script:")] == []
    token = made["url"].rpartition("/")[2]
    logs = [*installation.directory.rglob("*.log"), *installation.data_dir.rglob("*.log")]
    assert logs
    assert [path for path in logs if token in path.read_text(errors="replace")] == []


def _pictures(installation: Installation, made: dict[str, Any]) -> list[ClientScreenshot]:
    with installation.sessions() as session:
        query = select(ClientScreenshot).where(ClientScreenshot.client_uuid == made["uuid"])
        return list(session.scalars(query))


def _has_worker(page: Page) -> bool:
    return bool(
        page.evaluate("navigator.serviceWorker.getRegistration().then((one) => !!one?.active)")
    )


def _databases(page: Page) -> int:
    return int(page.evaluate("indexedDB.databases().then((all) => all.length)"))


def _wait_for_all_pages(page: Page) -> None:
    seen: set[str] = set()

    def look() -> bool:
        seen.add(_color(page))
        return {"red", "green", "blue"} <= seen

    wait_until(look, seconds=60, what="the three pages in turn")


def _color(page: Page) -> str:
    """The strongest colour in the middle of the screen."""
    picture = page.screenshot(type="png", clip={"x": 955, "y": 500, "width": 4, "height": 4})
    red, green, blue = color_of(picture)
    strongest = max(red, green, blue)
    return {red: "red", green: "green", blue: "blue"}[strongest] if strongest > 120 else ""
