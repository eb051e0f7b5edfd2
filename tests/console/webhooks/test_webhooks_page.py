"""The page of webhooks, as an administrator uses it, without a browser."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, Webhook, WebhookDelivery
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.domain.webhooks.kinds import CHOOSABLE, DeliveryState, Stop
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.encryption import load_cipher
from infoscreen_core.services.webhooks import webhooks
from infoscreen_core.services.webhooks.webhook_access import unseal
from infoscreen_core.services.webhooks.webhooks import WebhookDraft
from tests.support.console import Console, html_of, refusals_of

ADDRESS = "https://hooks.example.org/services/s3cret-t0ken"


@pytest.fixture
def pager(console: Console) -> int:
    """The webhook "Pager", which is told everything."""
    console.sign_in_as(Role.ADMIN, language="de")
    draft = WebhookDraft("Pager", ADDRESS, CHOOSABLE)
    with console.sessions.begin() as session:
        made = webhooks.create_webhook(
            session, draft, cipher=load_cipher(console.settings), actor=CLI, now=utc_now()
        )
    return made.webhook.id


def _row(console: Console, number: int) -> Webhook:
    with console.sessions() as session:
        return session.get_one(Webhook, number)


def _press(app: AppTest, label: str) -> AppTest:
    (button,) = [one for one in app.button if one.label == label]
    return button.click().run()


def _new(console: Console) -> AppTest:
    console.sign_in_as(Role.ADMIN, language="de")
    app = console.open("webhooks")
    assert "Noch erfährt kein anderes Programm etwas. Legen Sie einen Webhook" in html_of(app)
    return app.button(key="webhook-add").click().run()


def test_a_webhook_is_made_and_its_secret_is_shown_once(console: Console) -> None:
    app = _new(console)
    app.text_input(key="webhook-name").input("Pager")
    app.text_input(key="webhook-address").input(ADDRESS)
    _press(app, "Webhook anlegen")
    secret = app.code[0].value
    row = _row(console, 1)
    access = unseal(row.access_encrypted, load_cipher(console.settings))
    assert (access.secret, str(access.address)) == (secret, ADDRESS)
    assert row.kinds == list(CHOOSABLE)
    assert "s3cret" not in html_of(app)
    app.button(key="webhook-secret-done").click().run()
    assert not app.code
    with console.sessions() as session:
        entry = session.scalars(
            select(AuditEntry).where(AuditEntry.action == "webhook.created")
        ).one()
    assert (entry.actor_name, entry.source) == ("admin", "127.0.0.1")


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    console: Console,
) -> None:
    app = _new(console)
    app.text_input(key="webhook-address").input("ftp://hooks.example.org/")
    _press(app, "Webhook anlegen")
    name, address = refusals_of(app)
    assert name == "Geben Sie dem Webhook einen Namen."
    assert address.startswith("Das ist keine Adresse eines Empfängers")
    assert app.text_input(key="webhook-address").value == "ftp://hooks.example.org/"
    with console.sessions() as session:
        assert session.scalars(select(Webhook)).all() == []


def test_a_test_is_written_and_seen_among_the_messages(console: Console, pager: int) -> None:
    app = console.open("webhooks")
    app.button(key=f"webhook-{pager}-send").click().run()
    with console.sessions() as session:
        row = session.scalars(select(WebhookDelivery)).one()
    assert (row.kind, row.state) == ("webhook.test", DeliveryState.PENDING)
    assert any(row.message_id in one.value for one in app.caption)
    assert app.button(key="webhook-again").disabled
    assert "Unterwegs" in html_of(app)


def test_how_messages_went_is_told_in_the_readers_words(console: Console, pager: int) -> None:
    now = utc_now()
    problem = Sentence("The receiver {host} cannot be reached.", host="hooks.example.org")
    with console.sessions.begin() as session:
        for number, (state, status) in enumerate(
            [(DeliveryState.DELIVERED, 200), (DeliveryState.FAILED, None)]
        ):
            session.add(
                WebhookDelivery(
                    webhook_id=pager,
                    message_id=f"msg_{number}",
                    kind="incident.opened",
                    body="{}",
                    state=state,
                    created_at=now,
                    next_at=now,
                    ended_at=now,
                    tries=1,
                    status=status,
                    answer="<b>thanks</b>" if status else None,
                    problem=None if status else problem.kept(),
                    duration_seconds=0.0123,
                )
            )
    app = console.open("webhooks")
    shown = html_of(app)
    assert "Der Empfänger hooks.example.org ist nicht erreichbar." in shown
    assert "&lt;b&gt;thanks&lt;/b&gt;" in shown
    assert "12 ms" in shown
    app.selectbox(key="webhook-message").select_index(1).run()
    app.button(key="webhook-again").click().run()
    with console.sessions() as session:
        states = session.scalars(select(WebhookDelivery.state).order_by(WebhookDelivery.id)).all()
    assert list(states) == [DeliveryState.PENDING, DeliveryState.FAILED]


def test_it_is_paused_and_resumed(console: Console, pager: int) -> None:
    app = console.open("webhooks")
    app.button(key=f"webhook-{pager}-pause").click().run()
    assert not _row(console, pager).is_active
    assert ">Angehalten<" in html_of(app)
    app.button(key=f"webhook-{pager}-play_arrow").click().run()
    assert _row(console, pager).is_active


def test_it_is_edited_and_keeps_its_address(console: Console, pager: int) -> None:
    before = _row(console, pager).access_encrypted
    app = console.open("webhooks")
    app.button(key=f"webhook-{pager}-edit").click().run()
    assert app.text_input(key="webhook-address").value == ""
    app.text_input(key="webhook-name").input("Hausmeister-Chat")
    _press(app, "Speichern")
    row = _row(console, pager)
    assert (row.name, row.access_encrypted) == ("Hausmeister-Chat", before)


def test_a_new_secret_is_shown_after_a_question(console: Console, pager: int) -> None:
    app = console.open("webhooks")
    app.button(key=f"webhook-{pager}-key").click().run()
    assert "24 Stunden" in html_of(app)
    assert not app.code
    _press(app, "Neues Geheimnis erzeugen")
    assert app.code[0].value.startswith("whsec_")
    until = _row(console, pager).former_until
    assert until is not None
    assert timedelta(hours=23) < until - utc_now() < timedelta(hours=25)


def test_it_is_deleted_after_a_question(console: Console, pager: int) -> None:
    app = console.open("webhooks")
    app.button(key=f"webhook-{pager}-delete").click().run()
    assert _row(console, pager).id == pager
    _press(app, "Webhook löschen")
    with console.sessions() as session:
        assert session.get(Webhook, pager) is None


@pytest.mark.parametrize("stop", Stop)
def test_why_it_was_switched_off_is_told(console: Console, pager: int, stop: Stop) -> None:
    with console.sessions.begin() as session:
        row = session.get_one(Webhook, pager)
        row.is_active, row.stop, row.stopped_at = False, stop, utc_now()
    app = console.open("webhooks")
    assert "Ausgeschaltet" in html_of(app)
    assert "„Pager“" in app.warning[0].value


def test_its_history_is_in_the_audit_in_the_readers_words(console: Console, pager: int) -> None:
    with console.sessions.begin() as session:
        webhooks.pause_webhook(session, pager, actor=CLI, now=utc_now())
    app = console.open("audit", entity="webhook", id=str(pager))
    assert not app.exception
    rows = " ".join(one.label for one in app.button)
    assert "Webhook angelegt" in rows
    assert "Webhook angehalten" in rows
    assert "s3cret" not in rows + html_of(app)


def test_editors_are_not_let_in(console: Console, pager: int) -> None:
    console.sign_in_as(Role.EDITOR, language="de")
    app = console.open("webhooks")
    assert "Pager" not in html_of(app)
    assert not [one for one in app.button if str(one.key).startswith(f"webhook-{pager}")]
