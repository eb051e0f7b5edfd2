"""Settings, as an administrator changes them, without a browser."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from console.i18n import use_language
from console.settings.presenters.page import changes_html, value_text
from console.words.errors import error_sentence
from console.words.settings import SETTING_WORDS, setting_word
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ChangeCounter, FormDraft, User
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.setup.settings_keys import SETTING_KEYS, parse_setting
from infoscreen_core.errors import InvalidInputError
from infoscreen_core.services import changes
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.system_settings import SettingChange, read_all, set_setting
from tests.support.console import Console, html_of, refusals_of
from tests.support.people import actions_of

PAGE = "settings"


@pytest.fixture
def admin(console: Console) -> Console:
    with console.sessions.begin() as session:
        session.merge(ChangeCounter(subject=changes.SCHEDULE, value=0))
    console.sign_in_as(Role.ADMIN)
    return console


def _input(key: str, *, serial: int = 0) -> str:
    return f"settings-form-{serial}-{key}"


def _save(app: AppTest) -> AppTest:
    return app.button(key="settings-save").click().run()


def _stored(console: Console, key: str) -> object:
    with console.sessions() as session:
        return read_all(session)[key]


def test_every_key_can_be_changed_here_save_the_order_of_groups(admin: Console) -> None:
    app = admin.open(PAGE)
    assert not app.exception
    inputs = {key for key in SETTING_KEYS if _input(key) in app.session_state}
    assert inputs == SETTING_KEYS.keys() - {"group_order"}


def test_what_is_saved_is_stored_in_one_go_audited_and_told(admin: Console) -> None:
    app = admin.open(PAGE)
    app.text_input(key=_input("organization_name")).set_value("  HTL Größe ")
    app.number_input(key=_input("presentation_interval")).set_value(15)
    app.slider(key=_input("video_volume")).set_value(35)
    app.toggle(key=_input("video_muted")).set_value(True)
    app.text_area(key=_input("bell_times")).set_value("8:50-9:40, 8:00-8:50")
    app.selectbox(key=_input("default_timezone")).set_value("Europe/Zurich")
    _save(app)
    assert [toast.value for toast in app.toast] == ["Die Einstellungen sind gespeichert."]
    assert _stored(admin, "organization_name") == "HTL Größe"
    assert _stored(admin, "presentation_interval") == 15
    assert _stored(admin, "video_volume") == 0.35
    assert _stored(admin, "video_muted") is True
    assert _stored(admin, "default_timezone") == "Europe/Zurich"
    assert _stored(admin, "video_loop") is True
    assert _stored(admin, "bell_times") == "08:00–08:50, 08:50–09:40"
    with admin.sessions() as session:
        assert actions_of(session) == ["setting.changed"] * 6
        assert changes.current(session) == 1
    text = html_of(app)
    assert "admin" in text
    assert "Videos: Lautstärke" in text
    assert "80 %</span> → " in text
    assert app.text_input(key=_input("organization_name", serial=1)).value == "HTL Größe"


def test_without_a_change_nothing_is_written(admin: Console) -> None:
    app = _save(admin.open(PAGE))
    assert [toast.value for toast in app.toast] == ["Es wurde nichts geändert."]
    with admin.sessions() as session:
        assert actions_of(session) == []


def test_a_refusal_stands_beside_its_field_and_nothing_typed_is_lost(admin: Console) -> None:
    app = admin.open(PAGE)
    app.text_input(key=_input("supplement_table_url")).set_value("stundenplan ohne Adresse")
    app.text_input(key=_input("organization_name")).set_value("HTL")
    _save(app)
    said = refusals_of(app)
    assert len(said) == 1
    assert (
        "„Adresse des Supplierplans (WebUntis)“ kann nicht „stundenplan ohne Adresse“ sein"
        in said[0]
    )
    assert app.text_input(key=_input("supplement_table_url")).value == "stundenplan ohne Adresse"
    assert app.text_input(key=_input("organization_name")).value == "HTL"
    assert _stored(admin, "organization_name") == ""
    app.text_input(key=_input("supplement_table_url")).set_value("https://plan.schule.example/")
    _save(app)
    assert _stored(admin, "supplement_table_url") == "https://plan.schule.example/"
    assert _stored(admin, "organization_name") == "HTL"


def test_everything_that_is_wrong_is_told_at_once(admin: Console) -> None:
    app = admin.open(PAGE)
    app.text_input(key=_input("supplement_table_url")).set_value("ohne Adresse")
    app.number_input(key=_input("presentation_interval")).set_value(0)
    app.number_input(key=_input("refresh_seconds")).set_value(-1)
    app.text_area(key=_input("bell_times")).set_value("08:00–08:50, große Pause")
    _save(app)
    said = refusals_of(app)
    assert len(said) == 4
    assert any(one.startswith("In den Glockenzeiten ist „große Pause“ keine") for one in said)
    assert any("Sekunden je Seite“ kann nicht „0“ sein" in one for one in said)
    assert any("focus" in one.body for one in app.html)
    assert _stored(admin, "presentation_interval") == 10


def test_the_second_writer_is_told_and_may_insist(admin: Console) -> None:
    app = admin.open(PAGE)
    with admin.sessions.begin() as session:
        set_setting(session, "presentation_interval", 20, actor=CLI, now=utc_now())
    app.number_input(key=_input("presentation_interval")).set_value(30)
    _save(app)
    said = refusals_of(app)
    assert "Sekunden je Seite“ auf „20“ gesetzt" in said[0]
    assert _stored(admin, "presentation_interval") == 20
    _save(app)
    assert _stored(admin, "presentation_interval") == 30


def test_another_volume_than_the_sliders_steps_stays_as_it_is(admin: Console) -> None:
    with admin.sessions.begin() as session:
        set_setting(session, "video_volume", 0.333, actor=CLI, now=utc_now())
    app = admin.open(PAGE)
    app.toggle(key=_input("video_loop")).set_value(False)
    _save(app)
    assert _stored(admin, "video_volume") == 0.333


def test_the_page_speaks_the_new_language_at_once(admin: Console) -> None:
    app = admin.open(PAGE)
    app.selectbox(key=_input("ui_language")).set_value("en")
    _save(app)
    assert app.button(key="settings-save").label == "Save settings"


def test_editors_do_not_find_the_page(console: Console) -> None:
    console.sign_in_as(Role.EDITOR)
    assert "settings-form" not in console.open(PAGE).session_state


def test_every_setting_has_its_word() -> None:
    assert SETTING_WORDS.keys() == SETTING_KEYS.keys()
    with use_language("de"):
        assert setting_word("video_muted") == "Videos: stumm"
        assert setting_word("gone_since") == "gone_since"


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("video_volume", 0.35, "35 %"),
        ("video_muted", True, "ja"),
        ("ui_language", "en", "English"),
        ("presentation_interval", 15, "15 s"),
        ("organization_name", "", "–"),
        ("group_order", [3, 1, 9], "Foyer, Aula, gelöschte Raumgruppe"),
        ("group_order", [], "–"),
    ],
)
def test_values_are_written_as_people_say_them(key: str, value: object, text: str) -> None:
    with use_language("de"):
        assert value_text(key, value, {1: "Aula", 3: "Foyer"}) == text


def test_what_somebody_typed_is_escaped() -> None:
    at = datetime(2026, 11, 23, 7, tzinfo=UTC)
    change = SettingChange("organization_name", at, "<i>", "<b>", "<u>")
    text = changes_html([change], {}, ZoneInfo("Europe/Vienna"), now=at)
    assert not any(mark in text for mark in ("<i>", "<b>", "<u>"))


@pytest.mark.usefixtures("german")
@pytest.mark.parametrize(("by", "word"), [("system", "System"), ("cli", "Befehlszeile")])
def test_a_program_that_changed_a_setting_is_named_in_words(by: str, word: str) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    change = SettingChange("organization_name", at, by, "A", "B")
    assert f">{word}</td>" in changes_html([change], {}, ZoneInfo("Europe/Vienna"), now=at)


def test_a_refused_setting_is_named_by_its_word() -> None:
    with pytest.raises(InvalidInputError) as raised:
        parse_setting("video_volume", "2")
    with use_language("de"):
        assert error_sentence(raised.value).startswith(
            "Die Einstellung „Videos: Lautstärke“ kann nicht „2“ sein"
        )


def test_what_was_typed_is_there_again_in_another_browser_until_it_is_saved(admin: Console) -> None:
    app = admin.open(PAGE)
    app.text_input(key=_input("organization_name")).set_value("HTL am See")
    app.slider(key=_input("video_volume")).set_value(35).run()
    again = admin.open(PAGE)
    assert not again.exception
    assert again.text_input(key=_input("organization_name")).value == "HTL am See"
    assert again.slider(key=_input("video_volume")).value == 35
    assert again.number_input(key=_input("presentation_interval")).value == 10
    assert "ist wieder da" in html_of(again)
    _save(again)
    assert _stored(admin, "organization_name") == "HTL am See"
    assert "ist wieder da" not in html_of(admin.open(PAGE))


@pytest.mark.parametrize(
    ("key", "value"),
    [("ui_language", "xx"), ("default_timezone", "Mars/Base"), ("refresh_seconds", "1"), ("?", 1)],
)
def test_a_draft_that_no_longer_fits_is_left_out(admin: Console, key: str, value: object) -> None:
    with admin.sessions.begin() as session:
        user = session.scalars(select(User)).one()
        now = utc_now()
        session.add(FormDraft(user_id=user.id, form="settings", content={key: value}, saved_at=now))
    app = admin.open(PAGE)
    assert not app.exception
    assert app.number_input(key=_input("refresh_seconds")).value == 0


def test_who_loses_the_role_midway_reads_so_and_finds_all_again_with_it(admin: Console) -> None:
    app = admin.open(PAGE)
    app.number_input(key=_input("refresh_seconds")).set_value(30).run()
    _set_role(admin, Role.EDITOR)
    app.number_input(key=_input("refresh_seconds")).set_value(45).run()
    assert not app.exception
    shown = html_of(app)
    assert "ab der Rolle" in shown
    assert "bleibt eine Stunde lang aufbewahrt" in shown
    _set_role(admin, Role.ADMIN)
    again = admin.open(PAGE)
    assert again.number_input(key=_input("refresh_seconds")).value == 45
    with admin.sessions() as session:
        assert read_all(session)["refresh_seconds"] == 0, "and nothing is saved"


def test_a_page_that_never_opened_keeps_nothing(admin: Console) -> None:
    _set_role(admin, Role.EDITOR)
    assert "aufbewahrt" not in html_of(admin.open(PAGE))


def _set_role(console: Console, role: Role) -> None:
    with console.sessions.begin() as session:
        session.scalars(select(User)).one().role = role
