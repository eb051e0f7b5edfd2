"""Send messages to webhooks: claim some, post each, and store what came of them.

Three steps, so that nobody waits on another server while a transaction is open. Whoever dies
meanwhile loses the claim by the clock, and the message goes out again under the same id: at least
once, and receivers know repetitions by `webhook-id`.
"""

import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signer

from infoscreen_core.db.models import Webhook, WebhookDelivery
from infoscreen_core.db.queries import webhooks as queries
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.domain.text.wording import Sentence, printable
from infoscreen_core.domain.webhooks.kinds import DeliveryState, Stop
from infoscreen_core.domain.webhooks.retries import Answer, is_to_be_stopped, meaning, next_try
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.fetching.posting import PostPolicy, post
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher, KeySource, load_cipher
from infoscreen_core.services.webhooks.webhook_access import unseal

CLAIM: Final = timedelta(seconds=30)
"""Longer than any try takes, with a wait before it."""
LONGEST_TRY: Final = timedelta(seconds=20)
"""A try ends after 15; a message that has waited so long that less is left is given back."""
KEPT: Final = timedelta(days=14)
"""So long messages are kept that are over."""
AT_ONCE: Final = 4
"""Messages that one receiver gets at the same time; one while it fails."""
AHEAD: Final = 32
"""Messages that are claimed for one receiver at a time, so that it need not wait for that."""
_ANSWER: Final = 500
_CHANCES: Final = 1000
_SWEPT_AT_ONCE: Final = 500


class CourierSettings(KeySource, Protocol):
    """The part of the programs' settings that says where webhooks may go."""

    @property
    def webhook_allowed_hosts(self) -> str:
        """Hosts and networks of the house that webhooks may go to."""

    @property
    def webhook_ca_cert(self) -> Path | None:
        """Certificates to trust besides the system's."""


@dataclass(frozen=True)
class Courier:
    """What is needed to send: the key to addresses and secrets, and what is allowed."""

    cipher: Cipher
    policy: PostPolicy

    @classmethod
    def of(cls, settings: CourierSettings) -> "Courier":
        """Return the courier of an installation; raise `InvalidInputError` if it has no key."""
        allowed = AllowedHosts.read(settings.webhook_allowed_hosts)
        return cls(load_cipher(settings), PostPolicy(allowed, settings.webhook_ca_cert))


@dataclass(frozen=True)
class Claimed:
    """A message that `owner` alone may send just now."""

    id: int
    webhook_id: int
    owner: str
    message_id: str
    body: str = field(repr=False)
    access_encrypted: str = field(repr=False)
    is_rotating: bool
    """Whether the former secret signs as well."""
    send_until: datetime
    """Later the claim might end before the try does."""


@dataclass(frozen=True)
class Outcome:
    """What came of one try."""

    status: int | None
    seconds: float
    answer: str = ""
    problem: Sentence | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True)
class Tried:
    """A message with what came of its try."""

    claimed: Claimed
    outcome: Outcome

    @property
    def is_taken(self) -> bool:
        """Whether the receiver took it."""
        return meaning(self.outcome.status) is Answer.TAKEN


def list_due(session: Session, busy: Mapping[int, int], *, now: datetime) -> list[int]:
    """Return the ids of messages to claim; `busy` says how many of each webhook are already.

    None waits for another webhook's receiver, however slow.
    """
    found: list[int] = []
    for row in queries.list_webhooks(session):
        room = (1 if row.failing_since else AHEAD) - busy.get(row.id, 0)
        if row.is_active and room > 0:
            found += queries.list_due(session, row.id, now=now, limit=room)
    return found


def claim(session: Session, ids: Sequence[int], owner: str, *, now: datetime) -> list[Claimed]:
    """Take messages; those are left out for which somebody else was faster."""
    webhooks = {one.id: one for one in queries.list_webhooks(session)}
    return [
        _claimed(row, owner, webhooks[row.webhook_id], now)
        for row in queries.claim(session, ids, owner, now=now, until=now + CLAIM)
        if row.webhook_id in webhooks
    ]


def send(claimed: Claimed, courier: Courier, *, now: datetime) -> Outcome:
    """Sign a message and post it; return what came of it, never raise for what may happen."""
    began = time.monotonic()
    try:
        access = unseal(claimed.access_encrypted, courier.cipher)
        former = access.former if claimed.is_rotating else None
        keys = [key for key in (access.secret, former) if key]
        headers = signed_headers(claimed.message_id, claimed.body, keys, now=now)
        posted = post(access.address, claimed.body.encode(), headers, courier.policy, now=now)
    except InfoscreenError as error:
        return Outcome(None, time.monotonic() - began, problem=Sentence.of(error))
    return Outcome(
        posted.status, posted.seconds, answer=posted.answer, retry_after=posted.retry_after
    )


def signed_headers(message_id: str, body: str, keys: list[str], *, now: datetime) -> dict[str, str]:
    """Return the headers of Standard Webhooks, with one signature for each key."""
    signatures = [Signer(key).sign(message_id, now, body) for key in keys]
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def unforeseen(error: Exception) -> Outcome:
    """Return the outcome of a mistake of our own; the log says more."""
    return Outcome(
        None,
        0.0,
        problem=Sentence(
            "The message could not be sent ({problem}); the programs' log says more.",
            problem=type(error).__name__,
        ),
    )


def store(
    session: Session, tried: Sequence[Tried], *, actor: Actor, now: datetime
) -> list[DeliveryState | None]:
    """Write down what came of some tries; return how the messages stand, None for a lost one."""
    numbers = sorted({one.claimed.webhook_id for one in tried})
    webhooks = {one: queries.find_webhook(session, one, is_locked=True) for one in numbers}
    rows = queries.lock_deliveries(session, [one.claimed.id for one in tried])
    found: list[DeliveryState | None] = []
    for one in tried:
        webhook, row = webhooks[one.claimed.webhook_id], rows.get(one.claimed.id)
        if webhook is None or row is None or row.claimed_by != one.claimed.owner:
            found.append(None)
            continue
        _note(row, one.outcome, now)
        _judge(session, row, webhook, one.outcome, actor=actor, now=now)
        found.append(row.state)
    return found


def release(session: Session, owner: str, ids: Collection[int] | None = None) -> None:
    """Give back what an owner has claimed and will not send: these messages, or all."""
    queries.release(session, owner, ids)


def sweep(session: Session, *, now: datetime) -> int:
    """Forget some messages that have been over for long; return how many."""
    return queries.delete_ended(session, now - KEPT, limit=_SWEPT_AT_ONCE)


def _claimed(row: WebhookDelivery, owner: str, webhook: Webhook, now: datetime) -> Claimed:
    return Claimed(
        row.id,
        webhook.id,
        owner,
        row.message_id,
        row.body,
        webhook.access_encrypted,
        is_rotating=webhook.former_until is not None and now < webhook.former_until,
        send_until=now + CLAIM - LONGEST_TRY,
    )


def _note(row: WebhookDelivery, outcome: Outcome, now: datetime) -> None:
    row.claimed_by = row.claimed_until = None
    row.tries += 1
    row.tried_at, row.status, row.duration_seconds = now, outcome.status, outcome.seconds
    row.answer = printable(" ".join(outcome.answer.split()))[:_ANSWER] or None
    row.problem = outcome.problem.kept() if outcome.problem else None


def _judge(
    session: Session,
    row: WebhookDelivery,
    webhook: Webhook,
    outcome: Outcome,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    answer = meaning(outcome.status)
    if answer is Answer.TAKEN:
        row.state, row.ended_at, webhook.failing_since = DeliveryState.DELIVERED, now, None
    else:
        _note_failure(row, webhook, outcome, now)
        session.flush()
        _stop_if_due(session, webhook, answer, actor, now)
    session.flush()


def _note_failure(row: WebhookDelivery, webhook: Webhook, outcome: Outcome, now: datetime) -> None:
    webhook.failing_since = webhook.failing_since or now
    chance = secrets.randbelow(_CHANCES) / _CHANCES
    again = next_try(row.tries, chance=chance, wish=outcome.retry_after, now=now)
    if again is None:
        row.state, row.ended_at = DeliveryState.FAILED, now
    else:
        row.next_at = again


def _stop_if_due(
    session: Session, webhook: Webhook, answer: Answer, actor: Actor, now: datetime
) -> None:
    if answer is Answer.GONE:
        stop = Stop.GONE
    elif is_to_be_stopped(webhook.failing_since, now=now):
        stop = Stop.FAILING
    else:
        return
    before = audit.audited_columns(webhook)
    webhook.is_active, webhook.stop, webhook.stopped_at = False, stop, now
    problem = Sentence("The webhook was switched off before the message went out.")
    queries.give_up(session, webhook.id, problem.kept(), now=now)
    session.expire_all()
    audit.record(
        session,
        "webhook.stopped",
        "webhook",
        webhook.id,
        actor=actor,
        now=now,
        before=before,
        after=audit.audited_columns(webhook),
    )
