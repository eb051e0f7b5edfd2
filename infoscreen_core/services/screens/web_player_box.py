"""What browsers say: put into a box by the console, taken out by the listener.

The console must not speak MQTT, and the listener is the one place where players' messages are
checked and stored. So what a browser says waits here under the topic that a player would have sent
it to, and goes the same way from there.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy.orm import Session

from infoscreen_core.contracts import topics
from infoscreen_core.db.models import WebPlayerMessage
from infoscreen_core.db.queries import web_players as queries
from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.errors import BusyError, InvalidInputError
from infoscreen_core.services.screens.views import OpenWebPlayer
from infoscreen_core.services.screens.web_players import KIND

MAX_WAITING: Final = 500
"""Messages of one browser that may wait; more come only while no listener runs."""
MAX_AT_ONCE: Final = 100
_TOPICS: Final[Mapping[str, Callable[[str], str]]] = {
    "discovery": lambda _uuid: topics.discovery_topic(),
    "heartbeat": topics.heartbeat_topic,
    "health": topics.health_topic,
    "dashboard": topics.dashboard_topic,
    "ack": topics.command_ack_topic,
    "error": lambda uuid: topics.log_topic(uuid, LogLevel.ERROR),
    "warn": lambda uuid: topics.log_topic(uuid, LogLevel.WARN),
    "info": lambda uuid: topics.log_topic(uuid, LogLevel.INFO),
}
"""Topics by the words that browsers use."""
_ONLY_NEWEST: Final = frozenset({"discovery", "heartbeat", "health", "dashboard"})
"""Of these, the newest says all: what waited is dropped for it."""


@dataclass(frozen=True, slots=True)
class BoxedMessage:
    """What a browser said, when it came, and under which topic a player would have sent it."""

    id: int
    topic: str
    payload: bytes
    received_at: datetime


def post(
    session: Session,
    player: OpenWebPlayer,
    said: Sequence[Mapping[str, Any]],
    *,
    address: str,
    now: datetime,
) -> None:
    """Put into the box what a browser said: objects with a `kind` and a `payload`.

    Who says it is known by its token, and from where by its connection; both are written into a
    discovery. Raises `InvalidInputError` for what is none of a browser's words, `BusyError` when
    too much waits already.
    """
    if len(said) > MAX_AT_ONCE:
        raise InvalidInputError("Send at most {limit} messages at once.", limit=MAX_AT_ONCE)
    for one in said:
        _check(one)
    if queries.count_waiting(session, player.uuid) + len(said) > MAX_WAITING:
        raise BusyError("Too much of what this screen said has not been taken in yet.")
    stale = {_topic(one, player) for one in said if one["kind"] in _ONLY_NEWEST}
    queries.delete_older(session, player.uuid, stale)
    for one in said:
        payload = one["payload"]
        if one["kind"] == "discovery":
            payload = {**payload, "uuid": player.uuid, "ip": address[:45], "type": KIND}
        session.add(
            WebPlayerMessage(
                client_uuid=player.uuid,
                topic=_topic(one, player),
                payload=orjson.dumps(payload),
                received_at=now,
            )
        )
    session.flush()


def list_waiting(session: Session, *, limit: int) -> list[BoxedMessage]:
    """Return what waits longest, the oldest first."""
    return [BoxedMessage(*row) for row in queries.list_waiting(session, limit=limit)]


def delete_taken(session: Session, ids: Collection[int]) -> None:
    """Forget messages that are stored where they belong."""
    queries.delete_taken(session, ids)


def _check(one: object) -> None:
    if not (
        isinstance(one, Mapping)
        and isinstance(one.get("payload"), Mapping)
        and one.get("kind") in tuple(_TOPICS)
    ):
        raise InvalidInputError(
            "Each message is an object with a kind ({kinds}) and a payload, an object.",
            field="messages",
            kinds=", ".join(_TOPICS),
        )


def _topic(one: Mapping[str, Any], player: OpenWebPlayer) -> str:
    return _TOPICS[one["kind"]](player.uuid)
