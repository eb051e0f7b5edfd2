"""Periods & holidays, as people of each role use the page, without a browser."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from console.widgets import holidays_list
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod, SchoolHoliday, User
from infoscreen_core.domain.event import PeriodType
from infoscreen_core.domain.holidays import Holiday
from infoscreen_core.domain.periods import PeriodDraft
from infoscreen_core.domain.roles import Role
from infoscreen_core.services.academic_periods import activate_period, archive_period, create_period
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.holidays import create_holiday
from tests.support.console import Console, html_of
from tests.support.planning import add_group, plan

PAGE = "periods"
NOW = utc_now()
FIRST, LAST = date(NOW.year, 9, 7), date(NOW.year + 1, 7, 2)
NAME = f"Schuljahr {NOW.year}"
AUTUMN = (date(NOW.year, 10, 26), date(NOW.year, 10, 31))


@pytest.fixture
def school(console: Console) -> Console:
    """A year that is active with its autumn holidays, and an old one."""
    with console.sessions.begin() as session:
        old = PeriodDraft(
            name="Altes Jahr",
            period_type=PeriodType.SCHULJAHR,
            start_date=date(NOW.year - 1, 9, 1),
            end_date=date(NOW.year, 7, 3),
        )
        create_period(session, old, actor=CLI, now=NOW)
        draft = PeriodDraft(name=NAME, period_type=PeriodType.SCHULJAHR, start_date=FIRST, end_date=LAST)
        period = create_period(session, draft, actor=CLI, now=NOW)
        activate_period(session, period.id, actor=CLI, now=NOW)
        add_group(session)
        enter(console, "Herbstferien", *AUTUMN, session=session)
    return console


def enter(console: Console, name: str, first: date, last: date, *, session: Any = None) -> None:  # noqa: ANN401 - one that is open
    holiday = Holiday(name=name, start_date=first, end_date=last)
    if session is not None:
        create_holiday(session, 2, holiday, actor=CLI, now=NOW)
        return
    with console.sessions.begin() as fresh:
        create_holiday(fresh, 2, holiday, actor=CLI, now=NOW)


def periods(console: Console) -> dict[str, AcademicPeriod]:
    with console.sessions() as session:
        return {row.name: row for row in session.scalars(select(AcademicPeriod))}


def holidays(console: Console) -> list[tuple[str, date, date]]:
    with console.sessions() as session:
        rows = session.scalars(select(SchoolHoliday).order_by(SchoolHoliday.start_date))
        return [(row.name, row.start_date, row.end_date) for row in rows]


def press(app: AppTest, key: str) -> AppTest:
    app.button(key=key).click().run()
    assert not app.exception
    return app


def keys(app: AppTest) -> set[str]:
    return {button.key for button in app.button if button.key}


def field(app: AppTest, name: str) -> str:
    """The key of an input of what is open."""
    key: str = app.session_state["periods-panel"].key(name)
    return key


def told(app: AppTest) -> Sequence[str]:
    return [toast.value for toast in app.toast]


def refused(app: AppTest) -> list[str]:
    return [text.value for text in app.markdown if ":red[" in text.value]


def upload(app: AppTest, content: bytes, name: str = "ferien.csv") -> str:
    app.file_uploader(key=field(app, "file")).set_value((name, content, "text/csv")).run()
    assert not app.exception
    return html_of(app)


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
    assert app.text_input(key=field(app, "name")).value == f"Schuljahr {NOW.year + 1}/{(NOW.year + 2) % 100}"
    first = app.date_input(key=field(app, "start_date")).value
    assert isinstance(first, date)
    assert (first.month, first.weekday()) == (9, 0)
    press(app, "panel-period-new-save")
    made = periods(school)[f"Schuljahr {NOW.year + 1}/{(NOW.year + 2) % 100}"]
    assert (made.period_type, made.start_date, made.is_active) == (PeriodType.SCHULJAHR, first, False)
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
    assert {name: row.is_active for name, row in periods(school).items()} == {"Altes Jahr": True, NAME: False}
    is_over = NOW.date() > date(NOW.year, 7, 3)
    assert ("aber der heutige Tag liegt nicht darin" in html_of(app)) is is_over


def test_what_blocks_archiving_stands_there_before_anybody_clicks(school: Console) -> None:
    with school.sessions.begin() as session:
        start = datetime(NOW.year - 1, 9, 6, 8)
        plan(
            session, 1, now=NOW, title="Chorprobe", academic_period_id=1, recurrence_rule="FREQ=WEEKLY",
            start=start, end=start.replace(hour=9),
        )  # fmt: skip
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
    assert "Noch keine Ferien" in [title.value for title in app.subheader]


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
                session, 2, Holiday(name=f"Tag {day}", start_date=on, end_date=on), actor=CLI, now=NOW
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
    assert [name for name, _first, _last in holidays(school)] == ["Herbstferien", "Weihnachtsferien"]
    assert "Importiert. Tabelle" in told(app)[0]
    assert "ferien.csv" in html_of(app)


def test_a_file_with_a_wrong_line_cannot_be_imported(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    text = upload(app, f"Weihnachten;{NOW.year}-12-24;{NOW.year}-12-31\nOstern;gestern;morgen\n".encode())
    assert "1 falsche Zeile" in text
    assert "Solange Zeilen falsch sind" in text
    assert app.button(key="import-now").disabled


@pytest.mark.parametrize(
    ("content", "said"), [(b"\x00\x01\x02", "Die Datei ist kein Text"), (b"", "Die Datei ist leer")]
)
def test_what_is_no_list_is_refused_with_a_sentence(school: Console, content: bytes, said: str) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-file")
    assert said in upload(app, content)
    assert app.button(key="import-now").disabled


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


def test_without_the_data_a_period_cannot_be_filled(school: Console, monkeypatch: pytest.MonkeyPatch) -> None:
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
    assert all(app.button(key=key).disabled for key in ("holiday-new", "holiday-file", "holiday-place"))


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
        made = session.scalars(select(SchoolHoliday).where(SchoolHoliday.name == "Elternsprechtag")).one()
        assert made.academic_period_id is None


def test_a_refused_deed_without_a_form_is_told_in_passing(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open(PAGE, period="1")
    with school.sessions.begin() as session:
        archive_period(session, 1, actor=CLI, now=NOW)
    press(app, "period-archive")
    assert "ist schon archiviert" in told(app)[0]


def test_whoever_lost_the_role_meanwhile_writes_nothing(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(PAGE), "holiday-new")
    app.text_input(key=field(app, "name")).set_value("Fenstertag")
    with school.sessions.begin() as session:
        session.scalars(select(User)).one().role = Role.USER
    press(app, "panel-holiday-new-save")
    assert holidays(school) == [("Herbstferien", *AUTUMN)]
    assert "holiday-new" not in keys(app)


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
