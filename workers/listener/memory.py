"""What the listener remembers of players from one batch to the next; a new one knows nothing."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from infoscreen_core.domain.monitoring.logs.lines import SAME_SECOND
from infoscreen_core.domain.monitoring.player_clocks import PlayerClock
from workers.mqtt.connection import ReceivedMessage

REMEMBERED_LINES: Final = 20_000


@dataclass(slots=True)
class _Line:
    """When a line stamped in whole seconds came first, and all its packet ids."""

    received_at: datetime
    packet_ids: set[int]


@dataclass(slots=True)
class Said:
    """What a player said of what its status depends on, and when it was last heard from.

    Not frozen: it would take three times as long to make, and one is made per player and batch.
    """

    at: datetime
    process_status: object = None
    current_event_id: object = None
    expected_event_id: object = None


@dataclass(slots=True)
class PlayerMemory:
    """How right each player's clock is, what it said last, and which lines came lately."""

    clocks: dict[str, PlayerClock] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    """What each player said last of what its status depends on."""
    _lines: OrderedDict[str, _Line] = field(default_factory=OrderedDict)

    def is_repetition(self, line: str, message: ReceivedMessage) -> bool:
        """Whether a player says a line again that it has said before; `line` is its digest.

        The broker's repetition of a message is none, since its packet id tells that. See
        `infoscreen_core.domain.monitoring.logs.lines`.
        """
        if not message.mid:
            return False
        known = self._lines.get(line)
        if known is None:
            self._remember(line, _Line(message.received_at, {message.mid}))
            return False
        if message.mid in known.packet_ids:
            return False
        if message.received_at - known.received_at > SAME_SECOND:
            return True
        known.packet_ids.add(message.mid)
        return False

    def _remember(self, key: str, line: _Line) -> None:
        self._lines[key] = line
        if len(self._lines) > REMEMBERED_LINES:
            self._lines.popitem(last=False)
