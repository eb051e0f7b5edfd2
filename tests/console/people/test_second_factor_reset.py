"""Administrators reset the second factor of others on the page of the users."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.people import password_hashing
from infoscreen_core.services.people.codes import second_factor
from tests.support.console import Console, html_of
from tests.support.http.second_factor import PASSWORD, enrol
from tests.support.people import acting_as, actions_of, add_user

_RESET = "people-second-factor-reset"


@pytest.fixture
def people(console: Console) -> Console:
    """An administrator and Anna have a second factor each, Bert has none."""
    console.sign_in_as(Role.ADMIN)
    now = utc_now()
    with console.sessions.begin() as session:
        admin = session.scalars(select(User)).one()
        admin.password_hash = password_hashing.hash_password(PASSWORD)
        anna = add_user(session, "anna", PASSWORD, Role.EDITOR, now=now)
        add_user(session, "bert", PASSWORD, Role.USER, now=now)
        for one in (admin, anna):
            enrol(session, acting_as(one), now=now)
    return console


def _id(console: Console, name: str) -> int:
    with console.sessions() as session:
        return session.query(User).filter_by(username=name).one().id


def _open(console: Console, name: str) -> AppTest:
    app = console.open("users", user=str(_id(console, name)))
    assert not app.exception
    return app


def test_it_is_reset_for_somebody_else(people: Console) -> None:
    app = _open(people, "anna")
    assert "10 Wiederherstellungscodes sind übrig" in html_of(app)
    app.button(key=_RESET).click().run()
    assert "Dann öffnet das Passwort allein das Konto von anna." in html_of(app)
    next(one for one in app.button if one.label == "Zurücksetzen").click().run()
    assert [toast.value for toast in app.toast] == ["Der zweite Faktor von anna ist ausgeschaltet."]
    with people.sessions() as session:
        assert second_factor.find_view(session, _id(people, "anna")) is None
        assert actions_of(session)[-1] == "user.second_factor_reset"
    assert "Das Passwort genügt." in html_of(app)


def test_ones_own_is_turned_off_elsewhere(people: Console) -> None:
    button = _open(people, "admin").button(key=_RESET)
    assert button.disabled
    assert "Mein Konto" in str(button.help)


def test_where_there_is_none_nothing_is_offered(people: Console) -> None:
    app = _open(people, "bert")
    assert "Das Passwort genügt." in html_of(app)
    assert _RESET not in [one.key for one in app.button]
