"""What somebody uploaded runs nothing in the console's origin, whoever opens it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.files.store import MediaStore
from infoscreen_core.settings import load_settings
from tests.bench.browsers import sign_in
from tests.support.browser import new_page
from tests.support.console_process import add_demo_school, running_console
from tests.support.media.kept import keep_file

SCRIPT = "document.documentElement.setAttribute('data-ran', document.cookie || 'yes')"
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60" '
    f'onload="{SCRIPT}"><script>{SCRIPT}</script>'
    '<rect width="90" height="60" style="fill: green"/></svg>'
)
HTML = f"<!doctype html><title>x</title><script>{SCRIPT}</script><p>here</p>"


@dataclass(frozen=True)
class Library:
    """A console with a drawing and a page, and somebody who is signed in."""

    url: str
    token: str
    drawing: int
    html: int


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    directory = tmp_path_factory.mktemp("files")
    store = MediaStore(load_settings(infoscreen_data_dir=directory).media_dir)
    ids: list[int] = []

    def furnish(session: Session) -> None:
        add_demo_school(session)
        for name, kind, text in (
            ("logo.svg", MediaType.SVG, SVG),
            ("page.html", MediaType.HTML, HTML),
        ):
            ids.append(keep_file(session, store, name, kind, text.encode(), now=utc_now()))

    with running_console(directory, furnish, with_workers=False) as running:
        yield Library(running.url, sign_in(running.sessions, 1)[0], ids[0], ids[1])


@pytest.fixture
def page(browser: Browser, library: Library) -> Iterator[Page]:
    page = new_page(browser)
    page.context.add_cookies([{"name": SESSION_COOKIE, "value": library.token, "url": library.url}])
    yield page
    page.context.close()


def test_a_drawing_is_shown_and_its_script_does_not_run(page: Page, library: Library) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    answer = page.goto(f"{library.url}/files/{library.drawing}/logo.svg")
    assert answer
    assert answer.status == 200
    expect(page.locator("rect")).to_be_visible()
    assert page.locator("svg").get_attribute("data-ran") is None
    assert any("script" in text.lower() for text in said)  # the browser says what it refused


def test_a_page_is_a_download(page: Page, library: Library, tmp_path: Path) -> None:
    with page.expect_download() as waiting:
        page.set_content(f'<a href="{library.url}/files/{library.html}/page.html">open</a>')
        page.click("a")
    kept = tmp_path / "kept"
    waiting.value.save_as(kept)
    assert kept.read_text() == HTML
    assert waiting.value.suggested_filename == "page.html"
