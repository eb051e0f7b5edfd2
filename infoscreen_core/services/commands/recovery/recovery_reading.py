"""What is known of players in trouble, read for several at once."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final, TypeVar

from sqlalchemy.orm import Session

from infoscreen_core.db.models import ClientCommand, PlugCycle, RecoveryDecision
from infoscreen_core.db.queries import emergencies
from infoscreen_core.db.queries.commands import plugs as plug_queries
from infoscreen_core.db.queries.commands import recovery as queries
from infoscreen_core.db.queries.commands.recovery import RecoveryPlayer
from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.lifecycle import LOCKOUT_WINDOW, TERMINAL
from infoscreen_core.domain.commands.recovery_facts import (
    STRIKES_WITHIN,
    Attempt,
    Limits,
    Means,
    RecoveryFacts,
)
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.domain.screens.standing import standing_of

T = TypeVar("T")

_NOBODY: Final = frozenset[str]()


class FactFinder:
    """Reads all that `domain.commands.recovery.decide` asks for, for these players."""

    def __init__(
        self, session: Session, uuids: Collection[str], limits: Limits, now: datetime
    ) -> None:
        self._shutdowns = queries.map_shutdowns(session, uuids)
        self._held_off = queries.map_held_off(session, uuids)
        self._open_actions = dict(queries.list_open_commands(session, uuids))
        lately = now - max(limits.lockout, LOCKOUT_WINDOW, plugs.LOCKOUT_WINDOW)
        self._restarts = _by_player(queries.list_restarts(session, uuids, since=lately))
        self._cuts = _by_player(plug_queries.list_cuts(session, uuids, since=lately))
        self._cycled = plug_queries.list_screens_cycled(session, uuids, now=now)
        self._have_plugs = _NOBODY
        if limits.may_cut_power:
            self._have_plugs = plug_queries.list_usable(session, uuids)
        self._in_emergency = frozenset[int]()
        if self._have_plugs:
            self._in_emergency = emergencies.list_groups_with_one(session, now=now)
        self.rows: dict[int, RecoveryDecision] = {}
        """The decisions that led to attempts, by their id."""
        self._attempts = self._read_attempts(session, uuids, since=now - STRIKES_WITHIN)

    def facts_of(
        self, player: RecoveryPlayer, row: RecoveryDecision | None, sight: Sight
    ) -> RecoveryFacts:
        """Return what is known of a player; `row` is the decision in force."""
        uuid = player.uuid
        return RecoveryFacts(
            standing=standing_of(
                is_approved=player.approved_at is not None,
                is_rejected=player.rejected_at is not None,
                is_active=player.is_active,
            ),
            process_status=player.process_status,
            last_alive=player.last_alive,
            is_blind=sight.is_blind,
            seen_since=sight.seen_since,
            shut_down_at=self._shutdowns.get(uuid),
            tv_off_until=self._held_off.get(uuid),
            open_action=self._open_actions.get(uuid),
            is_power_open=uuid in self._cycled,
            restarts=self._restarts.get(uuid, ()),
            cuts=self._cuts.get(uuid, ()),
            has_plug=uuid in self._have_plugs,
            is_emergency=player.group_id in self._in_emergency,
            attempts=self._attempts.get(uuid, ()),
            verdict=row.verdict if row else None,
            since=row.at if row else None,
            is_person_called=row.is_person_called if row else False,
        )

    def _read_attempts(
        self, session: Session, uuids: Collection[str], *, since: datetime
    ) -> dict[str, list[Attempt]]:
        by_command = queries.list_attempts(session, uuids, since=since)
        by_power = queries.list_power_attempts(session, uuids, since=since)
        self.rows = {row.id: row for row, _ in (*by_command, *by_power)}
        found = [(row, _by_command(row, command)) for row, command in by_command]
        found += [(row, _by_power(row, cycle)) for row, cycle in by_power]
        found.sort(key=lambda pair: (pair[0].at, pair[0].id))
        return _by_player((row.client_uuid, attempt) for row, attempt in found)


def _by_player(pairs: Iterable[tuple[str, T]]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for uuid, one in pairs:
        found.setdefault(uuid, []).append(one)
    return found


def _by_command(row: RecoveryDecision, command: ClientCommand) -> Attempt:
    ended_at = command.completed_at or command.failed_at or command.canceled_at
    sent_at = command.published_at or command.acked_at or command.execution_started_at
    return Attempt(
        decision_id=row.id,
        means=Means(command.action),
        state=command.status,
        issued_at=command.issued_at,
        was_sent=sent_at is not None,
        ended_at=ended_at if command.status in TERMINAL else None,
        outcome=row.outcome,
    )


def _by_power(row: RecoveryDecision, cycle: PlugCycle) -> Attempt:
    ended_at = cycle.completed_at or cycle.failed_at or cycle.canceled_at
    return Attempt(
        decision_id=row.id,
        means=Means.POWER_CYCLE,
        state=None,
        issued_at=cycle.requested_at,
        was_sent=cycle.off_at is not None,
        ended_at=ended_at if cycle.status in plugs.TERMINAL else None,
        outcome=row.outcome,
    )
