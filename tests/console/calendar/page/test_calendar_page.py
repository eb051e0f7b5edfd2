"""The calendar page without its component: what it draws, for whom, and its address."""

from collections.abc import Callable
from datetime import date, timedelta

from streamlit.testing.v1 import AppTest

from console.calendar.presenters.view import View
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AcademicPeriod
from infoscreen_core.domain.events.event import EventType, PeriodType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events.event_drafts import EventDraft
from infoscreen_core.services.events.events import create_events
from tests.support.console import Console, html_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import MONDAY, add_lesson, add_year, press, wall


def test_without_a_group_the_page_says_what_to_do_first(open_page: Callable[..., AppTest]) -> None:
    app = open_page(Role.ADMIN)
    assert not app.exception
    assert [title.value for title in app.header] == ["Noch keine Raumgruppe"]
    assert any("Legen Sie die erste Raumgruppe an" in one.value for one in app.markdown)


def test_the_page_shows_the_week_of_its_address(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    add_lesson(console, groups[1], title="Foyerfilm")
    app = open_page(group=str(groups[0]))
    assert component.titles == ["Mathe 3B"] * 7
    assert component.options["visibleRange"]["start"] == MONDAY.isoformat()
    assert f"KW {MONDAY.isocalendar().week}" in html_of(app)
    assert 'data-group="Aula"' in html_of(app)


def test_changing_view_and_group_changes_the_address(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[1], title="Foyerfilm")
    app = open_page()
    app.button_group(key="calendar-view").set_value(View.DAY).run()
    app.selectbox(key="calendar-group").set_value(groups[1]).run()
    assert app.query_params == {"view": "day", "date": MONDAY.isoformat(), "group": str(groups[1])}
    assert component.titles == ["Foyerfilm"]
    press(app, "calendar-go-forward")
    assert app.query_params["date"] == (MONDAY + timedelta(days=1)).isoformat()
    press(app, "calendar-go-today")
    assert "date" not in app.query_params


def test_viewers_read_and_change_nothing(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    add_lesson(console, groups[0], "FREQ=DAILY")
    app = open_page(Role.USER)
    assert component.callbacks == ["eventClick"]
    assert not component.options["editable"]
    assert "calendar-new" not in [button.key for button in app.button]
    component.click(component.find("Mathe"))
    app.run()
    assert "täglich um 08:00" in html_of(app)
    press(app, "event-details-close")
    assert "täglich um 08:00" not in html_of(app)


def test_an_installation_in_another_zone_shows_its_own_clock(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    draft = EventDraft(
        group_ids=[groups[0]],
        title="Tokio",
        event_type=EventType.OTHER,
        start=wall(0, 18),
        end=wall(0, 19),
        timezone="Asia/Tokyo",
    )
    with console.sessions.begin() as session:
        create_events(session, draft, actor=CLI, now=utc_now())
    open_page()
    assert component.find("Tokio")["start"] in {wall(0, 10).isoformat(), wall(0, 11).isoformat()}


def test_a_period_in_the_address_shows_its_events_only(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console)
    add_lesson(console, groups[0], title="Im Jahr", academic_period_id=period)
    add_lesson(console, groups[0], title="Ohne Jahr")
    app = open_page(group=str(groups[0]))
    assert sorted(component.titles) == ["Im Jahr", "Ohne Jahr"]
    app.selectbox(key="calendar-period").set_value(period).run()
    assert app.query_params["period"] == str(period)
    assert component.titles == ["Im Jahr"]
    app.selectbox(key="calendar-period").set_value(0).run()
    assert "period" not in app.query_params


def test_choosing_a_period_far_away_goes_to_its_first_day(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    assert groups
    add_year(console)
    with console.sessions.begin() as session:
        later = AcademicPeriod(
            name="Übernächstes",
            period_type=PeriodType.SCHULJAHR,
            start_date=date(2031, 9, 1),
            end_date=date(2032, 7, 2),
            created_at=utc_now(),
            updated_at=utc_now(),
        )
        session.add(later)
        session.flush()
        later_id = later.id
    app = open_page()
    app.selectbox(key="calendar-period").set_value(later_id).run()
    assert component.options["visibleRange"]["start"] == "2031-09-01"
    assert "Übernächstes" in html_of(app)
    assert "Übernächstes beginnt" in component.titles


def test_dates_in_holidays_are_shown_with_their_reason_when_asked_for(
    console: Console, component: FakeCalendar, groups: list[int], open_page: Callable[..., AppTest]
) -> None:
    period = add_year(console, holiday=(1, 2))
    add_lesson(console, groups[0], "FREQ=DAILY", academic_period_id=period, skip_holidays=True)
    app = open_page(group=str(groups[0]))
    assert component.titles.count("Mathe 3B") == 5
    assert component.titles.count("Herbstferien") == 1
    app.toggle(key="calendar-exceptions").set_value(True).run()
    assert app.query_params["exceptions"] == "1"
    assert component.titles.count("Mathe 3B · Herbstferien") == 2
    assert component.find("Mathe 3B · Herbstferien")["editable"] is False
