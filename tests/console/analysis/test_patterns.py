"""Errors by family, reconnect storms, heat and crashes: sentences, numbers, files, and links."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from console.analysis.presenters.heat import heat_sentence
from console.analysis.presenters.storms import (
    cut_sentence,
    shown_storms,
    storms_sentence,
    storms_table,
)
from console.i18n import use_language
from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import (
    BlindSpan,
    ClientStatusChange,
    HeatWeek,
    PowerChange,
    StormStretch,
)
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.monitoring.logs.families import family_of
from infoscreen_core.domain.monitoring.patterns.heat import HeatStep
from infoscreen_core.domain.monitoring.patterns.storms import Storm
from infoscreen_core.domain.monitoring.spans import Span
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.domain.text.local_time import load_zone, to_local
from infoscreen_core.services.monitoring.availability import monday_of
from infoscreen_core.services.monitoring.reports import LogEntry, Reports, store
from tests.support.console import Console, html_of
from tests.support.events.planning import add_group
from tests.support.monitoring.weeks import count_weeks
from tests.support.people import add_client, uuid_of
from tests.support.web import Visitor

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
VIENNA = load_zone("Europe/Vienna")
LOST = "Decoder lost frame {} of <film>"


@pytest.fixture
def hall(console: Console) -> int:
    """Two screens with errors, one of them in a group, in which all connected anew once."""
    now = utc_now()
    with console.sessions.begin() as session:
        hall = add_group(session, "Aula <1>")
        add_client(session, 1, description="Bühne", group_id=hall)
        add_client(session, 2, description="Labor")
        for at, status, reason in (
            (now - 20 * DAY, Status.HEALTHY, StatusReason.ALL_WELL),
            (now - 10 * DAY, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
            (now - 10 * DAY + 4 * HOUR, Status.HEALTHY, StatusReason.ALL_WELL),
        ):
            session.add(
                ClientStatusChange(client_uuid=uuid_of(1), at=at, status=status, reason=reason)
            )
        for state, at in ((DesiredPower.OFF, now - 11 * DAY), (DesiredPower.ON, now - 9 * DAY)):
            session.add(PowerChange(group_id=hall, at=at, desired_state=state))
        lines = [line(1, LOST.format(number), now - 2 * DAY) for number in range(3)]
        lines += [line(2, f"File not found: /media/{number}.pdf", now - DAY) for number in range(9)]
        lines += [line(2, "Too little memory", now - DAY, level="WARN")]
        store(session, Reports(logs=lines, reconnects=(), failures=(), powers=()))
        add_storm(session, hall, now - 3 * DAY)
        week = monday_of(to_local(now, VIENNA).date())
        for degrees, hours, crashes in ((45, 3000, 5), (65, 500, 15)):
            session.add(
                HeatWeek(monday=week, group_id=hall, degrees=degrees, hours=hours, crashes=crashes)
            )
        count_weeks(session, VIENNA, now=now)
    return hall


def add_storm(session: Session, group: int, at: datetime) -> None:
    for group_id, screens, members in ((group, 4, 5), (None, 6, 12)):
        session.add(
            StormStretch(
                at=at, group_id=group_id, screens=screens, members=members, reconnects=screens
            )
        )
    session.add(BlindSpan(cause=BlindCause.BROKER, began_at=at - 0.1 * HOUR, ended_at=at))


def line(number: int, message: str, at: datetime, *, level: str = "ERROR") -> LogEntry:
    return {
        "client_uuid": uuid_of(number),
        "level": level,
        "message": message,
        "context": None,
        "timestamp": at,
        "received_at": at,
        "ordered_at": at,
        "is_clock_skewed": False,
        "digest": f"{number} {message}",
    }


def shown(console: Console, **query: str) -> str:
    if not console.token:
        console.sign_in_as(Role.USER, language="de")
    app = console.open("analysis", **query)
    assert not app.exception
    return html_of(app)


@pytest.mark.usefixtures("hall")
def test_each_pattern_has_its_sentence_and_its_numbers(console: Console) -> None:
    text = shown(console)
    assert "12 Fehler; am häufigsten „File not found: /…“: 75 % auf 1 Bildschirm." in text
    assert "Neu seit " in text
    assert "Einmal haben sich viele Bildschirme zugleich neu verbunden." in text
    assert "Einmal ging ein Ausfall des Servers voraus." in text
    assert "Am größten: 6 von 12 (Alle Bildschirme), " in text
    assert '<td data-label="Raumgruppe">Aula &lt;1&gt;</td>' in text
    assert "keine Verbindung zum Broker (6 min)" in text
    assert "15 von 20 Abstürzen folgten auf Stunden ab 65 °C" in text
    assert "Das ist das 18,0-Fache der Rate nach kühleren Stunden." in text
    assert '<td class="is-number" data-label="Je 1.000 Stunden">30,00</td>' in text


def test_a_family_leads_to_its_lines_in_that_time(console: Console, hall: int) -> None:
    family = family_of(LogLevel.ERROR, LOST.format(1)).id
    assert f"/logs?family={family}&amp;from=" in shown(console)
    text = shown(console, group=str(hall))
    assert f"/logs?family={family}&amp;group={hall}&amp;from=" in text
    assert "3 Fehler; am häufigsten „Decoder lost frame # of &lt;film&gt;“: 100 %" in text
    assert "File not found" not in text


@pytest.mark.usefixtures("hall")
def test_time_with_tvs_off_is_left_out_on_request(console: Console) -> None:
    whole = shown(console)
    assert "1 Ausfall, zusammen 4 h 00 min" in whole
    assert "absichtlich aus waren" not in whole
    lit = shown(console, without="tv-off")
    assert "Ohne zusammen 2 Tage, in denen Fernseher absichtlich aus waren." in lit
    assert "kein Ausfall" in lit
    assert "/analysis/weeks.csv?weeks=13&amp;without=tv-off" in lit


def test_what_the_charts_show_can_be_taken_away(
    console: Console, hall: int, visitor: Visitor
) -> None:
    visitor.cookies.set(
        SESSION_COOKIE, console.sign_in_as(Role.USER, language="de"), domain="infoscreen.test"
    )

    def rows(name: str, query: str = "") -> list[list[str]]:
        answer = visitor.get(f"/analysis/{name}.csv?{query}")
        assert answer.status_code == 200
        return [row.split(",") for row in answer.content.decode("utf-8-sig").splitlines()]

    head, *errors = rows("errors")
    assert head == ["Stunde", "Meldungsart", "Meldung", "Fehler"]
    assert sorted(row[-1] for row in errors) == ["3", "9"]
    assert [row[-1] for row in rows("errors", f"group={hall}")[1:]] == ["3"]
    assert [row[2:6] for row in rows("storms")[1:]] == [
        ["Alle Bildschirme", "6", "12", "6"],
        ["Aula <1>", "4", "5", "4"],
    ]
    assert rows("heat")[1:] == [["45", "50", "3000", "5"], ["65", "70", "500", "15"]]
    assert rows("heat", "group=999")[1:] == rows("heat")[1:]  # a group that is gone narrows nothing
    assert rows("weeks", "without=tv-off")[1:]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "zu wenige Daten: 0 Abstürze. Ab 10 werden"),
        ([HeatStep(40, 900, 1), HeatStep(60, 90, 1)], "zu wenige Daten: 2 Abstürze"),
        ([HeatStep(40, 9000, 20), HeatStep(60, 10, 0)], "ab 60 °C waren zu selten"),
        ([HeatStep(40, 3000, 30), HeatStep(60, 1000, 12)], "kann auch der Zufall machen"),
        ([HeatStep(40, 3000, 0), HeatStep(60, 1000, 12)], "Nach kühleren gab es keinen."),
    ],
)
def test_few_data_prove_nothing(steps: list[HeatStep], words: str) -> None:
    with use_language("de"):
        assert words in heat_sentence(steps)


def test_calm_is_said_as_well() -> None:
    with use_language("de"):
        assert storms_sentence([], {}, VIENNA).startswith("Zu keiner Zeit")


def test_of_very_many_storms_the_largest_are_shown() -> None:
    at = utc_now()
    found = [
        Storm(Span(at, at + HOUR), number % 30 or None, screens=number, members=900, reconnects=9)
        for number in range(900)
    ]
    shown = shown_storms(found)
    assert len(shown) == 500
    assert len({one.group_id for one in shown}) == 21
    with use_language("de"):
        assert cut_sentence(found, shown).startswith("Zu sehen sind die 500 größten von 900, von")
        behind = storms_table(shown, {}, VIENNA, now=at)
        assert "Die ersten 200 von 500 Zeilen; in der Datei stehen alle." in behind
        assert behind.count("<tr>") == 1 + 200
        assert "Zeilen" not in storms_table(shown[:200], {}, VIENNA, now=at)
    assert cut_sentence(found[:9], shown_storms(found[:9])) == ""
