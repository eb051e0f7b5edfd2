"""What the broker should hold by topic, what was sent, and what it was seen to hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

NOTHING_PLAYS: Final = b"[]"
CLEARED: Final = b""
UNCONFIRMED_SECONDS: Final = 8.0
"""After so long without a confirmation a message is sent again."""
QUIET_SECONDS: Final = 0.5
"""How long what was seen may differ from what was sent: messages under way cross each other."""

Send = Callable[[str, bytes], int]


@dataclass
class _Entry:
    wanted: bytes
    sent: bytes | None = None
    sent_at: float = 0.0
    token: int | None = None
    """Of the publication that the broker has not confirmed yet."""
    seen: bytes | None = None
    seen_at: float = 0.0
    is_gone: bool = False
    """Its subject no longer exists: the message is emptied once, then forgotten."""

    @property
    def is_confirmed(self) -> bool:
        """Whether the broker confirmed what is wanted."""
        return self.sent == self.wanted and self.token is None


class Board:
    """Retained messages of one kind; `moment` arguments are `time.monotonic()` seconds.

    It sends nothing twice: a message goes out when it differs from what went out last on this
    connection, or when the broker was seen to hold something else, whoever put it there. `empty` is
    what stands for nothing.
    """

    def __init__(self, empty: bytes) -> None:
        self._empty = empty
        self._entries: dict[str, _Entry] = {}
        self._topic_of_token: dict[int, str] = {}

    @property
    def size(self) -> int:
        """How many messages there should be."""
        return sum(not entry.is_gone for entry in self._entries.values())

    @property
    def unconfirmed(self) -> int:
        """How many publications the broker has not confirmed yet."""
        return len(self._topic_of_token)

    def set_wanted(self, payloads: Mapping[str, bytes]) -> None:
        """Take over what every topic should hold now; one that is missing here is gone."""
        for topic, payload in payloads.items():
            entry = self._entries.setdefault(topic, _Entry(payload))
            entry.wanted, entry.is_gone = payload, False
        for topic in self._entries.keys() - payloads.keys():
            entry = self._entries[topic]
            entry.wanted, entry.is_gone = self._empty, True
            if entry.is_confirmed and entry.seen in {None, self._empty}:
                del self._entries[topic]

    def is_confirmed(self, topic: str) -> bool:
        """Whether the broker confirmed what is wanted there."""
        entry = self._entries.get(topic)
        return entry is None or entry.is_confirmed

    def forget_sent(self) -> None:
        """Assume nothing about the broker: after a reconnect, or when leading begins."""
        self._topic_of_token.clear()
        for entry in self._entries.values():
            entry.sent = entry.token = entry.seen = None

    def note_confirmed(self, token: int) -> bool:
        """Take in a confirmation; one of an earlier connection, or message, changes nothing.

        Returns whether the broker holds now what was sent with the token.
        """
        topic = self._topic_of_token.pop(token, None)
        entry = self._entries.get(topic) if topic is not None else None
        if entry is None or topic is None or entry.token != token:
            return False
        entry.token = None
        if entry.is_gone and entry.is_confirmed:
            del self._entries[topic]
        return True

    def note_seen(self, topic: str, payload: bytes, moment: float) -> None:
        """Take in what the broker delivered: ours, somebody else's, or a loss (empty)."""
        entry = self._entries.get(topic)
        if entry is None:
            if payload in {CLEARED, self._empty}:
                return
            entry = self._entries[topic] = _Entry(self._empty, is_gone=True)
        entry.seen, entry.seen_at = payload, moment

    def flush(self, send: Send, moment: float) -> list[str]:
        """Send what the broker lacks; return the topics. What `send` raises ends it early."""
        due = [topic for topic, entry in self._entries.items() if _is_due(entry, moment)]
        for topic in due:
            entry = self._entries[topic]
            token = send(topic, entry.wanted)
            entry.sent, entry.sent_at, entry.token, entry.seen = entry.wanted, moment, token, None
            self._topic_of_token[token] = topic
        return due


def _is_due(entry: _Entry, moment: float) -> bool:
    if entry.sent != entry.wanted:
        return True
    if entry.token is not None:
        return moment - entry.sent_at > UNCONFIRMED_SECONDS
    has_drifted = entry.seen is not None and entry.seen != entry.wanted
    return has_drifted and moment - max(entry.sent_at, entry.seen_at) > QUIET_SECONDS
