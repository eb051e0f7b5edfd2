"""In what a connection to the broker may differ from the usual one."""

from dataclasses import dataclass
from typing import Final, NamedTuple


class Will(NamedTuple):
    """What the broker retains on a topic for us, should this connection end without a good-bye."""

    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionKind:
    """How a connection differs from the usual one: MQTT 3.1.1 and a clean session each time."""

    is_persistent: bool = False
    """The broker keeps the session over reconnects and restarts."""
    is_manual_ack: bool = False
    """Messages of QoS 1 are acknowledged by `ack()`, once they are stored."""
    is_mqtt5: bool = False
    backlog_topic: str | None = None
    """Where it tells itself that all has come that the broker kept for it: subscribed to, and
    nobody else's."""
    will: Will | None = None


ORDINARY: Final = ConnectionKind()
