"""The calendar in a browser: drawn, dragged, stretched and clicked with a real mouse."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Event, SchoolHoliday
from infoscreen_core.db.queries.events import list_events
from infoscreen_core.db.queries.periods import list_holidays_touching
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.school import holidays
from tests.support.browser import (
    choose,
    click,
    keep_screenshot,
    new_page,
    pick,
    sign_in,
    watch_foreign_requests,
)
from tests.support.console_process import PASSWORD, PLANNER, add_demo_school, running_console
from tests.support.events.browser_calendar import (
    calendar,
    drag,
    entry,
    is_marked,
    mark_component,
    place,
    still_box,
)
from tests.support.events.calendar_page import MONDAY, VIENNA
from tests.support.events.planning import plan
from tests.support.exchange.ical import events_in
from tests.support.ports import wait_until

pytestmark = pytest.mark.timeout(300)


@dataclass
class Planner:
    """`infoscreen console` with a school in its database; nobody else writes to it."""

    url: str
    sessions: sessionmaker[Session]
    library: int

    def events(self, title: str) -> list[Event]:
        with self.sessions() as session:
            return [event for event in list_events(session) if event.title == title]

    def address(self, view: str = "week") -> str:
        return f"{self.url}/calendar?view={view}&date={MONDAY.isoformat()}&group={self.library}"


@pytest.fixture(scope="module")
def planner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planner]:
    with running_console(tmp_path_factory.mktemp("planner"), _furnish) as running:
        with running.sessions() as session:
            library = next(
                event.group_id for event in list_events(session) if event.title == "Leseabend"
            )
        yield Planner(running.url, running.sessions, library)


def _furnish(session: Session) -> None:
    add_demo_school(session)
    _enter_holiday(session, utc_now())


def _enter_holiday(session: Session, now: datetime) -> None:
    """Put one weekend's holiday in the place of all others, whatever day of the year it is."""
    for holiday in list_holidays_touching(session, date.min, date.max):
        holidays.delete_holiday(session, holiday.id, actor=SYSTEM, now=now)
    weekend = SchoolHoliday(
        name="Schulfest",
        start_date=MONDAY + timedelta(days=5),
        end_date=MONDAY + timedelta(days=6),
        created_at=now,
        updated_at=now,
    )
    session.add(weekend)


@pytest.fixture(scope="module")
def page(planner: Planner, browser: Browser) -> Page:
    page = new_page(browser, width=1600)  # a week has room beside the form
    sign_in(page, planner.url, PLANNER, PASSWORD, path="/calendar")
    return page


def local_start(event: Event) -> datetime:
    return to_local(event.start, VIENNA)


def at(weekday: int, clock: str) -> datetime:
    return datetime.fromisoformat(f"{MONDAY + timedelta(days=weekday)}T{clock}")


def test_a_click_in_the_week_plans_a_series_there(page: Page, planner: Planner) -> None:
    page.goto(planner.address())
    expect(entry(page, "Online-Katalog", 0)).to_be_visible()
    page.mouse.click(*place(page, 1, "16:30"))
    form = page.locator(".st-key-card-event-form")
    expect(form.get_by_label("Titel", exact=True)).to_be_visible()
    form.get_by_label("Titel", exact=True).fill("Vorlesen")
    pick(form.get_by_role("radio", name="Mitteilung"))
    form.get_by_label("Text am Bildschirm").fill("Heute liest die 2C")
    choose(page, form.get_by_label("Wiederholung", exact=True), "wöchentlich")
    click(form.get_by_role("button", name="Do", exact=True))
    expect(form.get_by_text("jeden Di, Do um 16:30")).to_be_visible()
    expect(form.get_by_text("Nächste:")).to_be_visible()
    keep_screenshot(page, "calendar-form")
    click(form.get_by_role("button", name="Termin anlegen"))
    expect(entry(page, "Vorlesen", 1)).to_be_visible()
    expect(entry(page, "Vorlesen", 3)).to_be_visible()
    expect(page.get_by_text("„Vorlesen“ ist für Bibliothek geplant.")).to_be_visible()
    (event,) = planner.events("Vorlesen")
    assert (local_start(event), event.recurrence_rule) == (
        at(1, "16:30"),
        "FREQ=WEEKLY;BYDAY=TU,TH",
    )


def test_one_occurrence_is_edited_alone(page: Page, planner: Planner) -> None:
    click(entry(page, "Vorlesen", 3))
    form = page.locator(".st-key-card-event-form")
    expect(form.get_by_role("radio", name="Nur dieser")).to_be_checked()
    form.get_by_label("Titel", exact=True).fill("Vorlesen entfällt")
    click(form.get_by_role("button", name="Diesen Termin ändern"))
    expect(entry(page, "Vorlesen entfällt", 3)).to_be_visible()
    expect(entry(page, "Vorlesen", 1)).to_be_visible()
    (event,) = planner.events("Vorlesen entfällt")
    assert event.master_event_id == planner.events("Vorlesen")[0].id


def test_a_single_event_is_dragged_to_another_day_and_goes_to_the_bell_that_is_near(
    page: Page, planner: Planner
) -> None:
    page.goto(planner.address())
    box = still_box(page, entry(page, "Vorlesen entfällt", 3))
    x, y = place(page, 4, "15:30")
    drag(page, (box["x"] + 30, box["y"] + 6), (x, y - 6))
    expect(entry(page, "Vorlesen entfällt", 4)).to_be_visible()
    expect(
        page.get_by_text("wurde verschoben. Beginnt um 15:25, am Ende der 8. Stunde.")
    ).to_be_visible()
    keep_screenshot(page, "calendar-bells")
    (event,) = planner.events("Vorlesen entfällt")
    assert local_start(event) == at(4, "15:25")


def test_its_end_is_stretched_with_the_mouse(page: Page, planner: Planner) -> None:
    before = planner.events("Vorlesen entfällt")[0]
    page.goto(planner.address())
    shown = entry(page, "Vorlesen entfällt", 4)
    still_box(page, shown)
    shown.hover()
    box = still_box(page, shown)
    bottom = (box["x"] + box["width"] / 2, box["y"] + box["height"] - 2)
    drag(page, bottom, (bottom[0], bottom[1] + 46))
    wait_until(
        lambda: planner.events("Vorlesen entfällt")[0].end > before.end, what="the later end"
    )
    after = planner.events("Vorlesen entfällt")[0]
    assert after.start == before.start
    assert timedelta(minutes=45) <= after.end - before.end <= timedelta(minutes=75)


def test_a_dragged_occurrence_asks_and_can_stay_where_it_was(page: Page, planner: Planner) -> None:
    page.goto(planner.address())
    box = still_box(page, entry(page, "Vorlesen", 1))
    drag(page, (box["x"] + 30, box["y"] + 6), place(page, 2, "10:00"))
    question = page.locator(".st-key-card-event-move")
    expect(question.get_by_text("Termin einer Serie verschieben")).to_be_visible()
    expect(question.get_by_text("Beginnt um 10:00, zu Beginn der 3. Stunde.")).to_be_visible()
    keep_screenshot(page, "calendar-move")
    click(question.get_by_role("button", name="Nicht verschieben"))
    expect(question).to_have_count(0)
    expect(entry(page, "Vorlesen", 1)).to_be_visible()
    expect(entry(page, "Vorlesen", 2)).to_have_count(0)


def test_or_the_whole_series_moves_with_it(page: Page, planner: Planner) -> None:
    box = still_box(page, entry(page, "Vorlesen", 1))
    drag(page, (box["x"] + 30, box["y"] + 6), place(page, 2, "10:00"))
    click(page.get_by_role("button", name="Ganze Serie verschieben"))
    expect(entry(page, "Vorlesen", 2)).to_be_visible()
    (event,) = planner.events("Vorlesen")
    assert event.recurrence_rule == "FREQ=WEEKLY;BYDAY=WE,FR"


def test_stepping_to_the_next_week_keeps_the_component(page: Page, planner: Planner) -> None:
    page.goto(planner.address())
    expect(entry(page, "Vorlesen", 2)).to_be_visible()
    mark_component(page)
    click(page.get_by_role("button", name="Weiter", exact=True))
    monday = (MONDAY + timedelta(days=7)).isoformat()
    expect(calendar(page).locator(f".fc-timegrid-col[data-date='{monday}']")).to_be_visible()
    assert is_marked(page)
    assert monday in page.url


def test_deleting_takes_two_clicks(page: Page, planner: Planner) -> None:
    page.goto(planner.address())
    click(entry(page, "Vorlesen", 2))
    form = page.locator(".st-key-card-event-form")
    pick(form.get_by_role("radio", name="Ganze Serie"))
    click(form.get_by_role("button", name="Termin löschen"))
    expect(form.get_by_text("Löscht die ganze Serie „Vorlesen“")).to_be_visible()
    keep_screenshot(page, "calendar-delete")
    mark_component(page)
    click(form.get_by_role("button", name="Ganze Serie löschen"))
    expect(entry(page, "Vorlesen", 2)).to_have_count(0)
    assert planner.events("Vorlesen") == []


def test_the_last_deletion_is_undone_with_one_click(page: Page, planner: Planner) -> None:
    expect(page.get_by_text("Die Serie „Vorlesen“ wurde gelöscht.")).to_be_visible()
    keep_screenshot(page, "calendar-undo")
    click(page.get_by_role("button", name="Löschen rückgängig machen"))
    expect(entry(page, "Vorlesen", 2)).to_be_visible()
    assert is_marked(page)  # the offer came and went beside the calendar, which was not loaded anew
    expect(page.get_by_text("„Vorlesen“ ist wieder da.")).to_be_visible()
    (event,) = planner.events("Vorlesen")
    assert event.recurrence_rule == "FREQ=WEEKLY;BYDAY=WE,FR"


def test_a_series_is_copied_to_another_group(page: Page, planner: Planner) -> None:
    page.goto(planner.address())
    click(entry(page, "Vorlesen", 2))
    form = page.locator(".st-key-card-event-form")
    pick(form.get_by_role("radio", name="Ganze Serie"))
    expect(form.get_by_role("button", name="Ganze Serie ändern")).to_be_visible()
    click(form.get_by_role("button", name="Kopieren …"))
    expect(form.get_by_text("Kopiert die ganze Serie „Vorlesen“")).to_be_visible()
    choose(page, form.get_by_label("Raumgruppen"), "Aula")
    page.keyboard.press("Escape")
    keep_screenshot(page, "calendar-copy")
    click(form.get_by_role("button", name="In 1 Raumgruppe kopieren"))
    expect(page.get_by_text("„Vorlesen“ wurde nach Aula kopiert.")).to_be_visible()
    first, copy = planner.events("Vorlesen")
    assert (copy.recurrence_rule, copy.start) == (first.recurrence_rule, first.start)
    assert copy.group_id != first.group_id


def test_a_click_on_a_holiday_plans_there_and_what_is_in_the_way_is_named_and_mended(
    page: Page, planner: Planner
) -> None:
    with planner.sessions.begin() as session:
        start, end = at(5, "09:30"), at(5, "10:20")
        plan(session, planner.library, now=utc_now(), title="Flohmarkt", start=start, end=end)
    page.goto(planner.address())
    saturday = (MONDAY + timedelta(days=5)).isoformat()
    behind = calendar(page).locator(
        f".fc-timegrid-col[data-date='{saturday}'] .fc-bg-event.is-holiday"
    )
    expect(behind).to_have_count(1)
    expect(calendar(page).get_by_text("Schulfest")).to_be_visible()
    below, half_past = place(page, 5, "10:30")
    page.mouse.click(below, half_past - 7)  # in the lesson that the other event leaves in part
    form = page.locator(".st-key-card-event-form")
    expect(form.get_by_label("Beginn", exact=True)).to_be_visible()
    expect(
        form.get_by_text("Läuft nur zum Teil, weil „Flohmarkt“ mit gleicher Priorität früher")
    ).to_be_in_viewport()
    keep_screenshot(page, "calendar-verdict")
    click(form.get_by_role("button", name="Auf 10:20–11:10 verschieben"))
    expect(form.get_by_text("Läuft wie geplant.")).to_be_in_viewport()
    page.locator(".st-key-event-form-close button").first.click()
    expect(form).to_have_count(0)


@pytest.mark.parametrize("view", ["month", "week", "day", "list"])
def test_the_name_of_a_holiday_is_readable_in_every_view(
    page: Page, planner: Planner, view: str
) -> None:
    saturday = (MONDAY + timedelta(days=5)).isoformat()
    page.goto(f"{planner.url}/calendar?view={view}&date={saturday}&group={planner.library}")
    expect(calendar(page).get_by_text("Schulfest").first).to_be_visible()
    keep_screenshot(page, f"calendar-holiday-{view}")


def test_one_groups_calendar_is_subscribed_to_and_taken_into_another(
    page: Page, planner: Planner
) -> None:
    page.goto(planner.address())
    page.get_by_role("button", name="Importieren").first.click()
    dialog = page.get_by_role("dialog")
    click(dialog.get_by_role("tab", name="Weitergeben"))
    dialog.get_by_label("Für wen").fill("Sekretariat")
    click(dialog.get_by_role("button", name="Link erstellen"))
    link = dialog.locator("code").inner_text()
    keep_screenshot(page, "calendar-subscribe")
    assert link.startswith(f"{planner.url}/calendar/{planner.library}.ics?token=")
    answer = httpx.get(link)
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert httpx.get(link, headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert httpx.get(link[:-1]).status_code == 404
    choose(page, dialog.get_by_label("Raumgruppe"), "Foyer")
    click(dialog.get_by_role("tab", name="Importieren"))
    count = len(events_in(answer.content))
    calendar_file = FilePayload(name="schule.ics", mimeType="text/calendar", buffer=answer.content)
    dialog.locator("input[type=file]").set_input_files(files=[calendar_file])
    expect(dialog.get_by_text(f"Für Foyer: {count} neu")).to_be_visible()
    keep_screenshot(page, "calendar-import")
    click(dialog.get_by_role("button", name=f"{count} Termine importieren"))
    expect(page.get_by_text(f"Importiert: {count} neu")).to_be_visible()
    expect(dialog).to_have_count(0)
    assert len({event.group_id for event in planner.events("Leseabend")}) == 2


def test_on_a_phone_one_plans_from_the_list_and_the_menu_steps_aside(
    planner: Planner, browser: Browser
) -> None:
    page = new_page(browser, width=390, height=844)
    sign_in(page, planner.url, PLANNER, PASSWORD, path="/calendar")
    expect(calendar(page).locator(".fc-list")).to_be_visible()
    click(page.get_by_role("button", name="Termin planen"))
    form = page.locator(".st-key-card-event-form")
    expect(form.get_by_label("Titel", exact=True)).to_be_visible()
    box = form.bounding_box()
    assert box
    assert box["width"] >= 350
    click(form.get_by_role("button", name="Termin anlegen"))
    expect(form.locator(".is-wrong")).to_have_count(3)
    expect(form.get_by_label("Titel", exact=True)).to_be_focused()
    keep_screenshot(page, "calendar-phone-form")
    click(page.locator(".st-key-event-form-close button:visible"))
    expect(form).to_have_count(0)
    click(page.get_by_test_id("stExpandSidebarButton"))
    menu = page.get_by_test_id("stSidebar")
    click(menu.get_by_role("link", name="Perioden & Ferien"))
    expect(page.get_by_role("heading", name="Perioden & Ferien")).to_be_visible()
    expect(menu).to_have_attribute("data-collapsed", "true")
    row = page.locator(".is-row-period:not(.is-row-head)").first
    expect(row.get_by_text("Schuljahr", exact=True)).to_be_visible()
    keep_screenshot(page, "periods-phone")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()


def test_beside_a_form_a_narrow_week_is_one_day_and_comes_back(
    planner: Planner, browser: Browser
) -> None:
    page = new_page(browser, width=1280, height=800)
    sign_in(page, planner.url, PLANNER, PASSWORD, path=planner.address().removeprefix(planner.url))
    page.mouse.click(*place(page, 2, "16:30"))
    form = page.locator(".st-key-card-event-form")
    expect(form.get_by_label("Titel", exact=True)).to_be_visible()
    wednesday = (MONDAY + timedelta(days=2)).isoformat()
    expect(calendar(page).locator(".fc-timegrid-col[data-date]")).to_have_count(1)
    expect(calendar(page).locator(f".fc-timegrid-col[data-date='{wednesday}']")).to_be_visible()
    choose(page, form.get_by_label("Wiederholung", exact=True), "wöchentlich")
    for sentence in ("jeden Mi um 16:30", "Nächste:"):
        expect(form.get_by_text(sentence)).to_be_in_viewport(ratio=1)
    keep_screenshot(page, "calendar-form-narrow")
    page.locator(".st-key-event-form-close button").first.click()
    expect(calendar(page).locator(".fc-timegrid-col[data-date]")).to_have_count(7)
    page.context.close()


@pytest.mark.parametrize(
    ("width", "height", "is_dark"), [(1280, 900, False), (1920, 1080, True)], ids=["light", "dark"]
)
def test_every_view_is_drawn_without_a_foreign_request(
    planner: Planner, browser: Browser, width: int, height: int, *, is_dark: bool
) -> None:
    page = new_page(browser, width=width, height=height, is_dark=is_dark)
    foreign = watch_foreign_requests(page)
    sign_in(page, planner.url, PLANNER, PASSWORD, path="/calendar")
    for view, title in (
        ("month", "Frühstück"),
        ("week", "Willkommen"),
        ("day", "Willkommen"),
        ("list", "Stundenplan"),
    ):
        page.goto(f"{planner.url}/calendar?view={view}")
        expect(calendar(page).get_by_text(title).first).to_be_visible()
        keep_screenshot(page, f"calendar-{view}-{width}{'-dark' if is_dark else ''}")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.context.close()
    assert foreign == []
