"""A screen's health over time as a file over HTTP."""

import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.health import STRETCH, stretch_start
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.monitoring import health
from tests.support.console import Console
from tests.support.monitoring.health_rows import stretch
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

ADDRESS = f"/curves/{uuid_of(1)}.csv"


@pytest.fixture(autouse=True)
def _heard(console: Console) -> None:
    now = stretch_start(utc_now())
    with console.sessions.begin() as session:
        add_client(session, 1)
        session.flush()
        stretches = [stretch(now - STRETCH * number) for number in (1, 2, 24, 700)]
        health.store(session, {(uuid_of(1), one.at): one for one in stretches})


def _lines(visitor: Visitor, view: str) -> list[str]:
    answer = visitor.get(f"{ADDRESS}?health={view}&zone=Europe/Vienna")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return answer.text.strip().split("\r\n")[1:]


def test_whoever_sees_the_page_takes_its_figures_away(console: Console, visitor: Visitor) -> None:
    assert visitor.get(ADDRESS).status_code == 401
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    assert len(_lines(visitor, "24h")) == 3
    assert len(_lines(visitor, "7d")) == 4
    assert len(_lines(visitor, "nonsense")) == 3


def test_hours_that_are_not_rolled_up_yet_are_in_the_file(
    console: Console, visitor: Visitor
) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    hours = {line.split(",")[0] for line in _lines(visitor, "30d")}
    assert 2 <= len(hours) <= 3, "of the last day"
    assert all(hour[14:16] == "00" for hour in hours)
