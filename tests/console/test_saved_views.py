"""Saved views on a page: kept, opened, changed, deleted, and reached by their link."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people import saved_views
from tests.support.console import Console, html_of, query_of, refusals_of
from tests.support.people import acting_as, add_user
from tests.support.web import Visitor

ERRORS = {"level": "ERROR", "hours": "168"}


def opened(console: Console, **query: str) -> AppTest:
    app = console.open("logs", **query).button(key="views-open").click().run()
    assert not app.exception
    return app


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def toasts(app: AppTest) -> list[str]:
    return [toast.value for toast in app.toast]


def add_others_view(console: Console, page: str, *, is_shared: bool) -> int:
    """Save a view of somebody else; return its id."""
    now = utc_now()
    with console.sessions.begin() as session:
        huber = add_user(
            session, f"huber-{page}", "vier-woerter-sind-es", Role.ADMIN, actor=SYSTEM, now=now
        )
        return saved_views.create_view(
            session,
            page,
            "Ihre <Fehler>",
            {"group": "7"},
            known=("group",),
            is_shared=is_shared,
            actor=acting_as(huber),
            now=now,
        ).id


def test_filters_are_kept_under_a_name_and_asked_for_again(console: Console) -> None:
    console.sign_in_as(Role.USER, language="de")
    app = opened(console, line="3", **ERRORS)
    assert "Von dieser Seite ist noch keine Ansicht gespeichert." in html_of(app)
    app.text_input(key="views-name-new").set_value("Fehler der Woche")
    app = press(app, "Ansicht speichern")
    assert toasts(app) == ["Die Ansicht Fehler der Woche ist gespeichert."]
    app = opened(console, level="WARN", text="Signal")
    assert "nur für Sie" in html_of(app)
    app = press(app, "Fehler der Woche")
    assert query_of(app) == ERRORS


def test_a_name_that_is_taken_is_refused_beside_its_field(console: Console) -> None:
    console.sign_in_as(Role.USER, language="de")
    for expected in (
        [],
        [
            (
                "Es gibt schon eine Ansicht namens „Meine“; wählen Sie einen anderen Namen, oder "
                "ändern Sie diese Ansicht."
            )
        ],
    ):
        app = opened(console)
        app.text_input(key="views-name-new").set_value("Meine")
        app = press(app, "Ansicht speichern")
        assert refusals_of(app) == expected


def test_a_view_is_renamed_shared_filled_anew_and_deleted_with_confirmation(
    console: Console,
) -> None:
    console.sign_in_as(Role.USER, language="de")
    app = opened(console)
    app.text_input(key="views-name-new").set_value("Meine")
    press(app, "Ansicht speichern")
    app = press(opened(console, **ERRORS), "Ansicht ändern: Meine")
    app.text_input(key="views-name-1").set_value("Unsere")
    app.checkbox(key="views-shared-1").check()
    app.checkbox(key="views-take-1").check()
    press(app, "Ansicht speichern")
    with console.sessions() as session:
        found = saved_views.find_view(session, 1, user_id=99)
    assert found is not None
    assert (found.name, found.query) == ("Unsere", ERRORS)
    app = press(opened(console), "Ansicht löschen: Unsere")
    assert "„Unsere“ ist dann für alle weg" in html_of(app)
    app = press(app, "Ansicht löschen")
    assert toasts(app) == ["Die Ansicht Unsere ist gelöscht."]
    with console.sessions() as session:
        assert saved_views.find_view(session, 1, user_id=99) is None


def test_those_of_others_are_seen_when_shared_and_changed_by_administrators(
    console: Console,
) -> None:
    shared = add_others_view(console, "logs", is_shared=True)
    add_others_view(console, "monitoring", is_shared=True)
    console.sign_in_as(Role.USER, language="de")
    app = opened(console)
    assert f'<a href="/views/{shared}" target="_self">Link' in html_of(app)
    assert "von huber-logs" in html_of(app)
    assert html_of(app).count("/views/") == 1
    assert not [button for button in app.button if "ändern" in button.label]
    console.sign_in_as(Role.ADMIN, language="de")
    assert [button for button in opened(console).button if "ändern" in button.label]


def test_a_link_leads_to_what_the_view_holds(console: Console, visitor: Visitor) -> None:
    shared = add_others_view(console, "logs", is_shared=True)
    hidden = add_others_view(console, "monitoring", is_shared=False)
    for_admins = add_others_view(console, "clients", is_shared=True)
    assert visitor.visit(f"/views/{shared}").headers["location"].startswith("/login?next=")
    token = console.sign_in_as(Role.USER, language="de")
    visitor.cookies.set(SESSION_COOKIE, token, domain="infoscreen.test")
    answer = visitor.visit(f"/views/{shared}")
    target = urlsplit(answer.headers["location"])
    assert (answer.status_code, target.path) == (303, "/logs")
    assert dict(parse_qsl(target.query)) == {"group": "7"}
    for number in (hidden, for_admins, 99, 10**30):
        assert visitor.visit(f"/views/{number}").status_code == 404


@pytest.mark.parametrize("page", ["analysis", "monitoring"])
def test_other_pages_have_views_too(console: Console, page: str) -> None:
    add_others_view(console, page, is_shared=True)
    console.sign_in_as(Role.USER, language="de")
    app = console.open(page).button(key="views-open").click().run()
    assert not app.exception
    assert query_of(press(app, "Ihre <Fehler>")) == {"group": "7"}
