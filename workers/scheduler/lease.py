"""Which of several schedulers leads: a lease in the database, renewed every other second."""

import os
import socket
import time
from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from infoscreen_core.log import get_logger
from infoscreen_core.services import leases
from workers.runtime import SessionFactory

log = get_logger()

LEASE_SECONDS: Final = 5.0
RENEW_SECONDS: Final = 1.5
_MARGIN_SECONDS: Final = 0.5
"""A leader stops this much before others may take over: no two ever lead at once."""


class Leadership:
    """This process's claim to lead; `renew` in one thread, `is_held` in any."""

    def __init__(self, sessions: SessionFactory, name: str = "scheduler") -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"[-100:]
        self._sessions = sessions
        self._name = name
        self._held_until = 0.0
        self._next_renewal = 0.0

    @property
    def tag(self) -> str:
        """What tells this process's MQTT connections from another scheduler's."""
        return self.holder.rpartition(":")[2]

    @property
    def is_held(self) -> bool:
        """Whether this process leads now."""
        return time.monotonic() < self._held_until

    def renew(self, now: datetime) -> bool:
        """Take or renew the lease when it is time to; return whether this process leads."""
        begun = time.monotonic()  # the lease may be written later than this, never earlier
        if begun < self._next_renewal:
            return self.is_held
        was_held = self.is_held
        with self._sessions.begin() as session:
            duration = timedelta(seconds=LEASE_SECONDS)
            is_ours = leases.claim(session, self._name, self.holder, now=now, duration=duration)
        self._next_renewal = begun + RENEW_SECONDS
        self._held_until = begun + LEASE_SECONDS - _MARGIN_SECONDS if is_ours else 0.0
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
