"""The pages, run as Streamlit runs them, for people of each role."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from streamlit.testing.v1 import AppTest

from console import runtime
from console.overview import snapshots
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    AcademicPeriod,
    Client,
    ClientCommand,
    ClientGroup,
    ClientLog,
    Event,
    Occurrence,
    SchoolHoliday,
    User,
    UserSession,
    WorkerStatus,
)
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.events.event import EventType, PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.settings import Settings
from tests.support.console import Console, html_of
from tests.support.people import add_client, uuid_of
from tests.support.record import judge_all
from tests.support.screens.listing import press


@pytest.fixture
def school(console: Console) -> Console:
    """Two groups, three screens in service, one of them black, one silent; a lesson is on."""
    now = utc_now()
    with console.sessions.begin() as session:
        for number, name in enumerate(("Foyer", "Labor"), start=1):
            session.add(ClientGroup(id=number, name=name, sort_order=number, created_at=now))
        session.flush()
        left = add_client(session, 1, description="Aula links", group_id=1, last_alive=now)
        left.process_status, left.current_event_id, left.expected_event_id = (
            ProcessStatus.RUNNING,
            1,
            1,
        )
        right = add_client(session, 2, description="Aula rechts", group_id=1, last_alive=now)
        right.process_status, right.screen_health_status = ProcessStatus.RUNNING, ScreenHealth.BLACK
        add_client(
            session, 3, description="Physik", group_id=2, last_alive=now - timedelta(minutes=20)
        )
        event = Event(id=1, group_id=1, title="Mathe 3B", event_type=EventType.WEBSITE)
        event.start, event.end = now - timedelta(minutes=20), now + timedelta(minutes=25)
        event.timezone, event.created_at, event.updated_at = "Europe/Vienna", now, now
        session.add(event)
        session.flush()
        session.add(Occurrence(group_id=1, event_id=1, start=event.start, end=event.end))
        judge_all(session, now=now)
    return console


def test_without_a_session_nothing_is_shown_but_the_way_in(school: Console) -> None:
    app = school.open()
    assert "Die Sitzung ist beendet" in html_of(app)
    assert "Aula" not in html_of(app)


def test_the_overview_answers_what_is_wrong_where_and_what_plays(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    text = html_of(school.open())
    assert "1 von 3 Bildschirmen laufen · 2 Vorfälle" in text
    assert "Das Bild ist schwarz." in text
    assert "Kein Lebenszeichen." in text
    assert "Mathe 3B" in text
    assert text.index("Foyer</b>") < text.index("Labor</b>")


def test_the_overview_speaks_the_persons_language(school: Console) -> None:
    school.sign_in_as(Role.USER, language="en")
    assert "1 of 3 screens are running · 2 incidents" in html_of(school.open())


def test_choosing_a_language_is_kept_for_the_person(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open()
    app.segmented_control(key="shell-language").set_value("en").run()
    assert "2 incidents" in html_of(app)
    with school.sessions() as session:
        assert session.query(User).one().ui_language == "en"


def test_an_empty_installation_says_what_to_do_first(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    app = console.open()
    assert "Noch keine Bildschirme" in [heading.value for heading in app.header]


def test_the_filter_stands_in_the_address(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open(show="offline")
    assert "Labor</b>" in html_of(app)
    assert "Foyer</b>" not in html_of(app)
    app.segmented_control(key="show").set_value("warnings").run()
    assert "Foyer</b>" in html_of(app)
    assert app.query_params["show"] == "warnings"


def test_holidays_that_are_near_are_announced(school: Console) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        period = AcademicPeriod(
            name="2026/27",
            period_type=PeriodType.SCHULJAHR,
            start_date=now.date(),
            end_date=now.date() + timedelta(days=100),
            is_active=True,
            created_at=now,
            updated_at=now,
        )
        session.add(period)
        session.flush()
        for name, days in (("Bald", 3), ("Spaeter", 30)):
            first = now.date() + timedelta(days=days)
            session.add(
                SchoolHoliday(
                    academic_period_id=period.id,
                    name=name,
                    start_date=first,
                    end_date=first,
                    created_at=now,
                    updated_at=now,
                )
            )
    school.sign_in_as(Role.USER)
    text = html_of(school.open())
    assert "Periode 2026/27" in text
    assert "Bald frei: Bald" in text
    assert "Spaeter" not in text


def test_a_screen_that_waits_for_approval_is_an_admins_business(school: Console) -> None:
    with school.sessions.begin() as session:
        add_client(session, 9, is_approved=False, hostname="info-neu", last_alive=utc_now())
    school.sign_in_as(Role.USER)
    assert "1 von 3" in html_of(school.open())


def test_monitoring_finds_filters_and_orders(school: Console) -> None:
    school.sign_in_as(Role.SUPERADMIN)
    app = school.open("monitoring", order="name", search="aula")
    text = html_of(app)
    assert "2 von 3 Bildschirmen" in text
    table = text[text.index("<tbody>") :]
    assert table.index("Aula links") < table.index("Aula rechts")
    assert "Physik" not in table
    app.text_input(key="search").set_value("gibt es nicht").run()
    assert "Kein Bildschirm passt" in html_of(app)


def test_a_long_list_is_paged_and_narrowing_it_leads_back_to_what_is_left(console: Console) -> None:
    with console.sessions.begin() as session:
        for number in range(1, 121):
            add_client(session, number, description=f"Raum {number:03}", last_alive=utc_now())
    console.sign_in_as(Role.SUPERADMIN)
    app = console.open("monitoring", order="name")
    assert "Raum 050" in html_of(app)
    assert "Raum 051" not in html_of(app)
    app.pagination(key="page").set_value(3).run()
    assert "Raum 120" in html_of(app)
    app.text_input(key="search").set_value("Raum 0").run()
    assert not app.exception
    assert "99 von 120 Bildschirmen" in html_of(app)
    assert "Raum 0" in html_of(app)


def test_the_wall_shows_every_screen(school: Console) -> None:
    school.sign_in_as(Role.SUPERADMIN)
    assert html_of(school.open("monitoring", view="wall")).count("is-tile-") == 3


def test_a_screens_page_shows_status_picture_machine_and_log(school: Console) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        session.add(
            ClientLog(
                client_uuid=uuid_of(1),
                level="ERROR",
                message="decoder failed",
                received_at=now,
                ordered_at=now,
                digest="d" * 64,
            )
        )
    school.sign_in_as(Role.ADMIN)
    text = html_of(school.open("client", uuid=uuid_of(1)))
    assert "Aula links" in text
    assert "Fehler im Protokoll" in text
    assert "decoder failed" in text
    assert "Mathe 3B" in text
    assert "1 Fehler und keine Warnzeilen in 24 h" in text
    assert f"/logs/{uuid_of(1)}.csv?hours=24" in text


def test_a_screens_page_shows_when_its_machine_was_started_if_the_player_tells(
    school: Console,
) -> None:
    with school.sessions.begin() as session:
        session.get_one(Client, uuid_of(1)).booted_at = utc_now() - timedelta(
            days=3, hours=4, minutes=5
        )
    school.sign_in_as(Role.USER)
    assert "Zuletzt gestartet" not in html_of(school.open("client", uuid=uuid_of(2)))
    text = html_of(school.open("client", uuid=uuid_of(1)))
    assert "Zuletzt gestartet" in text
    assert "Laufzeit 3 Tage 4 h" in text


def test_errors_are_plotted_and_a_quiet_log_has_a_sentence_only(school: Console) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        row = ClientLog(client_uuid=uuid_of(1), level="WARN", message="slow", received_at=now)
        row.ordered_at, row.digest = now - timedelta(hours=3), "e" * 64
        session.add(row)
    school.sign_in_as(Role.ADMIN)
    noisy = school.open("client", uuid=uuid_of(1))
    assert [len(noisy.get("plotly_chart")), not noisy.exception] == [1, True]
    assert "▲ Warnzeilen" in html_of(noisy)
    quiet = school.open("client", uuid=uuid_of(1), hours="1", level="ERROR")
    assert len(quiet.get("plotly_chart")) == 0
    assert "Keine Fehler und keine Warnzeilen in 1 h." in html_of(quiet)
    assert "level=ERROR" in html_of(quiet)


def test_groups_are_offered_and_ordered_in_their_saved_order(school: Console) -> None:
    with school.sessions.begin() as session:
        for group in session.scalars(select(ClientGroup)):
            group.sort_order = -group.sort_order
    school.sign_in_as(Role.SUPERADMIN)
    app = school.open("monitoring", order="group")
    offered = next(box for box in app.selectbox if box.key == "group").options
    assert offered == ["Alle Raumgruppen", "Labor", "Foyer", "Nicht zugeordnet"]
    names = ("Physik", "Aula links", "Aula rechts")
    tables = "".join(element.body for element in app.html if 'class="is-table"' in element.body)
    places = [tables.rindex(name) for name in names]
    assert places == sorted(places)


def test_a_viewer_sees_a_screen_but_neither_its_log_nor_commands(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("client", uuid=uuid_of(1))
    assert "Aula links" in html_of(app)
    assert [button.key for button in app.button if str(button.key).startswith("action-")] == []
    assert "Protokoll" not in [heading.value for heading in app.header]


def test_an_unknown_screen_is_told(school: Console) -> None:
    school.sign_in_as(Role.USER)
    assert "Diesen Bildschirm gibt es nicht" in html_of(school.open("client", uuid="nobody"))


def _confirm(app: AppTest) -> None:
    """Press the dialog's last button."""
    *_others, last = (one for one in app.button if one.form_id)
    last.click().run()


def test_a_command_needs_a_reason_and_a_second_click(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("client", uuid=uuid_of(1))
    app.button(key="action-reboot_host").click().run()
    assert "Unterbricht „Mathe 3B“" in html_of(app)
    _confirm(app)
    assert "Bitte kurz sagen, warum" in html_of(app)
    with school.sessions() as session:
        assert session.query(ClientCommand).count() == 0
    app.text_input[0].set_value("Bild steht")
    _confirm(app)
    with school.sessions() as session:
        command = session.query(ClientCommand).one()
        assert (command.action, command.status, command.reason) == (
            Action.REBOOT_HOST,
            State.QUEUED,
            "Bild steht",
        )
        assert command.requested_by == session.query(User).one().id
    assert "Bild steht" in html_of(app)


def test_a_remedy_is_offered_beside_an_incident(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open()
    [line] = re.findall(r'data-line="(\d+)">(?:(?!data-line).)*data-deed="remedy"', html_of(app))
    press(app, "remedy", line)
    assert "Aula rechts" in [item.value.strip("*") for item in app.markdown]


def test_a_failed_service_is_acknowledged_once(school: Console) -> None:
    with school.sessions.begin() as session:
        session.get_one(Client, uuid_of(1)).service_failed_at = utc_now()
    school.sign_in_as(Role.ADMIN)
    app = school.open("client", uuid=uuid_of(1))
    app = app.button(key="action-acknowledge").click().run()
    app.text_input[-1].input("neue Karte")
    [button] = [one for one in app.button if one.label == "Quittieren" and one.form_id]
    app = button.click().run()
    assert not [one for one in app.button if one.key == "action-acknowledge"]
    with school.sessions() as session:
        assert session.get_one(Client, uuid_of(1)).service_failed_at is None


def test_a_session_that_ended_meanwhile_writes_nothing(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("client", uuid=uuid_of(1))
    app.button(key="action-reboot_host").click().run()
    with school.sessions.begin() as session:
        session.query(UserSession).delete()
    app.text_input[0].set_value("zu spät")
    _confirm(app)
    assert "Die Sitzung ist beendet" in html_of(app)
    with school.sessions() as session:
        assert session.query(ClientCommand).count() == 0


def test_a_silent_worker_is_said_on_every_page(school: Console) -> None:
    with school.sessions.begin() as session:
        session.get_one(WorkerStatus, "dispatcher").seen_at = utc_now() - timedelta(minutes=1)
    school.sign_in_as(Role.SUPERADMIN)
    for page in ("", "monitoring", "client"):
        assert "„dispatcher“ schweigt" in html_of(school.open(page))


def test_a_database_that_is_gone_is_said_without_a_traceback(
    school: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    school.sign_in_as(Role.USER)

    def fail(*_: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    monkeypatch.setattr(snapshots, "board", fail)
    app = school.open()
    assert not app.exception
    assert "Die Datenbank antwortet nicht" in html_of(app)


def test_a_database_that_is_gone_from_the_start_is_said_too(school: Console) -> None:
    school.sign_in_as(Role.USER)
    runtime.configure(Settings(db_host="127.0.0.1", db_port=1, _env_file=None))
    app = school.open()
    assert not app.exception
    assert "Die Datenbank antwortet nicht" in html_of(app)
    assert [button.label for button in app.button] == ["Jetzt noch einmal versuchen"]


def test_using_the_console_keeps_the_session_alive(school: Console) -> None:
    began = utc_now() - timedelta(hours=1)
    school.sign_in_as(Role.USER, at=began)
    school.open()
    with school.sessions() as session:
        assert session.query(UserSession).one().last_seen_at > began + timedelta(minutes=59)
