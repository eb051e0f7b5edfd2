"""The timeline page: what it draws for whom, its links, and the order of the groups."""

import re
from datetime import date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from console.calendar import component as calendar
from infoscreen_core.clock import utc_now
from infoscreen_core.db.queries.groups import list_groups
from infoscreen_core.domain.events.event import EventType, Priority
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.local_time import to_local
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.event_series import skip_occurrence
from tests.support.console import Console, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import MONDAY, VIENNA
from tests.support.events.planning import add_group, add_holiday, plan
from tests.support.screens.listing import press


def wall(hour: int, day: date = MONDAY) -> datetime:
    return datetime(day.year, day.month, day.day, hour)


@pytest.fixture
def groups(console: Console) -> list[int]:
    with console.sessions.begin() as session:
        aula, foyer = add_group(session, "Aula"), add_group(session, "Foyer")
        plan(session, aula, now=utc_now(), start=wall(8), end=wall(9), recurrence_rule="FREQ=DAILY")
        plan(
            session,
            foyer,
            now=utc_now(),
            title="Feueralarm",
            start=wall(10),
            end=wall(11),
            priority=Priority.EMERGENCY,
        )
    return [aula, foyer]


def open_page(console: Console, role: Role = Role.EDITOR, **query: str) -> AppTest:
    console.sign_in_as(role, language="de")
    app = console.open("timeline", **{"date": MONDAY.isoformat(), "hours": "school", **query})
    assert not app.exception
    return app


def links(app: AppTest, title: str) -> list[str]:
    found = re.findall(
        r'<a class="[^"]*"[^>]* href="([^"]+)"[^>]*>(?:<i>[^<]*</i>)?([^<]+)</a>', html_of(app)
    )
    return [unescape(href) for href, text in found if text == title]


def test_without_a_group_the_page_says_what_to_do_first(console: Console) -> None:
    app = open_page(console, Role.ADMIN)
    assert [title.value for title in app.header] == ["Noch keine Raumgruppe"]


@pytest.mark.parametrize(("view", "count"), [("day", 1), ("week", 7)])
def test_each_occurrence_of_the_days_shown_is_a_link(
    console: Console, groups: list[int], view: str, count: int
) -> None:
    app = open_page(console, view=view)
    first, *others = links(app, "Mathe 3B")
    assert len(others) == count - 1
    query = dict(parse_qsl(urlsplit(first).query))
    assert query["group"] == str(groups[0])
    assert query["date"] == MONDAY.isoformat()
    assert re.fullmatch(r"\d{8}T\d{6}Z", query["at"])


def test_the_name_of_an_occurrence_says_day_time_and_group(
    console: Console, groups: list[int]
) -> None:
    assert groups
    names = re.findall(r'aria-label="(Feueralarm[^"]*)"', html_of(open_page(console, view="week")))
    (name,) = map(unescape, names)
    assert re.search(r" · (heute|Mo \d\d\.\d\d\.) 10:00–11:00 · .* · Foyer$", name)


def test_the_link_opens_the_event_in_the_calendars_form(
    console: Console, groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    href = links(open_page(console, view="week"), "Mathe 3B")[2]
    app = console.open("calendar", **dict(parse_qsl(urlsplit(href).query)))
    form = app.session_state["event-form"]
    assert app.text_input(key=form.typed.key("title")).value == "Mathe 3B"
    assert to_local(form.stored.target.occurrence_start, VIENNA) == wall(
        8, MONDAY + timedelta(days=2)
    )
    assert {"event", "at"} <= app.query_params.keys()  # until it is closed
    assert app.query_params["group"] == str(groups[0])


def test_who_may_only_look_is_shown_the_event(
    console: Console, groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert groups
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    href = links(open_page(console, Role.USER), "Feueralarm")[0]
    app = console.open("calendar", **dict(parse_qsl(urlsplit(href).query)))
    assert not app.exception
    assert '<h2 class="is-details">Feueralarm</h2>' in html_of(app)


@pytest.mark.parametrize(
    "query", [{"event": "999", "at": "20261130T070000Z"}, {"event": "1"}, {"event": "x", "at": "y"}]
)
@pytest.mark.usefixtures("groups")
def test_a_link_to_nothing_opens_nothing(
    console: Console, monkeypatch: pytest.MonkeyPatch, query: dict[str, str]
) -> None:
    monkeypatch.setattr(calendar, "ask_component", FakeCalendar())
    console.sign_in_as(Role.EDITOR, language="de")
    app = console.open("calendar", **query)
    assert not app.exception
    assert "event-form" not in app.session_state
    assert {"event", "at"}.isdisjoint(app.query_params)


@pytest.mark.usefixtures("groups")
def test_an_emergency_is_marked_by_more_than_its_colour(console: Console) -> None:
    text = html_of(open_page(console))
    assert "Priorität Notfall" in text
    assert "<i>‼</i>Feueralarm" in text


def test_what_an_emergency_keeps_off_the_screens_waits(console: Console, groups: list[int]) -> None:
    now = utc_now()
    start, end = (to_local(now + timedelta(minutes=minutes), VIENNA) for minutes in (-30, 30))
    with console.sessions.begin() as session:
        plan(session, groups[0], now=now, title="Chor", start=start, end=end)
        alarm = Priority.EMERGENCY
        plan(session, groups[0], now=now, title="Alarm", start=start, end=end, priority=alarm)
    console.sign_in_as(Role.USER, language="de")
    app = console.open("timeline", hours="all", find="chor")
    assert "wartet, bis der Notfall vorbei ist" in html_of(app)
    assert "is-leading" not in html_of(app).split("</style>")[-1]


def test_exceptions_and_holidays_are_seen(console: Console, groups: list[int]) -> None:
    with console.sessions.begin() as session:
        daily = plan(
            session,
            groups[1],
            now=utc_now(),
            start=wall(8),
            end=wall(9),
            recurrence_rule="FREQ=DAILY",
        )
        skip_occurrence(
            session, daily.id, daily.start, version=daily.version, actor=CLI, now=utc_now()
        )
        add_holiday(session, MONDAY, MONDAY)
    app = open_page(console)
    text = html_of(app)
    assert "aus der Serie genommen" in text
    assert "is-ghost" in text
    assert ["exceptions=1" in href for href in links(app, "Mathe 3B")] == [False, True]
    assert "Herbstferien" in text
    assert 'class="is-holiday"' in text


@pytest.mark.usefixtures("groups")
def test_filters_stand_in_the_address_and_narrow_the_lines(console: Console) -> None:
    app = open_page(console)
    app.text_input(key="find").set_value("feuer").run()
    assert app.query_params["find"] == "feuer"
    assert "<h2>" in html_of(app)
    assert links(app, "Mathe 3B") == []
    assert len(links(app, "Feueralarm")) == 1
    app.text_input(key="find").set_value("").run()
    app.button_group(key="kinds").set_value([EventType.VIDEO.value]).run()
    assert links(app, "Mathe 3B") == links(app, "Feueralarm") == []
    assert "Aula" in html_of(app)
    app.text_input(key="find").set_value("gibt es nicht").run()
    assert "nehmen Sie einen Filter weg" in html_of(app)


@pytest.mark.usefixtures("groups")
def test_the_same_stands_as_text_with_every_hour(console: Console) -> None:
    with console.sessions.begin() as session:
        group = list_groups(session)[0].id
        plan(session, group, now=utc_now(), title="Nachts", start=wall(22), end=wall(23))
    assert "1 Termin liegt außerhalb dieser Stunden." in html_of(open_page(console))
    app = console.open("timeline", date=MONDAY.isoformat(), form="list")
    assert ">Nachts</a>" in html_of(app)
    assert "Priorität Notfall" in html_of(app)
    assert "außerhalb" not in html_of(app)


@pytest.mark.usefixtures("groups")
def test_days_are_stepped_through(console: Console) -> None:
    app = open_page(console)
    app.button(key="timeline-go-forward").click().run()
    assert app.query_params["date"] == (MONDAY + timedelta(days=1)).isoformat()
    app.button(key="timeline-go-today").click().run()
    assert "date" not in app.query_params


@pytest.mark.usefixtures("groups")
def test_an_editor_orders_the_groups_by_hand(console: Console) -> None:
    app = open_page(console)
    assert html_of(app).index(">Aula</a>") < html_of(app).index(">Foyer</a>")
    app.button(key="timeline-order").click().run()
    with console.sessions() as session:
        last = list_groups(session)[-1]
    press(app, "up", str(last.id))
    assert not app.exception
    with console.sessions() as session:
        assert [group.name for group in list_groups(session)] == ["Foyer", "Aula"]
    assert html_of(app).index(">Foyer</a>") < html_of(app).index(">Aula</a>")
    app.button(key="timeline-order").click().run()
    assert "Foyer nach oben" not in html_of(app)


@pytest.mark.usefixtures("groups")
def test_who_may_only_look_orders_nothing(console: Console) -> None:
    app = open_page(console, Role.USER)
    assert "Feueralarm" in html_of(app)
    assert "timeline-order" not in [button.key for button in app.button]


def test_an_event_whose_file_is_missing_is_marked_in_bars_list_and_legend(
    console: Console, groups: list[int]
) -> None:
    with console.sessions.begin() as session:
        plan(
            session,
            groups[0],
            now=utc_now(),
            title="Ohne Datei",
            event_type=EventType.PRESENTATION,
            start=wall(12),
            end=wall(13),
        )
    bars = html_of(open_page(console))
    assert re.findall(r'<a class="[^"]*is-wanting[^"]*"[^>]*><i>▤◌</i>([^<]+)</a>', bars) == [
        "Ohne Datei"
    ]
    assert "<span>◌ Datei fehlt</span>" in bars
    listed = html_of(console.open("timeline", date=MONDAY.isoformat(), form="list"))
    assert listed.count("Datei fehlt") == 1
