"""My account: profile, password, language, brightness and sessions, without a browser."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from console.i18n import use_language
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import User, UserSession
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.people.themes import Theme
from infoscreen_core.services.people import password_hashing
from infoscreen_core.services.people.lockout import FAILURES_PER_NAME
from tests.support.console import Console, html_of, refusals_of
from tests.support.console_process import PASSWORD
from tests.support.people import actions_of

PAGE = "account"
NEW = "fünf ganz andere Wörter"


def stored(console: Console) -> User:
    with console.sessions() as session:
        return session.scalars(select(User)).one()


def submit(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


@pytest.mark.parametrize("role", list(Role))
def test_everybody_has_an_account(console: Console, role: Role) -> None:
    console.sign_in_as(role)
    app = console.open(PAGE)
    assert not app.exception
    assert [one.value for one in app.header] == [
        "Profil",
        "Zweiter Faktor",
        "Passwort",
        "Sprache und Darstellung",
        "Sitzungen",
        "API-Token",
    ]


def test_the_profile_is_saved_or_what_is_wrong_with_it_said(own: Console) -> None:
    app = own.open(PAGE)
    app.text_input(key="account-name").set_value("  Anna  Huber ")
    app.text_input(key="account-email").set_value("anna")
    submit(app, "Profil speichern")
    assert any("anna" in one for one in refusals_of(app))
    assert stored(own).display_name is None
    app.text_input(key="account-email").set_value("anna@schule.example")
    submit(app, "Profil speichern")
    assert [toast.value for toast in app.toast] == ["Ihr Profil ist gespeichert."]
    assert (stored(own).display_name, stored(own).email) == ("Anna Huber", "anna@schule.example")


def type_passwords(app: AppTest, current: str, new: str, again: str) -> AppTest:
    app.text_input(key="account-password-current").set_value(current)
    app.text_input(key="account-password-new").set_value(new)
    app.text_input(key="account-password-again").set_value(again)
    return app.button(key="account-password-save").click().run()


def test_the_password_is_changed_and_every_session_ends(own: Console) -> None:
    app = type_passwords(own.open(PAGE), PASSWORD, NEW, NEW)
    assert not app.exception
    assert password_hashing.is_password(NEW, stored(own).password_hash)
    with own.sessions() as session:
        assert session.scalars(select(UserSession)).all() == []
        assert actions_of(session) == ["user.password_changed"]


@pytest.mark.parametrize(
    ("current", "new", "again", "said"),
    [
        ("falsch", NEW, NEW, "Das aktuelle Passwort ist falsch."),
        (PASSWORD, NEW, NEW + "x", "Die beiden neuen Passwörter sind verschieden"),
        (PASSWORD, "passwort123", "passwort123", "gehört zu den ersten, die jemand ausprobiert"),
        (PASSWORD, "kurz", "kurz", "4 Zeichen"),
        (PASSWORD, PASSWORD, PASSWORD, "Das neue Passwort ist das alte"),
    ],
)
def test_a_password_is_refused_beside_its_field(
    own: Console, current: str, new: str, again: str, said: str
) -> None:
    app = type_passwords(own.open(PAGE), current, new, again)
    assert any(said in one for one in refusals_of(app)), refusals_of(app)
    assert password_hashing.is_password(PASSWORD, stored(own).password_hash)


def test_who_guesses_the_current_password_is_signed_out(own: Console) -> None:
    app = own.open(PAGE)
    for _ in range(FAILURES_PER_NAME - 1):
        type_passwords(app, "falsch", NEW, NEW)
        assert refusals_of(app) == ["Das aktuelle Passwort ist falsch."]
    type_passwords(app, "falsch", NEW, NEW)
    [error] = app.error
    assert "war 5-mal falsch, deshalb ist diese Sitzung zu Ende" in error.value
    assert not app.exception
    type_passwords(app, PASSWORD, NEW, NEW)
    assert any("weil das aktuelle Passwort zu oft falsch war" in one.value for one in app.info)
    assert password_hashing.is_password(PASSWORD, stored(own).password_hash)


@pytest.mark.parametrize(
    ("typed", "mark", "said"),
    [
        ("passwort123", "is-refused", "die jemand ausprobiert"),
        ("Schokolade1", "is-fair", "Mittel"),
        ("vier rote Fahrräder fahren", "is-strong", "Stark."),
    ],
)
def test_how_strong_it_is_is_said_while_it_is_typed(
    own: Console, typed: str, mark: str, said: str
) -> None:
    app = own.open(PAGE)
    assert "is-strength" not in html_of(app)
    app.text_input(key="account-password-new").set_value(typed).run()
    assert f'class="is-strength {mark}"' in html_of(app)
    assert said in html_of(app)


def test_the_language_is_chosen_here_or_left_to_the_installation(own: Console) -> None:
    app = own.open(PAGE)
    assert app.selectbox(key="account-language").value == "installation"
    app.selectbox(key="account-language").set_value("en").run()
    assert stored(own).ui_language == "en"
    assert "My account" in html_of(app)
    assert app.session_state["shell-language"] == "en"
    with use_language("en"):  # in which the page knows its options now
        app.selectbox(key="account-language").set_value("installation").run()
    assert stored(own).ui_language is None
    assert "Mein Konto" in html_of(app)


def test_the_brightness_is_chosen_and_told_to_the_browser(own: Console) -> None:
    app = own.open(PAGE)
    assert 'data-page-theme=""' in html_of(app)
    app.segmented_control(key="account-theme").set_value("dark").run()
    assert stored(own).ui_theme is Theme.DARK
    assert 'data-page-theme="dark"' in html_of(app)
    app.segmented_control(key="account-theme").set_value("machine").run()
    assert stored(own).ui_theme is None
    assert 'data-page-theme=""' in html_of(app)


def add_sessions(console: Console, count: int) -> None:
    """Let the person be signed in from elsewhere, too."""
    now = utc_now()
    with console.sessions.begin() as session:
        user = session.scalars(select(User)).one()
        for number in range(count):
            session.add(
                UserSession(
                    token_hash=str(number) * 64,
                    user_id=user.id,
                    created_at=now,
                    last_seen_at=now,
                    expires_at=now + timedelta(hours=12),
                    ip=f"10.0.0.{number}",
                    user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0",
                )
            )


def session_buttons(app: AppTest) -> list[str]:
    return [str(one.key) for one in app.button if str(one.key).startswith("account-session-")]


def test_sessions_are_listed_and_ended_one_by_one_or_all_but_this(own: Console) -> None:
    add_sessions(own, 3)
    app = own.open(PAGE)
    text = html_of(app)
    assert text.count("Firefox auf Linux") == 3
    assert text.count("dieser Browser") == 1
    first, *_ = session_buttons(app)
    app.button(key=first).click().run()
    assert [toast.value for toast in app.toast] == ["Die Sitzung ist beendet."]
    assert len(session_buttons(app)) == 2
    app.button(key="account-sessions-end").click().run()
    assert [toast.value for toast in app.toast] == ["2 Sitzungen sind beendet."]
    assert session_buttons(app) == []
    assert "account-sessions-end" not in [one.key for one in app.button]
    with own.sessions() as session:
        assert len(session.scalars(select(UserSession)).all()) == 1


def test_nobody_sees_the_sessions_of_others(own: Console) -> None:
    own.sign_in_as(Role.USER)
    app = own.open(PAGE)
    assert session_buttons(app) == []
