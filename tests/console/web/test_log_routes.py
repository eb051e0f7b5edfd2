"""A player's log as a file over HTTP."""

from datetime import timedelta

import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientLog
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

ADDRESS = f"/logs/{uuid_of(1)}.csv"


@pytest.fixture(autouse=True)
def _logged(console: Console) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        add_client(session, 1)
        for number, (level, hours) in enumerate((("ERROR", 0), ("WARN", 2), ("INFO", 30))):
            at = now - timedelta(hours=hours)
            row = ClientLog(client_uuid=uuid_of(1), level=level, message=f"Störung {level}")
            row.received_at, row.ordered_at, row.digest = at, at, str(number) * 64
            session.add(row)


def _sign_in(console: Console, visitor: Visitor, role: Role) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(role), domain="infoscreen.test")


def test_an_admin_takes_the_lines_of_a_window_away(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get(f"{ADDRESS}?hours=24&zone=Europe/Vienna")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"].startswith('attachment; filename="log-00000000-')
    head, newest, older, end = answer.content.decode("utf-8-sig").split("\r\n")
    assert (head.split(",")[0], end) == ("Zeit", "")
    assert "Störung ERROR" in newest
    assert "Störung WARN" in older


def test_the_file_holds_the_levels_and_the_window_asked_for(
    console: Console, visitor: Visitor
) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    assert visitor.get(f"{ADDRESS}?hours=168&level=INFO,WARN").text.count("Störung") == 2
    assert visitor.get(f"{ADDRESS}?hours=1").text.count("Störung") == 1


def test_nonsense_in_the_address_means_the_usual_window(console: Console, visitor: Visitor) -> None:
    _sign_in(console, visitor, Role.ADMIN)
    answer = visitor.get(f"{ADDRESS}?hours=99999999&level=LOUD&zone=../etc/passwd")
    assert (answer.status_code, answer.text.count("Störung")) == (200, 2)


def test_who_may_not_see_the_log_may_not_take_it_away(console: Console, visitor: Visitor) -> None:
    assert visitor.get(ADDRESS).status_code == 401
    _sign_in(console, visitor, Role.EDITOR)
    assert visitor.get(ADDRESS).status_code == 403
