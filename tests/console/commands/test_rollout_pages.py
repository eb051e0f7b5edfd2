"""The list of roll-outs and the page of one, without a browser."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.lifecycle import State
from infoscreen_core.domain.commands.rollout import Limits, RolloutStatus, Waves
from infoscreen_core.domain.people.roles import Role
from tests.support.commands.rollouts import Drive, add_fleet
from tests.support.console import Console, html_of, query_of
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor


@pytest.fixture
def drive(console: Console) -> Drive:
    """Ten screens, one of them waiting for approval; their roll-out has done its first wave."""
    now = utc_now()
    with console.sessions.begin() as session:
        uuids = add_fleet(session, 9, now=now)
        add_client(session, 10, is_approved=False, description="<neu>")
    console.sign_in_as(Role.ADMIN)
    made = Drive(console.sessions, now=now)
    made.start([*uuids, uuid_of(10)], waves=Waves((1, 3)), limits=Limits(at_once=2))
    made.step()
    made.end_commands()
    made.step()
    return made


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def _stands(drive: Drive) -> RolloutStatus:
    return drive.view.status


def _keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def _submit(app: AppTest, label: str) -> AppTest:
    """Press the last button of this label: that of the dialog, not the one that opened it."""
    return [button for button in app.button if button.label == label][-1].click().run()


def test_the_list_says_how_far_each_is_and_opens_it(console: Console, drive: Drive) -> None:
    app = console.open("commands", view="rollouts")
    assert not app.exception
    text = html_of(app)
    assert "App-Neustart: 10 Bildschirme" in text
    assert "„Neue Version“ · Befehlszeile ·" in text
    assert "Welle 2 von 3, 2 von 10 erledigt" in text
    assert 'aria-label="Fertig 1, Unterwegs 2, Wartend 6, Ausgelassen 1"' in text
    views = next(one for one in app.button_group if one.key == "view")
    assert views.options[1] == "Rollouts 1"
    opened = _press(app, f"rollout-open-{drive.rollout_id}")
    assert query_of(opened)["rollout"] == drive.rollout_id
    assert "is-tiles" in html_of(opened)
    back = _press(opened, "rollout-back")
    assert query_of(back) == {"view": "rollouts"}
    none = console.open("commands", view="rollouts", stands="stopped")
    assert "Kein Rollout steht so" in none.info[0].value


def test_a_page_shows_every_screen_what_is_next_and_who_was_left_out(
    console: Console, drive: Drive
) -> None:
    app = console.open("commands", rollout=drive.rollout_id)
    assert not app.exception
    text = html_of(app)
    assert "In Welle 2 sind noch 3 Bildschirme offen, höchstens 2 zugleich." in text
    assert "Sind alle zu Ende, folgt Welle 3 mit 5 Bildschirmen." in text
    assert text.count('<i class="is-t-') == 10 + 4  # each screen, and each kind in the legend
    assert 'title="S0001: Fertig"' in text
    assert 'title="&lt;neu&gt;: Ausgelassen: nicht freigegeben"' in text
    assert 'aria-label="Welle 2: 2 Unterwegs, 1 Wartend"' in text
    assert "1 Bildschirm ist ausgelassen: 1 nicht freigegeben." in text
    assert "über 5 % misslungen (mindestens 2)" in text
    left_out = html_of(console.open("commands", rollout=drive.rollout_id, members="left-out"))
    assert left_out.count('data-label="Welle"') == 1
    assert "&lt;neu&gt;</a>" in left_out
    found = html_of(console.open("commands", rollout=drive.rollout_id, screen="s0003"))
    assert found.count('data-label="Welle"') == 1
    assert "/commands/rollout.csv?rollout=" in found
    none = console.open("commands", rollout=drive.rollout_id, members="failed", page="7")
    assert "Kein Bildschirm steht so." in html_of(none)


def test_it_is_paused_resumed_and_cancelled_with_a_second_click(
    console: Console, drive: Drive
) -> None:
    app = _press(console.open("commands", rollout=drive.rollout_id), "rollout-pause")
    assert [toast.value for toast in app.toast] == ["Der Rollout ist angehalten."]
    assert _stands(drive) is RolloutStatus.PAUSED
    assert "Bis zum Fortsetzen wird nichts mehr gesendet" in html_of(app)
    assert "rollout-pause" not in _keys(app)
    app = _press(app, "rollout-resume")
    assert _stands(drive) is RolloutStatus.RUNNING
    asked = _press(app, "rollout-ask-cancel")
    assert "6 Bildschirme, die noch warten, bekommen keinen Befehl." in html_of(asked)
    assert _stands(drive) is RolloutStatus.RUNNING
    done = _submit(asked, "Rollout abbrechen")
    assert _stands(drive) is RolloutStatus.CANCELED
    text = html_of(done)
    assert "6 abgebrochen, bevor er dran war" in text
    assert not _keys(done) & {"rollout-pause", "rollout-resume", "rollout-ask-cancel"}


def test_one_that_stopped_by_itself_says_why_and_what_to_do(console: Console, drive: Drive) -> None:
    drive.fate = lambda _uuid: State.FAILED
    drive.run()
    app = console.open("commands", rollout=drive.rollout_id, members="failed")
    assert (
        "2 von 3 Befehlen misslangen oder blieben ohne Antwort, mehr als 5 %" in app.error[0].value
    )
    assert "starten Sie dann einen neuen Rollout" in app.error[0].value
    text = html_of(app)
    assert "Von selbst gestoppt" in text
    assert "6 gestoppt, bevor er dran war" in text
    assert text.count('data-label="Welle"') == 2


def test_the_screens_that_are_left_get_a_rollout_of_their_own(
    console: Console, drive: Drive
) -> None:
    drive.fate = lambda _uuid: State.FAILED
    drive.run()
    asked = _press(console.open("commands", rollout=drive.rollout_id), "rollout-rest")
    assert not asked.exception
    labels = {str(button.key): button.label for button in asked.button}
    assert labels["rollout-rest"] == "Befehl für die 8 übrigen"
    reason = next(one for one in asked.text_input if one.key == "rollout-reason")
    assert reason.value == "Neue Version"
    action = next(one for one in asked.button_group if one.key == "rollout-action")
    assert str(action.value) == "restart_app"
    checked = _submit(asked, "Weiter")
    assert "8 von 8 Bildschirmen nehmen teil" in html_of(checked)


def test_all_its_screens_are_a_file(console: Console, drive: Drive, visitor: Visitor) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.token, domain="infoscreen.test")
    answer = visitor.get(f"/commands/rollout.csv?rollout={drive.rollout_id}")
    head, *lines, end = answer.content.decode("utf-8-sig").split("\r\n")
    assert (head.split(",")[:4], len(lines), end) == (
        ["Bildschirm", "Raumgruppe", "Welle", "Ergebnis"],
        10,
        "",
    )
    assert any(line.startswith("<neu>,,,Ausgelassen,,nicht freigegeben,,") for line in lines)
    assert visitor.get("/commands/rollout.csv?rollout=x").status_code == 404


def test_a_command_of_a_rollout_leads_to_it(console: Console, drive: Drive) -> None:
    courses, history = html_of(console.open("commands")).split('<div class="is-table">')
    link = f'href="/commands?rollout={drive.rollout_id}"'
    assert history.count(link) == 3
    assert courses.count(link) >= 2, "of those under way, and of what has just ended"


def test_one_that_does_not_exist_is_a_sentence(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    app = console.open("commands", rollout="x")
    assert not app.exception
    assert "Diesen Rollout gibt es nicht." in app.info[0].value
    assert "Noch kein Rollout." in console.open("commands", view="rollouts").info[0].value


def test_a_thousand_screens_are_tiles_and_the_table_has_pages(console: Console) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        uuids = add_fleet(session, 1000, now=now)
    console.sign_in_as(Role.ADMIN)
    drive = Drive(console.sessions, now=now)
    drive.start(uuids)
    drive.step()
    console.is_watched = False
    app = console.open("commands", rollout=drive.rollout_id, page="20")
    text = html_of(app)
    assert text.count('<i class="is-t-') == 1000 + 2
    assert text.count('data-label="Welle"') == 50
    assert "S1000" in text
    assert len(text) < 250_000
    assert drive.now - now < timedelta(seconds=1)
