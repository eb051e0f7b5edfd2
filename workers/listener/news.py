"""Which players may be judged otherwise since they said what is in a batch.

Most of a batch repeats what was said before. So what the judgement depends on is compared with what
each player said last; the scheduler then judges only those with news.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from infoscreen_core.domain.screens.player import LogLevel
from infoscreen_core.services.monitoring.player_states import MASK, PLACES, SEEN, StateRow, bit_of
from workers.listener.batch import Batch
from workers.listener.memory import Said

QUIET: Final = timedelta(seconds=60)
"""After so long without a word, each word is news: the player may have counted as silent. Sooner
where the grace period is shorter."""
_STATUS, _STATUS_BIT = PLACES["process_status"], bit_of("process_status")
_CURRENT, _CURRENT_BIT = PLACES["current_event_id"], bit_of("current_event_id")
_EXPECTED, _EXPECTED_BIT = PLACES["expected_event_id"], bit_of("expected_event_id")
_NOTHING: Final = Said(datetime.min.replace(tzinfo=UTC))
_TELLING: Final = frozenset({LogLevel.ERROR, LogLevel.WARN})


@dataclass(frozen=True, slots=True)
class News:
    """What a batch says that was not known."""

    said: Mapping[str, Said]
    """Of every player in the batch, what it has said last now."""
    players: frozenset[str]
    """Those that may have another status."""


def find_news(batch: Batch, quiet: timedelta = QUIET) -> News:
    """Compare a batch with what the players said before; see the module."""
    known = batch.memory.said
    said = {uuid: _said(row, known.get(uuid, _NOTHING)) for uuid, row in batch.states.items()}
    changed = {uuid for uuid, now in said.items() if _is_news(known.get(uuid), now, quiet)}
    logged = {row["client_uuid"] for row in batch.logs.values() if row["level"] in _TELLING}
    failed = {failure.client_uuid for failure in batch.failures}
    powered = {power.client_uuid for power in batch.powers}
    return News(said, frozenset(changed | logged | failed | powered))


def _said(row: StateRow, before: Said) -> Said:
    # Both of these run for each player in each batch, and are written to be fast.
    mask = row[MASK]
    return Said(
        row[SEEN],
        row[_STATUS] if mask & _STATUS_BIT else before.process_status,
        row[_CURRENT] if mask & _CURRENT_BIT else before.current_event_id,
        row[_EXPECTED] if mask & _EXPECTED_BIT else before.expected_event_id,
    )


def _is_news(before: Said | None, now: Said, quiet: timedelta) -> bool:
    return (
        before is None
        or now.process_status != before.process_status
        or now.current_event_id != before.current_event_id
        or now.expected_event_id != before.expected_event_id
        or now.at - before.at > quiet
    )
