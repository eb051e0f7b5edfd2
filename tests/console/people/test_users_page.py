"""The page of the users, without a browser."""

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ApiToken, User, UserSession
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.actor import SYSTEM
from infoscreen_core.services.people import api_tokens, users
from infoscreen_core.services.people.api_tokens import WantedToken
from infoscreen_core.services.people.sign_in import SignedIn, sign_in
from infoscreen_core.services.people.views import NewUser
from tests.support.console import Console, html_of, query_of, refusals_of
from tests.support.people import add_user

PASSWORD = "vier-zufaellige-Woerter"


@pytest.fixture
def people(console: Console) -> Console:
    """An administrator looks at three accounts and their own; a superadmin is hidden."""
    console.sign_in_as(Role.ADMIN)
    now = utc_now()
    with console.sessions.begin() as session:
        add_user(session, "chefin", PASSWORD, Role.SUPERADMIN, now=now)
        add_user(session, "bert", PASSWORD, Role.USER, now=now - timedelta(days=3))
        new = NewUser("anna", Role.EDITOR, None, "Anna <Huber>", "anna@schule.example")
        users.create_user(session, new, actor=SYSTEM, now=now)
        carla = add_user(session, "carla", PASSWORD, Role.EDITOR, now=now)
        users.deactivate_user(session, carla.id, actor=SYSTEM, now=now)
        begun = sign_in(session, "bert", PASSWORD, ip="10.0.0.7", user_agent="curl/8", now=now)
        assert isinstance(begun, SignedIn)
    return console


def _id(console: Console, name: str) -> int:
    with console.sessions() as session:
        return session.query(User).filter_by(username=name).one().id


def _user(console: Console, name: str) -> User:
    with console.sessions() as session:
        return session.query(User).filter_by(username=name).one()


def _open(console: Console, name: str) -> AppTest:
    app = console.open("users", user=str(_id(console, name)))
    assert not app.exception
    return app


def _do(app: AppTest, action: str) -> AppTest:
    return app.button(key=f"people-do-{action}").click().run()


def _confirm(app: AppTest, label: str) -> AppTest:
    """Press the last button of this label: that of the dialog."""
    [*_others, button] = [button for button in app.button if button.label == label]
    return button.click().run()


def _toasts(app: AppTest) -> list[str]:
    return [toast.value for toast in app.toast]


def _rows(app: AppTest) -> list[str]:
    """The names in the list, in its order."""
    opens = [button for button in app.button if str(button.key).startswith("people-open-")]
    return [str(button.label).removesuffix(" öffnen") for button in opens]


def test_the_list_has_everybody_whom_the_reader_sees(people: Console) -> None:
    app = people.open("users")
    assert not app.exception
    assert _rows(app) == ["admin", "anna", "bert", "carla"]
    shown = html_of(app)
    assert "4 Konten, 3 davon aktiv" in shown
    assert "Anna &lt;Huber&gt;" in shown
    assert "chefin" not in shown
    assert "is-role-editor" in shown
    assert "Erstes Passwort" in shown
    assert "Deaktiviert" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"show": "inactive"}, ["carla"]),
        ({"show": "new"}, ["anna"]),
        ({"show": "never"}, ["admin", "anna", "carla"]),
        ({"role": "editor"}, ["anna", "carla"]),
        ({"role": "superadmin"}, []),
        ({"text": "HUBER"}, ["anna"]),
        ({"text": "schule anna"}, ["anna"]),
        ({"text": "niemand"}, []),
        ({"sort": "recent"}, ["bert"]),
        ({"sort": "role"}, ["admin", "anna", "carla", "bert"]),
        ({"sort": "newest"}, ["carla", "anna", "admin", "bert"]),
        ({"show": "nonsense", "role": "king", "sort": "x"}, ["admin", "anna", "bert", "carla"]),
    ],
)
def test_the_address_says_which_and_in_which_order(
    people: Console, query: dict[str, str], found: list[str]
) -> None:
    app = people.open("users", **query)
    assert not app.exception
    assert _rows(app)[: len(found)] == found
    if query.get("sort") is None:
        assert len(_rows(app)) == len(found)
    if not found:
        assert "Kein Konto passt" in html_of(app)


def test_a_long_list_has_pages(people: Console) -> None:
    with people.sessions.begin() as session:
        for number in range(60):
            add_user(session, f"person{number:02}", PASSWORD, Role.USER, now=utc_now())
    app = people.open("users")
    assert len(_rows(app)) == 25
    third = people.open("users", page="3", text="person")
    assert _rows(third) == [f"person{number:02}" for number in range(50, 60)]
    beyond = people.open("users", page="9", text="person")
    assert _rows(beyond) == _rows(third)


def test_a_row_opens_the_account_and_the_way_back_closes_it(people: Console) -> None:
    app = people.open("users")
    app.button(key=f"people-open-{_id(people, 'bert')}").click().run()
    assert query_of(app) == {"user": str(_id(people, "bert"))}
    shown = html_of(app)
    for fact in ("bert", "10.0.0.7", "curl", "Angelegt", "Letzte Anmeldung", "Fehlversuche"):
        assert fact in shown
    app.button(key="people-back").click().run()
    assert query_of(app) == {}
    assert len(_rows(app)) == 4


@pytest.mark.parametrize("wanted", ["chefin", "999999", "x", "-1"])
def test_an_account_that_is_hidden_is_one_that_is_not_there(people: Console, wanted: str) -> None:
    number = str(_id(people, wanted)) if wanted == "chefin" else wanted
    app = people.open("users", user=number)
    assert not app.exception
    shown = html_of(app)
    assert "chefin" not in shown
    assert ("Dieses Konto gibt es nicht" in shown) == number.isdecimal()


def test_a_new_account_gets_a_password_that_is_shown_once(people: Console) -> None:
    app = people.open("users")
    app.button(key="people-new-open").click().run()
    app.text_input(key="people-username-new").input("dora")
    app.text_input(key="people-display-name-new").input("Dora Maar")
    app.text_input(key="people-email-new").input("dora@schule.example")
    app.selectbox(key="people-new-role").select(Role.EDITOR)
    app = _confirm(app, "Konto anlegen")
    assert not app.exception
    [password] = [code.value for code in app.code]
    dora = _user(people, "dora")
    assert (dora.role, dora.display_name, dora.email) == (
        Role.EDITOR,
        "Dora Maar",
        "dora@schule.example",
    )
    assert dora.must_change_password
    assert query_of(app) == {"user": str(dora.id)}
    with people.sessions.begin() as session:
        begun = sign_in(session, "dora", password, ip="::1", user_agent=None, now=utc_now())
        assert isinstance(begun, SignedIn)
    app.button(key="people-password-done").click().run()
    assert not app.code
    assert password not in html_of(app)


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    people: Console,
) -> None:
    app = people.open("users")
    app.button(key="people-new-open").click().run()
    app.text_input(key="people-username-new").input("a b")
    app.text_input(key="people-email-new").input("keine Adresse")
    app = _confirm(app, "Konto anlegen")
    first, second = refusals_of(app)
    assert "Benutzername" in first
    assert "E-Mail-Adresse" in second
    assert app.text_input(key="people-username-new").value == "a b"
    app.text_input(key="people-username-new").input("BERT")
    app.text_input(key="people-email-new").input("")
    app = _confirm(app, "Konto anlegen")
    assert ["schon" in one for one in refusals_of(app)] == [True]


def test_an_administrator_makes_no_superadmin(people: Console) -> None:
    app = people.open("users")
    app.button(key="people-new-open").click().run()
    assert "Hauptadministration" not in app.selectbox(key="people-new-role").options


def test_an_account_is_edited(people: Console) -> None:
    app = _do(_open(people, "bert"), "edit")
    bert = _id(people, "bert")
    app.text_input(key=f"people-username-{bert}").input("berta")
    app.text_input(key=f"people-display-name-{bert}").input("Berta Suttner")
    app = _confirm(app, "Konto speichern")
    assert _toasts(app) == ["berta ist gespeichert."]
    assert "Berta Suttner" in html_of(app)


def test_a_reset_shows_a_password_and_ends_sessions_and_tokens(people: Console) -> None:
    with people.sessions.begin() as session:
        wanted = WantedToken("Skript", Scope.READ, (utc_now() + timedelta(days=9)).date())
        bert = _id(people, "bert")
        api_tokens.create_token_for(session, bert, wanted, actor=SYSTEM, now=utc_now())
    app = _do(_open(people, "bert"), "set_password")
    assert "1 Sitzung endet sofort." in html_of(app)
    assert "1 API-Token endet mit." in html_of(app)
    app = _confirm(app, "Passwort zurücksetzen")
    [password] = [code.value for code in app.code]
    with people.sessions() as session:
        assert session.query(UserSession).filter_by(user_id=_id(people, "bert")).count() == 0
        assert session.query(ApiToken).count() == 0
    assert _user(people, "bert").must_change_password
    assert len(password) == 19


def test_the_role_is_changed(people: Console) -> None:
    app = _do(_open(people, "bert"), "set_role")
    assert "„Betrachter“" in html_of(app)
    box = app.selectbox(key=f"people-role-{_id(people, 'bert')}-user")
    box.select(Role.ADMIN)
    app = _confirm(app, "Rolle ändern")
    assert _user(people, "bert").role is Role.ADMIN


def test_deactivating_names_what_it_does_and_can_be_taken_back(people: Console) -> None:
    app = _do(_open(people, "bert"), "deactivate")
    assert "1 Sitzung endet sofort." in html_of(app)
    assert _user(people, "bert").is_active
    app = _confirm(app, "Konto deaktivieren")
    assert not _user(people, "bert").is_active
    assert "Zurzeit nirgends angemeldet." in html_of(app)
    app = _confirm(_do(app, "reactivate"), "Konto reaktivieren")
    assert _user(people, "bert").is_active


def test_sessions_are_ended_one_by_one_and_all_at_once(people: Console) -> None:
    app = _open(people, "bert")
    [end] = [one for one in app.button if str(one.key).startswith("people-session-")]
    end.click().run()
    assert _toasts(app) == ["Die Sitzung ist beendet."]
    with people.sessions.begin() as session:
        for address in ("10.0.0.8", "10.0.0.9"):
            sign_in(session, "bert", PASSWORD, ip=address, user_agent=None, now=utc_now())
    app = _open(people, "bert")
    app.button(key="people-sessions-end").click().run()
    assert _toasts(app) == ["2 Sitzungen sind beendet."]


def test_a_lockout_is_shown_and_lifted(people: Console) -> None:
    with people.sessions.begin() as session:
        for _ in range(5):
            sign_in(session, "bert", "x" * 2000, ip="192.0.2.9", user_agent=None, now=utc_now())
    app = _open(people, "bert")
    assert "Gesperrt bis" in html_of(app)
    _do(app, "unlock")
    assert _user(people, "bert").locked_until is None
    assert "Gesperrt bis" not in html_of(app)


def test_what_an_administrator_may_not_do_is_disabled_and_says_why(people: Console) -> None:
    app = _open(people, "bert")
    delete = app.button(key="people-do-delete")
    assert delete.disabled
    reason = "Dafür braucht es die Rolle Hauptadministration; Ihre ist Administration."
    assert delete.help == reason
    assert reason in html_of(app)
    for action in ("edit", "set_password", "set_role", "deactivate"):
        assert not app.button(key=f"people-do-{action}").disabled


def test_nobody_does_to_themselves_what_others_have_to(people: Console) -> None:
    app = _open(people, "admin")
    for action in ("set_password", "set_role", "deactivate", "delete"):
        assert app.button(key=f"people-do-{action}").disabled
    assert not app.button(key="people-do-edit").disabled
    assert "Das ist Ihr eigenes Konto." in html_of(app)


def test_a_superadmin_deletes_for_good_with_the_name_typed(people: Console) -> None:
    people.sign_in_as(Role.SUPERADMIN)
    bert = _id(people, "bert")
    app = _do(_open(people, "bert"), "delete")
    assert "endgültig weg" in html_of(app)
    field = app.text_input(key=f"people-delete-name-{bert}")
    field.input("Bert")
    app = _confirm(app, "Endgültig löschen")
    assert ["„bert“" in one for one in refusals_of(app)] == [True]
    app.text_input(key=f"people-delete-name-{bert}").input("bert")
    app = _confirm(app, "Endgültig löschen")
    assert _toasts(app) == ["Das Konto bert ist gelöscht."]
    assert query_of(app) == {}
    with people.sessions() as session:
        assert session.get(User, bert) is None


def test_what_somebody_else_did_meanwhile_is_told(people: Console) -> None:
    app = _open(people, "bert")
    with people.sessions.begin() as session:
        users.deactivate_user(session, _id(people, "bert"), actor=SYSTEM, now=utc_now())
    app = _do(app, "deactivate")
    assert "inzwischen" in html_of(app)
    assert not _user(people, "bert").is_active


@pytest.mark.parametrize("role", [Role.USER, Role.EDITOR])
def test_others_find_no_list(console: Console, role: Role) -> None:
    console.sign_in_as(role)
    app = console.open("users", user="1")
    assert "Administration" in html_of(app)
    assert not _rows(app)


def test_whoever_owes_a_password_sees_no_page(console: Console) -> None:
    console.sign_in_as(Role.ADMIN)
    with console.sessions.begin() as session:
        session.query(User).one().password_given_at = utc_now()
    app = console.open("users")
    assert "Wählen Sie zuerst ein eigenes Passwort." in html_of(app)
    assert not _rows(app)
