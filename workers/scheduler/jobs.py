"""The leading scheduler's jobs: ending what is over, noting emergencies, extending the index."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

import schedule

from infoscreen_core.log import get_logger
from infoscreen_core.services import changes
from infoscreen_core.services.events import occurrence_checks, occurrences
from infoscreen_core.services.playing import emergencies
from workers.clock_steps import ClockSteps
from workers.runtime import SessionFactory

log = get_logger()

EXTEND_AT: Final = "02:30"
"""Local time of the machine: nobody is at school."""
LOOK_SECONDS: Final = 30.0
"""How often events are looked for that are over."""
_MAX_LOGGED: Final = 20
"""How many differences of a batch are logged."""


class Jobs:
    """The jobs and when they are due; each unit of work is one short transaction."""

    def __init__(
        self,
        sessions: SessionFactory,
        clock: Callable[[], datetime],
        find_emergencies: Callable[[], frozenset[int] | None] = lambda: None,
    ) -> None:
        self._sessions = sessions
        self._clock = clock
        self._extending_from: datetime | None = clock()
        self._checking_after: int | None = None
        self._is_looking_for_finished = True
        self._next_look = 0.0
        self._steps = ClockSteps(clock)
        self._is_counter_sure = False
        self._find_emergencies = find_emergencies
        self._noted_emergencies: frozenset[int] | None = None
        self._timetable = schedule.Scheduler()
        self._timetable.every().day.at(EXTEND_AT).do(self._begin_extending)

    def step(self) -> bool:
        """Do one unit of what is due; return whether there was any."""
        self._timetable.run_pending()
        self._look_for_finished()
        if not self._is_counter_sure:
            return self._make_sure_of_counter()
        if self._note_emergencies():
            return True
        if self._is_looking_for_finished:
            self._is_looking_for_finished = self._reactivate() + self._deactivate() > 0
            return True
        if self._extending_from is not None:
            return self._extend(self._extending_from)
        if self._checking_after is not None:
            return self._check(self._checking_after)
        return False

    def _make_sure_of_counter(self) -> bool:
        """Give the database its counter if it lacks one: no change would wake the scheduler."""
        with self._sessions.begin() as session:
            changes.add_counter(session)
        self._is_counter_sure = True
        return True

    def _note_emergencies(self) -> bool:
        """Note which emergencies began and ended; this holds no lock unless some did."""
        on_screen = self._find_emergencies()
        if on_screen is None:
            self._noted_emergencies = None  # another scheduler may note them meanwhile
            return False
        if on_screen == self._noted_emergencies:
            return False
        with self._sessions.begin() as session:
            notes = emergencies.note(session, on_screen, now=self._clock())
        for note in notes:
            log.warning(note.action, title=note.title, groups=note.groups, screens=note.screens)
        self._noted_emergencies = on_screen
        return True

    def _look_for_finished(self) -> None:
        """Look every so often, by the monotonic clock, and at once when the clock was set."""
        moment, step = time.monotonic(), self._steps.take()
        if step:
            log.warning("clock.set", by_seconds=round(step.total_seconds(), 1))
        if step or moment >= self._next_look:
            self._next_look = moment + LOOK_SECONDS
            self._is_looking_for_finished = True

    def _begin_extending(self) -> None:
        self._extending_from = self._clock()
        self._checking_after = 0

    def _deactivate(self) -> int:
        with self._sessions.begin() as session:
            ids = occurrences.deactivate_finished(session, now=self._clock())
        if ids:
            log.info("events.deactivated", count=len(ids), event_ids=ids[:20])
        return len(ids)

    def _reactivate(self) -> int:
        """Take back what was made inactive while the clock was ahead; screens show it at once."""
        with self._sessions.begin() as session:
            ids = occurrences.reactivate_unfinished(session, now=self._clock())
            if ids:
                changes.bump(session)
        if ids:
            log.warning("events.reactivated", count=len(ids), event_ids=ids[:20])
        return len(ids)

    def _extend(self, now: datetime) -> bool:
        with self._sessions.begin() as session:
            count = occurrences.extend_batch(session, now=now)
        if count:
            log.info("occurrences.extended", events=count)
        else:
            self._extending_from = None
        return count > 0

    def _check(self, after: int) -> bool:
        """Compare the index of some events with a fresh expansion, and repair what differs."""
        now = self._clock()
        with self._sessions.begin() as session:
            checked = occurrence_checks.check_batch(session, now=now, after=after)
            occurrence_checks.repair(session, checked.differences, now=now)
        for difference in checked.differences[:_MAX_LOGGED]:
            log.error("occurrences.different", difference=str(difference))
        self._checking_after = checked.last_id
        return True
