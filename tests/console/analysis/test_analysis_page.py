"""The analysis: its sentences, its pictures' numbers, its files, and what its address asks for."""

import csv
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.orm import Session
from streamlit.testing.v1 import AppTest

from console.analysis.presenters import comparison, heat_map
from console.runtime import SESSION_COOKIE, configure, dispose
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientStatusChange
from infoscreen_core.domain.monitoring.availability import Figures
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.services.monitoring import analysis
from infoscreen_core.services.monitoring.analysis import GroupWeek
from tests.support.console import Console, html_of
from tests.support.events.planning import add_group
from tests.support.monitoring.plots import checked
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
    assert visitor.get(f"/analysis/outages.csv?group={'9' * 30}").status_code == 200
    assert visitor.get("/analysis/secrets.csv").status_code == 404


@pytest.mark.usefixtures("groups")
def test_slow_screens_and_the_comparison_are_files_as_well(
    console: Console, visitor: Visitor
) -> None:
    visitor.cookies.set(
        SESSION_COOKIE, console.sign_in_as(Role.USER, language="de"), domain="infoscreen.test"
    )
    head, *screens = _lines(visitor, "/analysis/screens.csv?weeks=13")
    assert head[:3] == ["Bildschirm", "UUID", "Raumgruppe"]
    waits = [int(screen[6]) for screen in screens]
    assert waits == [10 * 3600, 3 * 3600]
    head, *groups = _lines(visitor, "/analysis/comparison.csv?weeks=4")
    assert head[1:] == [
        "Jetzt verfügbar (%)",
        "Davor verfügbar (%)",
        "Jetzt ausgefallen (s)",
        "Davor ausgefallen (s)",
    ]
    assert {name: down for name, *_percents, down, _before in groups}["Aula"] == str(3 * 3600)
    assert len(_lines(visitor, "/analysis/comparison.csv?weeks=52")) == 1


def _lines(visitor: Visitor, path: str) -> list[list[str]]:
    return list(csv.reader(visitor.get(path).content.decode("utf-8-sig").splitlines()))


@pytest.mark.usefixtures("groups")
def test_of_very_many_outages_it_says_how_many_are_shown(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Gezeigt werden" not in shown(console)
    dispose()
    configure(console.settings)
    monkeypatch.setattr(analysis, "_SHOWN_OUTAGES", 1)
    page = html_of(console.open("analysis"))
    cut = "Gezeigt werden die 1 längsten von 2 Ausfällen."
    assert page.count(cut) == 2  # below the title, and as the table's caption
    assert f"<caption>{cut}</caption>" in page


class Later:
    """A clock for shared readings that is put forward by hand."""

    seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.mark.usefixtures("groups")
def test_figures_of_weeks_are_read_again_once_they_are_counted(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Later()
    monkeypatch.setattr("console.shared.time", clock)
    app = opened(console)
    assert "zusammen 13 h 00 min" in html_of(app)
    with console.sessions.begin() as session:
        be_down(session, 0, utc_now() - 10 * HOUR, 2 * HOUR)
    for is_counted, told in ((False, "zusammen 13 h 00 min"), (True, "zusammen 15 h 00 min")):
        if is_counted:
            with console.sessions.begin() as session:
                count_weeks(session, VIENNA, now=utc_now())
        clock.seconds += 61
        assert told in html_of(app.run())


MONDAYS = [date(2026, 10, 5) + timedelta(weeks=week) for week in range(6)]
MANY = {number: f"Gruppe {number:03}" for number in range(1, 151)}


def many_weeks(weeks: int = 6) -> list[GroupWeek]:
    """Of 150 groups, each worse than the one before; the weeks one after the other."""
    return [
        GroupWeek(monday, group, Figures(1000 * HOUR, group * HOUR, outage_count=1))
        for monday in MONDAYS[:weeks]
        for group in MANY
    ]


def sums_of(rows: list[GroupWeek]) -> dict[int | None, Figures]:
    sums: dict[int | None, Figures] = {}
    for row in rows:
        sums[row.group_id] = sums.get(row.group_id, Figures()) + row.figures
    return sums


@pytest.mark.usefixtures("german")
def test_of_very_many_groups_the_map_shows_the_least_available() -> None:
    rows = many_weeks()
    shown = heat_map.shown_groups(sums_of(rows))
    figure = checked(heat_map.heat_map(rows, MANY, MONDAYS, shown, is_dark=False))
    assert list(figure.data[0].y) == [MANY[group] for group in range(51, 151)]
    assert "die 100 von 150 Raumgruppen, die" in heat_map.cut_sentence(len(shown), len(MANY))
    assert heat_map.cut_sentence(100, 100) == ""
    assert "150" in heat_map.heat_map_sentence(rows, MANY)


@pytest.mark.usefixtures("german")
def test_the_table_behind_the_map_says_where_the_rest_is() -> None:
    cut = heat_map.heat_map_table(many_weeks(), MANY, "Verfügbarkeit")
    assert "Die ersten 600 von 900 Zeilen; in der Datei stehen alle." in cut
    assert cut.count("<tr>") == 1 + 600
    assert "KW 41" not in cut  # the earliest week is the first to go
    whole = heat_map.heat_map_table(many_weeks(weeks=4), MANY, "Verfügbarkeit")
    assert "Die ersten" not in whole
    assert whole.count("<tr>") == 1 + 600


@pytest.mark.usefixtures("german")
def test_of_very_many_groups_those_are_compared_that_changed_most() -> None:
    before = [GroupWeek(MONDAYS[0], group, Figures(1000 * HOUR)) for group in MANY]
    changes = comparison.changes_of(sums_of(many_weeks(weeks=1)), sums_of(before), MANY)
    shown = comparison.shown_changes(changes)
    assert [one.name for one in shown] == [MANY[group] for group in range(51, 151)]
    assert "die 100 von 150 Raumgruppen" in comparison.cut_sentence(changes, shown)
    assert comparison.cut_sentence(shown, shown) == ""
    lines, *_points = checked(comparison.comparison_figure(shown, is_dark=False)).data
    assert len(lines.x) == 3 * len(shown)
    same = comparison.changes_of(sums_of(before), sums_of(before), MANY)
    assert comparison.shown_changes(same) == same[:100]
