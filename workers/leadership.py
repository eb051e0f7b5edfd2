"""Which of several equal processes leads: a lease in the database, renewed every second.

Of several schedulers, one publishes the plan. Several dispatchers all send commands, each of which
is claimed by one; what the broker retains is sent by one of them, lest an older state overtake a
newer one.
"""

import os
import socket
import time
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final
from uuid import uuid4

from infoscreen_core.log import get_logger
from infoscreen_core.services import leases
from infoscreen_core.services.leases import LeaseView
from workers.runtime import SessionFactory

log = get_logger()

LEASE_SECONDS: Final = leases.LEASE.total_seconds()
HOLD_SECONDS: Final = LEASE_SECONDS - leases.MARGIN.total_seconds()
RENEW_SECONDS: Final = 1.0


def _read_machine() -> str:
    """Return what tells process ids here from those on other machines, and in other containers."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii")
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:
        return uuid4().hex[:8]
    return sha256(f"{boot}{space}".encode()).hexdigest()[:8]


_MACHINE: Final = _read_machine()


def holder_name(pid: int, tag: str) -> str:
    """Return how a process of this machine calls itself as holder of a lease."""
    return f"{socket.gethostname()}:{_MACHINE}:{pid}:{tag}"[-100:]


def _has_died(holder: str) -> bool:
    """Whether the holder was a process of this machine, and is certain to be gone."""
    machine, pid = ["", "", "", *holder.split(":")][-3:-1]
    if machine != _MACHINE:
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Leadership:
    """This process's claim to lead; `renew` in one thread, `is_held` in any."""

    def __init__(
        self,
        sessions: SessionFactory,
        read_sessions: SessionFactory | None = None,
        *,
        name: str = "scheduler",
    ) -> None:
        self.holder = holder_name(os.getpid(), uuid4().hex[:8])
        self._sessions = sessions
        self._read_sessions = read_sessions or sessions
        self._name = name
        self._held_until = 0.0
        self._next_renewal = 0.0
        self._seen: LeaseView | None = None
        self._seen_since = 0.0
        """Since when another one's lease has been seen unrenewed."""

    @property
    def tag(self) -> str:
        """What tells this process's MQTT connections from another scheduler's."""
        return self.holder.rpartition(":")[2]

    @property
    def is_held(self) -> bool:
        """Whether this process leads now."""
        return time.monotonic() < self._held_until

    def renew(self, now: datetime) -> bool:
        """Renew the lease, or take one that is not renewed; return whether this process leads."""
        begun = time.monotonic()  # the lease may be written later than this, never earlier
        if begun < self._next_renewal:
            return self.is_held
        was_held = self.is_held
        is_ours = self._renew(now) if self._held_until else self._take_if_free(now)
        self._held_until = begun + HOLD_SECONDS if is_ours else 0.0
        self._next_renewal = begun + RENEW_SECONDS if is_ours else 0.0
        if is_ours != was_held:
            log.info(
                "lease.taken" if is_ours else "lease.lost", lease=self._name, holder=self.holder
            )
        return is_ours

    def release(self) -> None:
        """Let others take over at once."""
        if not self._held_until:
            return
        self._held_until = 0.0
        with self._sessions.begin() as session:
            leases.release(session, self._name, self.holder)

    def _renew(self, now: datetime) -> bool:
        with self._sessions.begin() as session:
            return leases.renew(session, self._name, self.holder, now=now)

    def _take_if_free(self, now: datetime) -> bool:
        with self._read_sessions() as session:
            seen = leases.find(session, self._name)
        if seen is not None and not self._is_abandoned(seen):
            return False
        with self._sessions.begin() as session:
            return leases.take(session, self._name, self.holder, seen=seen, now=now)

    def _is_abandoned(self, seen: LeaseView) -> bool:
        """Whether its holder has died here, or it was seen unrenewed for as long as it lasts."""
        if seen.holder == self.holder or _has_died(seen.holder):
            return True  # our own: the database was away meanwhile, and nobody took it
        moment = time.monotonic()  # after it was read: the last renewal was earlier
        if seen != self._seen:
            self._seen, self._seen_since = seen, moment
        return moment - self._seen_since >= LEASE_SECONDS
