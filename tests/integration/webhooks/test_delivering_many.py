"""Many messages to one receiver: claimed and stored together, each sent once, none lost."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete, event, func, select

from infoscreen_core.db.models import WebhookDelivery
from infoscreen_core.domain.webhooks.kinds import DeliveryState
from infoscreen_core.domain.webhooks.retries import PAUSES
from infoscreen_core.services.webhooks.delivering import AHEAD, AT_ONCE, CLAIM, LONGEST_TRY
from tests.support.ports import wait_until
from tests.support.webhooks.post import Office, add_webhook, send_test
from tests.support.webhooks.receiver import Heard, Receiver, Says

PENDING, DELIVERED, _FAILED = DeliveryState
MANY = 2 * AHEAD + 6


@contextmanager
def commits(office: Office) -> Iterator[list[object]]:
    """Tell how many transactions of the office's are committed that changed something."""
    found: list[object] = []
    with office.sessions() as session:
        engine = session.get_bind().engine
    note = found.append
    event.listen(engine, "commit", note)
    try:
        yield found
    finally:
        event.remove(engine, "commit", note)


def _wait_for(office: Office, there: Receiver, number: int) -> list[str]:
    made = add_webhook(office.sessions, there.url())
    return [send_test(office.sessions, made.webhook.id) for _message in range(number)]


def _until_nothing_is_sent() -> None:
    wait_until(
        lambda: not any(one.name == "webhook" for one in threading.enumerate()),
        seconds=60,
        what="the end of all tries",
    )


def _claimed(office: Office) -> int:
    with office.sessions() as session:
        is_claimed = WebhookDelivery.claimed_by.is_not(None)
        return session.scalar(select(func.count()).where(is_claimed)) or 0


def test_many_go_out_in_few_transactions_and_each_once(office: Office, there: Receiver) -> None:
    wanted = _wait_for(office, there, MANY)
    there.hold.clear()
    office.post.step()
    wait_until(lambda: len(there.heard) == AT_ONCE, seconds=60, what="what it gets at once")
    assert _claimed(office) == AHEAD
    with commits(office) as made:
        there.hold.set()
        _until_nothing_is_sent()
        assert len(there.heard) == AHEAD, "nobody waits for the database in between"
        office.post.step()
    assert len(made) == 2, "all are stored in one transaction, the next ones claimed in another"
    assert office.states().count(DELIVERED) == AHEAD
    office.until(lambda: set(office.states()) == {DELIVERED}, what="all of them")
    assert sorted(there.ids()) == sorted(wanted)
    assert _claimed(office) == 0
    assert office.post.delivered == MANY


def test_when_one_fails_the_rest_that_was_claimed_is_given_back(
    office: Office, there: Receiver
) -> None:
    _wait_for(office, there, MANY)
    there.say(503)
    office.post.step()
    _until_nothing_is_sent()
    tried = len(there.heard)
    assert 1 <= tried <= AT_ONCE, "nothing goes out any more that was claimed with it"
    office.post.step()
    assert _claimed(office) == 1, "one while it fails"
    there.say(204)
    office.until(lambda: office.states().count(DELIVERED) >= MANY - tried - 1, what="the others")
    office.ahead += PAUSES[0] * 1.2
    office.until(lambda: set(office.states()) == {DELIVERED}, what="what had failed")
    assert len(set(there.ids())) == MANY


def test_what_waits_longer_than_its_claim_lasts_is_left_to_others(
    office: Office, there: Receiver
) -> None:
    _wait_for(office, there, AHEAD)
    there.hold.clear()
    office.until(lambda: len(there.heard) == AT_ONCE, what="those under way")
    office.ahead += CLAIM - LONGEST_TRY + timedelta(seconds=1)
    office.post.step()
    assert _claimed(office) == AT_ONCE
    office.post.step()
    assert _claimed(office) == AHEAD, "by whom ever, for as long as before"
    there.hold.set()
    office.until(lambda: set(office.states()) == {DELIVERED}, what="all of them")
    assert len(there.ids()) == AHEAD, "each once"


def test_a_message_that_is_gone_meanwhile_keeps_back_no_other(
    office: Office, there: Receiver
) -> None:
    wanted = _wait_for(office, there, 3)
    there.hold.clear()
    office.until(lambda: len(there.heard) == 3, what="all under way")
    with office.sessions.begin() as session:
        session.execute(delete(WebhookDelivery).where(WebhookDelivery.message_id == wanted[0]))
    there.hold.set()
    office.until(lambda: office.states() == [DELIVERED] * 2, what="the others")


def test_a_receiver_that_fails_now_and_then_gets_all_of_them(
    office: Office, there: Receiver
) -> None:
    seen: set[str] = set()

    def every_third_fails(heard: Heard) -> Says:
        is_new = heard.id not in seen
        seen.add(heard.id)
        return Says(500 if is_new and len(seen) % 3 == 0 else 204)

    there.answering = every_third_fails
    wanted = _wait_for(office, there, 24)

    def goes_on() -> bool:
        office.ahead += timedelta(seconds=1)
        return set(office.states()) == {DELIVERED}

    office.until(goes_on, what="all of them, some a second time")
    assert set(there.ids()) == set(wanted)


def test_stopping_gives_back_what_was_not_sent(office: Office, there: Receiver) -> None:
    _wait_for(office, there, AHEAD)
    there.hold.clear()
    office.until(lambda: len(there.heard) == AT_ONCE, what="those under way")
    there.hold.set()
    office.post.finish()
    assert _claimed(office) == 0
    sent = len(there.heard)
    assert office.states().count(DELIVERED) == sent
    assert office.states().count(PENDING) == AHEAD - sent
