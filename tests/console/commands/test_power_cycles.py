"""Power cycles of plugs on the page of commands: what runs, and what came of those before."""

from datetime import timedelta

import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.commands.plugs import State
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence
from tests.support.commands.given import give_cycle
from tests.support.console import Console, html_of
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client
from tests.support.web import Visitor

HOUR = timedelta(hours=1)
AULA = 7


@pytest.fixture
def school(console: Console) -> Console:
    """Two screens whose plugs were switched five times in the last days, once in vain."""
    now = utc_now()
    why = Sentence("Another power cycle of this screen runs already.").kept()
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=AULA, name="Aula", created_at=REGISTERED))
        session.flush()
        add_client(session, 1, group_id=AULA, description="Aula <links>")
        add_client(session, 2, description="Labor")
        for hours in (30, 5, 4):
            give_cycle(session, 1, now - hours * HOUR, reason="=Bild <steht>")
        give_cycle(session, 2, now - 3 * HOUR, status=State.CANCELED)
        give_cycle(
            session,
            2,
            now - 2 * HOUR,
            status=State.BLOCKED_SAFETY,
            took=0,
            error_code="already_running",
            error=why,
        )
    console.sign_in_as(Role.ADMIN, language="de")
    return console


def rows(text: str) -> int:
    return text.count('<details class="is-unfolds">')


def test_they_have_a_list_of_their_own_newest_first(school: Console) -> None:
    app = school.open("commands", view="power")
    assert not app.exception
    text = html_of(app)
    assert "5-mal aus und ein" in text
    assert rows(text) == 5
    assert text.index("wird schon aus- und eingeschaltet") < text.index("„=Bild &lt;steht&gt;“")
    assert "Aula &lt;links&gt;</a>" in text
    assert "Warten Sie, bis es zu Ende ist." in text
    assert "/commands/power.csv?" in text


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({"days": "1"}, 4),
        ({"text": "labor"}, 2),
        ({"group": str(AULA)}, 3),
        ({"status": "bad"}, 1),
        ({"status": "completed"}, 3),
        ({"status": "running"}, 0),
        ({"status": "timed_out", "action": "reboot_host", "error": "odd"}, 5),
    ],
)
def test_the_address_narrows_by_what_they_have(
    school: Console, asked: dict[str, str], count: int
) -> None:
    app = school.open("commands", view="power", **asked)
    assert not app.exception
    assert rows(html_of(app)) == count
    if not count:
        assert "Nichts passt dazu" in app.info[0].value
        over = next(button for button in app.button if button.key == "commands-over")
        assert rows(html_of(over.click().run())) == 5


def test_one_that_runs_or_has_just_ended_is_followed(school: Console) -> None:
    now = utc_now()
    with school.sessions.begin() as session:
        give_cycle(session, 1, now, status=State.OFF, took=2)
        give_cycle(session, 2, now - timedelta(seconds=15), took=15)
    text = html_of(school.open("commands"))
    assert "1 Steckdose wird gerade geschaltet." in text
    assert text.count('class="is-course"') == 2
    assert text.count('class="is-course" aria-live') == 1


def test_without_a_plug_nothing_is_said_of_them(console: Console) -> None:
    console.sign_in_as(Role.ADMIN, language="de")
    (views,) = (one for one in console.open("commands").button_group if one.key == "view")
    assert views.options == ["Verlauf", "Rollouts", "Wartung", "Zahlen"]
    app = console.open("commands", view="power")
    assert "wurde keine Steckdose" in app.info[0].value


def test_they_are_a_file_too(school: Console, visitor: Visitor) -> None:
    visitor.cookies.set(SESSION_COOKIE, school.token, domain="infoscreen.test")
    answer = visitor.get("/commands/power.csv?status=completed&zone=Europe/Vienna")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, *lines, end = answer.content.decode("utf-8-sig").split("\r\n")
    assert (head.split(",")[:3], len(lines), end) == (
        ["Angefordert", "Bildschirm", "Raumgruppe"],
        3,
        "",
    )
    assert all("'=Bild <steht>" in line for line in lines)
    school.sign_in_as(Role.EDITOR)
    visitor.cookies.set(SESSION_COOKIE, school.token, domain="infoscreen.test")
    assert visitor.get("/commands/power.csv").status_code == 403
