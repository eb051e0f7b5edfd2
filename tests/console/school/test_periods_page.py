"""Periods on their page, as people of each role use it, without a browser."""

from datetime import date, datetime

import pytest

from infoscreen_core.domain.events.event import PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school.periods import archive_period
from tests.support.console import Console, html_of
from tests.support.events.planning import plan
from tests.support.school.periods_page import (
    NAME,
    NOW,
    PAGE,
    add_school,
    field,
    keys,
    periods,
    press,
    refused,
    told,
)


@pytest.fixture
def school(console: Console) -> Console:
    return add_school(console)


def test_everybody_sees_periods_and_holidays_but_changes_nothing(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open(PAGE)
    text = html_of(app)
    assert f"{NAME} ist aktiv" in text
    assert "Herbstferien" in text
    assert "1 Eintrag" in text
    assert keys(app) == {"period-choose-1", "period-choose-2"}


def test_an_editor_cares_for_holidays_only(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    found = keys(school.open(PAGE))
    assert {"holiday-new", "holiday-file", "holiday-place", "holiday-edit-1"} <= found
    assert not {"period-new", "period-edit", "period-archive"} & found


def test_the_period_stands_in_the_address(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open(PAGE, period="1")
    assert "Herbstferien" not in html_of(app)
    press(app, "period-choose-2")
    assert app.query_params["period"] == "2"
    assert "Herbstferien" in html_of(app)


def test_an_unknown_period_in_the_address_shows_the_active_one(school: Console) -> None:
    school.sign_in_as(Role.USER)
    assert "Herbstferien" in html_of(school.open(PAGE, period="99"))


def test_a_new_period_begins_with_the_year_after_the_last_one(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = press(school.open(PAGE), "period-new")
    assert (
        app.text_input(key=field(app, "name")).value
        == f"Schuljahr {NOW.year + 1}/{(NOW.year + 2) % 100}"
    )
    first = app.date_input(key=field(app, "start_date")).value
    assert isinstance(first, date)
    assert (first.month, first.weekday()) == (9, 0)
    press(app, "panel-period-new-save")
    made = periods(school)[f"Schuljahr {NOW.year + 1}/{(NOW.year + 2) % 100}"]
    assert (made.period_type, made.start_date, made.is_active) == (
        PeriodType.SCHULJAHR,
        first,
        False,
    )
    assert told(app) == [f"{made.name} ist angelegt."]
    assert app.query_params["period"] == str(made.id)


def test_a_refused_period_keeps_what_was_typed(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = press(school.open(PAGE), "period-new")
    app.text_input(key=field(app, "name")).set_value("Sommer")
    app.date_input(key=field(app, "start_date")).set_value(date(NOW.year + 3, 9, 1))
    app.date_input(key=field(app, "end_date")).set_value(date(NOW.year + 3, 8, 1))
    press(app, "panel-period-new-save")
    assert ["liegt vor dem ersten Tag" in text for text in refused(app)] == [True]
    assert app.text_input(key=field(app, "name")).value == "Sommer"
    assert "Sommer" not in periods(school)
    app.text_input(key=field(app, "name")).set_value(NAME)
    app.date_input(key=field(app, "end_date")).set_value(date(NOW.year + 4, 8, 1))
    press(app, "panel-period-new-save")
    assert "gibt es schon" in refused(app)[0]


def test_a_period_is_renamed_and_the_form_can_be_left(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = press(school.open(PAGE), "period-edit")
    press(app, "panel-period-edit-cancel")
    assert "period-edit" in keys(app)
    press(app, "period-edit")
    app.text_input(key=field(app, "display_name")).set_value("26/27")
    press(app, "panel-period-edit-save")
    assert periods(school)[NAME].display_name == "26/27"


def test_another_period_is_activated_and_says_what_follows(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open(PAGE, period="1")
    assert f"{NAME} ist nicht mehr aktiv" in app.button(key="period-activate").help
    press(app, "period-activate")
    assert {name: row.is_active for name, row in periods(school).items()} == {
        "Altes Jahr": True,
        NAME: False,
    }
    is_over = NOW.date() > date(NOW.year, 7, 3)
    assert ("aber der heutige Tag liegt nicht darin" in html_of(app)) is is_over


def test_what_blocks_archiving_stands_there_before_anybody_clicks(school: Console) -> None:
    with school.sessions.begin() as session:
        start = datetime(NOW.year - 1, 9, 6, 8)
        plan(
            session,
            1,
            now=NOW,
            title="Chorprobe",
            academic_period_id=1,
            recurrence_rule="FREQ=WEEKLY",
            start=start,
            end=start.replace(hour=9),
        )
    school.sign_in_as(Role.ADMIN)
    app = school.open(PAGE)
    assert app.button(key="period-archive").disabled
    assert "ist aktiv; aktivieren Sie zuerst eine andere" in html_of(app)
    press(app, "period-choose-1")
    assert app.button(key="period-archive").disabled
    text = html_of(app)
    assert "Chorprobe" in text
    assert 'href="/calendar?group=1&amp;date=' in text


def test_a_period_is_archived_restored_and_deleted_with_a_second_click(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = press(school.open(PAGE, period="1"), "period-archive")
    assert periods(school)["Altes Jahr"].archived_at is not None
    assert "archiviert" in html_of(app)
    assert "period-edit" not in keys(app)
    press(app, "period-restore")
    assert periods(school)["Altes Jahr"].archived_at is None
    press(app, "period-archive")
    press(app, "period-delete")
    assert "Altes Jahr wird endgültig gelöscht." in html_of(app)
    press(app, "period-keep")
    assert "Altes Jahr" in periods(school)
    press(app, "period-delete")
    press(app, "period-delete-now")
    assert list(periods(school)) == [NAME]


def test_what_blocks_deleting_stands_there_too(school: Console) -> None:
    with school.sessions.begin() as session:
        start = datetime(NOW.year - 1, 9, 6, 8)
        plan(session, 1, now=NOW, academic_period_id=1, start=start, end=start.replace(hour=9))
        archive_period(session, 1, actor=CLI, now=NOW)
    school.sign_in_as(Role.ADMIN)
    app = school.open(PAGE, period="1")
    assert app.button(key="period-delete").disabled
    assert "Sie lässt sich noch nicht löschen" in html_of(app)


def test_a_refused_deed_without_a_form_is_told_in_passing(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open(PAGE, period="1")
    with school.sessions.begin() as session:
        archive_period(session, 1, actor=CLI, now=NOW)
    press(app, "period-archive")
    assert "ist schon archiviert" in told(app)[0]


def test_the_page_speaks_english_too(school: Console) -> None:
    school.sign_in_as(Role.ADMIN, language="en")
    app = school.open(PAGE)
    assert f"{NAME} is active" in html_of(app)
    assert app.button(key="holiday-new").label == "Enter holiday …"


def test_without_any_period_the_page_says_what_to_do(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    app = console.open(PAGE)
    assert not app.exception
    assert "Keine Periode ist aktiv" in html_of(app)
    assert "period-new" in keys(app)
