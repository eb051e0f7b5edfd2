"""The document around the pages."""

import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from console.runtime import SESSION_COOKIE
from console.web.language import script_text
from console.web.own import address_of
from infoscreen_core.db.models import User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.themes import Theme
from tests.support.console import Console
from tests.support.web import Visitor


@pytest.mark.parametrize("path", ["/", "/monitoring", "/client", "/calendar", "/clients"])
def test_each_page_is_our_own_document_around_streamlits_program(
    console: Console, visitor: Visitor, path: str
) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    text = visitor.visit(path).text
    assert "<title>Infoscreen</title>" in text
    assert re.search(r'<link rel="stylesheet" href="/own/console\.[0-9a-f]{8}\.css">', text)
    assert re.search(r'<script src="/own/console\.[0-9a-f]{8}\.js" data-words="', text)
    assert '<script type="module"' in text
    assert '<div id="root">' in text
    assert ">Streamlit<" not in text
    assert "agent" not in text
    assert "http" not in text


@pytest.mark.parametrize(("chosen", "expected"), [(None, "de"), ("en", "en")])
def test_the_document_says_its_language(
    console: Console, visitor: Visitor, chosen: str | None, expected: str
) -> None:
    token = console.sign_in_as(Role.USER, language=chosen)
    visitor.cookies.set(SESSION_COOKIE, token, domain="infoscreen.test")
    assert f'<html lang="{expected}" ' in visitor.visit("/").text


@pytest.mark.parametrize("theme", [None, *Theme])
def test_the_document_says_its_brightness(
    console: Console, visitor: Visitor, theme: Theme | None
) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    with console.sessions.begin() as session:
        session.scalars(select(User)).one().ui_theme = theme
    assert f' data-theme="{theme or ""}">' in visitor.visit("/").text


def test_its_own_script_runs_before_streamlits_and_is_kept_for_good(
    console: Console, visitor: Visitor
) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    text = visitor.visit("/").text
    own = f'<script src="{address_of("console.js")}" '
    assert 0 < text.index(own) < text.index("<script type=")
    answer = visitor.get(address_of("console.js"))
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


def test_the_script_knows_streamlits_words_in_every_language() -> None:
    text = script_text()
    assert '"Skip to main content": "Zum Inhalt springen"' in text
    assert '"Skip to main content": "Skip to main content"' in text


def test_the_icon_is_drawn_as_a_picture(visitor: Visitor) -> None:
    image = Image.open(BytesIO(visitor.get("/favicon.png").content))
    assert image.size == (64, 64)


def test_the_stylesheet_asks_no_foreign_host(visitor: Visitor) -> None:
    text = visitor.get(address_of("console.css")).text
    assert "http" not in text
    assert "@import" not in text
    assert ".is-card" in text
