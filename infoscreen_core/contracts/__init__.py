"""The wire: everything players and server say to each other, as models, topics and schemas."""

from infoscreen_core.contracts.base import FromPlayer, ToPlayer, WireModel
from infoscreen_core.contracts.commands import AckStatus, Command, CommandAck, LegacyRestart
from infoscreen_core.contracts.decode import decode
from infoscreen_core.contracts.errors import Fault, WireError
from infoscreen_core.contracts.events import (
    EVENT_LIST,
    EventItem,
    EventList,
    MessageBlock,
    PresentationBlock,
    PresentationFile,
    VideoBlock,
    WebsiteBlock,
    event_list_payload,
)
from infoscreen_core.contracts.fields import ClientUuid, WireTimestamp
from infoscreen_core.contracts.json_text import MAX_PAYLOAD_BYTES
from infoscreen_core.contracts.pictures import Dashboard, Screenshot
from infoscreen_core.contracts.power import PowerIntent, PowerState
from infoscreen_core.contracts.registration import (
    Discovery,
    DiscoveryAck,
    DiscoveryStatus,
    GroupAssignment,
)
from infoscreen_core.contracts.telemetry import Health, Heartbeat, LogMessage, ServiceFailed
from infoscreen_core.contracts.topics import ParsedTopic, TopicKind, parse_topic, topic_fault

__all__ = [
    "EVENT_LIST",
    "MAX_PAYLOAD_BYTES",
    "AckStatus",
    "ClientUuid",
    "Command",
    "CommandAck",
    "Dashboard",
    "Discovery",
    "DiscoveryAck",
    "DiscoveryStatus",
    "EventItem",
    "EventList",
    "Fault",
    "FromPlayer",
    "GroupAssignment",
    "Health",
    "Heartbeat",
    "LegacyRestart",
    "LogMessage",
    "MessageBlock",
    "ParsedTopic",
    "PowerIntent",
    "PowerState",
    "PresentationBlock",
    "PresentationFile",
    "Screenshot",
    "ServiceFailed",
    "ToPlayer",
    "TopicKind",
    "VideoBlock",
    "WebsiteBlock",
    "WireError",
    "WireModel",
    "WireTimestamp",
    "decode",
    "event_list_payload",
    "parse_topic",
    "topic_fault",
]
