"""Watches the claims of other converters, to go on with what a dead one left.

By the monotonic clock of whoever watches: a claim that stands as it was seen for a whole lease
belongs to nobody any more. After a pause in watching, as when the database was away, all begins
anew, since its holder could not renew it either.
"""

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Final

from infoscreen_core.domain.media.conversion import LEASE
from infoscreen_core.services.media.conversion_claims import ClaimRow

_LONGEST_GAP: Final = LEASE.total_seconds() / 2


@dataclass(frozen=True)
class _Seen:
    claim: ClaimRow
    since: float


class ClaimWatch:
    """Remembers since when each claim looks as it does."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._seen: dict[int, _Seen] = {}
        self._looked_at = monotonic()

    def list_left(
        self, claims: Mapping[int, ClaimRow], ours: Collection[int]
    ) -> dict[int, ClaimRow]:
        """Note the claims as they are now; return those that nobody has renewed for a lease."""
        now = self._monotonic()
        known = self._seen if now - self._looked_at <= _LONGEST_GAP else {}
        self._looked_at = now
        self._seen = {
            number: _as_before(known.get(number), claim, now)
            for number, claim in claims.items()
            if number not in ours
        }
        return {
            number: one.claim
            for number, one in self._seen.items()
            if now - one.since >= LEASE.total_seconds()
        }


def _as_before(known: _Seen | None, claim: ClaimRow, now: float) -> _Seen:
    return known if known is not None and known.claim == claim else _Seen(claim, now)
