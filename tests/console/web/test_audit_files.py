"""The entries of the audit page as files over HTTP."""

from datetime import timedelta
from io import BytesIO

import pyarrow.parquet as pq
import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.domain.people.roles import Role
from tests.support.audits.audit import add_entries
from tests.support.console import Console
from tests.support.people import NOW
from tests.support.web import Visitor


@pytest.fixture(autouse=True)
def _entries(console: Console) -> None:
    with console.sessions.begin() as session:
        add_entries(session, 3)
        add_entries(
            session, 1, at=NOW + timedelta(days=3), actor_name="eva", after={"title": "=1+1"}
        )


def _sign_in(console: Console, visitor: Visitor, role: Role) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(role), domain="infoscreen.test")


def test_an_admin_takes_the_entries_of_the_page_away(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get("/audit.csv?zone=Europe/Vienna")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="audit-')
    head, *lines, end = answer.content.decode("utf-8-sig").split("\r\n")
    assert (head.split(",")[:3], end, len(lines)) == (["time", "actor", "source"], "", 4)
    assert lines[0].startswith("2026-11-26T08:00:00.000+01:00,eva,")
    assert len(visitor.get("/audit.csv?actor=eva").text.splitlines()) == 2
    assert len(visitor.get("/audit.csv?to=2026-11-23&zone=Europe/Vienna").text.splitlines()) == 4


def test_parquet_holds_the_same(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get("/audit.parquet?text=physik")
    table = pq.read_table(BytesIO(answer.content)).to_pydict()
    assert table["actor"] == ["maria"] * 3
    assert table["time"][-1] == NOW


@pytest.mark.parametrize("role", [Role.USER, Role.EDITOR])
def test_nobody_else_gets_a_file(console: Console, visitor: Visitor, role: Role) -> None:
    _sign_in(console, visitor, role)
    assert visitor.get("/audit.csv").status_code == 403
