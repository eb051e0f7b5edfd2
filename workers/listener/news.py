"""Which players may be judged otherwise since they said what is in a batch.

Most of a batch repeats what was said before. So what the judgement depends on is compared with what
each player said last; the scheduler then judges only those with news.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.player_states import MASK, PLACES, SEEN, StateRow, bit_of
from workers.listener.batch import Batch
from workers.listener.memory import Said

QUIET: Final = timedelta(seconds=60)
"""After so long without a word, each word is news: the player may have counted as silent."""
_FIELDS: Final = ("process_status", "current_event_id", "expected_event_id")
_PLACES: Final = tuple((name, PLACES[name], bit_of(name)) for name in _FIELDS)
_TELLING: Final = frozenset({LogLevel.ERROR, LogLevel.WARN})


@dataclass(frozen=True, slots=True)
class News:
    """What a batch says that was not known."""

    said: Mapping[str, Said]
    """Of every player in the batch, what it has said last now."""
    players: frozenset[str]
    """Those that may have another status."""


def find_news(batch: Batch) -> News:
    """Compare a batch with what the players said before; see the module."""
    known = batch.memory.said
    said = {uuid: _said(row, known.get(uuid)) for uuid, row in batch.states.items()}
    changed = {uuid for uuid, now in said.items() if _is_news(known.get(uuid), now)}
    logged = {row["client_uuid"] for row in batch.logs.values() if row["level"] in _TELLING}
    failed = {failure.client_uuid for failure in batch.failures}
    powered = {power.client_uuid for power in batch.powers}
    return News(said, frozenset(changed | logged | failed | powered))


def _said(row: StateRow, before: Said | None) -> Said:
    mask = row[MASK]
    fields = {
        name: row[place] if mask & bit else getattr(before, name, None)
        for name, place, bit in _PLACES
    }
    return Said(row[SEEN], **fields)


def _is_news(before: Said | None, now: Said) -> bool:
    return (
        before is None
        or now.at - before.at > QUIET
        or any(getattr(before, name) != getattr(now, name) for name in _FIELDS)
    )
