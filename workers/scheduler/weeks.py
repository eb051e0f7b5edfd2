"""Counts every hour how well screens served, week by week."""

import time
from collections import deque
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from infoscreen_core.domain.text.local_time import load_zone
from infoscreen_core.log import get_logger
from infoscreen_core.services import system_settings
from infoscreen_core.services.monitoring import weeks
from workers.runtime import Worker

log = get_logger()

COUNT_SECONDS: Final = 3600.0


class WeekCount:
    """Counts in portions; each is one short transaction. What is broken off begins anew."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._mondays: deque[date] = deque()
        self._after = ""
        self._began_at: datetime | None = None
        self._zone = ZoneInfo("UTC")
        self._next_count = 0.0

    def step(self) -> bool:
        """Count one portion if it is time; return whether there was any."""
        moment = time.monotonic()
        if self._began_at is None and moment >= self._next_count:
            self._begin()
            self._next_count = moment + COUNT_SECONDS
        if self._began_at is None:
            return False
        if self._mondays:
            self._count(self._mondays[0], self._began_at)
        else:
            self._end(self._began_at)
        return True

    def _begin(self) -> None:
        now = self._worker.clock()
        with self._worker.read_sessions() as session:
            self._zone = load_zone(system_settings.get_setting(session, "default_timezone"))
            self._mondays = deque(weeks.mondays_to_count(session, zone=self._zone, now=now))
        self._began_at, self._after = now, ""

    def _count(self, monday: date, now: datetime) -> None:
        with self._worker.sessions.begin() as session:
            last = weeks.count_players(session, monday, zone=self._zone, now=now, after=self._after)
        self._after = last or ""
        if last is None:
            self._mondays.popleft()

    def _end(self, began_at: datetime) -> None:
        with self._worker.sessions.begin() as session:
            weeks.note_counted(session, now=began_at)
        self._began_at = None
        log.info("weeks.counted", until=began_at.isoformat())
