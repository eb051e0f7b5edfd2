"""A text is searched for as people write it, and finds the same on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.domain.monitoring.logs.filter import LogFilter
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.logs import search as log_search
from tests.support.listener.telemetry import empty
from tests.support.log_lines import store_lines
from tests.support.people import NOW, add_client

HOUR = timedelta(hours=1)
MESSAGES = (
    "STÖRUNG am Gerät",
    "eine Störung",
    "Straße gesperrt",
    "100% voll",
    "100 x voll",
    "a_b",
    "axb",
    "Lüfter 😀 läuft",
)


@pytest.fixture(scope="module")
def logged(shared: sessionmaker[Session]) -> sessionmaker[Session]:
    empty(shared)
    with shared.begin() as session:
        add_client(session, 1)
        store_lines(session, [(1, LogLevel.WARN, NOW, message) for message in MESSAGES])
    return shared


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("störung", {"STÖRUNG am Gerät", "eine Störung"}),
        ("STÖRUNG", {"STÖRUNG am Gerät", "eine Störung"}),
        ("GESPERRT", {"Straße gesperrt"}),
        ("straße", {"Straße gesperrt"}),
        ("%", {"100% voll"}),
        ("a_b", {"a_b"}),
        ("LÜFTER 😀", {"Lüfter 😀 läuft"}),
        ("ö%", set()),
    ],
)
def test_a_text_is_found_in_capitals_or_small_letters(
    logged: sessionmaker[Session], text: str, found: set[str]
) -> None:
    wanted = LogFilter(start=NOW - HOUR, text=text)
    with logged() as session:
        page = log_search.find_lines(session, wanted, limit=20, with_context=False)
        families = log_search.list_families(session, wanted, limit=20)
    assert {line.message for line in page.lines} == found
    if not any(letter in text for letter in "%_"):  # numbers are masked in shapes
        assert {family.example for family in families} == found
