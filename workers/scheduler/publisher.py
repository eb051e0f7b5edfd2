"""What the scheduler's publishers have in common: when to look, and how what differs goes out."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from queue import Empty
from typing import ClassVar, Final

from infoscreen_core.contracts import TopicKind, parse_topic
from infoscreen_core.contracts.topics import TEST_GROUPS
from infoscreen_core.domain.monitoring.histograms import SECONDS, Histogram
from infoscreen_core.log import get_logger
from infoscreen_core.services import changes
from infoscreen_core.settings import Settings
from workers.leadership import Leadership
from workers.mqtt.confirmations import ConfirmationTimes
from workers.mqtt.connection import NotConnectedError
from workers.runtime import SessionFactory
from workers.scheduler.board import Board
from workers.scheduler.line import BrokerLine

log = get_logger()

POLL_SECONDS: Final = 0.1
"""How often the change counter is read."""
_MAX_THROTTLE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a publisher works with."""

    settings: Settings
    sessions: SessionFactory
    read_sessions: SessionFactory
    line: BrokerLine
    leadership: Leadership
    clock: Callable[[], datetime]


class Publisher(ABC):
    """Keeps a set of retained messages up to date; `step()` is one look.

    A look is one tiny read, unless something changed, a boundary passed or a poll is due: then all
    is read anew (a constant number of queries) and what differs goes out.
    """

    published_event: ClassVar[str]
    """What the log says after something went out."""
    kinds: ClassVar[frozenset[TopicKind]]
    """Topics of other kinds are ignored when they are seen."""

    def __init__(self, surroundings: Surroundings, board: Board) -> None:
        self._settings = surroundings.settings
        self._sessions = surroundings.sessions
        self._read_sessions = surroundings.read_sessions
        self._mqtt = surroundings.line.mqtt
        self._seen = surroundings.line.seen
        self._leadership = surroundings.leadership
        self._clock = surroundings.clock
        self._board = board
        self._epoch = 0
        self._was_leading = False
        self._counter: int | None = None
        self._boundary: datetime | None = None
        self._passed: datetime | None = None
        """The boundary that the next publications answer to."""
        self._next_poll = 0.0
        self._throttled_until = 0.0
        self.published = 0
        self.last_tick_ms = 0.0
        self.last_lag_ms: float | None = None
        self.looks = Histogram(SECONDS)
        self.lags = Histogram(SECONDS)
        """How long after a boundary what changes with it went out."""
        self.confirmations = ConfirmationTimes()

    def step(self) -> bool:
        """Look once; return whether anything was published."""
        self._take_in()
        if not self._leadership.is_held:
            self._was_leading = False
            return False
        if not self._was_leading or self._mqtt.epoch != self._epoch:
            self._start_over()
        now = self._clock()
        if self._is_due(now):
            self._look(now)
        return self._flush() > 0

    def pause_seconds(self) -> float:
        """Return how long to sleep: until the next boundary, but no longer than until a poll."""
        if self._boundary is None or not self._leadership.is_held:
            return POLL_SECONDS
        return min(max((self._boundary - self._clock()).total_seconds(), 0.0), POLL_SECONDS)

    @abstractmethod
    def _read(self, now: datetime) -> None:
        """Read what should be retained; set counter, boundary and, if sooner, the next poll."""

    def _note_confirmed(self, token: int) -> bool:
        """Take in a confirmation; return whether the broker holds now what was sent with it."""
        self.confirmations.note_confirmed(token)
        return self._board.note_confirmed(token)

    def _start_over(self) -> None:
        # A broker that came back may have lost its retained state, and a leader before us may have
        # left anything there: believe nothing, read all, send all.
        self._board.forget_sent()
        self.confirmations.forget()
        self._was_leading, self._epoch = True, self._mqtt.epoch
        self._next_poll = 0.0

    def _take_in(self) -> None:
        """Take in confirmations, and what the broker was seen to hold."""
        while not self._mqtt.confirmed.empty():
            self._note_confirmed(self._mqtt.confirmed.get())
        while True:
            try:
                message = self._seen.get_nowait()
            except Empty:
                return
            topic = parse_topic(message.topic)
            if topic and topic.kind in self.kinds and topic.group_id not in TEST_GROUPS:
                self._board.note_seen(message.topic, message.payload, time.monotonic())

    def _is_due(self, now: datetime) -> bool:
        moment = time.monotonic()
        if self._boundary is not None and now >= self._boundary:
            self._passed = self._boundary
            return True
        if moment >= self._next_poll:
            return True
        if moment < self._throttled_until:
            return False
        with self._read_sessions() as session:
            return changes.current(session) != self._counter

    def _look(self, now: datetime) -> None:
        begun = time.monotonic()
        self._next_poll = begun + self._settings.poll_interval_seconds
        self._read(now)
        ended = time.monotonic()
        self.last_tick_ms = (ended - begun) * 1000
        self.looks.note(ended - begun)
        # A storm of changes must not use up the machine: rest as long as the reading took.
        self._throttled_until = ended + min(ended - begun, _MAX_THROTTLE_SECONDS)

    def _flush(self) -> int:
        if not self._mqtt.is_connected:
            return 0
        before = self.published
        try:
            topics = self._board.flush(self._send, time.monotonic())
        except NotConnectedError as error:
            log.warning("scheduler.publishing_interrupted", reason=str(error))
            return self.published - before
        if self._passed is not None:
            lag = (self._clock() - self._passed).total_seconds()
            self.last_lag_ms = lag * 1000
            self.lags.note(lag)
            self._passed = None
        if topics:
            log.info(self.published_event, count=len(topics), first_topics=topics[:10])
        return len(topics)

    def _send(self, topic: str, payload: bytes) -> int:
        if not self._leadership.is_held:  # lost while we were reading: the other one publishes now
            raise NotConnectedError("Another scheduler leads; {topic} was not sent.", topic=topic)
        token = self._mqtt.publish(topic, payload, qos=1, retain=True)
        self.confirmations.note_sent(token)
        self.published += 1
        return token
