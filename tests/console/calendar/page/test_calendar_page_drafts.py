"""What is typed is there again after the session or the browser ended; the address says where."""

from collections.abc import Callable
from datetime import timedelta

from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import FormDraft, User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.people import sign_in, users
from infoscreen_core.services.people.lockout import Visitor
from tests.support.console import Console, html_of, query_of
from tests.support.events.calendar_component import FakeCalendar
from tests.support.events.calendar_page import add_lesson, field, press, stored

OpenPage = Callable[..., AppTest]


def _again(console: Console, app: AppTest) -> AppTest:
    """The same address in another browser of the same person."""
    return console.open("calendar", **query_of(app))


def _draft_count(console: Console) -> int:
    with console.sessions() as session:
        return session.query(FormDraft).count()


def _title(app: AppTest) -> str:
    return str(app.text_input(key=field(app, "title")).value)


def test_a_new_event_is_typed_on_in_another_browser_and_its_draft_goes_with_the_save(
    console: Console, groups: list[int], open_page: OpenPage
) -> None:
    assert groups
    app = press(open_page(), "calendar-new")
    assert _draft_count(console) == 0  # nothing is typed yet
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    app.multiselect(key=field(app, "group_ids")).set_value([groups[0]]).run()
    again = _again(console, app)
    assert not again.exception
    assert _title(again) == "Chorprobe"
    assert "ist wieder da" in html_of(again)
    again.text_input(key=field(again, "website_url")).set_value("https://a.example").run()
    press(again, "event-form-save")
    assert [event.title for event in stored(console)] == ["Chorprobe"]
    assert _draft_count(console) == 0
    assert "new" not in again.query_params


def test_closing_the_form_gives_the_draft_up(
    console: Console, groups: list[int], open_page: OpenPage
) -> None:
    assert groups
    app = press(open_page(), "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    press(app, "event-form-close")
    assert _draft_count(console) == 0
    assert "event-form" not in _again(console, app).session_state


def test_a_changed_event_comes_back_as_it_was_typed_in_the_version_that_was_seen(
    console: Console, component: FakeCalendar, groups: list[int], open_page: OpenPage
) -> None:
    add_lesson(console, groups[0])
    app = open_page()
    component.click(component.find("Mathe 3B"))
    app.run()
    assert {"event", "at"} <= app.query_params.keys()
    app.text_input(key=field(app, "title")).set_value("Mathe 3C").run()
    version = app.session_state["event-form"].stored.target.version
    with console.sessions.begin() as session:
        session.merge(stored(console)[0]).version = version + 1
    again = _again(console, app)
    assert _title(again) == "Mathe 3C"
    assert again.session_state["event-form"].stored.target.version == version


def test_what_was_typed_last_is_kept_although_the_session_was_over(
    console: Console, groups: list[int], open_page: OpenPage
) -> None:
    assert groups
    app = press(open_page(), "calendar-new")
    with console.sessions.begin() as session:
        session.query(UserSession).one().last_seen_at = utc_now() - timedelta(hours=3)
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    assert "2 Stunden lang nichts geschah" in html_of(app)
    with console.sessions.begin() as session:
        session.query(UserSession).one().last_seen_at = utc_now()
    assert _title(_again(console, app)) == "Chorprobe"


def test_a_draft_is_its_own_persons_and_lasts_an_hour(
    console: Console, groups: list[int], open_page: OpenPage
) -> None:
    assert groups
    app = press(open_page(), "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    token = console.token
    console.sign_in_as(Role.ADMIN, language="de")
    assert _title(_again(console, app)) == ""
    console.token = token
    with console.sessions.begin() as session:
        session.query(FormDraft).one().saved_at -= timedelta(hours=1)
    assert _title(_again(console, app)) == ""


def test_a_closed_event_is_named_no_longer(
    console: Console, component: FakeCalendar, groups: list[int], open_page: OpenPage
) -> None:
    add_lesson(console, groups[0])
    app = open_page()
    component.click(component.find("Mathe 3B"))
    app.run()
    press(app, "event-form-close")
    assert {"event", "at"}.isdisjoint(app.query_params)


def _set_role(console: Console, role: Role) -> None:
    with console.sessions.begin() as session:
        session.query(User).one().role = role


def test_who_loses_the_role_before_saving_reads_so_and_loses_nothing(
    console: Console, groups: list[int], open_page: OpenPage
) -> None:
    app = press(open_page(), "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    app.multiselect(key=field(app, "group_ids")).set_value([groups[0]]).run()
    app.text_input(key=field(app, "website_url")).set_value("https://a.example").run()
    _set_role(console, Role.USER)
    press(app, "event-form-save")
    assert not app.exception
    assert "Dafür braucht es die Rolle Redaktion; Ihre ist Betrachter." in html_of(app)
    assert stored(console) == []
    assert _title(app) == "Chorprobe", "the form stays as it is"
    _set_role(console, Role.EDITOR)
    assert _title(_again(console, app)) == "Chorprobe"
    press(app, "event-form-save")
    assert [event.title for event in stored(console)] == ["Chorprobe"]


def test_who_is_deactivated_midway_reads_so_and_finds_what_was_kept_before(
    console: Console, groups: list[int], open_page: OpenPage
) -> None:
    assert groups
    app = press(open_page(), "calendar-new")
    app.text_input(key=field(app, "title")).set_value("Chorprobe").run()
    with console.sessions.begin() as session:
        number = session.query(User).one().id
        users.deactivate_user(session, number, actor=CLI, now=utc_now())
    app.text_input(key=field(app, "title")).set_value("Chorprobe 3B").run()
    assert not app.exception
    assert "deaktiviert" in html_of(app)
    assert stored(console) == []
    with console.sessions.begin() as session:
        users.reactivate_user(session, number, actor=CLI, now=utc_now())
        token = sign_in.begin(
            session,
            session.get_one(User, number),
            Visitor.of("", "10.0.0.1", None, None),
            now=utc_now(),
        ).token
    console.token = token
    assert _title(_again(console, app)) == "Chorprobe"
