"""Asking for a roll-out: from a selection, a group, a filter and an outage; refused, confirmed."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    ClientGroup,
    Event,
    Incident,
    Occurrence,
    Rollout,
    RolloutMember,
)
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, html_of, query_of, refusals_of
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client, uuid_of
from tests.support.screens.listing import lists_of, press, tick

AULA, LABOR = 1, 2


@pytest.fixture
def school(console: Console) -> Console:
    """Two groups: three screens, one of them silent; a lesson is on in the Aula."""
    now = utc_now()
    with console.sessions.begin() as session:
        for key, name in ((AULA, "Aula"), (LABOR, "Labor")):
            session.add(ClientGroup(id=key, name=name, sort_order=key, created_at=REGISTERED))
        session.flush()
        for number, group in ((1, AULA), (2, AULA), (3, LABOR)):
            add_client(
                session,
                number,
                group_id=group,
                description=f"S{number}",
                last_alive=now - (timedelta(hours=1) if number == 2 else timedelta()),
            )
    console.sign_in_as(Role.ADMIN)
    return console


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def _go_on(app: AppTest, **typed: Any) -> AppTest:  # noqa: ANN401 - as each input takes it
    """Fill in the form that is open, and go on to what it would do."""
    for key, value in typed.items():
        kinds: tuple[Any, ...] = (
            app.text_input,
            app.number_input,
            app.time_input,
            app.selectbox,
            app.toggle,
            app.button_group,
        )
        name = f"rollout-{key.replace('_', '-')}"
        next(one for kind in kinds for one in kind if one.key == name).set_value(value)
    return next(button for button in app.button if button.label == "Weiter").click().run()


def _keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def _rollouts(console: Console) -> list[Rollout]:
    with console.sessions() as session:
        return list(session.scalars(select(Rollout)))


def test_a_group_is_rebooted_after_its_consequences_were_read(school: Console) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        event = Event(id=1, group_id=AULA, title="Mathe 3B", event_type=EventType.WEBSITE)
        event.start, event.end = now - timedelta(minutes=20), now + timedelta(hours=3)
        event.timezone, event.created_at, event.updated_at = "Europe/Vienna", now, now
        session.add(event)
        session.flush()
        session.add(Occurrence(group_id=AULA, event_id=1, start=event.start, end=event.end))
    app = press(school.open("clients", list="groups"), "command", str(AULA))
    asked = _go_on(app, reason="Neue Version", first=LABOR)
    (refused,) = refusals_of(asked)
    assert refused.startswith("Keiner der Bildschirme, die zuerst kommen sollen, nimmt teil")
    told = _go_on(asked, first=0)
    text = html_of(told)
    assert "2 von 2 Bildschirmen nehmen teil, in Wellen zu 1, 1." in text
    assert "„Mathe 3B“ (Aula, bis" in text
    assert "So wie es jetzt ist, bekommt 1 davon keinen Befehl: 1 nicht erreichbar." in text
    assert not _rollouts(school)
    done = _press(told, "rollout-start")
    assert not done.exception
    (rollout,) = _rollouts(school)
    assert (rollout.action, rollout.reason, rollout.requested_name, rollout.total) == (
        Action.REBOOT_HOST,
        "Neue Version",
        "admin",
        2,
    )
    assert query_of(done) == {"rollout": rollout.rollout_id}
    assert "is-tiles" in html_of(done)
    assert [toast.value for toast in done.toast] == ["Der Rollout über 2 Bildschirme hat begonnen."]


def test_what_cannot_be_is_said_beside_its_field_and_what_was_typed_stays(school: Console) -> None:
    app = _press(school.open("monitoring"), "fleet-command")
    wrong = _go_on(app, waves="eins", **{"from": time(5), "to": time(2)})
    sentences = " ".join(refusals_of(wrong))
    assert "Bitte kurz sagen, warum" in sentences
    assert "Die Wellen können nicht „eins“ sein" in sentences
    assert "bevor es um 05:00 beginnt" in sentences
    assert next(one for one in wrong.text_input if one.key == "rollout-waves").value == "eins"
    half = _go_on(wrong, waves="2", reason="Neu", **{"from": None})
    assert refusals_of(half) == [
        "Ein Zeitfenster braucht Anfang und Ende; lassen Sie beide leer für jederzeit."
    ]
    told = _go_on(half, to=None, repeated=True)
    assert "3 von 3 Bildschirmen nehmen teil, in Wellen zu 2, 1." in html_of(told)
    back = _press(told, "rollout-back-to-form")
    assert next(one for one in back.text_input if one.key == "rollout-reason").value == "Neu"


def test_ticked_screens_get_one_command(school: Console) -> None:
    app = tick(school.open("clients"), uuid_of(3))
    told = _go_on(_press(app, "clients-command-many"), reason="Neu", action=Action.SHUTDOWN_HOST)
    text = html_of(told)
    assert "Vor Ort muss jemand jeden davon wieder einschalten." in text
    assert "Auf ihnen läuft gerade nichts." in text
    done = _press(told, "rollout-start")
    with school.sessions() as session:
        (member,) = session.scalars(select(RolloutMember))
    assert member.client_name == "S3"
    assert query_of(done) == {"rollout": member.rollout_id}
    again = school.open("clients", list="groups")
    busy = _go_on(press(again, "command", str(LABOR)), reason="Neu")
    blocked = next(button for button in busy.button if button.key == "rollout-start")
    assert blocked.disabled
    assert "Von den gewählten Bildschirmen kann jetzt keiner teilnehmen." in html_of(busy)
    assert "1 in einem anderen Rollout" in html_of(busy)


def test_an_outage_offers_a_command_for_all_its_screens(school: Console) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        outage = Incident(kind=IncidentKind.OUTAGE, opened_at=now)
        outage.open_key = open_key(IncidentKind.OUTAGE, None)
        session.add(outage)
        session.flush()
        for number in (1, 3):
            silent = Incident(kind=IncidentKind.SILENT, opened_at=now, outage_id=outage.id)
            silent.client_uuid = uuid_of(number)
            silent.open_key = open_key(IncidentKind.SILENT, silent.client_uuid)
            session.add(silent)
    school.is_watched = False
    app = school.open("monitoring")
    html = lists_of(app)["incident-list"]["html"]
    ((line, label),) = re.findall(
        r'data-line="(\d+)">(?:(?!data-line).)*data-deed="rollout".*?</i>(.*?)</button>', html
    )
    assert label == "Befehl für 2 Bildschirme"
    told = _go_on(press(app, "rollout", line), reason="Strom war weg")
    assert "2 von 2 Bildschirmen nehmen teil" in html_of(told)


def test_only_those_who_may_act_are_offered_it(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("monitoring")
    assert not app.exception
    assert "fleet-command" not in _keys(app)
