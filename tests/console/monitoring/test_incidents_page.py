"""Incidents and the wall on their pages, without a browser."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import BlindSpan, ClientGroup, Incident
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.monitoring.incident_record import note_outages
from infoscreen_core.services.monitoring.incidents import IncidentFilter, list_incidents
from tests.support.console import Console, html_of
from tests.support.people import add_client, uuid_of
from tests.support.record import judge_all
from tests.support.screens.listing import press

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def school(console: Console) -> Console:
    """A screen that is well, one that crashed, one that is silent; each in a group of its own."""
    now = utc_now()
    with console.sessions.begin() as session:
        for number, name in enumerate(("Foyer", "Labor", "Hof"), start=1):
            session.add(ClientGroup(id=number, name=name, sort_order=number, created_at=now))
        session.flush()
        for number, name, status in (
            (1, "Aula", ProcessStatus.RUNNING),
            (2, "Chemie", ProcessStatus.CRASHED),
            (3, "Physik", None),
        ):
            add_client(
                session,
                number,
                description=name,
                group_id=number,
                last_alive=now if status else now - timedelta(minutes=20),
                process_status=status,
            )
        judge_all(session, now=now)
    return console


def _id(school: Console, number: int) -> int:
    """Return the id of the incident of one of the screens."""
    with school.sessions() as session:
        wanted = IncidentFilter(client_uuid=uuid_of(number))
        return list_incidents(session, wanted, limit=1).incidents[0].id


def test_an_incident_is_taken_with_a_note_and_everybody_sees_it(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = school.open()
    app = press(app, "take", str(_id(school, 3)))
    app.text_input[-1].input("hole den Schlüssel")
    [button] = [one for one in app.button if one.label == "Ich kümmere mich" and one.form_id]
    app = button.click().run()
    assert [toast.value for toast in app.toast] == [
        "Sie kümmern sich jetzt um Physik; alle sehen das."
    ]
    assert "editor kümmert sich seit" in html_of(app)
    school.sign_in_as(Role.USER)
    page = school.open()
    assert ": hole den Schlüssel" in html_of(page)
    assert not any(f'data-deed="{deed}"' in html_of(page) for deed in ("take", "release"))
    school.sign_in_as(Role.ADMIN)
    page = press(school.open(), "release", str(_id(school, 3)))
    assert "kümmert sich seit" not in html_of(page)


def test_an_incident_is_closed_by_hand_and_stands_on_its_screens_page(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    wanted = _id(school, 2)
    app = school.open("client", uuid=uuid_of(2))
    assert "Der Anzeigeprozess ist abgestürzt." in html_of(app)
    app = press(app, "close", str(wanted))
    assert [toast.value for toast in app.toast] == ["Der Vorfall ist geschlossen."]
    assert [one.label for one in app.expander if "letzten 30 Tage" in one.label] == [
        "1 Vorfall der letzten 30 Tage ist vorbei"
    ]
    assert "geschlossen von admin" in html_of(app)
    assert "1 von 3 Bildschirmen laufen · 1 Vorfall" in html_of(school.open("monitoring"))


def test_many_incidents_are_folded_and_all_are_behind_a_link(school: Console) -> None:
    at = utc_now()
    with school.sessions.begin() as session:
        for number in range(10, 40):
            add_client(session, number, description=f"Raum {number}", last_alive=at - HOUR)
        judge_all(session, now=at)
    school.sign_in_as(Role.USER)
    app = school.open("monitoring")
    text = html_of(app)
    assert "· 32 Vorfälle" in text
    assert text.count('class="is-incident"') == 5
    text = html_of(school.open("monitoring", incidents="all"))
    assert text.count('class="is-incident"') == 25
    page = school.open("monitoring", incidents="all", **{"incidents-page": "2"})
    assert html_of(page).count('class="is-incident"') == 7


def test_an_outage_of_ours_folds_the_silences_that_it_explains(school: Console) -> None:
    at = utc_now()
    with school.sessions.begin() as session:
        silent = session.scalars(select(Incident).where(Incident.client_uuid == uuid_of(3))).one()
        session.add(
            BlindSpan(cause=BlindCause.BROKER, began_at=silent.opened_at + SECOND, ended_at=None)
        )
        session.flush()
        note_outages(session, (), now=at)
    school.sign_in_as(Role.USER)
    text = html_of(school.open())
    assert "Der Server hatte keine Verbindung zum Nachrichten-Broker." in text
    assert "1 Bildschirm verstummte dabei" in text
    assert "· 2 Vorfälle" in text
    assert "Kein Lebenszeichen." not in text


def test_the_far_wall_is_open_to_all_and_narrowed_by_its_address(school: Console) -> None:
    school.sign_in_as(Role.USER)
    text = html_of(school.open("wall"))
    assert text.count('<li class="is-far-') == 3
    assert "1 von 3 Bildschirmen laufen · 2 Vorfälle" in text
    text = html_of(school.open("wall", group="3"))
    assert "Physik" in text
    assert "Aula" not in text
