"""What breaks the contract in what the player says by itself."""

from typing import Final

from infoscreen_core.contracts import TopicKind
from infoscreen_core.contracts.topics import DELIVERY
from workers.conformance.case import failed
from workers.conformance.journal import Entry
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

_INVALID: Final = Text(
    "A message on {topic} breaks the contract: {detail} The server keeps such messages as dead "
    "letters and reads nothing in them.",
    "Eine Nachricht auf {topic} verletzt den Vertrag: {detail} Der Server legt solche Nachrichten "
    "beiseite und liest nichts daraus.",
)
_RETAINED: Final = Text(
    "A message on {topic} was retained. Only service_failed may be: an old one would look like a "
    "fresh sign of life.",
    "Eine Nachricht auf {topic} war aufbewahrt (retained). Das darf nur service_failed sein: Eine "
    "alte sähe aus wie ein frisches Lebenszeichen.",
)


def list_faults(stage: Stage, *kinds: TopicKind) -> list[Entry]:
    """Return the player's messages of these kinds that break the contract."""
    return [one for one in stage.line.journal.faults(*kinds) if one.sender in {stage.uuid, None}]


def refuse_faults(stage: Stage, *kinds: TopicKind) -> None:
    """Raise `EndOfCase` for the first message of these kinds that is invalid or retained."""
    for entry in list_faults(stage, *kinds):
        raise failed(_INVALID, topic=entry.topic, detail=entry.fault)
    for entry in stage.own_words():
        if entry.kind in kinds and entry.is_retained and not DELIVERY[entry.kind].retain:
            raise failed(_RETAINED, topic=entry.topic)
