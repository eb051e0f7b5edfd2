"""Ten things that people do, in both languages, at a desk and on a phone, each in 90 seconds.

The seconds are those of a person, after a model (`tests/support/visits/person.py`): no clock of the
machine is asked.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, expect

from console.i18n import LANGUAGES, use_language
from console.words.formatting import day
from infoscreen_core.clock import utc_now
from tests.support.browser import keep_screenshot, new_page
from tests.support.console_process import PASSWORD
from tests.support.events.browser_calendar import calendar
from tests.support.exchange.calendar_text import calendar as calendar_file
from tests.support.exchange.calendar_text import vevent
from tests.support.visits.ledger import Ledger
from tests.support.visits.person import DESK, PHONE, Person
from tests.support.visits.task_school import (
    SILENT_NAME,
    TaskSchool,
    busy_group,
    free_group,
    name_of,
    screen_of,
    series_of,
    taken_day,
    task_school,
    waiting_of,
)
from tests.support.visits.walk import deed, key

pytestmark = pytest.mark.timeout(300)

PEOPLE = [(language, device) for language in LANGUAGES for device in (DESK, PHONE)]
_TURNS = cycle((1, len(PEOPLE)))
"""German at the desk and English on the phone: a minute of the suite for each of them."""
FORM = key("card-event-form")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TaskSchool]:
    languages = [language for language, _device in PEOPLE]
    with task_school(tmp_path_factory.mktemp("tasks"), languages) as running:
        yield running


@pytest.fixture(scope="module")
def ledger() -> Iterator[Ledger]:
    kept = Ledger()
    yield kept
    kept.write()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Let each task be done by one of two people in turn, by all four with `--thorough`."""
    if "visitor" in metafunc.fixturenames:
        is_thorough = metafunc.config.option.thorough
        numbers = range(1, len(PEOPLE) + 1) if is_thorough else (next(_TURNS),)
        names = [f"{PEOPLE[number - 1][0]}-{PEOPLE[number - 1][1].name}" for number in numbers]
        metafunc.parametrize("visitor", numbers, ids=names, indirect=True, scope="module")


@pytest.fixture(scope="module")
def visitor(
    request: pytest.FixtureRequest, browser: Browser, school: TaskSchool
) -> Iterator[Person]:
    language, device = PEOPLE[request.param - 1]
    page = new_page(browser, width=device.width, height=device.height)
    page.goto(f"{school.url}/login?lang={language}")
    person = Person(page, device, language, request.param, name_of(request.param), school.url)
    _enter(person)
    expect(page.locator(key("cards"))).to_be_visible()
    yield person
    page.context.close()


def _enter(person: Person) -> None:
    """Pass the sign-in page."""
    name, password = (person.page.locator(f"#{one}") for one in ("username", "password"))
    person.type(name, person.name)
    person.type(password, PASSWORD)
    person.click(person.page.get_by_role("button", name=person.word("Sign in")))


def _plan_new(person: Person, group: str, title: str) -> Locator:
    """Open the form for a message next week; return it, with all that has no default typed."""
    person.go_to("Calendar")
    person.step(person.key("calendar-go-forward"))
    person.click(person.key("calendar-new"))
    form = person.page.locator(FORM)
    person.type(form.get_by_label(person.word("Title"), exact=True), title)
    person.click(form.get_by_role("radio", name=person.word("Message")))
    person.type(form.get_by_label(person.word("Text on the screen")), "Raum 12")
    person.choose(form.get_by_label(person.word("Groups"), exact=True), group)
    person.press("Escape")  # the list stays open for further groups, over what comes next
    return form


def test_a_weekly_lesson_is_planned_that_shows(visitor: Person, ledger: Ledger) -> None:
    with ledger.task(visitor, 1):
        title = f"Mathe {visitor.number}"
        form = _plan_new(visitor, free_group(visitor.number), title)
        repeats = form.get_by_label(visitor.word("Repeats"), exact=True)
        visitor.choose(repeats, visitor.word("weekly"))
        visitor.read(visitor.like("It is seen on all {dates} dates."), form)
        keep_screenshot(visitor.page, f"task-1-{visitor.language}-{visitor.device.name}")
        visitor.click(visitor.key("event-form-save"))
        visitor.read(visitor.like("“{title}” is planned for {groups}.", title=title))
    expect(calendar(visitor.page).get_by_text(title).first).to_be_visible()


def test_an_event_that_will_not_show_is_mended_with_one_button(
    visitor: Person, ledger: Ledger
) -> None:
    with ledger.task(visitor, 2):
        title = f"Probe {visitor.number}"
        form = _plan_new(visitor, busy_group(visitor.number), title)
        visitor.read(visitor.like("It will not be seen, because {because}."), form)
        keep_screenshot(visitor.page, f"task-2-{visitor.language}-{visitor.device.name}")
        visitor.click(visitor.key("event-form-raise"))
        visitor.read(visitor.word("It is seen as planned."), form)
        visitor.click(visitor.key("event-form-save"))
        visitor.read(visitor.like("“{title}” is planned for {groups}.", title=title))


def test_an_emergency_is_raised_and_ended(visitor: Person, ledger: Ledger) -> None:
    page, text = visitor.page, f"Feueralarm {visitor.number}"
    with ledger.task(visitor, 3):
        if visitor.device.has_menu_in_view:
            visitor.click(visitor.key("emergency-sidebar"))
        else:
            visitor.click(visitor.key("emergency-header"))
        dialog = page.get_by_role("dialog")
        visitor.type(dialog.get_by_label(visitor.word("Text on the screen")), text)
        visitor.click(dialog.get_by_role("button", name=visitor.word("Continue")))
        visitor.see(dialog.locator(".is-consequence"))
        visitor.click(visitor.key("emergency-raise"))
        visitor.read(visitor.word("Emergency on the screens: {title}", title=text))
        visitor.read(_confirmed_by(visitor, len(PEOPLE)))
        keep_screenshot(page, f"task-3-{visitor.language}-{visitor.device.name}")
        banner = page.locator("[class*=st-key-emergency-on-]")
        end = banner.get_by_role("button", name=visitor.word("End emergency"))
        visitor.open(end, dialog.locator(".is-consequence"))
        visitor.click(visitor.key("emergency-end"))
        expect(banner).to_have_count(0)


def _confirmed_by(visitor: Person, count: int) -> re.Pattern[str]:
    """Return the sentence with any total: players that others let in show nothing."""
    total = 999
    text = visitor.counted(
        "{confirmed} of {n} screen is known to show it",
        "{confirmed} of {n} screens are known to show it",
        total,
        confirmed=count,
    )
    return re.compile(re.escape(text).replace(str(total), r"\d+"))


def test_one_date_of_a_series_is_moved(visitor: Person, ledger: Ledger) -> None:
    title = series_of(visitor.number)
    with ledger.task(visitor, 4):
        visitor.go_to("Calendar")
        group = visitor.page.locator(key("calendar-group")).get_by_role("combobox")
        visitor.choose(group, free_group(visitor.number))
        expect(visitor.page).to_have_url(re.compile("group="))
        visitor.step(visitor.key("calendar-go-forward"))
        expect(visitor.page.locator("iframe[title*=calendar]")).to_have_count(1)
        visitor.click(calendar(visitor.page).get_by_text(title).first)
        form = visitor.page.locator(FORM)
        visitor.read(visitor.word("Only this one"), form)
        visitor.type_digits(form.locator("[class*=start_time]").get_by_role("spinbutton"), "1400")
        expect(form.locator("[class*=end_time]")).to_contain_text("15")  # it moves along
        visitor.read(visitor.word("It is seen as planned."), form)
        keep_screenshot(visitor.page, f"task-4-{visitor.language}-{visitor.device.name}")
        visitor.click(visitor.key("event-form-save"))
        visitor.read(visitor.word("“{title}” was changed.", title=title))


def test_a_calendar_is_imported(visitor: Person, ledger: Ledger) -> None:
    title = f"Ausflug {visitor.number}"
    with ledger.task(visitor, 5):
        visitor.go_to("Calendar")
        visitor.click(visitor.key("calendar-exchange"))
        dialog = visitor.page.get_by_role("dialog")
        group = dialog.get_by_role("combobox", name=visitor.word("Group"))
        visitor.choose(group, free_group(visitor.number))
        visitor.click(dialog.get_by_role("tab", name=visitor.word("Import")))
        opener = dialog.locator("[data-testid=stFileUploader] button").first
        visitor.hand_over(opener, lambda chooser: chooser.set_files(_calendar_file(title)))
        visitor.read(visitor.like("For {group}: {summary}"), dialog)
        visitor.read(title, dialog)
        keep_screenshot(visitor.page, f"task-5-{visitor.language}-{visitor.device.name}")
        visitor.click(visitor.key("import-now"))
        visitor.read(visitor.like("Imported: {summary}"))
    expect(dialog).to_have_count(0)


def _calendar_file(title: str) -> list[FilePayload]:
    """A file with one event in three weeks, at noon."""
    date = f"{utc_now() + timedelta(days=21):%Y%m%d}"
    event = vevent(
        uid=f"{title.replace(' ', '-')}@example.org",
        summary=title,
        dtstart=f"{date}T110000Z",
        dtend=f"{date}T113000Z",
    )
    data = calendar_file(event)
    return [FilePayload(name="ausfluege.ics", mimeType="text/calendar", buffer=data)]


def test_a_red_screen_is_found_understood_rebooted_and_back(
    visitor: Person, ledger: Ledger, school: TaskSchool
) -> None:
    page, uuid = visitor.page, screen_of(visitor.number)
    crashed = visitor.word("display process crashed")
    school.crash(visitor.number)
    with ledger.task(visitor, 6):
        visitor.go_to("Overview")
        incident = page.locator(f"{key('incidents')} .is-entry").filter(
            has=page.locator(f"a[href*='{uuid}']")
        )
        visitor.read(visitor.word("Its display process crashed."), incident)
        visitor.read(visitor.like("since {time} ({duration})"), incident)
        keep_screenshot(page, f"task-6-{visitor.language}-{visitor.device.name}")
        visitor.click(incident.get_by_role("link", name=visitor.word("Open")))
        visitor.click(visitor.key("action-reboot_host"))
        dialog = page.get_by_role("dialog")
        visitor.see(dialog.get_by_role("alert"))
        visitor.type(dialog.get_by_role("textbox"), "abgestürzt")
        visitor.click(dialog.get_by_role("button", name=visitor.word("Reboot screen")))
        done = page.locator(".is-course li", has_text=visitor.word("Done"))
        expect(done).to_contain_text(re.compile(r"\d\d:\d\d:\d\d"), timeout=60_000)
        visitor.see(done)
        state = page.locator(".is-lead")
        expect(state).not_to_contain_text(crashed)
        visitor.see(state)
        keep_screenshot(page, f"task-6-back-{visitor.language}-{visitor.device.name}")


def test_a_new_player_is_let_in_and_named(visitor: Person, ledger: Ledger) -> None:
    page, uuid = visitor.page, waiting_of(visitor.number)
    with ledger.task(visitor, 7):
        visitor.go_to("Screens & groups")
        visitor.click(page.locator(deed("approve", uuid)))
        dialog = page.get_by_role("dialog")
        name = f"Werkstatt {visitor.number}"
        visitor.type(dialog.get_by_label(visitor.word("Name of the screen")), name)
        group = dialog.get_by_role("combobox", name=visitor.word("Group"))
        visitor.choose(group, free_group(visitor.number))
        keep_screenshot(page, f"task-7-{visitor.language}-{visitor.device.name}")
        approve = visitor.counted("Approve screen", "Approve {n} screens", 1)
        visitor.click(dialog.get_by_role("button", name=approve))
        visitor.read(re.compile(f"{name}.+{free_group(visitor.number)}"))
        expect(dialog).to_have_count(0)


def test_a_setting_is_changed_wrongly_then_rightly(visitor: Person, ledger: Ledger) -> None:
    with ledger.task(visitor, 8):
        visitor.go_to("Settings")
        seconds = visitor.page.get_by_label(visitor.word("Seconds per page"))
        visitor.type(seconds, "0")
        visitor.click(visitor.key("settings-save"))
        visitor.see(visitor.page.locator(".is-wrong"))
        keep_screenshot(visitor.page, f"task-8-{visitor.language}-{visitor.device.name}")
        visitor.type(seconds, str(20 + visitor.number))
        visitor.click(visitor.key("settings-save"))
        visitor.read(visitor.word("The settings are saved."))


def test_what_was_typed_is_there_again_after_a_session_ended(
    visitor: Person, ledger: Ledger, school: TaskSchool
) -> None:
    title = f"Elternabend {visitor.number}"
    visitor.go_to("Calendar")
    visitor.click(visitor.key("calendar-new"))
    form = visitor.page.locator(FORM)
    visitor.type(form.get_by_label(visitor.word("Title"), exact=True), title)
    school.let_session_end(visitor.name)
    with ledger.task(visitor, 9):
        visitor.see(visitor.page.locator(".why"))  # the page goes to the door by itself
        keep_screenshot(visitor.page, f"task-9-{visitor.language}-{visitor.device.name}")
        _enter(visitor)
        visitor.read(visitor.like("What you were typing until {time} is here again."), form)
        expect(form.get_by_label(visitor.word("Title"), exact=True)).to_have_value(title)
        visitor.click(visitor.key("event-form-close"))
        expect(form).to_have_count(0)


def test_last_tuesdays_picture_of_a_screen_is_found(visitor: Person, ledger: Ledger) -> None:
    page = visitor.page
    with ledger.task(visitor, 10):
        visitor.go_to("Monitoring")
        visitor.click(page.get_by_role("link", name=SILENT_NAME, exact=True).first)
        with use_language(visitor.language):
            tuesday = day(taken_day(), with_year=False)
        picture = page.locator(".is-strip a", has_text=tuesday).first
        visitor.see(picture)
        keep_screenshot(page, f"task-10-{visitor.language}-{visitor.device.name}")
        with page.context.expect_page() as opened:
            visitor.click(picture)
        assert opened.value.locator("img").count() == 1
        opened.value.close()
