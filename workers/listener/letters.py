"""Refused messages: counted by reason, and logged once per player and reason per minute."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from infoscreen_core.domain.text.elapsed import is_ahead
from infoscreen_core.log import get_logger
from infoscreen_core.services.screens.dead_letters import Letter

log = get_logger()

LOG_INTERVAL = timedelta(minutes=1)
_REMEMBERED = 10_000


class RefusalLog:
    """What was refused so far."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._logged: dict[tuple[str | None, str], datetime] = {}

    def note(self, letters: Iterable[Letter]) -> None:
        """Count letters; log those whose player and reason were not logged in the last minute."""
        for letter in letters:
            self.counts[letter.reason] += 1
            key = (letter.client_uuid, letter.reason)
            last = self._logged.get(key)
            if last is None or _is_long_ago(last, letter.received_at):
                self._remember(key, letter.received_at)
                log.warning(
                    "message.refused",
                    client_uuid=letter.client_uuid,
                    reason=letter.reason,
                    detail=letter.detail,
                    topic=letter.topic[:200],
                )

    def _remember(self, key: tuple[str | None, str], at: datetime) -> None:
        if len(self._logged) >= _REMEMBERED:  # senders may invent UUIDs: forget rather than grow
            self._logged.clear()
        self._logged[key] = at


def _is_long_ago(at: datetime, now: datetime) -> bool:
    return now - at >= LOG_INTERVAL or is_ahead(at, now=now)
