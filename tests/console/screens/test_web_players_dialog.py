"""Making a browser a screen, as an administrator does, without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, WebPlayer
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.screens import groups, web_players
from tests.support.console import Console, html_of, refusals_of

OPENER = "web-players-open"


@pytest.fixture
def group_id(console: Console) -> int:
    with console.sessions.begin() as session:
        return groups.create_group(session, "Bibliothek", actor=CLI, now=utc_now()).id


def _open(console: Console) -> AppTest:
    console.sign_in_as(Role.ADMIN, language="de")
    app = console.open("clients")
    return app.button(key=OPENER).click().run()


def _submit(app: AppTest) -> AppTest:
    (button,) = [one for one in app.button if one.label == "Adresse erstellen"]
    return button.click().run()


def _token(app: AppTest) -> str:
    address: str = app.code[0].value
    return address.rpartition("/player/")[2]


def test_an_address_is_made_and_shown_once(console: Console, group_id: int) -> None:
    app = _open(console)
    app.text_input(key="web-players-name").input("Lesesaal")
    app.selectbox(key="web-players-group").select(group_id)
    _submit(app)
    with console.sessions() as session:
        found = web_players.find_web_player(session, _token(app))
        assert found is not None
        assert (found.name, found.group_id) == ("Lesesaal", group_id)
    assert "erstellt von admin" in html_of(app)
    app.button(key=OPENER).click().run()
    assert not app.code


def test_a_screen_without_a_name_is_refused_beside_its_field(
    console: Console, group_id: int
) -> None:
    app = _open(console)
    app.selectbox(key="web-players-group").select(group_id)
    _submit(app)
    assert "wie der Bildschirm heißt" in refusals_of(app)[0]
    with console.sessions() as session:
        assert session.query(Client).count() == 0


def test_an_address_is_renewed_and_revoked_by_a_second_click(
    console: Console, group_id: int
) -> None:
    with console.sessions.begin() as session:
        made = web_players.add_web_player(
            session, "Lesesaal", group_id=group_id, actor=CLI, now=utc_now()
        )
    uuid = made.player.uuid
    app = _open(console)
    app.button(key=f"web-players-renew-{uuid}").click().run()
    assert "hört sofort auf" in html_of(app)
    with console.sessions() as session:
        assert web_players.find_web_player(session, made.token) is not None
    app.button(key="web-players-now").click().run()
    renewed = _token(app)
    with console.sessions() as session:
        assert web_players.find_web_player(session, made.token) is None
        assert web_players.find_web_player(session, renewed) is not None
    app.button(key=f"web-players-revoke-{uuid}").click().run()
    app.button(key="web-players-now").click().run()
    with console.sessions() as session:
        assert session.get_one(WebPlayer, uuid).token_hash is None
    assert "widerrufen" in html_of(app)
    assert not app.code


def test_a_new_installation_is_told_that_a_browser_will_do(console: Console) -> None:
    console.sign_in_as(Role.ADMIN, language="de")
    app = console.open("clients")
    assert "genügt irgendein Browser" in "".join(one.value for one in app.markdown)
    assert app.button(key=OPENER).label == "Browser als Bildschirm …"
