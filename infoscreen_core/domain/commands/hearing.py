"""When the server could hear its players, and limits that run only while it could.

What a player does not say means something only while somebody listens. So time in which the server
could not hear counts for no limit that waits for a player's word; and when it hears again, what was
said meanwhile gets a moment to arrive.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.text.elapsed import is_ahead

COMES_AT_ONCE: Final = timedelta(seconds=10)
"""How long what players said may still be on its way once our listener is back: the broker kept it
meanwhile."""
SIGHT_SETTLES: Final = timedelta(seconds=90)
"""How long after an outage of the broker or ours as a whole a player that is not heard counts as
not heard yet: each must connect anew, and waits ever longer between its attempts."""
LONGEST_PAUSE: Final = timedelta(seconds=5)
"""Between two signs of life of a listener that works; it gives one every two seconds."""
_REMEMBERED: Final = timedelta(hours=1)
"""How long ended deafness is kept: no limit together with what follows it is longer."""


@dataclass(frozen=True, slots=True, order=True)
class Deafness:
    """Time in which the server could not hear its players."""

    began_at: datetime
    ended_at: datetime | None
    """None: it goes on, as far as is known."""
    settles: timedelta
    """For how long after its end players may still not have been heard."""


@dataclass(frozen=True, slots=True)
class ListenerSign:
    """What the listener said of itself last."""

    seen_at: datetime
    started_at: datetime
    is_connected: bool
    """Whether it had a connection to the broker."""


def deadline_of(
    since: datetime, limit: timedelta, deaf: Sequence[Deafness] = ()
) -> datetime | None:
    """Return when a limit has run out that runs while the server hears; None: not yet known.

    It is put off by all deafness in between, and does not end before what came then has settled.
    """
    deadline, counted_to = since + limit, since
    for one in sorted(deaf, key=lambda one: one.began_at):
        if one.began_at >= deadline:
            break
        if one.ended_at is None:
            return None
        missed = one.ended_at - max(one.began_at, counted_to)
        counted_to = max(counted_to, one.ended_at)
        deadline = max(deadline + max(missed, timedelta()), one.ended_at + one.settles)
    return deadline


class HearingBook:
    """Keeps when the server could hear, by what the listener and the connection say; see `note`.

    Each sign of life of a connected listener proves that it heard until then. Whoever opens the
    book knows nothing of what was before.
    """

    def __init__(self, *, now: datetime) -> None:
        self._proven = now
        self._settles: timedelta | None = COMES_AT_ONCE
        """Set while what came since the last proof must settle once there is a new one."""
        self._epoch = 0
        self._listener_since: datetime | None = None
        self._deaf: list[Deafness] = []

    def note(
        self, listener: ListenerSign | None, *, is_connected: bool, epoch: int, now: datetime
    ) -> None:
        """Enter how things stand; to be called several times a second.

        `listener` is None where none has ever run. `is_connected` and `epoch` tell of our own
        connection to the broker: whether it stands, and how often it has been made.
        """
        self._note_connection(is_connected=is_connected, epoch=epoch)
        if listener is not None and listener.started_at != self._listener_since:
            self._must_settle(COMES_AT_ONCE)
            self._listener_since = listener.started_at
        proof = _proof_of(listener, now) if is_connected else None
        if proof is not None and proof >= self._proven:
            self._prove(proof)
        self._deaf = [one for one in self._deaf if _is_recent(one, now)]

    def read(self) -> list[Deafness]:
        """Return the deafness of the last hour; the newest is the time not proven yet."""
        return [*self._deaf, Deafness(self._proven, None, self._settles or timedelta())]

    def shift(self, step: timedelta) -> None:
        """Go by a clock that was set by `step`."""
        self._proven += step
        self._deaf = [
            replace(
                one, began_at=one.began_at + step, ended_at=one.ended_at and one.ended_at + step
            )
            for one in self._deaf
        ]

    def _note_connection(self, *, is_connected: bool, epoch: int) -> None:
        # Until it was made first, it was not lost: it is we who are new.
        if self._epoch and (not is_connected or epoch != self._epoch):
            self._must_settle(SIGHT_SETTLES)
        self._epoch = epoch

    def _must_settle(self, length: timedelta) -> None:
        self._settles = max(length, self._settles or length)

    def _prove(self, proof: datetime) -> None:
        if proof - self._proven > LONGEST_PAUSE:
            self._must_settle(COMES_AT_ONCE)
        if self._settles is not None:
            self._deaf.append(Deafness(self._proven, proof, self._settles))
        self._proven, self._settles = proof, None


def _proof_of(listener: ListenerSign | None, now: datetime) -> datetime | None:
    """Return up to when somebody certainly heard; None: nobody did, or the clock was set."""
    if listener is None:
        return now
    if not listener.is_connected or is_ahead(listener.seen_at, now=now):
        return None
    return min(listener.seen_at, now)


def _is_recent(one: Deafness, now: datetime) -> bool:
    return one.ended_at is None or now - one.ended_at <= _REMEMBERED
