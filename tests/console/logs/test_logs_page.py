"""The page of logs, without a browser."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, ClientLog
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from tests.support.console import Console, html_of
from tests.support.log_lines import store_lines
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client, uuid_of

HOUR = timedelta(hours=1)
SIGNAL = family_of(LogLevel.ERROR, "no signal for 7 s")


@pytest.fixture
def school(console: Console) -> Console:
    """Two screens: the Aula's lost its picture again and again, another one said little."""
    now = utc_now()
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=REGISTERED))
        session.flush()
        add_client(session, 1, group_id=7, description="Aula links")
        add_client(session, 2, description="Labor")
        store_lines(
            session,
            [
                *(
                    (1, LogLevel.ERROR, now - n * 7 * timedelta(minutes=1), f"no signal for {n} s")
                    for n in range(1, 71)
                ),
                (2, LogLevel.INFO, now - 2 * HOUR, "*started* <b>50 %</b>"),
                (2, LogLevel.WARN, now - 80 * HOUR, "disk is slow"),
            ],
        )
    return console


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button if str(button.key).startswith("log-line-")]


def press(app: AppTest, key: str) -> AppTest:
    return next(button for button in app.button if button.key == key).click().run()


def test_lines_of_all_screens_newest_first_then_older_ones(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("logs")
    assert not app.exception
    newest = labels(app)
    assert len(newest) == 50
    assert newest[0].endswith("**■ Fehler** *Aula links* no signal for 1 s")
    assert "71 Zeilen in den letzten 24 Stunden, davon 70 Fehler" in html_of(app)
    assert "Läuft mit" in html_of(app)
    older = press(app, "logs-older")
    assert len(labels(older)) == 21
    assert not set(labels(older)) & set(newest)
    assert "Läuft mit" not in html_of(older)
    assert labels(press(older, "logs-newest")) == newest


def test_new_lines_can_be_stopped_and_let_go_on(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("logs")
    before = labels(app)
    stopped = press(app, "logs-pause")
    with school.sessions.begin() as session:
        store_lines(session, [(1, LogLevel.WARN, utc_now(), "said after the stop")])
    assert labels(stopped.run()) == before
    assert "Angehalten" in html_of(stopped)
    assert "Läuft mit" not in html_of(stopped)
    going_on = press(stopped, "logs-follow")
    assert "said after the stop" in labels(going_on)[0]
    assert "Läuft mit" in html_of(going_on)


def test_a_stop_before_the_first_line_keeps_the_page_empty(school: Console) -> None:
    school.sign_in_as(Role.USER)
    stopped = press(school.open("logs", client=uuid_of(2), hours="1"), "logs-pause")
    with school.sessions.begin() as session:
        store_lines(session, [(2, LogLevel.WARN, utc_now(), "said after the stop")])
    assert not labels(stopped.run())
    assert len(labels(press(stopped, "logs-follow"))) == 1


def test_a_span_that_is_over_has_nothing_to_stop(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("logs", **{"from": "20261129T000000Z", "to": "20261129T010000Z"})
    assert not {"logs-pause", "logs-follow"} & {str(button.key) for button in app.button}


def test_the_address_narrows(school: Console) -> None:
    school.sign_in_as(Role.USER)
    assert len(labels(school.open("logs", level="INFO,WARN", hours="168"))) == 2
    assert len(labels(school.open("logs", client=uuid_of(2)))) == 1
    assert len(labels(school.open("logs", group="7", text="FOR 7"))) == 2
    found = school.open("logs", family=str(SIGNAL.id))
    assert "no signal for # s" in html_of(found)
    nothing = school.open("logs", text="never said")
    assert "Keine Zeile passt" in nothing.info[0].value
    assert len(labels(press(nothing, "logs-over"))) == 50
    nonsense = school.open(
        "logs", level="LOUD", hours="x", page="x", line="x", family="-1", **{"from": "x", "to": "y"}
    )
    assert len(labels(nonsense)) == 50
    assert "Diese Zeile gibt es nicht" in nonsense.info[0].value


def test_a_group_that_is_gone_is_a_sentence(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("logs", group="99")
    assert not app.exception
    assert app.error


@pytest.mark.parametrize(("role", "sees"), [(Role.USER, False), (Role.ADMIN, True)])
def test_a_line_unfolds_with_its_surroundings_and_context_for_admins(
    school: Console, role: Role, *, sees: bool
) -> None:
    with school.sessions.begin() as session:
        line = session.query(ClientLog).filter_by(level="INFO").one().id
    school.sign_in_as(role)
    app = school.open("logs", line=str(line))
    text = html_of(app)
    assert "*started* &lt;b&gt;50 %&lt;/b&gt;" in text
    assert ("Kontext" in text) is sees
    assert ("/logs.csv?" in text) is sees
    assert f"/logs?line={line}" in text
    assert "Läuft mit" not in text
    assert any(r"\*started\*" in label for label in labels(app))
    alone = press(app, "logs-only-client")
    assert len(labels(alone)) == 1
    shown = press(alone, f"log-line-info-{line}")
    assert "logs-only-family" in {str(button.key) for button in shown.button}
    folded = press(shown, f"log-line-info-{line}")
    assert "logs-only-family" not in {str(button.key) for button in folded.button}


def test_a_line_that_is_not_on_the_page_stands_above_it(school: Console) -> None:
    with school.sessions.begin() as session:
        line = session.query(ClientLog).filter_by(level="WARN").one().id
    school.sign_in_as(Role.ADMIN)
    assert len(labels(school.open("logs", line=str(line)))) == 51


def test_families_ask_for_a_longer_span_where_nobody_said_anything(console: Console) -> None:
    console.sign_in_as(Role.USER)
    silent = console.open("logs", view="families")
    assert "hat kein Bildschirm etwas protokolliert" in silent.info[0].value
    narrowed = console.open("logs", view="families", level="ERROR")
    assert "Keine Zeile passt" in narrowed.info[0].value


def test_families_lead_to_their_lines(school: Console) -> None:
    school.sign_in_as(Role.USER)
    app = school.open("logs", view="families")
    signal, started = labels(app)
    assert signal.startswith("70 Zeilen, 1 Bildschirm **■ Fehler** *Neu* no signal for \\# s")
    assert "Beispiel" in html_of(app)
    lines = press(app, f"log-line-error-f{SIGNAL.id}")
    assert len(labels(lines)) == 50
    only = school.open("logs", view="families", families="new", hours="168")
    assert labels(only) == [signal, started]
    assert len(labels(school.open("logs", view="families", hours="168"))) == 3
    none = school.open("logs", view="families", families="new", hours="1", level="DEBUG")
    assert "Nichts Neues" in none.info[0].value


def test_a_console_without_lines_says_so(console: Console) -> None:
    console.sign_in_as(Role.USER)
    app = console.open("logs")
    assert "hat kein Bildschirm etwas protokolliert" in app.info[0].value
    assert "Keine Zeilen in den letzten 24 Stunden." in html_of(app)
