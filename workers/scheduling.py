"""The heart of the scheduler: from the database to the retained event lists, at the right instant."""

import time
from collections.abc import Callable
from datetime import datetime
from queue import Empty, SimpleQueue
from typing import Any, Final

from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.contracts import event_list_payload, parse_topic
from infoscreen_core.contracts.topics import events_topic
from infoscreen_core.log import get_logger
from infoscreen_core.services import changes, playing, system_settings
from infoscreen_core.settings import Settings
from workers.mqtt import MqttConnection, NotConnectedError, ReceivedMessage
from workers.scheduling_board import Board
from workers.scheduling_lease import Leadership

log = get_logger()

POLL_SECONDS: Final = 0.1
"""How often the change counter is read."""
_MAX_THROTTLE_SECONDS: Final = 1.0


class Scheduler:
    """Keeps every group's retained list what it should be now; `step()` is one look.

    A look is one tiny read, unless something changed, a boundary passed or a poll is due: then all lists are
    read anew (a constant number of queries) and those that differ go out.
    """

    def __init__(
        self,
        settings: Settings,
        read_sessions: sessionmaker[Session],
        mqtt: MqttConnection,
        leadership: Leadership,
        seen: "SimpleQueue[ReceivedMessage]",
        clock: Callable[[], datetime],
    ) -> None:
        self._settings = settings
        self._read_sessions = read_sessions
        self._mqtt = mqtt
        self._leadership = leadership
        self._seen = seen
        self._clock = clock
        self._board = Board()
        self._epoch = 0
        self._was_leading = False
        self._counter: int | None = None
        self._boundary: datetime | None = None
        self._passed: datetime | None = None
        """The boundary that the next publications answer to."""
        self._next_poll = 0.0
        self._throttled_until = 0.0
        self._next_republish: float | None = None
        self._unplayable: set[int] = set()
        self.published = 0
        self.last_tick_ms = 0.0
        self.last_lag_ms: float | None = None

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
            self._read_lists(now)
        return self._flush() > 0

    def pause_seconds(self) -> float:
        """Return how long to sleep: until the next boundary, and no longer than to the next poll."""
        if self._boundary is None or not self._leadership.is_held:
            return POLL_SECONDS
        return min(max((self._boundary - self._clock()).total_seconds(), 0.0), POLL_SECONDS)

    def metrics(self) -> dict[str, Any]:
        """Return figures for the sign of life; times in milliseconds."""
        return {
            "is_leader": self._leadership.is_held,
            "groups": self._board.groups,
            "published": self.published,
            "unconfirmed": self._board.unconfirmed,
            "unplayable": len(self._unplayable),
            "last_tick_ms": round(self.last_tick_ms, 1),
            "last_lag_ms": None if self.last_lag_ms is None else round(self.last_lag_ms, 1),
        }

    def _take_in(self) -> None:
        """Take in confirmations, and what the broker was seen to hold."""
        while not self._mqtt.confirmed.empty():
            self._board.note_confirmed(self._mqtt.confirmed.get())
        while True:
            try:
                message = self._seen.get_nowait()
            except Empty:
                return
            parsed = parse_topic(message.topic)
            if parsed and parsed.group_id is not None:
                self._board.note_seen(parsed.group_id, message.payload, time.monotonic())

    def _start_over(self) -> None:
        # A broker that came back may have lost its retained state, and a leader before us may have left
        # anything there: believe nothing, read all, send all.
        self._board.forget_sent()
        self._was_leading, self._epoch = True, self._mqtt.epoch
        self._next_poll = 0.0

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

    def _read_lists(self, now: datetime) -> None:
        begun = time.monotonic()
        with self._read_sessions() as session:
            self._counter = changes.current(session)  # before the lists: they are at least as new
            lists = playing.active_lists(
                session,
                now=now,
                media_base_url=self._settings.media_root,
                on_unplayable=self._note_unplayable,
            )
            self._boundary = playing.next_boundary(session, now=now)
            refresh_seconds: int = system_settings.get_setting(session, "refresh_seconds")
        self._board.set_wanted({group: event_list_payload(items) for group, items in lists.items()})
        self._refresh(refresh_seconds)
        ended = time.monotonic()
        self.last_tick_ms = (ended - begun) * 1000
        self._next_poll = begun + self._settings.poll_interval_seconds
        if self._next_republish is not None:
            self._next_poll = min(self._next_poll, self._next_republish)
        # A storm of changes may not eat the machine: rest as long as the reading took.
        self._throttled_until = ended + min(ended - begun, _MAX_THROTTLE_SECONDS)

    def _refresh(self, seconds: int) -> None:
        moment = time.monotonic()
        if not seconds:
            self._next_republish = None
        elif self._next_republish is None:
            self._next_republish = moment + seconds
        elif moment >= self._next_republish:
            self._next_republish = moment + seconds
            self._board.forget_sent()

    def _flush(self) -> int:
        if not self._mqtt.is_connected:
            return 0
        before = self.published
        try:
            groups = self._board.flush(self._send, time.monotonic())
        except NotConnectedError as error:
            log.warning("scheduler.publishing_interrupted", reason=str(error))
            return self.published - before
        if self._passed is not None:
            self.last_lag_ms = (self._clock() - self._passed).total_seconds() * 1000
            self._passed = None
        if groups:
            log.info("events.published", groups=len(groups), first_groups=groups[:10])
        return len(groups)

    def _send(self, group_id: int, payload: bytes) -> int:
        if not self._leadership.is_held:  # lost while we were reading: the other one publishes now
            raise NotConnectedError("Another scheduler leads; {group_id} was not sent.", group_id=group_id)
        token = self._mqtt.publish(events_topic(group_id), payload, qos=1, retain=True)
        self.published += 1
        return token

    def _note_unplayable(self, event_id: int, reason: str) -> None:
        if event_id not in self._unplayable:
            self._unplayable.add(event_id)
            log.warning("event.unplayable", event_id=event_id, reason=reason[:500])
