"""The page of commands, without a browser."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from console.commands import running
from console.words.instants import write_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientCommand, ClientGroup, User
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.commands.commands import cancel_command
from tests.support.commands.given import give
from tests.support.console import Console, html_of, query_of
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client

HOUR = timedelta(hours=1)
AULA, ANNA = 7, 55


@pytest.fixture
def school(console: Console) -> Console:
    """Two screens; 60 reboots and an app restart in the last days, two of which went wrong."""
    now = utc_now()
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=AULA, name="Aula", created_at=REGISTERED))
        session.add(
            User(
                id=ANNA,
                username="anna",
                password_hash="-",
                role=Role.ADMIN,
                created_at=REGISTERED,
                updated_at=REGISTERED,
            )
        )
        session.flush()
        add_client(session, 1, group_id=AULA, description="Aula <links>", model="Pi 4")
        add_client(session, 2, description="Labor", model="Pi 5")
        for hours in range(2, 60):
            give(session, 1, now - hours * HOUR, back_after=30 + hours % 7)
        give(session, 1, now - HOUR, status=State.TIMED_OUT, reason="Bild <steht>")
        give(session, 2, now - 2 * HOUR, status=State.FAILED, error_code="od<d", requested_by=ANNA)
        give(session, 2, now - 3 * HOUR, action=Action.RESTART_APP, back_after=8)
        give(session, 2, now - 40 * 24 * HOUR)
    console.sign_in_as(Role.ADMIN)
    return console


def _press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def _rows(app: AppTest) -> int:
    return html_of(app).count('<details class="is-unfolds">')


def test_the_history_comes_in_pages_newest_first(school: Console) -> None:
    app = school.open("commands")
    assert not app.exception
    text = html_of(app)
    assert "Gerade ist kein Befehl unterwegs." in text
    assert '<p class="is-quiet is-small">61 Befehle</p>' in text
    assert _rows(app) == 50
    assert text.index("„Bild &lt;steht&gt;“") < text.index("od&lt;d")
    assert "Nicht rechtzeitig bestätigt" in text
    assert "Was tun:" in text
    assert "/commands.csv?" in text
    assert "/commands.parquet?" in text
    assert _rows(school.open("commands", page="2")) == 11
    assert _rows(school.open("commands", page="99")) == 11


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"text": "AULA"}, 50),
        ({"text": "labor"}, 2),
        ({"text": "labor", "days": "90"}, 3),
        ({"group": str(AULA), "status": "bad"}, 1),
        ({"action": "restart_app"}, 1),
        ({"status": "failed"}, 1),
        ({"by": str(ANNA)}, 1),
        ({"by": "system", "status": "bad"}, 1),
        ({"error": "ack_timeout"}, 1),
        ({"status": "odd", "action": "odd", "days": "x", "page": "x"}, 50),
    ],
)
def test_the_address_narrows(school: Console, asked: dict[str, str], count: int) -> None:
    app = school.open("commands", **asked)
    assert not app.exception
    assert _rows(app) == count


def test_a_link_may_ask_for_a_part_of_time_and_has_a_way_out(school: Console) -> None:
    now = utc_now()
    part = {"from": write_instant(now - 5.5 * HOUR), "to": write_instant(now - HOUR / 2)}
    app = school.open("commands", **part)
    assert _rows(app) == 7
    assert query_of(_press(app, "commands-whole")) == {}


def test_nothing_found_has_a_way_out_and_an_empty_span_a_way_on(school: Console) -> None:
    none = school.open("commands", text="never", status="failed")
    assert "Kein Befehl passt" in none.info[0].value
    assert _rows(_press(none, "commands-over")) == 50


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"status": "o*d"}, "Die Adresse verlangt „o\\*d“ bei „Ergebnis“, das gibt es nicht"),
        ({"days": "8"}, "„8“ bei „Zeitraum“"),
        ({"from": "gestern", "to": "20261123T080000Z"}, "„gestern“ bei „Zeitraum“"),
        ({"view": "figures", "divide": "colour"}, "„colour“ bei „Unterscheiden“"),
        ({"view": "rollouts", "stands": "odd"}, "„odd“ bei „Status“"),
    ],
)
def test_what_the_address_asks_for_and_there_is_not_is_said_with_the_way_out(
    school: Console, asked: dict[str, str], said: str
) -> None:
    app = school.open("commands", **asked)
    assert not app.exception
    assert said in app.warning[0].value
    left = query_of(_press(app, "commands-unknown"))
    assert left == {name: value for name, value in asked.items() if name == "view"}


@pytest.mark.parametrize("asked", [{"group": "99"}, {"by": "99"}, {"by": "anna"}])
def test_a_link_to_a_group_or_person_that_is_gone_does_not_show_all_the_others(
    school: Console, asked: dict[str, str]
) -> None:
    app = school.open("commands", **asked)
    assert not app.exception
    assert "das gibt es nicht" in app.warning[0].value
    assert not _rows(app)
    assert _rows(_press(app, "commands-unknown")) == 50


def test_a_console_without_commands_says_where_they_are_given(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    assert "wurde kein Befehl gegeben" in console.open("commands").info[0].value


def test_what_runs_is_shown_with_its_course_and_can_be_taken_back_in_time(
    school: Console,
) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        sent = give(session, 1, now, status=State.PUBLISHED).command_id
        queued = give(session, 2, now, status=State.QUEUED).command_id
        give(session, 2, now - timedelta(seconds=70), back_after=40)
    app = school.open("commands")
    text = html_of(app)
    assert "2 Befehle sind unterwegs: 1 Angefordert, 1 Gesendet" in text
    assert text.count('class="is-course" aria-live') == 2
    assert text.count('class="is-course"') == 3  # one that has just ended
    keys = {str(button.key) for button in app.button}
    assert f"cancel-{queued}" in keys
    assert f"cancel-{sent}" not in keys
    done = _press(app, f"cancel-{queued}")
    assert [toast.value for toast in done.toast] == ["Der Befehl für Labor wurde abgebrochen."]
    with school.sessions() as session:
        assert session.get_one(ClientCommand, queued).status is State.CANCELED


def test_taking_back_what_was_sent_meanwhile_is_refused_with_the_reason(
    school: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_late(session: Session, command_id: str, **by: Any) -> ClientCommand:  # noqa: ANN401
        session.get_one(ClientCommand, command_id).status = State.PUBLISHED
        session.flush()
        return cancel_command(session, command_id, **by)

    monkeypatch.setattr(running, "cancel_command", too_late)
    with school.sessions.begin() as session:
        queued = give(session, 2, utc_now(), status=State.QUEUED).command_id
    told = _press(school.open("commands"), f"cancel-{queued}").toast
    assert "lässt sich nicht mehr abbrechen" in told[0].value
    assert "Gesendet" in told[0].value


def test_the_figures_say_what_is_to_be_seen(school: Console) -> None:
    app = school.open("commands", view="figures")
    assert not app.exception
    text = html_of(app)
    assert "59 von 61 Befehlen in den letzten 30 Tagen gelangen (96,7 %)." in text
    assert "Neustart: Die Hälfte der Bildschirme war binnen 33 s zurück" in text
    assert "2 Befehle wurden nicht ausgeführt" in text
    assert "/commands/ends.csv?" in text
    assert len(app.get("plotly_chart")) == 3
    models = school.open("commands", view="figures", divide="model", status="failed", days="90")
    assert not models.exception
    assert "Pi 4" in html_of(models)
    assert "Die Zahlen zählen jedes Ergebnis" in html_of(models)


def test_figures_without_a_command_say_so(school: Console) -> None:
    app = school.open("commands", view="figures", text="never")
    text = html_of(app)
    assert "Kein Befehl ist misslungen." in text
    assert "bekannt, wie lange er dauerte" in text
    assert not app.get("plotly_chart")
