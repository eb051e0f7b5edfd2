"""Holidays on the page of the periods: entered, found, imported and filled in."""

from datetime import date

import pytest
from sqlalchemy import select

from console.school import holidays_list
from infoscreen_core.db.models import SchoolHoliday, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.school.holidays import Holiday
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.school.holidays import create_holiday
from infoscreen_core.services.school.periods import archive_period
from tests.support.console import Console, html_of
from tests.support.school.periods_page import (
    AUTUMN,
    FIRST,
    NOW,
    PAGE,
    add_school,
    enter,
    field,
    holidays,
    keys,
    press,
    refused,
    told,
    upload,
)


@pytest.fixture
def school(console: Console) -> Console:
    return add_school(console)


def test_a_holiday_is_entered_changed_and_deleted(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-new")
    app.text_input(key=field(app, "name")).set_value("Fenstertag")
    app.date_input(key=field(app, "start_date")).set_value(AUTUMN[0])
    app.date_input(key=field(app, "end_date")).set_value(AUTUMN[0])
    press(app, "panel-holiday-new-save")
    assert "würde sich mit „Herbstferien“" in refused(app)[0]
    assert app.text_input(key=field(app, "name")).value == "Fenstertag"
    free = date(NOW.year, 12, 7)
    app.date_input(key=field(app, "start_date")).set_value(free)
    app.date_input(key=field(app, "end_date")).set_value(free)
    press(app, "panel-holiday-new-save")
    assert told(app) == ["Fenstertag ist eingetragen."]
    assert holidays(school)[1] == ("Fenstertag", free, free)
    press(app, "holiday-edit-2")
    app.text_input(key=field(app, "name")).set_value("Schulautonom frei")
    press(app, "panel-holiday-edit-save")
    assert holidays(school)[1][0] == "Schulautonom frei"
    press(app, "holiday-delete-2")
    assert "finden an diesen Tagen wieder statt" in html_of(app)
    press(app, "panel-holiday-delete-now")
    assert holidays(school) == [("Herbstferien", *AUTUMN)]


def test_a_holiday_that_touches_its_own_kind_is_joined_and_said_so(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-new")
    app.text_input(key=field(app, "name")).set_value("herbstferien")
    app.date_input(key=field(app, "start_date")).set_value(date(NOW.year, 11, 1))
    app.date_input(key=field(app, "end_date")).set_value(date(NOW.year, 11, 2))
    press(app, "panel-holiday-new-save")
    assert "Herbstferien wurde mit Vorhandenem vereint" in told(app)[0]
    assert holidays(school) == [("Herbstferien", AUTUMN[0], date(NOW.year, 11, 2))]


def test_a_holiday_that_somebody_deleted_meanwhile_is_no_error(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = school.open(PAGE)
    with school.sessions.begin() as session:
        session.delete(session.get_one(SchoolHoliday, 1))
    press(app, "holiday-edit-1")
    assert "jemand anderer" in html_of(app) or "inzwischen" in html_of(app).casefold()
    press(app, "panel-holiday-gone")
    assert "Noch keine Ferien" in [title.value for title in app.header]


def test_the_search_stands_in_the_address(school: Console) -> None:
    enter(school, "Weihnachtsferien", date(NOW.year, 12, 24), date(NOW.year + 1, 1, 6))
    school.sign_in_as(Role.USER)
    app = school.open(PAGE, search="weihnacht")
    assert "1 von 2 Einträgen" in html_of(app)
    assert '<div class="is-row is-row-holiday"><div><b>Herbstferien' not in html_of(app)
    app.text_input(key="search").set_value("nichts davon").run()
    assert "Kein Eintrag passt" in html_of(app)


def test_a_long_list_is_turned_page_by_page(school: Console) -> None:
    with school.sessions.begin() as session:
        for day in range(1, 28):
            on = date(NOW.year + 1, 5, day)
            create_holiday(
                session,
                2,
                Holiday(name=f"Tag {day}", start_date=on, end_date=on),
                actor=CLI,
                now=NOW,
            )
    school.sign_in_as(Role.USER)
    assert "<b>Tag 26" in html_of(school.open(PAGE, page="2"))
    assert "<b>Tag 26" not in html_of(school.open(PAGE))


def test_a_file_is_seen_line_by_line_before_it_is_imported(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    assert app.button(key="import-now").disabled
    year = NOW.year
    text = upload(
        app,
        f"Weihnachtsferien;{year}-12-24;{year + 1}-01-06\n"
        f"Herbstferien;26.10.{year};31.10.{year}\n"
        f"Nationalfeiertag;26.10.{year};26.10.{year}\n".encode(),
    )
    assert "Tabelle (CSV oder TXT): 1 neu · 1 übersprungen · 1 Konflikt" in text
    assert "Das überschneidet sich mit „Herbstferien“" in text
    assert text.index("Nationalfeiertag") < text.index("Weihnachtsferien")
    assert holidays(school) == [("Herbstferien", *AUTUMN)]
    assert app.button(key="import-now").label == "1 Eintrag importieren"
    press(app, "import-now")
    assert [name for name, _first, _last in holidays(school)] == [
        "Herbstferien",
        "Weihnachtsferien",
    ]
    assert "Importiert. Tabelle" in told(app)[0]
    assert "ferien.csv" in html_of(app)


def test_a_file_with_a_wrong_line_cannot_be_imported(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    text = upload(
        app, f"Weihnachten;{NOW.year}-12-24;{NOW.year}-12-31\nOstern;gestern;morgen\n".encode()
    )
    assert "1 falsche Zeile" in text
    assert "Solange Zeilen falsch sind" in text
    assert app.button(key="import-now").disabled


@pytest.mark.parametrize(
    ("content", "said"), [(b"\x00\x01\x02", "Die Datei ist kein Text"), (b"", "Die Datei ist leer")]
)
def test_what_is_no_list_is_refused_with_a_sentence(
    school: Console, content: bytes, said: str
) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    assert said in upload(app, content)
    assert app.button(key="import-now").disabled


def groups_file() -> bytes:
    year = NOW.year
    return (
        "Country;StartDate;EndDate;Type;Name;Subdivisions;Groups\n"
        f"CH;{year}-11-05;{year}-11-16;School;DE Winterferien;BE;BE-DE\n"
        f"CH;{year}-11-12;{year}-11-20;School;DE Winterferien;BE;BE-FR\n"
        f"CH;{year}-12-05;{year}-12-06;School;DE Winterferien;ZH;\n"
    ).encode()


def test_of_a_file_for_several_places_one_is_chosen(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    text = upload(app, groups_file())
    assert "2 Regionen (BE, ZH); wählen Sie Ihre" in " ".join(one.value for one in app.warning)
    assert "2 neu · 1 Konflikt" in text
    region, group = app.selectbox
    assert region.options == ["Alle Regionen", "BE", "ZH"]
    assert group.options == ["Alle Schulgruppen", "BE-DE", "BE-FR"]
    region.select("ZH").run()
    assert [box.label for box in app.selectbox] == ["Bundesland oder Region"]
    app.selectbox[0].select("BE").run()
    app.selectbox[1].select("BE-FR").run()
    assert list(app.warning) == []
    assert "1 neu · 2 übersprungen" in html_of(app)
    assert "Das gilt für ZH, nicht für BE · BE-FR." in html_of(app)
    press(app, "import-now")
    found = holidays(school)
    assert found[1:] == [("Winterferien", date(NOW.year, 11, 12), date(NOW.year, 11, 20))]
    assert "BE · BE-FR" in html_of(app)


def test_another_file_begins_without_a_choice(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    upload(app, groups_file())
    app.selectbox[0].select("ZH").run()
    assert "1 neu · 2 übersprungen" in html_of(app)
    assert "2 neu · 1 Konflikt" in upload(app, groups_file(), "andere.csv")


def test_a_period_is_filled_from_public_holiday_data(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-place")
    text = html_of(app)
    assert "Mariä Empfängnis" in text
    assert "Diese Tage sind schon frei: Herbstferien." in text
    assert "Wien" in app.selectbox(key=field(app, "subdivision-AT")).options
    press(app, "import-now")
    assert "Mariä Empfängnis" in [name for name, _first, _last in holidays(school)]
    press(app, "holiday-place")
    assert "Es gibt nichts zu importieren" in html_of(app)
    press(app, "import-cancel")
    assert "import-now" not in keys(app)


def test_without_the_data_a_period_cannot_be_filled(
    school: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holidays_list, "is_available", lambda: False)
    school.sign_in_as(Role.EDITOR)
    button = school.open(PAGE).button(key="holiday-place")
    assert button.disabled
    assert "keine Feiertagsdaten installiert" in button.help


def test_an_archived_period_can_only_be_read(school: Console) -> None:
    with school.sessions.begin() as session:
        archive_period(session, 1, actor=CLI, now=NOW)
    school.sign_in_as(Role.ADMIN)
    app = school.open(PAGE, period="1")
    assert all(
        app.button(key=key).disabled for key in ("holiday-new", "holiday-file", "holiday-place")
    )


def test_holidays_of_no_period_have_a_line_of_their_own(school: Console) -> None:
    with school.sessions.begin() as session:
        loose = Holiday(name="Haussegnung", start_date=FIRST, end_date=FIRST)
        create_holiday(session, None, loose, actor=CLI, now=NOW)
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "period-choose-0")
    assert "Haussegnung" in html_of(app)
    assert "holiday-file" not in keys(app)
    press(app, "holiday-new")
    app.text_input(key=field(app, "name")).set_value("Elternsprechtag")
    press(app, "panel-holiday-new-save")
    with school.sessions() as session:
        made = session.scalars(
            select(SchoolHoliday).where(SchoolHoliday.name == "Elternsprechtag")
        ).one()
        assert made.academic_period_id is None


def test_whoever_lost_the_role_meanwhile_writes_nothing(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-new")
    app.text_input(key=field(app, "name")).set_value("Fenstertag")
    with school.sessions.begin() as session:
        session.scalars(select(User)).one().role = Role.USER
    press(app, "panel-holiday-new-save")
    assert holidays(school) == [("Herbstferien", *AUTUMN)]
    assert "holiday-new" not in keys(app)
