"""What browsers that are screens said: taken out of the box, and stored like all else."""

import time
from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.services.screens import web_player_box as box
from infoscreen_core.services.screens.web_player_box import BoxedMessage
from workers.listener.batch import PictureRequest
from workers.listener.ingest import Ingest
from workers.mqtt.connection import ReceivedMessage
from workers.runtime import SessionFactory

LOOK_SECONDS: Final = 0.25
TAKEN_AT_ONCE: Final = 200
SUSPECT_AFTER: Final = 5
"""After so many failures in a row a message is suspected, as with those of the broker."""
_NO_EPOCH: Final = -1
"""Of messages that came by no connection."""
_WAITED: Final = timedelta(seconds=10)
"""After so long in the box, a message says nothing about its player's clock."""


class WebPlayerPost:
    """Empties the box in small batches; what is stored twice, after a crash, changes nothing."""

    def __init__(self, sessions: SessionFactory, ingest: Ingest) -> None:
        self.taken = 0
        self._sessions = sessions
        self._ingest = ingest
        self._next_look = 0.0
        self._failures = 0

    def step(self, *, now: datetime) -> list[PictureRequest]:
        """Store what waits; return the pictures still to be looked at."""
        if time.monotonic() < self._next_look:
            return []
        self._next_look = time.monotonic() + LOOK_SECONDS
        with self._sessions() as session:
            waiting = box.list_waiting(session, limit=TAKEN_AT_ONCE)
        return self._store(waiting, now) if waiting else []

    def _store(self, waiting: list[BoxedMessage], now: datetime) -> list[PictureRequest]:
        messages = [_received(one, now) for one in waiting]
        self._failures += 1
        pictures = self._ingest.store(messages, is_suspect=self._failures > SUSPECT_AFTER)
        self._failures = 0
        with self._sessions.begin() as session:
            box.delete_taken(session, [one.id for one in waiting])
        self.taken += len(waiting)
        if len(waiting) == TAKEN_AT_ONCE:
            self._next_look = 0.0
        return pictures


def is_from_broker(message: ReceivedMessage) -> bool:
    """Whether a message came by MQTT, where it may have to be acknowledged."""
    return message.epoch != _NO_EPOCH


def _received(one: BoxedMessage, now: datetime) -> ReceivedMessage:
    return ReceivedMessage(
        topic=one.topic,
        payload=one.payload,
        qos=0,
        retain=False,
        mid=0,
        received_at=one.received_at,
        epoch=_NO_EPOCH,
        may_have_waited=now - one.received_at > _WAITED,
    )
