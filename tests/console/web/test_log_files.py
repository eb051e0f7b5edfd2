"""The lines of the logs page as files over HTTP."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlencode

import pyarrow.parquet as pq
import pytest

from console.runtime import SESSION_COOKIE
from console.words.instants import write_instant
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from tests.support.console import Console
from tests.support.log_lines import store_lines
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _logged(console: Console) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        add_client(session, 1, description="Aula")
        add_client(session, 2)
        store_lines(
            session,
            [
                (1, LogLevel.ERROR, now - HOUR, "Störung 1"),
                (2, LogLevel.WARN, now - 2 * HOUR, "=Störung 2"),
                (1, LogLevel.INFO, now - 30 * HOUR, "Störung 3"),
            ],
        )


def _sign_in(console: Console, visitor: Visitor, role: Role) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(role), domain="infoscreen.test")


def _address(kind: str, **asked: str) -> str:
    now = utc_now()
    span = {"from": write_instant(now - 48 * HOUR), "to": write_instant(now + HOUR)}
    return f"/logs.{kind}?{urlencode({**span, **asked})}"


def test_an_admin_takes_the_lines_of_the_page_away(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get(_address("csv", zone="Europe/Vienna"))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="logs-')
    head, *lines, end = answer.content.decode("utf-8-sig").split("\r\n")
    assert (head.split(",")[:3], end) == (["time", "level", "screen"], "")
    assert ["Störung 1" in lines[0], "'=Störung 2" in lines[1], len(lines)] == [True, True, 3]
    narrowed = visitor.get(_address("csv", level="ERROR,INFO", client=uuid_of(1), text="1"))
    assert narrowed.text.count("Störung") == 1


def test_parquet_is_a_file_too(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get(_address("parquet", text="störung"))
    table = pq.read_table(BytesIO(answer.content))
    assert table["message"].to_pylist() == ["Störung 1", "=Störung 2", "Störung 3"]
    assert table["context"].to_pylist() == ['{"n":0}', '{"n":1}', '{"n":2}']


def test_what_does_not_exist_or_is_not_allowed_is_told(console: Console, visitor: Visitor) -> None:
    assert visitor.get(_address("csv")).status_code == 401
    _sign_in(console, visitor, Role.EDITOR)
    assert visitor.get(_address("csv")).status_code == 403
    _sign_in(console, visitor, Role.ADMIN)
    assert visitor.get(_address("csv", group="99")).status_code == 404
    assert visitor.get(_address("csv", zone="../etc", level="LOUD")).text.count("Störung") == 3
