"""The page about the program: facts, news and the dot that leads to them."""

import pytest
from sqlalchemy import select

from console.about.build import own_version
from console.runtime import SESSION_COOKIE, current_identity
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, html_of
from tests.support.web import Visitor


def test_it_says_version_licence_and_what_is_new(console: Console) -> None:
    console.sign_in_as(Role.USER)
    app = console.open("about")
    text = html_of(app)
    assert not app.exception
    for said in (own_version(), "MIT", "Was ist neu?", "SQLAlchemy"):
        assert said in text or said in [one.value for one in app.header], said
    assert "SQLite 3" not in text


def test_an_administrator_reads_what_it_runs_on(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    assert "SQLite 3" in html_of(console.open("about"))


def test_what_is_new_is_new_until_somebody_looked(console: Console) -> None:
    console.sign_in_as(Role.USER)
    assert current_identity().notes_seen is None
    assert "is-badge" in html_of(console.open("about"))
    assert current_identity().notes_seen == own_version()
    with console.sessions() as session:
        assert session.scalars(select(User.notes_seen)).all() == [own_version()]
    assert "is-badge" not in html_of(console.open("about"))


@pytest.mark.parametrize(("name", "status"), [("SQLAlchemy", 200), ("nothing", 404)])
def test_licences_are_served_as_text(
    console: Console, visitor: Visitor, name: str, status: int
) -> None:
    assert visitor.get(f"/about/licence/{name}").status_code == 401
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    answer = visitor.get(f"/about/licence/{name}")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (
        status,
        "text/plain",
    )
