"""The emergency on every page: the button, the dialog with its second click, the banner."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Event
from infoscreen_core.domain.events.event import Priority, Severity
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.playing.emergency_orders import EmergencyOrder, raise_emergency
from tests.support.console import Console, html_of
from tests.support.events.planning import add_group
from tests.support.people import actions_of, add_client


@pytest.fixture
def school(console: Console) -> Console:
    """Two groups with a screen each."""
    with console.sessions.begin() as session:
        for number, name in enumerate(("Foyer", "Labor"), start=1):
            group = add_group(session, name)
            add_client(
                session, number, group_id=group, description=f"{name} 1", last_alive=utc_now()
            )
    return console


def alarm(console: Console) -> None:
    order = EmergencyOrder(
        text="Wasserrohrbruch",
        look=Severity.WARNING,
        group_ids=(1,),
        duration=timedelta(minutes=30),
    )
    with console.sessions.begin() as session:
        raise_emergency(session, order, actor=CLI, now=utc_now())


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def events_of(console: Console) -> list[Event]:
    with console.sessions() as session:
        return list(session.query(Event))


def test_one_is_raised_with_two_clicks_and_ended_with_two(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(), "Notfall")
    app = press(app, "Weiter")
    assert "keinen Text" in html_of(app)
    app.text_area(key="emergency-text").set_value("Feueralarm")
    app = press(app, "Weiter")
    assert events_of(school) == []
    assert "2 Bildschirme (Foyer, Labor) zeigen sofort nur noch diese Meldung" in html_of(app)
    app = press(app, "Notfall auf 2 Bildschirmen auslösen")
    raised = events_of(school)
    assert {(one.title, one.priority) for one in raised} == {("Feueralarm", Priority.EMERGENCY)}
    assert len(raised) == 2
    assert "Notfall läuft: Feueralarm" in html_of(app)
    assert "Bestätigt von 0 von 2 Bildschirmen" in html_of(app)
    assert [one.value for one in app.toast] == ["Notfall auf 2 Bildschirmen ausgelöst."]
    app = press(app, "Notfall beenden")
    app = app.button(key="emergency-end").click().run()
    assert "Notfall läuft" not in html_of(app)
    with school.sessions() as session:
        actions = actions_of(session)
    assert [one for one in actions if one.startswith("emergency.")] == [
        "emergency.raised",
        "emergency.called_off",
    ]


def test_what_was_typed_is_there_when_one_goes_back(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(), "Notfall")
    app.text_area(key="emergency-text").set_value("Probe")
    app.multiselect(key="emergency-groups").set_value([2])
    app = press(press(app, "Weiter"), "Zurück")
    assert app.text_area(key="emergency-text").value == "Probe"
    assert app.multiselect(key="emergency-groups").value == [2]


@pytest.mark.parametrize("page", ["monitoring", "calendar"])
def test_the_banner_stands_on_every_page(school: Console, page: str) -> None:
    alarm(school)
    school.sign_in_as(Role.SUPERADMIN)
    app = school.open(page)
    assert "Notfall läuft: Wasserrohrbruch" in html_of(app)
    assert "Foyer 1" in html_of(app)


def test_who_may_only_look_sees_the_banner_and_no_buttons(school: Console) -> None:
    alarm(school)
    school.sign_in_as(Role.USER)
    app = school.open()
    assert "Notfall läuft: Wasserrohrbruch" in html_of(app)
    assert not {"Notfall", "Notfall beenden"} & {one.label for one in app.button}


def test_one_that_a_colleague_ended_meanwhile_says_so(school: Console) -> None:
    alarm(school)
    school.sign_in_as(Role.EDITOR)
    app = press(school.open(), "Notfall beenden")
    with school.sessions.begin() as session:
        session.delete(session.query(Event).one())
    app = app.button(key="emergency-end").click().run()
    assert "bereits vorbei" in html_of(app)
