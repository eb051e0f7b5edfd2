"""What the broker should hold for each group, what was sent, and what it was seen to hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

NOTHING_PLAYS: Final = b"[]"
UNCONFIRMED_SECONDS: Final = 8.0
"""After so long without a confirmation a list is sent again."""
SETTLE_SECONDS: Final = 0.5
"""How long what was seen may differ from what was sent: messages under way cross each other."""

Send = Callable[[int, bytes], int]


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
    """The group no longer exists: its list is emptied once, then forgotten."""


class Board:
    """The retained event lists; `moment` arguments are `time.monotonic()` seconds.

    It sends nothing twice: a list goes out when it differs from what went out last on this connection, or
    when the broker was seen to hold something else, whoever put it there.
    """

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}
        self._group_of_token: dict[int, int] = {}

    @property
    def groups(self) -> int:
        """How many groups there are."""
        return sum(not entry.is_gone for entry in self._entries.values())

    @property
    def unconfirmed(self) -> int:
        """How many publications the broker has not confirmed yet."""
        return len(self._group_of_token)

    def set_wanted(self, payloads: Mapping[int, bytes]) -> None:
        """Take over what every group should show now; a group that is missing here is gone."""
        for group_id, payload in payloads.items():
            entry = self._entries.setdefault(group_id, _Entry(payload))
            entry.wanted, entry.is_gone = payload, False
        for group_id in self._entries.keys() - payloads.keys():
            entry = self._entries[group_id]
            entry.wanted, entry.is_gone = NOTHING_PLAYS, True

    def forget_sent(self) -> None:
        """Assume nothing about the broker: after a reconnect, or when leading begins."""
        self._group_of_token.clear()
        for entry in self._entries.values():
            entry.sent = entry.token = entry.seen = None

    def note_confirmed(self, token: int) -> None:
        """Take in a confirmation; one of an earlier connection changes nothing."""
        group_id = self._group_of_token.pop(token, None)
        entry = self._entries.get(group_id) if group_id is not None else None
        if entry is None or group_id is None or entry.token != token:
            return
        entry.token = None
        if entry.is_gone and entry.sent == entry.wanted:
            del self._entries[group_id]

    def note_seen(self, group_id: int, payload: bytes, moment: float) -> None:
        """Take in what the broker delivered for a group: ours, somebody else's, or a loss (empty)."""
        entry = self._entries.get(group_id)
        if entry is None:
            if payload in {b"", NOTHING_PLAYS}:
                return
            entry = self._entries[group_id] = _Entry(NOTHING_PLAYS, is_gone=True)
        entry.seen, entry.seen_at = payload, moment

    def flush(self, send: Send, moment: float) -> list[int]:
        """Send every list that the broker lacks; return the groups. What `send` raises ends it early."""
        due = [group_id for group_id, entry in self._entries.items() if _is_due(entry, moment)]
        for group_id in due:
            entry = self._entries[group_id]
            token = send(group_id, entry.wanted)
            entry.sent, entry.sent_at, entry.token, entry.seen = entry.wanted, moment, token, None
            self._group_of_token[token] = group_id
        return due


def _is_due(entry: _Entry, moment: float) -> bool:
    if entry.sent != entry.wanted:
        return True
    if entry.token is not None:
        return moment - entry.sent_at > UNCONFIRMED_SECONDS
    has_drifted = entry.seen is not None and entry.seen != entry.wanted
    return has_drifted and moment - max(entry.sent_at, entry.seen_at) > SETTLE_SECONDS
