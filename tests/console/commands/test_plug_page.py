"""A screen's plug in the console: set up, tested, switched off and on, and followed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from console import runtime
from console.commands import plug_dialogs
from console.commands.presenters.plugs import cycle_course
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, Plug, PlugCycle
from infoscreen_core.domain.commands.plugs import State
from infoscreen_core.domain.commands.recovery_words import REASON_OF_COMMAND
from infoscreen_core.domain.events.event import Priority
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.events import events
from tests.support.commands.keeper import speaking_with_plugs
from tests.support.commands.plugs import PASSWORD, ShellyPlug, running
from tests.support.commands.power_desk import PowerDesk
from tests.support.console import Console, console_on, html_of, refusals_of
from tests.support.events.planning import add_group, lesson
from tests.support.exchange.calendar_server import Answer
from tests.support.people import add_client, uuid_of
from tests.support.screens import listing

UUID = uuid_of(1)


@pytest.fixture
def console(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """A console that may speak to plugs on this machine, and one screen."""
    with console_on(sqlite_url, tmp_path, plug_allowed_addresses="127.0.0.0/8") as made:
        monkeypatch.setattr(runtime, "session_token", lambda: made.token or None)
        made.keep_workers_alive()
        made.sign_in_as(Role.ADMIN, language="de")
        with made.sessions.begin() as session:
            group = add_group(session, "Aula")
            add_client(session, 1, description="Aula links", group_id=group, last_alive=utc_now())
        yield made


def desk_of(console: Console) -> PowerDesk:
    return PowerDesk(console.sessions, utc_now())


def plain(text: str) -> str:
    """Return text as it is read, without the marks that keep Markdown from meaning anything."""
    return text.replace("\\", "")


def press(app: AppTest, label: str) -> AppTest:
    """Press the last button of this label: a dialog's, when it is open."""
    [*_others, button] = [button for button in app.button if button.label == label]
    return button.click().run()


def plan_now(console: Console, title: str, **changed: object) -> None:
    """Let something be on all day long."""
    today = utc_now().astimezone(ZoneInfo("Europe/Vienna")).replace(tzinfo=None)
    start = today.replace(hour=0, minute=0, second=0, microsecond=0)
    draft = lesson(1, title=title, start=start, end=start + timedelta(days=2), **changed)
    with console.sessions.begin() as session:
        events.create_events(session, draft, actor=CLI, now=utc_now())


def type_in(app: AppTest, **typed: str) -> None:
    """Fill the fields of the plug's dialog."""
    for name, text in typed.items():
        (field,) = (one for one in app.text_input if str(one.key).endswith(f"-{name}"))
        field.input(text)


def set_up_dialog(console: Console) -> AppTest:
    app = listing.press(console.open("clients"), "edit", UUID)
    return app.button(key="clients-edit-plug").click().run()


def test_a_plug_is_set_up_and_tested_from_the_edit_dialog(console: Console) -> None:
    plug = ShellyPlug(password=PASSWORD)
    with running(plug) as server, speaking_with_plugs(console.settings):
        app = set_up_dialog(console)
        type_in(app, address=f"127.0.0.1:{server.port}", password=PASSWORD)
        app = press(app, "Speichern und testen")
    assert not app.exception
    said = "Erreicht: Shelly PlusPlugS, Firmware 1.4.4; Relais 1 ist ein."
    assert said in [plain(one.value) for one in app.success]
    assert [plain(one.value) for one in app.toast] == [
        "Die Steckdose von Aula links ist gespeichert."
    ]
    assert all(not one.value for one in app.text_input if "password" in str(one.key))
    with console.sessions() as session:
        stored = session.get_one(Plug, UUID)
        trail = session.scalars(select(AuditEntry.after)).all()
    assert stored.access_encrypted
    assert not stored.is_enabled
    assert "s3cret" not in json.dumps(trail) + html_of(app) + stored.access_encrypted
    assert plug.offs == 0


def test_what_is_wrong_stands_beside_its_field(console: Console) -> None:
    app = set_up_dialog(console)
    type_in(app, address="10.0.0.1", username="admin")
    app = press(app, "Speichern")
    address, password = refusals_of(app)
    assert address.startswith("Die Adresse 10.0.0.1 gehört nicht zu denen")
    assert password == "Zum Benutzernamen gehört das Passwort der Steckdose; geben Sie es auch ein."
    with console.sessions() as session:
        assert session.get(Plug, UUID) is None


def test_a_test_without_a_fetcher_is_told(
    console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plug_dialogs, "_TEST_SECONDS", 0.05)
    app = set_up_dialog(console)
    type_in(app, address="127.0.0.1")
    app = press(app, "Speichern und testen")
    assert "(fetcher), antwortet nicht" in plain(app.toast[-1].value)


def test_it_is_switched_off_and_on_with_a_reason(console: Console) -> None:
    desk = desk_of(console)
    desk.set_up(seconds_off=20)
    plan_now(console, "Willkommen")
    app = console.open("client", uuid=UUID)
    assert "Shelly ab der zweiten Generation, 127.0.0.1:8123, Relais 1" in html_of(app)
    app = app.button(key="action-plug-cycle").click().run()
    (warning,) = (one.value for one in app.warning if "Steckdose" in one.value)
    assert warning.startswith("Unterbricht „Willkommen“")
    assert "20 s aus" in warning
    app = press(app, "Steckdose aus- und einschalten")
    assert "warum" in refusals_of(app)[0]
    app.text_input[-1].input("Bild steht")
    app = press(app, "Steckdose aus- und einschalten")
    assert app.toast[-1].value == "Die Steckdose von Aula links wird aus- und eingeschaltet."
    assert "Steckdose aus und ein" in html_of(app)
    assert "Bild steht" in html_of(app)
    assert "admin" in html_of(app)
    app = press(app, "Zurücknehmen")
    with console.sessions() as session:
        assert session.scalars(select(PlugCycle.status)).all() == [State.CANCELED]


def test_what_must_not_be_is_told_with_its_reason(console: Console) -> None:
    desk = desk_of(console)
    desk.set_up()
    plan_now(console, "Feueralarm", priority=Priority.EMERGENCY)
    app = console.open("client", uuid=UUID).button(key="action-plug-cycle").click().run()
    app.text_input[-1].input("Bild steht")
    app = press(app, "Steckdose aus- und einschalten")
    assert "wird nicht geschaltet: Der Bildschirm zeigt einen Notfall" in plain(app.toast[-1].value)
    assert "Versuchen Sie es wieder, wenn der Notfall vorbei ist." in html_of(app)


def test_its_course_is_followed(console: Console) -> None:
    plug = ShellyPlug()
    with running(plug) as server:
        desk = desk_of(console)
        desk.set_up(f"127.0.0.1:{server.port}")
        desk.request()
        server.answering = lambda _request: Answer(hangs_up=True)
        desk.step()
        page = html_of(console.open("client", uuid=UUID))
        assert "ist abgebrochen. Es wird wieder versucht." in page
        server.answering = plug.answer
        desk.wait(2)
        desk.step()
    page = html_of(console.open("client", uuid=UUID))
    assert 'aria-current="step"><i aria-hidden="true">●</i><b>Aus</b>' in page
    assert "wieder versucht" not in page


@pytest.mark.usefixtures("german")
def test_what_recovery_gives_as_its_reason_is_told_in_the_readers_language(
    console: Console,
) -> None:
    desk = desk_of(console)
    desk.set_up()
    cycle = desk.request(str(REASON_OF_COMMAND[CrashReason.HEARTBEAT_STALE]))
    reason = cycle_course(cycle, ZoneInfo("Europe/Vienna")).reason
    assert reason == "Automatische Wiederherstellung: Der Bildschirm gibt kein Lebenszeichen."


def test_a_plug_that_is_not_enabled_has_no_button(console: Console) -> None:
    desk_of(console).set_up(is_enabled=False)
    app = console.open("client", uuid=UUID)
    assert "action-plug-cycle" not in [button.key for button in app.button]
    assert "nicht freigegeben" in html_of(app)
    app = app.button(key="plug-change").click().run()
    app = app.button(key="plug-remove").click().run()
    assert app.toast[-1].value == "Die Steckdose von Aula links ist entfernt."
    with console.sessions() as session:
        assert session.get(Plug, UUID) is None


def test_who_only_looks_sees_no_plug(console: Console) -> None:
    desk_of(console).set_up()
    console.sign_in_as(Role.EDITOR, language="de")
    app = console.open("client", uuid=UUID)
    assert "127.0.0.1:8123" not in html_of(app)
    assert "plug" not in " ".join(str(button.key) for button in app.button)
