"""Every topic of the contract: built, taken apart, subscribed to. No other module spells one."""

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from infoscreen_core.contracts.errors import Fault
from infoscreen_core.domain.screens.player import LogLevel

DISCOVERY_TOPIC: Final = "infoscreen/discovery"

_CANONICAL_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_GROUP_ID = re.compile(r"[1-9][0-9]{0,9}")
_MAX_GROUP_ID = 2**31 - 1
_GROUP_POWER_SUFFIX = "/power/intent"

TEST_GROUPS: Final = (2_147_483_001, 2_147_483_002)
"""Numbers that no database gives a group. What stands in their topics is a conformance run's: one
player looks there for some seconds, and the server's own programs leave it alone."""


class TopicKind(StrEnum):
    """What a message is about; aliases of one topic share a kind."""

    DISCOVERY = "discovery"
    HEARTBEAT = "heartbeat"
    HEALTH = "health"
    LOG = "log"
    DASHBOARD = "dashboard"
    SCREENSHOT = "screenshot"
    COMMAND_ACK = "command_ack"
    SERVICE_FAILED = "service_failed"
    POWER_STATE = "power_state"
    DISCOVERY_ACK = "discovery_ack"
    GROUP_ID = "group_id"
    EVENTS = "events"
    COMMAND = "command"
    LEGACY_RESTART = "legacy_restart"
    CLIENT_POWER_INTENT = "client_power_intent"
    GROUP_POWER_INTENT = "group_power_intent"

    @property
    def is_from_player(self) -> bool:
        """Whether players publish it; otherwise the server does."""
        return self in _FROM_PLAYER


_FROM_PLAYER = frozenset(
    {
        TopicKind.DISCOVERY,
        TopicKind.HEARTBEAT,
        TopicKind.HEALTH,
        TopicKind.LOG,
        TopicKind.DASHBOARD,
        TopicKind.SCREENSHOT,
        TopicKind.COMMAND_ACK,
        TopicKind.SERVICE_FAILED,
        TopicKind.POWER_STATE,
    }
)


class ParsedTopic(NamedTuple):
    """A topic taken apart. The identity in it is the sender's, or the addressee's."""

    kind: TopicKind
    client_uuid: str | None = None
    group_id: int | None = None
    log_level: LogLevel | None = None


class Subscription(NamedTuple):
    """A topic filter and the quality of service to ask for."""

    topic_filter: str
    qos: int


class Delivery(NamedTuple):
    """How messages of a kind are published."""

    qos: int
    retain: bool


DELIVERY: Final = MappingProxyType(
    {
        TopicKind.DISCOVERY: Delivery(1, retain=False),
        TopicKind.HEARTBEAT: Delivery(1, retain=False),
        TopicKind.HEALTH: Delivery(0, retain=False),
        TopicKind.LOG: Delivery(1, retain=False),
        TopicKind.DASHBOARD: Delivery(1, retain=False),
        TopicKind.SCREENSHOT: Delivery(1, retain=False),
        TopicKind.COMMAND_ACK: Delivery(1, retain=False),
        TopicKind.SERVICE_FAILED: Delivery(1, retain=True),
        TopicKind.POWER_STATE: Delivery(1, retain=False),
        TopicKind.DISCOVERY_ACK: Delivery(1, retain=False),
        TopicKind.GROUP_ID: Delivery(1, retain=True),
        TopicKind.EVENTS: Delivery(1, retain=True),
        TopicKind.COMMAND: Delivery(1, retain=False),
        TopicKind.LEGACY_RESTART: Delivery(1, retain=False),
        TopicKind.CLIENT_POWER_INTENT: Delivery(1, retain=True),
        TopicKind.GROUP_POWER_INTENT: Delivery(1, retain=True),
    }
)
"""Quality of service and retain flag by kind; log lines of level INFO go with `log_qos`."""

# What follows `infoscreen/{uuid}/`.
_CLIENT_LEAVES: Final[dict[str, tuple[TopicKind, LogLevel | None]]] = {
    "heartbeat": (TopicKind.HEARTBEAT, None),
    "health": (TopicKind.HEALTH, None),
    "logs/error": (TopicKind.LOG, LogLevel.ERROR),
    "logs/warn": (TopicKind.LOG, LogLevel.WARN),
    "logs/info": (TopicKind.LOG, LogLevel.INFO),
    "dashboard": (TopicKind.DASHBOARD, None),
    "screenshot": (TopicKind.SCREENSHOT, None),
    "commands/ack": (TopicKind.COMMAND_ACK, None),
    "command/ack": (TopicKind.COMMAND_ACK, None),
    "service_failed": (TopicKind.SERVICE_FAILED, None),
    "power/state": (TopicKind.POWER_STATE, None),
    "discovery_ack": (TopicKind.DISCOVERY_ACK, None),
    "group_id": (TopicKind.GROUP_ID, None),
    "commands": (TopicKind.COMMAND, None),
    "command": (TopicKind.COMMAND, None),
    "power/intent": (TopicKind.CLIENT_POWER_INTENT, None),
}


def discovery_topic() -> str:
    """Return the one topic on which players announce themselves."""
    return DISCOVERY_TOPIC


def discovery_ack_topic(client_uuid: str) -> str:
    """Return where the answer to a discovery goes."""
    return f"infoscreen/{client_uuid}/discovery_ack"


def group_id_topic(client_uuid: str) -> str:
    """Return where a player reads its group (retained)."""
    return f"infoscreen/{client_uuid}/group_id"


def events_topic(group_id: int) -> str:
    """Return where a group's active events stand (retained)."""
    return f"infoscreen/events/{group_id}"


def heartbeat_topic(client_uuid: str) -> str:
    """Return where a player sends its heartbeat."""
    return f"infoscreen/{client_uuid}/heartbeat"


def health_topic(client_uuid: str) -> str:
    """Return where a player reports its health."""
    return f"infoscreen/{client_uuid}/health"


def log_topic(client_uuid: str, level: LogLevel) -> str:
    """Return where a player sends log lines of a level; the wire has no topic for DEBUG."""
    if level is LogLevel.DEBUG:
        message = "players send no DEBUG lines"
        raise ValueError(message)
    return f"infoscreen/{client_uuid}/logs/{level.value.lower()}"


def log_qos(level: LogLevel) -> int:
    """Return the quality of service for log lines of a level."""
    return 0 if level is LogLevel.INFO else 1


def dashboard_topic(client_uuid: str) -> str:
    """Return where a player sends status and picture."""
    return f"infoscreen/{client_uuid}/dashboard"


def screenshot_topic(client_uuid: str) -> str:
    """Return where older players send the picture alone."""
    return f"infoscreen/{client_uuid}/screenshot"


def command_topic(client_uuid: str) -> str:
    """Return where a player reads its commands."""
    return f"infoscreen/{client_uuid}/commands"


def command_alias_topic(client_uuid: str) -> str:
    """Return the transitional second topic for commands."""
    return f"infoscreen/{client_uuid}/command"


def legacy_restart_topic(client_uuid: str) -> str:
    """Return where the oldest players read an operator's restart."""
    return f"clients/{client_uuid}/restart"


def command_ack_topic(client_uuid: str) -> str:
    """Return where a player acknowledges commands."""
    return f"infoscreen/{client_uuid}/commands/ack"


def command_ack_alias_topic(client_uuid: str) -> str:
    """Return the transitional second topic for acknowledgements."""
    return f"infoscreen/{client_uuid}/command/ack"


def service_failed_topic(client_uuid: str) -> str:
    """Return where a player says that systemd gave up a unit (retained)."""
    return f"infoscreen/{client_uuid}/service_failed"


def group_power_intent_topic(group_id: int) -> str:
    """Return where a group's power intent stands (retained)."""
    return f"infoscreen/groups/{group_id}/power/intent"


def client_power_intent_topic(client_uuid: str) -> str:
    """Return where a player's own power intent stands (retained); it wins over the group's."""
    return f"infoscreen/{client_uuid}/power/intent"


def power_state_topic(client_uuid: str) -> str:
    """Return where a player says what its TV does."""
    return f"infoscreen/{client_uuid}/power/state"


def retained_client_topics(client_uuid: str) -> tuple[str, ...]:
    """Return every retained topic of one player; removing the player clears them."""
    return (
        group_id_topic(client_uuid),
        client_power_intent_topic(client_uuid),
        service_failed_topic(client_uuid),
    )


def retained_group_topics(group_id: int) -> tuple[str, ...]:
    """Return every retained topic of one group."""
    return events_topic(group_id), group_power_intent_topic(group_id)


SERVER_SUBSCRIPTIONS: Final = (
    Subscription(DISCOVERY_TOPIC, 1),
    Subscription("infoscreen/+/heartbeat", 1),
    Subscription("infoscreen/+/health", 0),
    Subscription("infoscreen/+/logs/error", 1),
    Subscription("infoscreen/+/logs/warn", 1),
    Subscription("infoscreen/+/logs/info", 0),
    Subscription("infoscreen/+/dashboard", 1),
    Subscription("infoscreen/+/screenshot", 1),
    Subscription("infoscreen/+/commands/ack", 1),
    Subscription("infoscreen/+/command/ack", 1),
    Subscription("infoscreen/+/service_failed", 1),
    Subscription("infoscreen/+/power/state", 1),
)
"""Everything players publish: what the listener subscribes to."""

BACKLOG_END_TOPIC: Final = "infoscreen/00000000-0000-0000-0000-000000000000/service_failed"
"""On which the listener tells itself that all has come that waited for it: it may publish there,
hears it, and it belongs to no player."""

EVENT_LISTS_FILTER: Final = "infoscreen/events/+"
"""Every group's active events: what the scheduler watches, where its broker account may."""

POWER_INTENTS_FILTERS: Final = ("infoscreen/groups/+/power/intent", "infoscreen/+/power/intent")
"""Every group's and every player's power intent: watched likewise."""


def client_subscriptions(client_uuid: str) -> tuple[Subscription, ...]:
    """Return what a player subscribes to whatever its group."""
    return (
        Subscription(command_topic(client_uuid), 1),
        Subscription(command_alias_topic(client_uuid), 1),
        Subscription(discovery_ack_topic(client_uuid), 1),
        Subscription(group_id_topic(client_uuid), 1),
        Subscription(client_power_intent_topic(client_uuid), 1),
    )


def group_subscriptions(group_id: int) -> tuple[Subscription, ...]:
    """Return what a player subscribes to as a member of a group."""
    return Subscription(events_topic(group_id), 1), Subscription(
        group_power_intent_topic(group_id), 1
    )


def parse_topic(topic: str) -> ParsedTopic | None:
    """Take a topic apart; None when the contract does not know it (`topic_fault` says why)."""
    root, _, rest = topic.partition("/")
    client_uuid, _, leaf = rest.partition("/")
    known = _CLIENT_LEAVES.get(leaf)
    if known is not None and root == "infoscreen" and _CANONICAL_UUID.fullmatch(client_uuid):
        return ParsedTopic(known[0], client_uuid, None, known[1])
    parsed = _parse_rare(topic)
    return None if isinstance(parsed, Fault) else parsed


def topic_fault(topic: str) -> Fault | None:
    """Return why `parse_topic` refuses a topic (unknown, or a non-canonical identity), or None."""
    if parse_topic(topic) is not None:
        return None
    fault = _parse_rare(topic)
    return fault if isinstance(fault, Fault) else None


def is_canonical_uuid(text: str) -> bool:
    """Whether the text is a UUID as topics carry it: lower case, with hyphens."""
    return _CANONICAL_UUID.fullmatch(text) is not None


def _parse_rare(topic: str) -> ParsedTopic | Fault:
    root, _, rest = topic.partition("/")
    middle, _, leaf = rest.partition("/")
    if topic == DISCOVERY_TOPIC:
        return ParsedTopic(TopicKind.DISCOVERY)
    if root == "infoscreen" and middle == "events":
        return _parse_group(TopicKind.EVENTS, leaf)
    if root == "infoscreen" and middle == "groups" and leaf.endswith(_GROUP_POWER_SUFFIX):
        return _parse_group(TopicKind.GROUP_POWER_INTENT, leaf.removesuffix(_GROUP_POWER_SUFFIX))
    if root == "clients" and leaf == "restart":
        return (
            ParsedTopic(TopicKind.LEGACY_RESTART, middle)
            if is_canonical_uuid(middle)
            else Fault.BAD_UUID
        )
    return (
        Fault.BAD_UUID if root == "infoscreen" and leaf in _CLIENT_LEAVES else Fault.UNKNOWN_TOPIC
    )


def _parse_group(kind: TopicKind, text: str) -> ParsedTopic | Fault:
    if _GROUP_ID.fullmatch(text) and int(text) <= _MAX_GROUP_ID:
        return ParsedTopic(kind, group_id=int(text))
    return Fault.UNKNOWN_TOPIC if "/" in text else Fault.BAD_GROUP_ID
