"""Messages reach a real receiver: signed, again after failures, and never where they may not go."""

import time
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker
from standardwebhooks import WebhookVerificationError

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, Webhook, WebhookDelivery
from infoscreen_core.domain.webhooks.kinds import DeliveryState, Stop
from infoscreen_core.domain.webhooks.retries import PAUSES, ROTATION, TRIES
from infoscreen_core.services.monitoring import measures
from infoscreen_core.services.webhooks import delivering, webhooks
from infoscreen_core.services.webhooks.webhooks import WebhookDraft
from tests.support.listener.telemetry import empty
from tests.support.people import ADMIN
from tests.support.webhooks.post import CIPHER, Office, Sessions, add_webhook, send_test
from tests.support.webhooks.receiver import Receiver, receiver

PENDING, DELIVERED, FAILED = DeliveryState


def _webhook(sessions: Sessions, number: int) -> Webhook:
    with sessions() as session:
        return session.get_one(Webhook, number)


def test_a_message_arrives_as_standard_webhooks_say(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url("/hooks/7?key=a"))
    message_id = send_test(office.sessions, made.webhook.id)
    there.say(200, b"thank\nyou")
    office.until_tried()
    [heard] = there.heard
    assert heard.path == "/hooks/7?key=a"
    assert heard.headers["content-type"] == "application/json"
    assert heard.id == message_id
    content = heard.checked(made.secret)
    assert content["type"] == "webhook.test"
    assert content["data"] == {"webhookName": "Pager", "requestedBy": ADMIN.name}
    assert content["timestamp"].endswith("Z")
    with pytest.raises(WebhookVerificationError):
        heard.checked("whsec_c29tZWJvZHkgZWxzZSdzIHNlY3JldCwgYW5kIG5vdCBvdXJz")
    [row] = office.deliveries()
    assert (row.state, row.status, row.answer, row.tries) == (DELIVERED, 200, "thank you", 1)
    assert row.duration_seconds is not None
    assert 0 < row.duration_seconds < 15
    assert row.claimed_by is None


def test_what_fails_comes_again_under_the_same_id(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    message_id = send_test(office.sessions, made.webhook.id)
    there.say(503)
    office.until_tried(1)
    assert not office.post.step()
    assert _webhook(office.sessions, made.webhook.id).failing_since is not None
    office.ahead += PAUSES[0] * 1.2
    office.until_tried(2)
    there.say(204)
    office.ahead += PAUSES[1] * 1.2
    office.until_tried(3)
    assert there.ids() == [message_id] * 3
    assert {one.body for one in there.heard} == {there.heard[0].body}
    assert office.states() == [DELIVERED]
    assert _webhook(office.sessions, made.webhook.id).failing_since is None


def test_after_a_day_of_tries_a_message_is_given_up_and_can_be_sent_again(
    office: Office, there: Receiver
) -> None:
    made = add_webhook(office.sessions, there.url())
    send_test(office.sessions, made.webhook.id)
    there.say(500)
    for number, pause in enumerate([*PAUSES, timedelta()], start=1):
        office.until_tried(number)
        office.ahead += pause * 1.2
    assert len(there.heard) == TRIES
    [row] = office.deliveries()
    assert (row.state, row.tries, row.status) == (FAILED, TRIES, 500)
    there.say(200)
    with office.sessions.begin() as session:
        webhooks.send_again(session, row.id, actor=ADMIN, now=office.now())
    office.until(lambda: office.states() == [DELIVERED], what="the message, sent again")
    assert len(set(there.ids())) == 1


def test_a_receiver_may_ask_for_patience(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    send_test(office.sessions, made.webhook.id)
    there.say(429, retry_after="3600")
    office.until_tried()
    [row] = office.deliveries()
    assert row.next_at - office.now() > timedelta(minutes=50)


def test_410_ends_it_for_good(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    there.say(410)
    for _message in range(3):
        send_test(office.sessions, made.webhook.id)
    office.until(lambda: PENDING not in office.states(), what="the end")
    row = _webhook(office.sessions, made.webhook.id)
    assert (row.is_active, row.stop) == (False, Stop.GONE)
    with office.sessions() as session:
        assert measures.read(session, now=office.now()).stopped_webhooks == 1
    assert set(office.states()) == {FAILED}
    with office.sessions() as session:
        actions = session.scalars(select(AuditEntry.action)).all()
    assert actions.count("webhook.stopped") == 1
    office.until(lambda: not office.post.step(), what="what was under way")
    assert set(office.states()) == {FAILED}


def test_what_nothing_reaches_for_days_is_switched_off(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    there.say(500)
    send_test(office.sessions, made.webhook.id)
    office.until_tried()
    office.ahead += timedelta(days=6)
    office.until(lambda: PENDING not in office.states(), what="the end")
    row = _webhook(office.sessions, made.webhook.id)
    assert (row.is_active, row.stop) == (False, Stop.FAILING)
    with office.sessions.begin() as session:
        view = webhooks.resume_webhook(session, row.id, actor=ADMIN, now=office.now())
    assert (view.is_active, view.stop, view.failing_since) == (True, None, None)


def test_redirects_are_not_followed(office: Office, there: Receiver) -> None:
    with receiver() as other:
        made = add_webhook(office.sessions, there.url())
        there.say(307, location=other.url("/secret"))
        send_test(office.sessions, made.webhook.id)
        office.until_tried()
        assert other.heard == []
    [row] = office.deliveries()
    assert (row.state, row.status) == (PENDING, 307)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_this_machine_and_the_house_are_refused_unless_allowed(
    shared: sessionmaker[Session], there: Receiver, host: str
) -> None:
    empty(shared)
    strict = Office(shared, allowed="")
    made = add_webhook(shared, there.url(host=host))
    send_test(shared, made.webhook.id)
    strict.until_tried()
    strict.close()
    assert there.heard == []
    [row] = strict.deliveries()
    assert row.status is None
    assert row.problem is not None
    assert "WEBHOOK_ALLOWED_HOSTS" in row.problem["template"]


def test_a_long_answer_is_cut_and_made_harmless(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    send_test(office.sessions, made.webhook.id)
    there.say(500, b"\x1b[31m\x00 " + b"x" * 3_000_000)
    office.until_tried()
    [row] = office.deliveries()
    assert row.status == 500
    assert row.answer is not None
    assert len(row.answer) <= 500
    assert row.answer.isprintable()


def test_a_new_secret_and_the_former_one_sign_for_a_day(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    with office.sessions.begin() as session:
        renewed = webhooks.rotate_secret(
            session, made.webhook.id, cipher=CIPHER, actor=ADMIN, now=utc_now()
        )
    assert renewed.secret != made.secret
    send_test(office.sessions, made.webhook.id)
    office.until_tried(1)
    for secret in (made.secret, renewed.secret):
        assert there.heard[0].checked(secret)["type"] == "webhook.test"
    office.ahead = ROTATION + timedelta(minutes=1)
    send_test(office.sessions, made.webhook.id)
    office.until_tried(2)
    assert len(there.heard[1].headers["webhook-signature"].split()) == 1


def test_another_address_keeps_the_secret(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, "http://127.0.0.1:9/old")
    draft = WebhookDraft("Pager", there.url("/new"), ["incident.opened"])
    with office.sessions.begin() as session:
        webhooks.edit_webhook(
            session, made.webhook.id, draft, cipher=CIPHER, actor=ADMIN, now=utc_now()
        )
    send_test(office.sessions, made.webhook.id)
    office.until_tried()
    assert there.heard[0].path == "/new"
    assert there.heard[0].checked(made.secret)


def test_a_receiver_that_hangs_keeps_no_other_waiting(office: Office, there: Receiver) -> None:
    with receiver() as slow:
        slow.hold.clear()
        bad = add_webhook(office.sessions, slow.url(), name="A slow one")
        good = add_webhook(office.sessions, there.url(), name="Good")
        for _message in range(20):
            send_test(office.sessions, bad.webhook.id)
        send_test(office.sessions, good.webhook.id)
        office.until(lambda: there.heard, what="the other's message")
        assert len(slow.heard) <= delivering.AT_ONCE


def test_two_senders_send_each_message_once(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    wanted = {send_test(office.sessions, made.webhook.id) for _message in range(30)}
    other = Office(office.sessions)

    def is_done() -> bool:
        other.post.step()
        return set(office.states()) == {DELIVERED}

    office.until(is_done, what="all messages")
    other.close()
    assert sorted(there.ids()) == sorted(wanted)


def test_a_claim_that_nobody_ends_is_taken_over_with_the_same_id(
    office: Office, there: Receiver
) -> None:
    made = add_webhook(office.sessions, there.url())
    message_id = send_test(office.sessions, made.webhook.id)
    with office.sessions.begin() as session:
        due = delivering.list_due(session, {}, now=utc_now())
        assert delivering.claim(session, due, "somebody who died", now=utc_now())
    assert not office.post.step()
    office.ahead = delivering.CLAIM + timedelta(seconds=1)
    office.until_tried()
    assert there.ids() == [message_id]


def test_messages_that_are_over_are_forgotten_after_two_weeks(
    office: Office, there: Receiver
) -> None:
    made = add_webhook(office.sessions, there.url())
    send_test(office.sessions, made.webhook.id)
    office.until_tried()
    with office.sessions.begin() as session:
        assert delivering.sweep(session, now=utc_now() + delivering.KEPT / 2) == 0
        assert delivering.sweep(session, now=utc_now() + delivering.KEPT * 1.1) == 1
        assert session.scalar(select(WebhookDelivery.id)) is None


def test_a_pause_gives_up_what_waits_and_deletion_forgets_it(
    office: Office, there: Receiver
) -> None:
    made = add_webhook(office.sessions, there.url())
    send_test(office.sessions, made.webhook.id)
    with office.sessions.begin() as session:
        webhooks.pause_webhook(session, made.webhook.id, actor=ADMIN, now=utc_now())
    assert not office.post.step()
    assert office.states() == [FAILED]
    with office.sessions.begin() as session:
        webhooks.delete_webhook(session, made.webhook.id, actor=ADMIN, now=utc_now())
    assert office.deliveries() == []
    assert there.heard == []


def test_what_is_secret_is_neither_audited_nor_shown(office: Office) -> None:
    made = add_webhook(office.sessions, "https://hooks.example.org/services/s3cret-t0ken")
    with office.sessions.begin() as session:
        webhooks.rotate_secret(session, made.webhook.id, cipher=CIPHER, actor=ADMIN, now=utc_now())
        entries = session.scalars(select(AuditEntry)).all()
        [view] = webhooks.list_webhooks(session, actor=ADMIN)
    said = repr([(one.before, one.after) for one in entries]) + repr(view)
    assert "s3cret" not in said
    assert "whsec" not in said
    assert made.webhook.address_shown in said
    assert made.secret.startswith("whsec_")


def test_the_clock_of_a_try_is_told(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    send_test(office.sessions, made.webhook.id)
    office.ahead = timedelta(minutes=2)
    office.until_tried()
    stamp = int(there.heard[0].headers["webhook-timestamp"])
    assert abs(stamp - (time.time() + 120)) < 60  # noqa: TID251 - what a receiver compares with


def test_the_audit_names_the_webhook_that_was_tried(office: Office, there: Receiver) -> None:
    made = add_webhook(office.sessions, there.url())
    message_id = send_test(office.sessions, made.webhook.id)
    office.until(lambda: office.states() == [DELIVERED], what="the message")
    [row] = office.deliveries()
    with office.sessions.begin() as session:
        webhooks.send_again(session, row.id, actor=ADMIN, now=office.now())
    with office.sessions() as session:
        entries = session.query(AuditEntry).order_by(AuditEntry.id).all()
    told = {entry.action: entry.after for entry in entries}
    expected = {"name": made.webhook.name, "message_id": message_id}
    assert told["webhook.tested"] == told["webhook.repeated"] == expected
