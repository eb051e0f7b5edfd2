"""What crash recovery decides, on the screen's page and in its words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from console.screens.presenters.recovery import past_html, recovery_html
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client
from infoscreen_core.domain.commands.lifecycle import Cause
from infoscreen_core.domain.commands.recovery_facts import Outcome
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import RecoveryClass
from infoscreen_core.services.commands.recovery.recovery_record import find_recovery, list_decisions
from infoscreen_core.services.commands.views import RecoveryView
from tests.support.commands.power_desk import PowerDesk
from tests.support.commands.recovering import Ward
from tests.support.console import Console, html_of
from tests.support.events.planning import Sessions
from tests.support.people import uuid_of

VIENNA = ZoneInfo("Europe/Vienna")
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def _view(sessions: Sessions) -> RecoveryView:
    with sessions() as session:
        found = find_recovery(session, uuid_of(1))
    assert found is not None
    return found


def _give_up(ward: Ward, *, silently: bool = False) -> None:
    """Let three recoveries of the first screen fail, from an hour ago until now."""
    end = ward.now
    ward.now = end - timedelta(minutes=48)
    fall = partial(ward.report, last_alive=end - timedelta(hours=1)) if silently else ward.crash
    for _ in range(3):
        fall()
        ward.look()
        ward.send()
        ward.end(Cause.ACK_TIMEOUT)
        ward.wait(minutes=16)
    fall()
    ward.look()


@pytest.mark.usefixtures("german")
def test_a_decision_is_a_sentence_with_what_speaks_for_it(sqlite_sessions: Sessions) -> None:
    ward = Ward(sqlite_sessions)
    ward.crash()
    ward.look()
    text = recovery_html(_view(sqlite_sessions), VIENNA, now=ward.now)
    assert (
        "Automatische Wiederherstellung: Die App wird neu gestartet, denn der Anzeigeprozess ist "
        "abgestürzt." in text
    )
    assert "letztes Lebenszeichen: Mo 23.11. 08:00." in text
    assert "Was zu tun ist" not in text


@pytest.mark.usefixtures("german")
def test_who_is_called_reads_why_and_what_to_do(sqlite_sessions: Sessions) -> None:
    ward = Ward(sqlite_sessions)
    ward.report(recovery_class=RecoveryClass.SOFTWARE_ONLY)
    _give_up(ward)
    text = recovery_html(_view(sqlite_sessions), VIENNA, now=ward.now)
    assert "Nach 3 erfolglosen Versuchen aufgegeben" in text
    assert "Im Protokoll nachsehen" in text
    with sqlite_sessions() as session:
        decisions = list_decisions(session, uuid_of(1), limit=20)
    past = past_html(decisions[1:], VIENNA, now=ward.now)
    assert past.count(" – hat nicht geholfen") == 3
    forgiven = [replace(one, outcome=Outcome.FORGIVEN) for one in decisions[1:2]]
    assert "zählt aber nicht mehr" in past_html(forgiven, VIENNA, now=ward.now)


def test_who_is_called_for_a_screen_with_a_plug_can_switch_it_there(console: Console) -> None:
    ward = Ward(console.sessions)
    ward.now = utc_now()
    PowerDesk(console.sessions, ward.now).set_up()
    _give_up(ward, silently=True)
    console.sign_in_as(Role.ADMIN)
    app = console.open("client", uuid=uuid_of(1))
    assert "Die Steckdose aus- und einschalten (Knopf" in html_of(app)
    app = app.button(key="recovery-plug-cycle").click().run()
    assert [one.value for one in app.warning if "Steckdose" in one.value]
    assert not app.exception


def test_an_admin_sees_it_on_the_page_and_says_that_it_is_seen_to(console: Console) -> None:
    ward = Ward(console.sessions, count=2)
    ward.now = utc_now()
    _give_up(ward)
    with console.sessions.begin() as session:
        session.get_one(Client, uuid_of(1)).description = "Aula"
    console.sign_in_as(Role.EDITOR)
    assert "automatische Wiederherstellung hat aufgegeben" in html_of(console.open("monitoring"))
    assert "Automatische Wiederherstellung" not in html_of(console.open("client", uuid=uuid_of(1)))
    console.sign_in_as(Role.ADMIN)
    app = console.open("client", uuid=uuid_of(1))
    assert "Automatische Wiederherstellung: Nach 3 erfolglosen" in html_of(app)
    app = app.button(key="recovery-acknowledge").click().run()
    app.text_input[-1].input("neue Karte")
    [button] = [one for one in app.button if one.label == "Wieder versuchen" and one.form_id]
    app = button.click().run()
    assert [toast.value for toast in app.toast] == [
        "Die automatische Wiederherstellung darf Aula wieder neu starten."
    ]
    assert not [one for one in app.button if one.key == "recovery-acknowledge"]
    assert "Frühere Entscheidungen der automatischen Wiederherstellung" in [
        one.label for one in app.expander
    ]
