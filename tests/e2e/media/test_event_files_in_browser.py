"""Files are dropped into the event form, put in order, and seen as screens will show them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import delete, select

from infoscreen_core.db.models import ClientGroup, Event, EventMedia, FormDraft
from tests.support.browser import (
    choose,
    click,
    keep_screenshot,
    new_page,
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
from tests.support.media.documents import COLORS, pdf_bytes
from tests.support.media.dropping import drop
from tests.support.media.samples import picture
from tests.support.ports import wait_until

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.timeout(300)

FORM = ".st-key-card-event-form"
FILES = f"{FORM} .is-event-file strong"
STAGE = f"{FORM} .is-stage"
TRIP_COLOR = "#008080"
_COLOR = """image => {
    if (!image.complete || !image.naturalWidth) return null;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, image.naturalWidth / 2, image.naturalHeight / 2, 1, 1, 0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    folder: Path = tmp_path_factory.mktemp("school")
    with running_console(folder, add_demo_school) as running:
        yield running


@pytest.fixture
def page(browser: Browser, school: RunningConsole) -> Iterator[Page]:
    opened = new_page(browser)
    _open_form(opened, school)
    yield opened
    opened.context.close()


def _open_form(page: Page, school: RunningConsole) -> None:
    with school.sessions.begin() as session:
        session.execute(delete(FormDraft))  # of the test before
    sign_in(page, school.url, PLANNER, PASSWORD, path="/calendar?new=1")
    click(page.locator(FORM).get_by_text("Präsentation", exact=True))


def _turn(page: Page, act: str) -> None:
    click(page.locator(f'{STAGE} [data-stage="{act}"]'))


def _expect_color(stage: Locator, color: str) -> None:
    """Wait until the picture on the stage has this colour in its middle, give or take a coding."""
    wanted = [int(color[at : at + 2], 16) for at in (1, 3, 5)]

    def is_near() -> bool:
        found = stage.locator("img").evaluate(_COLOR)
        return found is not None and all(
            abs(a - b) < 24 for a, b in zip(found, wanted, strict=True)
        )

    wait_until(is_near, what=f"a page in {color}")


def _group(school: RunningConsole) -> str:
    with school.sessions() as session:
        return session.scalars(select(ClientGroup.name).order_by(ClientGroup.id)).first() or ""


def _stored(school: RunningConsole) -> list[str]:
    """The names of the files of the event that was saved last, in order."""
    with school.sessions() as session:
        event = session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one()
        return [session.get_one(EventMedia, media_id).name for media_id in event.media_ids]


def test_files_are_dropped_put_in_order_previewed_and_saved(
    page: Page, school: RunningConsole
) -> None:
    foreign = watch_foreign_requests(page)
    drop(page, {"Menü.pdf": pdf_bytes(2), "Ausflug.png": picture(colour="teal")})
    expect(page.locator(FILES)).to_have_count(2)
    names = page.locator(FILES).all_inner_texts()
    click(page.get_by_role("button", name=f"Später zeigen: {names[0]}"))
    expect(page.locator(FILES)).to_have_text(names[::-1])
    if names[0] != "Menü.pdf":  # the smaller one may well have arrived first
        click(page.get_by_role("button", name="Später zeigen: Menü.pdf"))
        expect(page.locator(FILES)).to_have_text(["Ausflug.png", "Menü.pdf"])
    page.get_by_label("Sekunden je Seite").fill("1")
    page.get_by_label("Sekunden je Seite").press("Enter")
    click(page.get_by_text("Was die Bildschirme zeigen"))
    stage = page.locator(STAGE)
    expect(stage.get_by_text("Seite 1 von 3 · Ausflug.png")).to_be_visible()
    _expect_color(stage, TRIP_COLOR)
    keep_screenshot(page, "event-files-preview")

    _turn(page, "on")
    expect(stage.get_by_text("Seite 2 von 3 · Menü.pdf")).to_be_visible()
    _expect_color(stage, COLORS[0])
    _turn(page, "on")
    _expect_color(stage, COLORS[1])
    _turn(page, "on")
    expect(stage.get_by_text("Seite 1 von 3 · Ausflug.png")).to_be_visible()

    page.get_by_label("Titel").first.fill("Aushang")
    choose(page, page.locator(FORM).get_by_label("Raumgruppen"), _group(school))
    page.locator(".st-key-event-form-save button").first.click()
    expect(page.locator(FORM)).to_have_count(0)
    assert _stored(school) == ["Ausflug.png", "Menü.pdf"]
    assert foreign == []


def test_pages_turn_by_themselves_when_asked_and_stand_still_on_a_pause(page: Page) -> None:
    drop(page, {"Plan.pdf": pdf_bytes(3)})
    expect(page.locator(FILES)).to_have_count(1)
    page.get_by_label("Sekunden je Seite").fill("1")
    page.get_by_label("Sekunden je Seite").press("Enter")
    click(page.get_by_text("Was die Bildschirme zeigen"))
    stage = page.locator(STAGE)
    # Who wants less motion, as this browser says, begins with a still page.
    play = stage.get_by_role("button", name="Abspielen")
    expect(play).to_be_visible()
    expect(stage.get_by_text("Seite 1 von 3")).to_be_visible()
    play.press("Enter")
    expect(stage.get_by_text("Seite 2 von 3")).to_be_visible()
    expect(stage.get_by_text("Seite 3 von 3")).to_be_visible()
    expect(stage.get_by_text("Seite 1 von 3")).to_be_visible()
    click(stage.get_by_role("button", name="Pausieren"))
    expect(play).to_be_visible()
    _turn(page, "back")
    _turn(page, "on")
    told = stage.locator(".is-stage-foot span").inner_text()
    page.wait_for_timeout(2500)  # more than two intervals
    assert stage.locator(".is-stage-foot span").inner_text() == told


@pytest.mark.parametrize("is_dark", [False, True])
def test_the_files_of_the_form_fit_a_phone(
    browser: Browser, school: RunningConsole, *, is_dark: bool
) -> None:
    page = new_page(browser, width=390, height=844, is_dark=is_dark)
    _open_form(page, school)
    drop(page, {f"Ein recht langer Name für eine Datei {is_dark}.pdf": pdf_bytes(2)})
    expect(page.locator(FILES)).to_have_count(1)
    click(page.get_by_text("Was die Bildschirme zeigen"))
    _expect_color(page.locator(STAGE), COLORS[0])
    box = page.locator(f"{STAGE} .is-stage-glass").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert abs(box["width"] / box["height"] - 16 / 9) < 0.02
    page.locator(STAGE).scroll_into_view_if_needed()
    keep_screenshot(page, f"event-files-phone-{'dark' if is_dark else 'light'}")
    page.context.close()
