"""The analysis: its sentences, its pictures' numbers, its files, and what its address asks for."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientStatusChange
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone
from tests.support.console import Console, html_of
from tests.support.events.planning import add_group
from tests.support.monitoring.weeks import count_weeks
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
VIENNA = load_zone("Europe/Vienna")


@pytest.fixture
def groups(console: Console) -> list[int]:
    """Fifty days in which a screen of each group was down, one of them lately."""
    now = utc_now()
    with console.sessions.begin() as session:
        found = [add_group(session, "Aula"), add_group(session, "Labor <1>")]
        for number, (name, group) in enumerate(zip(("Links", "<b>"), found, strict=True)):
            add_client(session, number, description=name, group_id=group)
            be_down(session, number, now - 50 * DAY, 0 * HOUR)
        be_down(session, 0, now - 30 * HOUR, 3 * HOUR)
        be_down(session, 1, now - 45 * DAY, 10 * HOUR)
        count_weeks(session, VIENNA, now=now)
    return found


def be_down(session: Session, number: int, at: datetime, length: timedelta) -> None:
    for moment, status, reason in (
        (at, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
        (at + length, Status.HEALTHY, StatusReason.ALL_WELL),
    ):
        session.add(
            ClientStatusChange(client_uuid=uuid_of(number), at=moment, status=status, reason=reason)
        )


def shown(console: Console, **query: str) -> str:
    return html_of(opened(console, **query))


def opened(console: Console, **query: str) -> AppTest:
    console.sign_in_as(Role.USER, language="de")
    app = console.open("analysis", **query)
    assert not app.exception
    return app


@pytest.mark.usefixtures("groups")
def test_every_picture_has_its_sentence_and_its_numbers(console: Console) -> None:
    text = shown(console)
    assert "2 Ausfälle, zusammen 13 h 00 min" in text
    assert "Am schlechtesten war KW" in text
    assert "Am längsten war &lt;b&gt; ausgefallen: 1 Ausfall, zusammen 10 h 00 min." in text
    assert "kommt am langsamsten zurück: im Mittel nach 10 h 00 min (1 Ausfall)." in text
    assert "Noch gibt es nichts zu vergleichen" in text
    assert "Gezählt bis" in text
    assert '<td data-label="Raumgruppe">Labor &lt;1&gt;</td>' in text


@pytest.mark.usefixtures("groups")
def test_four_weeks_are_compared_with_the_four_before(console: Console) -> None:
    text = shown(console, weeks="4")
    assert "1 Ausfall, zusammen 3 h 00 min" in text
    assert "In ebenso vielen Wochen davor: 99," in text
    assert "Aula wurde um 0," in text
    assert "Labor &lt;1&gt; wurde um " in text


def test_screens_and_outages_are_those_of_the_group_that_is_asked_for(
    console: Console, groups: list[int]
) -> None:
    text = shown(console, group=str(groups[0]))
    assert "Am längsten war Links ausgefallen" in text
    assert "10 h 00 min (1 Ausfall)" not in text


def test_without_a_record_it_says_when_to_come_back(console: Console) -> None:
    (info,) = opened(console, weeks="99", group="nonsense").info
    assert "Noch ist nichts gezählt." in info.value


def test_its_files_hold_what_the_pictures_show(
    console: Console, groups: list[int], visitor: Visitor
) -> None:
    assert visitor.get("/analysis/weeks.csv").status_code == 401
    visitor.cookies.set(
        SESSION_COOKIE, console.sign_in_as(Role.USER, language="de"), domain="infoscreen.test"
    )
    by_week = visitor.get("/analysis/weeks.csv?weeks=4").content.decode("utf-8-sig").splitlines()
    assert by_week[0].split(",")[:3] == ["Woche", "Montag", "Raumgruppe"]
    assert len(by_week) == 1 + 4 * len(groups)
    answer = visitor.get(f"/analysis/outages.csv?weeks=13&group={groups[1]}")
    _head, outage = answer.content.decode("utf-8-sig").splitlines()
    assert outage.split(",")[4:] == [str(10 * 3600), "kein Lebenszeichen"]
    assert visitor.get("/analysis/secrets.csv").status_code == 404
