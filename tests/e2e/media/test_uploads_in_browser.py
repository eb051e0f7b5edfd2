"""Sending files in a browser: dropped, chosen by keyboard, cut off, paused, given up."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Request, expect

from infoscreen_core.db.models import EventMedia
from infoscreen_core.files.store import MediaStore
from infoscreen_core.files.uploads import UploadStore
from tests.support.browser import click, keep_screenshot, new_page, sign_in, watch_foreign_requests
from tests.support.console_process import (
    PASSWORD,
    PLANNER,
    RunningConsole,
    add_demo_school,
    running_console,
)
from tests.support.media.dropping import Network, drop
from tests.support.media.samples import pdf, picture
from tests.support.media.tus import write_video
from tests.support.ports import wait_until

pytestmark = pytest.mark.timeout(300)

MEBIBYTES = 20
SLOW = 3 * 2**19  # bytes a second: what is done midway has its time, also beside busy neighbours
FILE = ".is-uploads li"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def school(folder: Path) -> Iterator[RunningConsole]:
    with running_console(folder, add_demo_school) as running:
        yield running


@pytest.fixture(scope="module")
def video(folder: Path) -> Path:
    return write_video(folder / "Rundgang.mp4", MEBIBYTES)


@pytest.fixture
def page(browser: Browser, school: RunningConsole) -> Iterator[Page]:
    opened = new_page(browser)
    sign_in(opened, school.url, PLANNER, PASSWORD, path="/library")
    expect(opened.locator(".is-zone")).to_be_visible()
    yield opened
    opened.context.close()


def _row(page: Page, name: str) -> Locator:
    return page.locator(FILE).filter(has_text=name)


def _choose(page: Page, path: Path) -> None:
    page.locator(".is-uploads input[type=file]").set_input_files(path)


def _offsets(page: Page) -> list[int]:
    """Return a list that grows with the place of each piece that is sent."""
    found: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            found.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    return found


def _kept(school: RunningConsole, name: str) -> str | None:
    with school.sessions() as session:
        row = session.query(EventMedia).filter_by(name=name).one_or_none()
        return row.checksum_sha256 if row else None


def test_files_are_dropped_and_each_says_what_became_of_it(
    page: Page, school: RunningConsole
) -> None:
    foreign = watch_foreign_requests(page)
    drop(page, {"Aushang.pdf": pdf(2), "Bild.png": picture(), "kaputt.pdf": pdf(9)[:-90]})
    for name in ("Aushang.pdf", "Bild.png"):
        expect(_row(page, name)).to_contain_text("in der Mediathek")
        expect(page.locator(f".is-tile:has-text('{name}')")).to_be_visible()
    refused = _row(page, "kaputt.pdf")
    expect(refused.get_by_role("alert")).to_contain_text("„kaputt.pdf“")
    expect(page.locator(".is-said")).to_have_text("2 von 3 Dateien sind in der Mediathek.")
    keep_screenshot(page, "library-uploads")
    click(refused.get_by_role("button", name="kaputt.pdf ausblenden"))
    expect(refused).to_have_count(0)
    assert _kept(school, "Aushang.pdf") == hashlib.sha256(pdf(2)).hexdigest()
    assert foreign == []


def test_a_file_dropped_beside_the_area_does_not_replace_the_page(page: Page) -> None:
    drop(page, {"Daneben.png": picture(colour="green")}, onto="[data-testid=stMain] h1")
    expect(_row(page, "Daneben.png")).to_contain_text("in der Mediathek")
    expect(page.locator("h1")).to_have_text("Medien")


def test_the_keyboard_chooses_files(page: Page, folder: Path) -> None:
    path = folder / "Tastatur.png"
    path.write_bytes(picture(colour="orange"))
    page.get_by_role("button", name="Dateien wählen").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(path)
    expect(_row(page, "Tastatur.png")).to_contain_text("in der Mediathek")


def test_a_lost_connection_is_told_and_it_goes_on_where_it_was(
    page: Page, school: RunningConsole, video: Path
) -> None:
    network, offsets = Network(page), _offsets(page)
    network.be_slow(SLOW)
    _choose(page, video)
    row = _row(page, video.name)
    expect(row).to_contain_text(re.compile(r"9,\d MiB von 20,0 MiB · \d.* pro Sekunde · noch \d"))
    network.be_away()
    expect(row).to_contain_text("keine Verbindung; es geht von selbst weiter")
    keep_screenshot(page, "library-upload-away")
    before = len(offsets)
    network.be_well()
    expect(row).to_contain_text("in der Mediathek")
    assert offsets[before] >= 8 * 2**20
    with video.open("rb") as file:
        assert _kept(school, video.name) == hashlib.file_digest(file, "sha256").hexdigest()


def test_a_page_loaded_anew_goes_on_with_the_same_file(
    page: Page, folder: Path, school: RunningConsole
) -> None:
    other = write_video(folder / "Zweite Reise.mp4", MEBIBYTES)
    network, offsets = Network(page), _offsets(page)
    network.be_slow(SLOW)
    _choose(page, other)
    expect(_row(page, other.name)).to_contain_text(re.compile(r"9,\d MiB von"))
    page.on("dialog", lambda dialog: dialog.accept())  # that something is still under way
    page.reload()
    expect(page.locator(".is-zone")).to_be_visible()
    network.be_well()
    before = len(offsets)
    _choose(page, other)
    expect(_row(page, other.name)).to_contain_text("in der Mediathek")
    assert offsets[before] >= 8 * 2**20
    assert _kept(school, other.name)


def test_a_file_is_paused_and_given_up(page: Page, folder: Path, video: Path) -> None:
    uploads = UploadStore(MediaStore(folder / "media").uploads)
    unfinished = {one.id for one in uploads.list_all() if one.media_id is None}
    Network(page).be_slow(SLOW)
    _choose(page, video)
    row = _row(page, video.name)
    click(row.get_by_role("button", name=f"{video.name} anhalten"))
    expect(row).to_contain_text("angehalten")
    click(row.get_by_role("button", name=f"Mit {video.name} weitermachen"))
    expect(row).to_contain_text("pro Sekunde")
    click(row.get_by_role("button", name=f"{video.name} abbrechen"))
    expect(row).to_have_count(0)
    wait_until(
        lambda: {one.id for one in uploads.list_all() if one.media_id is None} == unfinished,
        seconds=30,
        what="the end of what was given up",
    )


def test_what_is_under_way_outlives_a_visit_to_another_page(page: Page, folder: Path) -> None:
    third = write_video(folder / "Dritte Reise.mp4", MEBIBYTES)
    network = Network(page)
    network.be_slow(SLOW)
    _choose(page, third)
    expect(_row(page, third.name)).to_contain_text("pro Sekunde")
    click(page.get_by_role("link", name="Kalender"))
    expect(page.locator("h1")).to_have_text("Kalender")
    network.be_well()
    click(page.get_by_role("link", name="Medien"))
    expect(_row(page, third.name)).to_contain_text("in der Mediathek")
    expect(page.locator(f".is-tile:has-text('{third.name}')")).to_be_visible()
