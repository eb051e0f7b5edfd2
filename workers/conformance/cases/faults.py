"""What breaks the contract in what the player says by itself."""

from collections.abc import Sequence
from functools import reduce
from typing import Final

from infoscreen_core.contracts import TopicKind, WireModel, parse_topic
from infoscreen_core.contracts.topics import DELIVERY, log_qos
from workers.conformance.case import failed
from workers.conformance.journal import Entry
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

_INVALID: Final = Text(
    "A message on {topic} breaks the contract: {detail} The server keeps such messages as dead "
    "letters and reads nothing in them.",
    "Eine Nachricht auf {topic} verletzt den Vertrag: „{detail}“ Der Server legt solche "
    "Nachrichten beiseite und liest nichts daraus.",
)
_RETAINED: Final = Text(
    "A message on {topic} was retained. Only service_failed may be: an old one would look like a "
    "fresh sign of life.",
    "Eine Nachricht auf {topic} war aufbewahrt (retained). Das darf nur service_failed sein: Eine "
    "alte sähe aus wie ein frisches Lebenszeichen.",
)
_WEAK: Final = Text(
    "A message on {topic} came with QoS 0. It has to be 1: with 0 it is lost when the connection "
    "breaks, or while the server is away.",
    "Eine Nachricht auf {topic} kam mit QoS 0. Richtig ist 1: Mit 0 geht sie verloren, wenn die "
    "Verbindung abbricht oder der Server gerade weg ist.",
)
_LEFT_OUT: Final = Text(
    "{text} Optional, and never sent: {fields}.",
    "{text} Freiwillig und nie gesendet: {fields}.",
)
_CONFIRMED: Final = frozenset(
    {
        TopicKind.DISCOVERY,
        TopicKind.COMMAND_ACK,
        TopicKind.SERVICE_FAILED,
        TopicKind.POWER_STATE,
    }
)
"""What has to come with QoS 1, besides warnings and errors. Too much of it is no fault of a
player's: some brokers hand everything over as it was subscribed to."""


def list_faults(stage: Stage, *kinds: TopicKind) -> list[Entry]:
    """Return the player's messages of these kinds that break the contract."""
    return [one for one in stage.line.journal.faults(*kinds) if one.sender in {stage.uuid, None}]


def refuse_faults(stage: Stage, *kinds: TopicKind) -> None:
    """Raise `EndOfCase` for the first message of these kinds that is not as it has to be."""
    for entry in list_faults(stage, *kinds):
        raise failed(_INVALID, topic=entry.topic, detail=entry.fault)
    for entry in stage.own_words():
        if entry.kind in kinds and entry.is_retained and not DELIVERY[entry.kind].retain:
            raise failed(_RETAINED, topic=entry.topic)
        if entry.kind in kinds and _is_weak(entry):
            raise failed(_WEAK, topic=entry.topic)


def _is_weak(entry: Entry) -> bool:
    topic = parse_topic(entry.topic)
    level = topic.log_level if topic else None
    is_due = entry.kind in _CONFIRMED or (level is not None and log_qos(level) > 0)
    return is_due and entry.qos == 0


def with_left_out(text: Text, messages: Sequence[WireModel], *fields: str) -> Text:
    """Return a text with the optional fields, dotted, that none of the messages has filled."""
    missing = [one for one in fields if not any(_value(message, one) for message in messages)]
    return _LEFT_OUT.fill(text=text, fields=", ".join(missing)) if missing else text


def _value(message: WireModel, field: str) -> bool:
    """Whether a field is filled; null is not."""
    found: object = message
    return reduce(lambda part, name: getattr(part, name, None), field.split("."), found) is not None
