"""Subscribing to a calendar and reading it, step by step."""

from datetime import datetime, timedelta
from typing import Any

from infoscreen_core.domain.exchange.addresses import AllowedHosts
from infoscreen_core.fetching.fetch import Policy
from infoscreen_core.formats.ical_reader import MAX_BYTES
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.encryption import Cipher
from infoscreen_core.services.exchange import calendar_subscriptions as service
from infoscreen_core.services.exchange import subscription_reading as reading
from infoscreen_core.services.exchange.calendar_subscriptions import SubscriptionDraft
from infoscreen_core.services.exchange.subscription_reading import Reader
from infoscreen_core.services.exchange.subscription_views import SubscriptionView
from tests.support.events.planning import MONDAY, Sessions

CIPHER = Cipher("a key for tests, which is long enough")
HOUR = timedelta(hours=1)
LOOPBACK = AllowedHosts.read("127.0.0.0/8, localhost")


def reader(*, cipher: Cipher = CIPHER, seconds: float = 20.0) -> Reader:
    """Return a reader that may read from this machine."""
    return Reader(cipher, Policy(MAX_BYTES, LOOPBACK, seconds=seconds))


def subscribe(
    sessions: Sessions,
    address: str,
    *,
    group: int = 1,
    now: datetime = MONDAY,
    **changed: Any,  # noqa: ANN401 - fields of a draft
) -> SubscriptionView:
    draft = SubscriptionDraft(address=address, **changed)
    with sessions.begin() as session:
        return service.create_subscription(session, group, draft, cipher=CIPHER, actor=CLI, now=now)


def read(
    sessions: Sessions,
    subscription_id: int = 1,
    *,
    now: datetime = MONDAY,
    by: Reader | None = None,
    accepts_removal: bool = False,
) -> SubscriptionView:
    """Read a subscription now, whether or not it is due."""
    with sessions.begin() as session:
        claimed = reading.claim_now(
            session, subscription_id, reading.new_owner("test"), actor=CLI, now=now
        )
    outcome = reading.fetch_claimed(claimed, by or reader(), now=now)
    with sessions.begin() as session:
        view = reading.store(
            session, claimed, outcome, actor=CLI, now=now, accepts_removal=accepts_removal
        )
    assert view is not None
    return view


def problem(view: SubscriptionView) -> str:
    """Return the sentence of what went wrong; empty when all is well."""
    result = view.last_result
    return str(result.problem) if result and result.problem else ""


def counts(view: SubscriptionView) -> dict[str, int]:
    """Return how many events had which outcome in the last reading."""
    return {k.value: v for k, v in view.last_result.counts.items()} if view.last_result else {}
