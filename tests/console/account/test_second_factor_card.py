"""The second factor on the page of one's own account, without a browser."""

import re

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import RecoveryCode, SecondFactor
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console, html_of, refusals_of
from tests.support.console_process import PASSWORD
from tests.support.http.second_factor import app_code, wrong_code

PAGE = "account"


def press(app: AppTest, label: str) -> AppTest:
    return next(one for one in app.button if one.label == label).click().run()


def begin(console: Console) -> tuple[AppTest, str]:
    """Begin to set it up; return the page and the secret that it shows."""
    app = console.open(PAGE)
    app.text_input(key="account-second-factor-password").set_value(PASSWORD)
    press(app, "Einrichten …")
    return app, next(one.value for one in app.code if re.fullmatch("[A-Z2-7]{32}", one.value))


def turn_on(console: Console) -> AppTest:
    app, secret = begin(console)
    app.text_input(key="account-second-factor-code").set_value(app_code(secret, utc_now()))
    return press(app, "Einschalten")


def shown_codes(app: AppTest) -> set[str]:
    return set(
        re.findall("[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", "\n".join(one.value for one in app.code))
    )


def is_on(console: Console) -> bool:
    with console.sessions() as session:
        factor = session.scalars(select(SecondFactor)).one_or_none()
        return factor is not None and factor.confirmed_at is not None


def test_it_is_set_up_with_the_password_and_the_apps_code(own: Console) -> None:
    app, secret = begin(own)
    assert '<img class="is-qr" alt="QR-Code' in html_of(app)
    assert not is_on(own)
    app.text_input(key="account-second-factor-code").set_value(wrong_code(secret, utc_now()))
    press(app, "Einschalten")
    assert any("Der Code ist falsch" in one for one in refusals_of(app))
    app.text_input(key="account-second-factor-code").set_value(app_code(secret, utc_now()))
    press(app, "Einschalten")
    assert is_on(own)
    assert [toast.value for toast in app.toast] == ["Der zweite Faktor ist eingeschaltet."]
    assert len(shown_codes(app)) == 10
    assert secret not in html_of(app)
    app.button(key="account-codes-kept").click().run()
    assert shown_codes(app) == set()
    assert "10 Wiederherstellungscodes sind übrig" in html_of(app)


def test_a_wrong_password_shows_no_secret(own: Console) -> None:
    app = own.open(PAGE)
    app.text_input(key="account-second-factor-password").set_value("falsch")
    press(app, "Einrichten …")
    assert refusals_of(app) == ["Das aktuelle Passwort ist falsch."]
    assert list(app.code) == []


def test_setting_up_can_be_given_up(own: Console) -> None:
    app, _secret = begin(own)
    press(app, "Abbrechen")
    assert "is-qr" not in html_of(app)
    assert not is_on(own)


def test_new_codes_need_the_password(own: Console) -> None:
    app = turn_on(own)
    before = shown_codes(app)
    app.button(key="account-codes-kept").click().run()
    app.button(key="account-codes-renew").click().run()
    app.text_input(key="account-second-factor-again").set_value("falsch")
    press(app, "Neue Codes erzeugen")
    assert refusals_of(app) == ["Das aktuelle Passwort ist falsch."]
    app.text_input(key="account-second-factor-again").set_value(PASSWORD)
    press(app, "Neue Codes erzeugen")
    assert len(shown_codes(app) - before) == 10


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_it_is_turned_off_with_the_password(own: Console, *, is_confirmed: bool) -> None:
    app = turn_on(own)
    app.button(key="account-codes-kept").click().run()
    app.button(key="account-second-factor-off").click().run()
    if is_confirmed:
        app.text_input(key="account-second-factor-again").set_value(PASSWORD)
        press(app, "Ausschalten")
    else:
        press(app, "Abbrechen")
    assert is_on(own) is not is_confirmed
    assert refusals_of(app) == []


def test_few_codes_are_a_warning(own: Console) -> None:
    turn_on(own)
    with own.sessions.begin() as session:
        for code in session.scalars(select(RecoveryCode)).all()[:8]:
            session.delete(code)
    text = html_of(own.open(PAGE))
    assert "2 Wiederherstellungscodes sind übrig. Erzeugen Sie bald neue." in text
    assert "is-scarce" in text


def test_somebody_elses_is_not_shown(own: Console) -> None:
    turn_on(own)
    own.sign_in_as(Role.USER)
    assert "Eingeschaltet seit" not in html_of(own.open(PAGE))
