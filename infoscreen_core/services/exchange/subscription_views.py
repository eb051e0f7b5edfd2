"""What readers get of subscriptions: frozen rows, without addresses and passwords."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from infoscreen_core.db.models import CalendarSubscription
from infoscreen_core.db.queries.subscriptions import SubscriptionRow
from infoscreen_core.domain.events.event import EventType
from infoscreen_core.domain.text.wording import Sentence
from infoscreen_core.errors import InfoscreenError
from infoscreen_core.services.exchange.views import EventImportResult, EventOutcome

_MAX_REFUSED: Final = 20
"""How many refused events are kept with their reasons; the others are counted."""


@dataclass(frozen=True)
class RefusedEvent:
    """An event of the calendar that cannot be shown, and why."""

    title: str
    reason: Sentence


@dataclass(frozen=True)
class ReadingResult:
    """How a reading ended: with counts, with a problem, or with a removal that is held back."""

    counts: Mapping[EventOutcome, int]
    is_known: bool = False
    """Whether the calendar was the same as before, and so was not gone through again."""
    problem: Sentence | None = None
    refused: Sequence[RefusedEvent] = ()
    """As of the last time that it was gone through."""
    held_back: int = 0
    """So many events would have been removed; a second reading has to confirm that."""


@dataclass(frozen=True, kw_only=True)
class SubscriptionView:
    """A subscribed calendar, and how its last reading went."""

    id: int
    group_id: int
    group_name: str
    name: str
    address_shown: str
    has_login: bool
    interval_minutes: int
    is_active: bool
    event_type: EventType | None
    takes_private: bool
    event_count: int
    next_check_at: datetime
    last_checked_at: datetime | None
    last_success_at: datetime | None
    last_changed_at: datetime | None
    failures: int
    last_result: ReadingResult | None
    is_being_read: bool
    created_by_name: str | None
    created_at: datetime
    version: int


def subscription_view(row: SubscriptionRow, *, now: datetime) -> SubscriptionView:
    """Return the view of a stored subscription."""
    one = row.subscription
    return SubscriptionView(
        id=one.id,
        group_id=one.group_id,
        group_name=row.group_name,
        name=one.name,
        address_shown=one.address_shown,
        has_login=one.has_login,
        interval_minutes=one.interval_minutes,
        is_active=one.is_active,
        event_type=one.event_type,
        takes_private=one.takes_private,
        event_count=row.event_count,
        next_check_at=one.next_check_at,
        last_checked_at=one.last_checked_at,
        last_success_at=one.last_success_at,
        last_changed_at=one.last_changed_at,
        failures=one.failures,
        last_result=stored_result(one),
        is_being_read=one.claimed_until is not None and one.claimed_until > now,
        created_by_name=row.created_by_name,
        created_at=one.created_at,
        version=one.version,
    )


def stored_result(subscription: CalendarSubscription) -> ReadingResult | None:
    """Return how the last reading went; None before the first one."""
    kept = subscription.last_result
    if kept is None:
        return None
    known = set(EventOutcome)
    return ReadingResult(
        counts={EventOutcome(k): v for k, v in kept.get("counts", {}).items() if k in known},
        is_known=kept.get("is_known", False),
        problem=Sentence.restored(kept["problem"]) if kept.get("problem") else None,
        refused=[
            RefusedEvent(one["title"], Sentence.restored(one)) for one in kept.get("refused", ())
        ],
        held_back=kept.get("held_back", 0),
    )


def kept_counts(result: EventImportResult) -> dict[str, Any]:
    """Return a reading that was taken over, as it is stored."""
    refused = [row for row in result.rows if row.outcome is EventOutcome.REFUSED]
    return {
        "counts": {outcome.value: n for outcome, n in result.counts.items() if n},
        "refused": [
            {"title": row.title, **Sentence.of(row.error).kept()}
            for row in refused[:_MAX_REFUSED]
            if row.error
        ],
    }


def kept_known(before: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return a reading that found the calendar as it was, as it is stored."""
    return {"is_known": True, **_refused_of(before)}


def kept_doubt(before: Mapping[str, Any] | None, held_back: int) -> dict[str, Any]:
    """Return a reading that is not believed yet, as it is stored."""
    return {"held_back": held_back, **_refused_of(before)}


def kept_problem(before: Mapping[str, Any] | None, error: InfoscreenError) -> dict[str, Any]:
    """Return a reading that failed, as it is stored: translated only when it is shown."""
    return {"problem": Sentence.of(error).kept(), **_refused_of(before)}


def _refused_of(before: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"refused": before.get("refused", [])} if before else {}
