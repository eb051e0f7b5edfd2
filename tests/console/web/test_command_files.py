"""Commands and their figures as files over HTTP."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pyarrow.parquet as pq
import pytest

from console.runtime import SESSION_COOKIE
from console.words.instants import write_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.people.roles import Role
from tests.support.commands.given import give
from tests.support.console import Console
from tests.support.people import add_client
from tests.support.web import Visitor

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _given(console: Console) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        add_client(session, 1, description="Aula", model="=Pi 4")
        add_client(session, 2, description="Labor")
        give(session, 1, now - HOUR, reason="=Störung")
        give(session, 2, now - 2 * HOUR, status=State.TIMED_OUT)
        give(session, 1, now - 30 * HOUR, action=Action.RESTART_APP, back_after=9)


def _sign_in(console: Console, visitor: Visitor, role: Role) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(role), domain="infoscreen.test")


def _address(file: str, **asked: str) -> str:
    now = utc_now()
    span = {"from": write_instant(now - 48 * HOUR), "to": write_instant(now + HOUR)}
    return f"/{file}?{urlencode({**span, **asked})}"


def test_an_admin_takes_the_commands_of_the_page_away(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get(_address("commands.csv", zone="Europe/Vienna"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="commands-')
    head, *lines, end = answer.content.decode("utf-8-sig").split("\r\n")
    assert (head.split(",")[:4], end, len(lines)) == (
        ["requested", "screen", "group", "action"],
        "",
        3,
    )
    assert "'=Störung" in lines[0]
    narrowed = visitor.get(_address("commands.csv", status="bad", text="lab"))
    assert narrowed.text.count("\r\n") == 2


def test_parquet_is_a_file_too(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    table = pq.read_table(BytesIO(visitor.get(_address("commands.parquet")).content))
    assert table["screen"].to_pylist() == ["Aula", "Labor", "Aula"]
    assert table["error_code"].to_pylist() == [None, "ack_timeout", None]


def test_the_figures_are_files(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    waits = visitor.get(_address("commands/waits.csv", divide="model")).text
    assert "Neustart,'=Pi 4,1,100.0,1,40,40,40,40,40" in waits
    assert "App-Neustart,'=Pi 4,1,100.0,1,9,9,9,9,9" in waits
    assert "Neustart,Unbekannt,1,0.0,0,,,,," in waits
    assert "ack_timeout,Keine Antwort,1" in visitor.get(_address("commands/errors.csv")).text
    ends = visitor.get(_address("commands/ends.csv")).text
    assert ends.count(",Fertig,1") == 2


def test_what_does_not_exist_or_is_not_allowed_is_told(console: Console, visitor: Visitor) -> None:
    files = ("commands.csv", "commands/waits.csv")
    assert {visitor.get(_address(file)).status_code for file in files} == {401}
    _sign_in(console, visitor, Role.EDITOR)
    assert {visitor.get(_address(file)).status_code for file in files} == {403}
    _sign_in(console, visitor, Role.ADMIN)
    assert {visitor.get(_address(file, group="99")).status_code for file in files} == {404}
    assert visitor.get(_address("commands/odd.csv")).status_code == 404
