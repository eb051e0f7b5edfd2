"""Read a subscribed calendar: claim it, fetch it, and bring its group in step.

Three steps, so that nobody waits on another server while a transaction is open, and no two read
the same calendar at once:

1. `claim` takes it by compare-and-set for a while; whoever dies meanwhile loses it by the clock.
2. `fetch_claimed` asks the server, without a session.
3. `store` writes what came of it, if the claim still holds.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy.orm import Session

from infoscreen_core.db.models import CalendarSubscription
from infoscreen_core.db.queries import subscriptions as queries
from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.domain.exchange.subscriptions import next_check, shortest_pause
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.errors import ConflictError, InfoscreenError, InvalidInputError
from infoscreen_core.fetching.errors import FetchError
from infoscreen_core.fetching.fetch import Fetched, Policy, Wanted, fetch
from infoscreen_core.formats.ical_reader import MAX_BYTES
from infoscreen_core.services import audit
from infoscreen_core.services.actor import Actor
from infoscreen_core.services.encryption import Cipher, KeySource, load_cipher
from infoscreen_core.services.exchange.calendar_subscriptions import (
    SubscriptionDraft,
    create_subscription,
    get_subscription,
)
from infoscreen_core.services.exchange.subscription_access import checked_access, seal, unseal
from infoscreen_core.services.exchange.subscription_import import take_over
from infoscreen_core.services.exchange.subscription_views import (
    SubscriptionView,
    kept_counts,
    kept_doubt,
    kept_known,
    kept_problem,
)
from infoscreen_core.services.exchange.views import EventImportResult

CLAIM: Final = timedelta(minutes=3)
"""Longer than any fetch and its import take."""
_CHANCES: Final = 1000


class ReaderSettings(KeySource, Protocol):
    """The part of the programs' settings that says how calendars are read."""

    @property
    def calendar_allowed_hosts(self) -> str:
        """Hosts and networks of the house that may be read."""

    @property
    def calendar_ca_cert(self) -> Path | None:
        """Certificates to trust besides the system's."""


@dataclass(frozen=True)
class Reader:
    """What is needed to read calendars: the key to their addresses, and what is allowed."""

    cipher: Cipher
    policy: Policy

    @classmethod
    def of(cls, settings: ReaderSettings) -> "Reader":
        """Return the reader of an installation; raise `InvalidInputError` if it has no key."""
        allowed = AllowedHosts.read(settings.calendar_allowed_hosts)
        policy = Policy(MAX_BYTES, allowed, settings.calendar_ca_cert)
        return cls(load_cipher(settings), policy)


@dataclass(frozen=True)
class Claimed:
    """A subscription that `owner` alone may read just now, and what is known of it."""

    id: int
    owner: str
    access_encrypted: str = field(repr=False)
    etag: str | None
    last_modified: str | None


Outcome = Fetched | InfoscreenError


def list_due(session: Session, *, now: datetime, limit: int) -> Sequence[int]:
    """Return the ids of subscriptions that should be read now."""
    return queries.list_due(session, now=now, limit=limit)


def claim_due(
    session: Session, subscription_id: int, owner: str, *, now: datetime
) -> Claimed | None:
    """Take a subscription that is due; None when somebody else was faster."""
    return _claim(session, subscription_id, owner, now=now, only_due=True)


def claim_now(
    session: Session, subscription_id: int, owner: str, *, actor: Actor, now: datetime
) -> Claimed:
    """Take a subscription because a person wants it read, whether or not it is due.

    Raises `NotFoundError`, or `ConflictError` while somebody else reads it.
    """
    actor.require(Role.EDITOR)
    get_subscription(session, subscription_id, actor=actor, now=now)
    claimed = _claim(session, subscription_id, owner, now=now, only_due=False)
    if claimed is None:
        raise ConflictError("The calendar is being read just now; wait a moment.")
    audit.record(
        session,
        "subscription.read_requested",
        "subscription",
        subscription_id,
        actor=actor,
        now=now,
    )
    return claimed


def new_owner(name: str) -> str:
    """Return a name for one claim, or one process, that no other has."""
    return f"{name[:40]}:{secrets.token_hex(8)}"


def fetch_claimed(claimed: Claimed, reader: Reader, *, now: datetime) -> Outcome:
    """Return what the calendar's server gives, or why it could not be had."""
    try:
        access = unseal(claimed.access_encrypted, reader.cipher)
        return fetch(
            Wanted(access.address, access.login, claimed.etag, claimed.last_modified),
            reader.policy,
            now=now,
        )
    except InfoscreenError as error:
        return error


def fetch_draft(draft: SubscriptionDraft, reader: Reader, *, now: datetime) -> Fetched:
    """Return the calendar that nobody subscribes to yet; raise `InfoscreenError` if it fails."""
    access = checked_access(draft.address, draft.username, draft.password)
    return fetch(Wanted(access.address, access.login), reader.policy, now=now)


def rehearse(
    session: Session,
    group_id: int,
    draft: SubscriptionDraft,
    fetched: Fetched,
    reader: Reader,
    *,
    actor: Actor,
    now: datetime,
) -> EventImportResult:
    """Return what `begin` would bring, event by event, and take all of it back."""
    with session.begin_nested() as attempt:
        view = create_subscription(
            session, group_id, draft, cipher=reader.cipher, actor=actor, now=now
        )
        one = queries.find_subscription(session, view.id, is_locked=True)
        taken = one and take_over(
            session, one, fetched.body or b"", may_remove_most=True, actor=actor, now=now
        )
        attempt.rollback()
    return EventImportResult(taken.result.rows if taken else (), is_rehearsal=True)


def begin(
    session: Session,
    group_id: int,
    draft: SubscriptionDraft,
    fetched: Fetched,
    reader: Reader,
    *,
    actor: Actor,
    now: datetime,
) -> SubscriptionView:
    """Subscribe a group to a calendar, and take over what was just fetched of it."""
    view = create_subscription(session, group_id, draft, cipher=reader.cipher, actor=actor, now=now)
    claimed = claim_now(session, view.id, new_owner(actor.name), actor=actor, now=now)
    return store(session, claimed, fetched, actor=actor, now=now) or view


def store(
    session: Session,
    claimed: Claimed,
    outcome: Outcome,
    *,
    actor: Actor,
    now: datetime,
    accepts_removal: bool = False,
) -> SubscriptionView | None:
    """Bring the group in step with what was fetched; None when the claim was lost meanwhile.

    `accepts_removal`: a person has confirmed that most events go.
    """
    subscription = queries.find_subscription(session, claimed.id, is_locked=True)
    if subscription is None or subscription.claimed_by != claimed.owner:
        return None
    subscription.last_checked_at = now
    retry_after = None
    if isinstance(outcome, Fetched):
        problem = _take(session, subscription, outcome, actor, now, accepts_removal=accepts_removal)
        outcome = problem or outcome
    if isinstance(outcome, InfoscreenError):
        subscription.failures += 1
        subscription.last_result = kept_problem(subscription.last_result, outcome)
        retry_after = outcome.retry_after if isinstance(outcome, FetchError) else None
    subscription.claimed_by = subscription.claimed_until = None
    subscription.next_check_at = next_check(
        now,
        minutes=subscription.interval_minutes,
        failures=subscription.failures,
        chance=secrets.randbelow(_CHANCES) / _CHANCES,
        retry_after=retry_after,
    )
    session.flush()
    return get_subscription(session, claimed.id, actor=actor, now=now)


def unforeseen(error: Exception) -> InfoscreenError:
    """Return what people are told of a mistake of our own; the programs' logs say more."""
    return InvalidInputError(
        "The calendar could not be taken over ({problem}); the programs' log says more.",
        field="address",
        problem=type(error).__name__,
    )


def renew_seal(session: Session, claimed: Claimed, cipher: Cipher) -> None:
    """Encrypt the address with the present key, if an older one was needed to read it."""
    if cipher.is_current(claimed.access_encrypted):
        return
    subscription = queries.find_subscription(session, claimed.id, is_locked=True)
    if subscription and subscription.access_encrypted == claimed.access_encrypted:
        subscription.access_encrypted = seal(unseal(claimed.access_encrypted, cipher), cipher)


def release(session: Session, owner: str) -> None:
    """Give back what an owner has claimed and will not read any more."""
    queries.release(session, owner)


def _take(
    session: Session,
    subscription: CalendarSubscription,
    fetched: Fetched,
    actor: Actor,
    now: datetime,
    *,
    accepts_removal: bool,
) -> InfoscreenError | None:
    """Take over what was fetched; return why the calendar could not be used, or None."""
    digest = hashlib.sha256(fetched.body).hexdigest() if fetched.body is not None else None
    if fetched.body is None or digest == subscription.body_digest:
        subscription.last_result = kept_known(subscription.last_result)
        _note_success(subscription, fetched, subscription.body_digest, now)
        return None
    try:
        taken = take_over(
            session,
            subscription,
            fetched.body,
            may_remove_most=accepts_removal or _is_confirmed(subscription, now),
            actor=actor,
            now=now,
        )
    except InfoscreenError as error:
        return error
    if taken.held_back:
        subscription.last_result = kept_doubt(subscription.last_result, taken.held_back)
        subscription.removal_held_at = subscription.removal_held_at or now
        subscription.failures = 0
        return None
    subscription.last_result = kept_counts(taken.result)
    if taken.result.has_changed:
        subscription.last_changed_at = now
    _note_success(subscription, fetched, digest, now)
    return None


def _is_confirmed(subscription: CalendarSubscription, now: datetime) -> bool:
    """Whether a removal was held back an interval ago: this reading is the second that says so."""
    held_at, pause = subscription.removal_held_at, shortest_pause(subscription.interval_minutes)
    return held_at is not None and now - held_at >= pause


def _note_success(
    subscription: CalendarSubscription, fetched: Fetched, digest: str | None, now: datetime
) -> None:
    subscription.etag, subscription.last_modified = fetched.etag, fetched.last_modified
    subscription.body_digest = digest
    subscription.removal_held_at = None
    subscription.failures = 0
    subscription.last_success_at = now


def _claim(
    session: Session, subscription_id: int, owner: str, *, now: datetime, only_due: bool
) -> Claimed | None:
    is_ours = queries.claim(
        session, subscription_id, owner, now=now, until=now + CLAIM, only_due=only_due
    )
    if not is_ours:
        return None
    session.expire_all()
    one = queries.find_subscription(session, subscription_id)
    if one is None:
        return None
    return Claimed(one.id, owner, one.access_encrypted, one.etag, one.last_modified)
