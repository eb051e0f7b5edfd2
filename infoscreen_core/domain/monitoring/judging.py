"""When a player is judged, and since when the status holds that it then has.

Nothing tells the server that a player has fallen silent; that is noticed on a deadline. So each
judgement sets the next one: at the deadline of silence, and after `LONGEST_WAIT` at the latest,
since log lines and reconnects also stop counting by mere passing of time. What arrives meanwhile
and may change the status puts the judgement forward.

While the server could not see its screens (a blind span), silence means nothing. Players that were
alive when it began get the whole grace period after its end to be heard again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.monitoring.availability import StatusChange
from infoscreen_core.domain.monitoring.liveness import (
    ClientFacts,
    Status,
    StatusReason,
    judge_client,
)
from infoscreen_core.domain.screens.standing import Standing, standing_of

LONGEST_WAIT: Final = timedelta(seconds=60)
LATEST: Final = timedelta(seconds=60)
"""A judgement that is due for longer was forgotten: what is on record may no longer hold."""
_TICK: Final = timedelta(milliseconds=1)
"""A player is alive up to the very end of its grace period."""
_OUT_OF_SERVICE: Final = {
    Standing.PENDING: StatusReason.PENDING,
    Standing.REJECTED: StatusReason.REJECTED,
    Standing.OUT_OF_SERVICE: StatusReason.DEACTIVATED,
}
OUT_OF_SERVICE: Final = frozenset(_OUT_OF_SERVICE.values())
"""Why a player has no status."""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whether the server sees its screens, and since when it has."""

    is_blind: bool = False
    seen_since: datetime | None = None
    """When the last blind span ended; None without one, and while one goes on."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a player's status is, since when, and when to look again."""

    change: StatusChange
    """The status in force; `at` is when it began, as far as that is known."""
    judge_at: datetime
    is_unsure: bool = False
    """Whether the player is silent, but so may we be deaf."""


def judge(
    facts: ClientFacts,
    known: StatusChange | None,
    *,
    now: datetime,
    grace: timedelta,
    sight: Sight,
) -> Judgement:
    """Return the status of a player; `known` is what it was judged to have before."""
    standing = standing_of(
        is_approved=facts.is_approved, is_rejected=facts.is_rejected, is_active=facts.is_active
    )
    if standing is not Standing.IN_SERVICE:
        reason = _OUT_OF_SERVICE[standing]
        return Judgement(StatusChange(now, None, reason), now + LONGEST_WAIT)
    seen = _with_time_to_be_heard(facts, known, sight)
    verdict = judge_client(seen, now=now, grace=grace)
    if sight.is_blind and verdict.reason is StatusReason.HEARTBEAT_STALE and known is not None:
        return Judgement(known, now + LONGEST_WAIT, is_unsure=True)
    # A screen that was never heard of is not down: it has not been hung up yet.
    status = None if verdict.reason is StatusReason.NEVER_SEEN else verdict.status
    change = StatusChange(_began(verdict.reason, seen, now, grace), status, verdict.reason)
    return Judgement(change, _next_look(seen, now, grace))


def _with_time_to_be_heard(
    facts: ClientFacts, known: StatusChange | None, sight: Sight
) -> ClientFacts:
    """Let the silence of a player begin when the server saw again, unless it was offline before."""
    alive, ended = facts.last_alive, sight.seen_since
    if known is None or known.status is Status.OFFLINE or alive is None or ended is None:
        return facts
    return replace(facts, last_alive=max(alive, ended))


def _began(reason: StatusReason, facts: ClientFacts, now: datetime, grace: timedelta) -> datetime:
    if reason is StatusReason.HEARTBEAT_STALE and facts.last_alive is not None:
        return min(facts.last_alive + grace, now)
    return now


def _next_look(facts: ClientFacts, now: datetime, grace: timedelta) -> datetime:
    latest = now + LONGEST_WAIT
    if facts.last_alive is None:
        return latest
    deadline = facts.last_alive + grace + _TICK
    return min(latest, deadline) if deadline > now else latest
