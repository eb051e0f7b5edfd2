"""What a browser that is a screen shows of each kind of event, from a console that runs."""

import base64
import hashlib
import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import WebPlayerMessage
from infoscreen_core.domain.events.event import EventType, Severity
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from infoscreen_core.services.events.event_drafts import EventDraft
from tests.support.browser import keep_screenshot, new_page
from tests.support.console_process import RunningConsole, add_demo_school, running_console
from tests.support.exchange.calendar_server import calendar_server
from tests.support.media.documents import color_of, pdf_bytes
from tests.support.media.files import add_file
from tests.support.ports import wait_until
from tests.support.screens.web_player import Address, add_address
from tests.support.servers import program

pytestmark = pytest.mark.timeout(240)

_KEPT_FILES = """new Promise((done) => {
    const open = indexedDB.open(`infoscreen ${location.pathname}`);
    open.onsuccess = () => {
        const count = open.result.transaction("files").objectStore("files").count();
        count.onsuccess = () => done(count.result);
    };
})"""
_FITS = """one => {
    const text = one.getBoundingClientRect();
    const title = document.querySelector(".message header").getBoundingClientRect();
    return one.scrollWidth <= innerWidth - text.left && text.right <= innerWidth
        && text.bottom <= innerHeight && text.top >= title.bottom;
}"""


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contents")


@pytest.fixture(scope="module")
def console(data_dir: Path) -> Iterator[RunningConsole]:
    with running_console(data_dir, add_demo_school) as running:
        yield running


@pytest.fixture
def address(console: RunningConsole) -> Address:
    with console.sessions.begin() as session:
        return add_address(session, f"Raum {uuid4().hex[:6]}")


@pytest.fixture
def player(console: RunningConsole, address: Address, browser: Browser) -> Iterator[Page]:
    page = new_page(browser, width=1920, height=1080)
    page.goto(console.url + address.path)
    yield page
    page.context.close()


def _store(console: RunningConsole, data_dir: Path, kind: MediaType, content: bytes) -> int:
    """Put a file into the library, as an upload does."""
    checksum = hashlib.sha256(content).hexdigest()
    path = MediaStore(data_dir / "media").content_path(checksum)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    name = f"{uuid4().hex[:8]}.{kind}"
    with console.sessions.begin() as session:
        return add_file(
            session, name, kind, now=utc_now(), checksum_sha256=checksum, size=len(content)
        )


def _plan(console: RunningConsole, address: Address, kind: EventType, **values: Any) -> int:  # noqa: ANN401 - fields of a draft
    now = utc_now()
    with console.sessions.begin() as session:
        draft = EventDraft(
            group_ids=[address.group_id],
            title=values.pop("title", "Aushang"),
            event_type=kind,
            start=(now - timedelta(hours=1)).replace(tzinfo=None),
            end=(now + timedelta(hours=2)).replace(tzinfo=None),
            timezone="UTC",
            **values,
        )
        return events.create_events(session, draft, actor=CLI, now=now)[0].id


def _png(color: str) -> bytes:
    file = BytesIO()
    Image.new("RGB", (640, 360), color).save(file, "PNG")
    return file.getvalue()


def _strongest(page: Page) -> str:
    """The strongest colour in the middle of the screen."""
    red, green, blue = color_of(page.screenshot(clip={"x": 955, "y": 500, "width": 4, "height": 4}))
    strongest = max(red, green, blue)
    return {red: "red", green: "green", blue: "blue"}[strongest] if strongest > 120 else ""


def _wait_for_color(page: Page, color: str) -> None:
    wait_until(lambda: _strongest(page) == color, what=f"{color} on the screen")


def _progress(page: Page) -> str:
    return str(page.locator(".progress i").evaluate("bar => bar.style.width"))


def _pictured(console: RunningConsole, address: Address, event_id: int) -> bytes | None:
    """The newest picture that the browser sent of an event."""
    with console.sessions() as session:
        rows = session.query(WebPlayerMessage).filter_by(client_uuid=address.uuid).all()
    for row in rows:
        if row.topic.endswith("/dashboard"):
            read = json.loads(row.payload)
            if read["runtime"]["process_health"]["current_event_id"] == event_id:
                return base64.b64decode(read["content"]["screenshot"]["data"])
    return None


def test_several_files_are_shown_in_their_order(
    console: RunningConsole, data_dir: Path, address: Address, player: Page
) -> None:
    first = _store(console, data_dir, MediaType.PNG, _png("#1010d0"))
    plan = _store(console, data_dir, MediaType.PDF, pdf_bytes(3))
    _plan(
        console,
        address,
        EventType.PRESENTATION,
        event_media_id=first,
        further_media_ids=(plan,),
        auto_progress=False,
    )
    _wait_for_color(player, "blue")
    wait_until(lambda: _progress(player) == "25%", what="the four pages")
    for color in ("red", "green", "blue"):
        player.keyboard.press("ArrowRight")
        _wait_for_color(player, color)
    for _ in range(3):  # faster than pages come
        player.keyboard.press("ArrowLeft")
    assert _progress(player) == "25%"
    _wait_for_color(player, "blue")


def test_a_video_plays_and_is_pictured(
    console: RunningConsole, data_dir: Path, address: Address, player: Page, tmp_path: Path
) -> None:
    film = tmp_path / "film.webm"
    source = "color=c=0x10b010:s=320x180:d=3"
    subprocess.run(
        [program("ffmpeg"), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libvpx", film],
        check=True,
        stdin=subprocess.DEVNULL,
    )
    media_id = _store(console, data_dir, MediaType.WEBM, film.read_bytes())
    event_id = _plan(console, address, EventType.VIDEO, event_media_id=media_id)
    video = player.locator("video")
    expect(video).to_be_visible()
    wait_until(lambda: video.evaluate("film => film.currentTime > 0.5"), what="a playing video")
    _wait_for_color(player, "green")
    wait_until(lambda: _pictured(console, address, event_id), what="a picture of it")
    picture = _pictured(console, address, event_id)
    assert picture
    red, green, _blue = color_of(picture)
    assert green > 2 * red
    keep_screenshot(player, "web-player-video")
    wait_until(lambda: player.evaluate(_KEPT_FILES), what="the film in the browser's store")


def test_a_website_stands_in_a_frame_without_rights_and_is_drawn(
    console: RunningConsole, address: Address, player: Page
) -> None:
    with calendar_server(b"<!doctype html><h1>Vertretungen</h1>") as server:
        server.give(b"<!doctype html><h1>Vertretungen</h1>", Content_Type="text/html")
        event_id = _plan(
            console, address, EventType.WEBSITE, title="Plan", website_url=server.url("/")
        )
        expect(player.frame_locator("iframe").get_by_text("Vertretungen")).to_be_visible()
        frame = player.locator("iframe")
        assert "allow-top-navigation" not in (frame.get_attribute("sandbox") or "")
        [request] = [one for one in server.requests if one.path == "/"]
        assert "referer" not in request.headers
        wait_until(lambda: _pictured(console, address, event_id), what="a drawn stand-in")
        keep_screenshot(player, "web-player-website")


def test_a_page_of_our_own_gets_no_rights_of_it(
    console: RunningConsole, address: Address, player: Page
) -> None:
    _plan(console, address, EventType.WEBSITE, website_url=f"{console.url}/login")
    expect(player.locator("iframe")).to_be_visible()
    assert "allow-same-origin" not in (player.locator("iframe").get_attribute("sandbox") or "")


def test_a_website_that_refuses_is_said(
    console: RunningConsole, address: Address, player: Page
) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(json={"refuses": True})

    player.route("**/framing/*", refuse)
    _plan(console, address, EventType.WEBSITE, website_url="http://127.0.0.1:9/")
    expect(player.get_by_text("lässt sich nicht in anderen Seiten zeigen")).to_be_visible()
    keep_screenshot(player, "web-player-refused")


def test_what_a_browser_cannot_show_is_said(
    console: RunningConsole, address: Address, player: Page
) -> None:
    _plan(console, address, EventType.OTHER, title="Roboter")
    expect(player.get_by_text("„Roboter“ lässt sich hier nicht zeigen")).to_be_visible()


def test_a_damaged_document_is_said_and_the_next_event_is_not_lost(
    console: RunningConsole, data_dir: Path, address: Address, player: Page
) -> None:
    bad = _store(console, data_dir, MediaType.PDF, b"%PDF-1.7 and no more")
    _plan(console, address, EventType.PRESENTATION, event_media_id=bad)
    expect(player.get_by_text("Die Datei lässt sich nicht laden")).to_be_visible()
    _plan(
        console, address, EventType.MESSAGE, message_text="Feueralarm um zehn", priority=10,
        message_severity=Severity.WARNING,
    )  # fmt: skip
    expect(player.get_by_text("Feueralarm um zehn")).to_be_visible()
    keep_screenshot(player, "web-player-warning")


def test_a_long_text_fits_and_keeps_its_words_whole(
    console: RunningConsole, address: Address, browser: Browser
) -> None:
    text = "Willkommen am Bundesgymnasium Musterstadt!\nSekretariat: 7:30 bis 15:00 Uhr. " * 3
    _plan(console, address, EventType.MESSAGE, message_text=text)
    for name, width, height in (("phone", 390, 844), ("wide", 1920, 1080), ("4k", 3840, 2160)):
        page = new_page(browser, width=width, height=height)
        page.goto(console.url + address.path)
        shown = page.locator(".message p")
        expect(shown).to_be_visible()
        assert shown.evaluate(_FITS)
        assert shown.evaluate("one => one.style.overflowWrap") == "normal"
        keep_screenshot(page, f"web-player-text-{name}")
        page.context.close()
