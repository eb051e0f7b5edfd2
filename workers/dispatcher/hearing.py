"""Whether players could be heard: by our own connection, the listener's signs, and the record."""

from datetime import datetime, timedelta
from typing import Final

from infoscreen_core.domain.commands.hearing import Deafness, HearingBook
from infoscreen_core.services.monitoring import sight
from workers.mqtt.connection import MqttConnection
from workers.runtime import Session

_LOOKED_BACK: Final = timedelta(hours=1)


class Hearing:
    """Looks at each sweep; what was before this process began it knows from the record."""

    def __init__(self, mqtt: MqttConnection, *, now: datetime) -> None:
        self._mqtt = mqtt
        self._book = HearingBook(now=now)

    def note(self, session: Session, *, now: datetime) -> None:
        """Look how things stand."""
        listener = sight.find_listener(session)
        is_connected, epoch = self._mqtt.is_connected, self._mqtt.epoch
        self._book.note(listener, is_connected=is_connected, epoch=epoch, now=now)

    def read(self, session: Session, *, now: datetime) -> list[Deafness]:
        """Return when players could not be heard, up to now and an hour back."""
        return [*sight.list_deaf(session, since=now - _LOOKED_BACK, now=now), *self._book.read()]

    def shift(self, step: timedelta) -> None:
        """Go by a clock that was set by `step`."""
        self._book.shift(step)
