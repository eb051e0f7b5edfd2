"""Which pages open for whom, and what is said where one does not."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.services.actor import SYSTEM
from tests.support.console import Console, html_of
from tests.support.people import add_client, add_user, uuid_of
from tests.support.record import judge_all

_FOR_ALL = frozenset(
    {
        "account",
        "overview",
        "monitoring",
        "wall",
        "client",
        "calendar",
        "timeline",
        "logs",
        "analysis",
        "plays",
        "about",
        "periods",
        "unknown",
    }
)
_FOR_ADMINS = frozenset(
    {"library", "clients", "commands", "audit", "settings", "users", "webhooks"}
)


@pytest.fixture
def school(console: Console) -> Console:
    """A screen whose app has crashed, and people to ask."""
    now = utc_now()
    with console.sessions.begin() as session:
        crashed = add_client(session, 1, description="Aula links", last_alive=now)
        crashed.process_status = ProcessStatus.CRASHED
        for name, role in (("Huber", Role.ADMIN), ("chefin", Role.SUPERADMIN)):
            add_user(session, name, "vier-woerter-sind-es", role, actor=SYSTEM, now=now)
        judge_all(session, now=now)
    return console


def _keys(app: AppTest, word: str) -> list[str]:
    return [str(button.key) for button in app.button if word in str(button.key)]


@pytest.mark.parametrize(
    ("role", "pages"),
    [
        (Role.USER, _FOR_ALL),
        (Role.EDITOR, _FOR_ALL | {"library"}),
        (Role.ADMIN, _FOR_ALL | _FOR_ADMINS),
        (Role.SUPERADMIN, _FOR_ALL | _FOR_ADMINS),
    ],
)
def test_each_role_has_its_pages(console: Console, role: Role, pages: set[str]) -> None:
    console.sign_in_as(role)
    app = console.open()
    assert not app.exception
    assert set(app.session_state["navigation_pages"]) == pages


def test_a_page_of_a_higher_role_says_so_and_whom_to_ask(school: Console) -> None:
    school.sign_in_as(Role.EDITOR)
    text = html_of(school.open("clients"))
    assert "ab der Rolle „Administration“; Ihre ist „Redaktion“. Fragen Sie Huber." in text
    assert "chefin" not in text
    assert "Aula links" not in text


def test_where_nobody_can_be_asked_nobody_is_named(console: Console) -> None:
    console.sign_in_as(Role.USER)
    assert "Fragen Sie, wer diese Konsole eingerichtet hat." in html_of(console.open("settings"))


def test_an_address_that_is_no_page_is_named(console: Console) -> None:
    console.sign_in_as(Role.USER)
    text = html_of(console.open("unknown", address="/speiseplan"))
    assert "Die Adresse /speiseplan führt nirgends hin." in text


@pytest.mark.parametrize("role", [Role.USER, Role.EDITOR])
def test_everybody_may_look_at_the_monitoring_without_logs_or_commands(
    school: Console, role: Role
) -> None:
    school.sign_in_as(role)
    app = school.open("monitoring")
    text = html_of(app)
    assert "is-figures" in text
    assert "die Administration um einen App-Neustart bitten" in text
    assert 'data-deed="remedy"' not in html_of(app)
    detail = school.open("client", uuid=uuid_of(1))
    assert "Protokoll" not in [title.value for title in detail.subheader]
    assert _keys(detail, "action") == []


def test_whoever_may_act_is_told_what_to_do_themselves(school: Console) -> None:
    school.sign_in_as(Role.ADMIN)
    app = school.open("monitoring")
    assert "App neu starten" in html_of(app)
    assert html_of(app).count('data-deed="remedy"') == 1


def test_an_old_session_may_look_no_longer(school: Console) -> None:
    school.sign_in_as(Role.USER, at=utc_now() - timedelta(hours=3))
    text = html_of(school.open("monitoring"))
    assert "weil hier 2 Stunden lang nichts geschah" in text
    assert "Aula links" not in text
