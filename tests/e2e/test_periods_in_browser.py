"""Periods & holidays in a browser: a new school year, its holidays from a file, other pages."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from tests.support.browser import (
    click,
    keep_screenshot,
    new_page,
    sign_in,
    watch_foreign_requests,
)
from tests.support.console_process import (
    PASSWORD,
    RunningConsole,
    add_demo_school,
    running_console,
)
from tests.support.people import add_user

pytestmark = pytest.mark.timeout(300)

NAME = "Schuljahr Probe"
HEAD = "leitung"


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningConsole]:
    with running_console(tmp_path_factory.mktemp("periods"), _furnish) as running:
        yield running


def _furnish(session: Session) -> None:
    add_demo_school(session)
    add_user(session, HEAD, PASSWORD, Role.SUPERADMIN, actor=SYSTEM, now=utc_now())


@pytest.fixture(scope="module")
def page(school: RunningConsole, browser: Browser) -> Page:
    page = new_page(browser, height=1100)
    sign_in(page, school.url, HEAD, PASSWORD, path="/login?next=/periods")
    expect(page.get_by_role("heading", name="Perioden & Ferien")).to_be_visible()
    return page


def stored(school: RunningConsole) -> AcademicPeriod:
    with school.sessions() as session:
        return session.scalars(select(AcademicPeriod).where(AcademicPeriod.name == NAME)).one()


def holidays(school: RunningConsole) -> set[tuple[str, date, date]]:
    with school.sessions() as session:
        rows = session.scalars(
            select(SchoolHoliday).where(SchoolHoliday.academic_period_id == stored(school).id)
        )
        return {(row.name, row.start_date, row.end_date) for row in rows}


def line(page: Page, name: str) -> Locator:
    return page.locator(".is-row-holiday", has_text=name)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def test_a_period_is_created_beside_the_list(page: Page, school: RunningConsole) -> None:
    foreign = watch_foreign_requests(page)
    click(button(page, "Periode anlegen …"))
    form = page.locator(".st-key-card-period-form")
    form.get_by_label("Name", exact=True).fill(NAME)
    click(button(page, "Periode anlegen"))
    expect(page.get_by_text(f"{NAME} ist angelegt.")).to_be_visible()
    expect(button(page, NAME)).to_be_visible()
    expect(page.get_by_role("heading", name=f"Ferien: {NAME}")).to_be_visible()
    expect(page).to_have_url(re.compile(rf"period={stored(school).id}$"))
    assert foreign == []


def test_a_file_is_seen_before_it_is_imported(page: Page, school: RunningConsole) -> None:
    year = stored(school).start_date.year
    content = (
        "Name;Von;Bis\n"
        f"Herbstferien;26.10.{year};31.10.{year}\n"
        f"Nationalfeiertag;26.10.{year};26.10.{year}\n"
        f"Weihnachtsferien;24.12.{year};06.01.{year + 1}\n"
    )
    click(button(page, "Datei importieren …"))
    expect(page.get_by_role("heading", name=f"Ferien in {NAME} importieren")).to_be_visible()
    file = {"name": "ferien.csv", "mimeType": "text/csv", "buffer": content.encode("latin-1")}
    page.locator(".st-key-card-import input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    preview = page.locator(".st-key-import-preview tbody tr")
    expect(preview).to_have_count(3)
    expect(preview.filter(has_text="Nationalfeiertag")).to_contain_text(
        "überschneidet sich mit „Herbstferien“"
    )
    assert holidays(school) == set()
    keep_screenshot(page, "periods-preview")
    click(button(page, "2 Einträge importieren"))
    expect(line(page, "Herbstferien")).to_contain_text("ferien.csv")
    expect(line(page, "Weihnachtsferien")).to_contain_text("14 Tage")
    expect(page.locator(".st-key-card-import")).to_have_count(0)
    assert holidays(school) == {
        ("Herbstferien", date(year, 10, 26), date(year, 10, 31)),
        ("Weihnachtsferien", date(year, 12, 24), date(year + 1, 1, 6)),
    }


def test_of_a_file_for_several_places_one_is_chosen(page: Page, school: RunningConsole) -> None:
    year = stored(school).start_date.year
    before = holidays(school)
    content = (
        "Country;StartDate;EndDate;Type;Name;Subdivisions;Groups\n"
        f"CH;{year}-11-05;{year}-11-16;School;DE Sportferien;BE;BE-DE\n"
        f"CH;{year}-11-12;{year}-11-20;School;DE Sportferien;BE;BE-FR\n"
        f"CH;{year}-12-05;{year}-12-06;School;DE Sportferien;ZH;\n"
    )
    click(button(page, "Datei importieren …"))
    file = {"name": "schweiz.csv", "mimeType": "text/csv", "buffer": content.encode()}
    page.locator(".st-key-card-import input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    preview = page.locator(".st-key-import-preview tbody tr")
    expect(preview.filter(has_text="Konflikt")).to_have_count(1)
    expect(page.get_by_text("von 2 Regionen (BE, ZH)")).to_be_visible()
    keep_screenshot(page, "periods-places")
    for count, label, place in (
        (1, "Bundesland oder Region", "BE"),
        (2, "Schulgruppe", "BE-FR"),
    ):
        click(page.get_by_role("combobox", name=label))
        click(page.get_by_role("option", name=place, exact=True))
        expect(preview.filter(has_text="übersprungen")).to_have_count(count)
    keep_screenshot(page, "periods-place")
    expect(button(page, "Abbrechen")).to_have_count(1)
    click(button(page, "Abbrechen"))
    expect(page.locator(".st-key-card-import")).to_have_count(0)
    assert holidays(school) == before


def test_the_year_shows_the_holidays_in_words_too(page: Page) -> None:
    strip = page.locator(".is-year [role=img]")
    expect(strip).to_have_attribute(
        "aria-label", re.compile(f"{NAME}: Herbstferien: .*; Weihnachtsferien: ")
    )
    expect(strip.locator(".is-year-free")).to_have_count(2)


def test_a_holiday_is_entered_and_a_refusal_keeps_what_was_typed(page: Page) -> None:
    click(button(page, "Ferien eintragen …"))
    form = page.locator(".st-key-card-holiday-form")
    expect(form.get_by_role("heading", name="Neue Ferien")).to_be_visible()
    form.get_by_role("textbox", name="Region").fill("Haus A")
    click(button(page, "Ferien eintragen"))
    expect(form.get_by_text("Der Ferieneintrag braucht einen Namen.")).to_be_visible()
    expect(form.get_by_role("textbox", name="Region")).to_have_value("Haus A")
    form.get_by_label("Name", exact=True).fill("Schulautonom frei")
    click(button(page, "Ferien eintragen"))
    expect(line(page, "Schulautonom frei")).to_be_visible()
    expect(form).to_have_count(0)


def test_the_search_and_the_period_survive_a_reload(page: Page) -> None:
    page.get_by_placeholder("Name, Region, Tag").fill("weihn")
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 von 3 Einträgen")).to_be_visible()
    expect(page).to_have_url(re.compile("search=weihn"))
    page.reload()
    expect(page.get_by_text("1 von 3 Einträgen")).to_be_visible()
    expect(line(page, "Weihnachtsferien")).to_be_visible()
    expect(line(page, "Herbstferien")).to_have_count(0)
    keep_screenshot(page, "periods")


def test_activating_another_period_is_seen_on_the_overview(page: Page) -> None:
    click(button(page, "Periode aktivieren"))
    expect(page.get_by_text(f"{NAME} ist jetzt aktiv.")).to_be_visible()
    click(page.get_by_role("link", name="Übersicht"))
    expect(page.locator(".is-school .is-warning")).to_contain_text(f"Periode {NAME}")
    click(page.locator(".is-school a"))
    expect(page.get_by_role("heading", name="Perioden & Ferien")).to_be_visible()
