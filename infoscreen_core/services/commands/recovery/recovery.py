"""Crash recovery: restarts players that crashed or fell silent, and says why when it does not.

The leading scheduler calls `look` every few seconds. It decides about players that are new in
trouble, and about those whose decision is to be looked at again (`look_at`); nobody goes through
the whole fleet. A decision, its command and its audit row are one transaction, and one transaction
at a time decides (`Turn.RECOVERY`): whatever program is killed, and however many schedulers
believe that they lead, no crash leads to two commands.

Whether the server sees its screens is for the caller to know, and comes in as `sight`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from infoscreen_core.db.models import RecoveryDecision
from infoscreen_core.db.queries import clients as client_queries
from infoscreen_core.db.queries.commands import recovery as queries
from infoscreen_core.domain.commands.lifecycle import Action
from infoscreen_core.domain.commands.recovery import (
    CLOSING,
    Decision,
    decide,
    is_unwanted,
    judge_attempts,
)
from infoscreen_core.domain.commands.recovery_facts import (
    STRIKES_WITHIN,
    Limits,
    Means,
    Outcome,
    RecoveryFacts,
    Verdict,
)
from infoscreen_core.domain.commands.recovery_words import REASON_OF_COMMAND, evidence_of
from infoscreen_core.domain.monitoring.judging import Sight
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.text.elapsed import is_within
from infoscreen_core.domain.text.plain_text import clean_line
from infoscreen_core.errors import ConflictError
from infoscreen_core.services import audit, turns
from infoscreen_core.services.actor import SYSTEM, Actor
from infoscreen_core.services.commands.commands import issue_command
from infoscreen_core.services.commands.plugs import plugs
from infoscreen_core.services.commands.recovery.recovery_reading import FactFinder
from infoscreen_core.services.screens.clients import get_client
from infoscreen_core.services.turns import Turn

BATCH: Final = 200
"""Players that are decided about in one transaction."""
NOTE_LIMIT: Final = 500
GAVE_UP: Final = "recovery.gave_up"
ACKNOWLEDGED: Final = "recovery.acknowledged"


@dataclass(frozen=True, slots=True)
class RecoveryChange:
    """A new decision about a player."""

    client_uuid: str
    verdict: Verdict
    trouble: CrashReason | None
    command_id: str | None
    cycle_id: str | None


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look did."""

    count: int
    """Players that were decided about."""
    changes: Sequence[RecoveryChange]

    @property
    def is_more_due(self) -> bool:
        """Whether others may be waiting."""
        return self.count == BATCH


def has_work(session: Session, limits: Limits, *, sight: Sight, now: datetime) -> bool:
    """Whether there is a player to decide about."""
    return bool(_whose_turn(session, limits, sight, now, limit=1))


def look(session: Session, limits: Limits, *, sight: Sight, now: datetime) -> Looked:
    """Decide about some of the players whose turn it is, and do what follows."""
    turns.take(session, Turn.RECOVERY)
    uuids = _whose_turn(session, limits, sight, now, limit=BATCH)
    book = _Book(session, limits, sight, now)
    for decided in sorted(book.decide_all(uuids), key=_uuid):  # everybody locks in this order
        if decided.decision.means is None:
            book.write(decided)
        else:
            book.act(decided.uuid)
    session.flush()
    return Looked(len(uuids), book.changes)


def switch_off(session: Session, *, now: datetime) -> int:
    """End what is in force, since nobody decides any more; return how many decisions that were.

    A power cycle that nobody has begun with is taken back.
    """
    turns.take(session, Turn.RECOVERY)
    rows = queries.list_in_force(session)
    for row, _client in rows:
        if row.cycle_id is not None:
            plugs.end_unbegun(session, row.cycle_id, is_wanted=False, actor=SYSTEM, now=now)
        _end(row, now)
    session.flush()
    return len(rows)


def acknowledge(
    session: Session, client_uuid: str, *, note: str = "", actor: Actor, now: datetime
) -> None:
    """Say that somebody saw to a player on which recovery had given up; it may try again.

    Raises `ConflictError` when it has not given up.
    """
    actor.require(Role.ADMIN)
    turns.take(session, Turn.RECOVERY)
    client = get_client(session, client_uuid, is_locked=True)
    text = clean_line(note, field="note", limit=NOTE_LIMIT)
    row = queries.map_in_force(session, [client.uuid]).get(client.uuid)
    if row is None or not row.is_person_called:
        raise ConflictError(
            "Automatic recovery has not given up on {name}; there is nothing to acknowledge.",
            name=client.display_name,
        )
    for attempt in queries.list_tried(session, client.uuid, since=now - STRIKES_WITHIN):
        if attempt.outcome in {None, Outcome.FAILED}:
            attempt.outcome = Outcome.FORGIVEN
    _end(row, now)
    audit.record(
        session,
        ACKNOWLEDGED,
        "client",
        client.uuid,
        actor=actor,
        now=now,
        after={"note": text, "given_up_at": audit.audited_columns(row)["at"]},
    )
    session.flush()


def _whose_turn(
    session: Session, limits: Limits, sight: Sight, now: datetime, *, limit: int
) -> list[str]:
    due = queries.list_due(session, now=now, limit=limit)
    if len(due) == limit or sight.is_blind:
        return due
    # Silence says nothing while the whole fleet is silent, nor right after: thousands of decisions
    # would be written, only to be taken back a moment later.
    seen_since = sight.seen_since
    is_anew = seen_since is not None and is_within(seen_since, limits.grace, now=now)
    grace = None if is_anew else limits.grace
    return due + queries.list_new(session, now=now, grace=grace, limit=limit - len(due))


def _end(row: RecoveryDecision, now: datetime) -> None:
    row.until, row.look_at, row.open_key = max(now, row.at), None, None


@dataclass(frozen=True, slots=True)
class _Case:
    """A player with what is known about it, and the decision in force."""

    uuid: str
    facts: RecoveryFacts
    in_force: RecoveryDecision | None

    def decided(self, limits: Limits, *, running: int, now: datetime) -> "_Decided":
        """Return what to do while so many players are being recovered."""
        facts = replace(self.facts, running=running)
        return _Decided(self.uuid, facts, self.in_force, decide(facts, limits, now=now))


@dataclass(frozen=True, slots=True)
class _Decided(_Case):
    """The same with what is decided now."""

    decision: Decision


class _Book:
    """Reads facts, and writes what is decided, in one transaction."""

    def __init__(self, session: Session, limits: Limits, sight: Sight, now: datetime) -> None:
        self._session, self._limits, self._sight, self._now = session, limits, sight, now
        self.changes: list[RecoveryChange] = []

    def decide_all(self, uuids: Sequence[str]) -> list[_Decided]:
        """Return what to do about each; the first ones have the places that are free."""
        running = queries.count_running(self._session)
        found = []
        for case in self._read(uuids):
            found.append(case.decided(self._limits, running=running, now=self._now))
            running += found[-1].decision.means is not None
        return found

    def act(self, uuid: str) -> None:
        """Decide once more with the player locked, so that nobody else's command is missed."""
        if client_queries.lock_client(self._session, uuid) is None:
            return
        for case in self._read([uuid]):
            # Its place is taken already, so it does not ask how many are.
            self.write(case.decided(self._limits, running=0, now=self._now))

    def write(self, decided: _Decided) -> None:
        """Write down a decision, if it is a new one, and issue its command."""
        row, decision = decided.in_force, decided.decision
        evidence = evidence_of(decided.facts, decision)
        if row is not None and row.cycle_id is not None:
            self._end_unbegun(row.cycle_id, decided.facts)
        if row is not None and decision.means is None and _is_same(row, decision):
            row.look_at = decision.look_at
            if row.evidence != evidence:
                row.evidence = evidence
            return
        is_closing = decision.verdict in CLOSING
        if row is None and is_closing:
            return
        if row is not None:
            _end(row, self._now)
            self._session.flush()  # before another one is in force
        new = RecoveryDecision(
            client_uuid=decided.uuid,
            at=self._now,
            until=self._now if is_closing else None,
            verdict=decision.verdict,
            trouble=decision.trouble,
            evidence=evidence,
            is_person_called=not is_closing and _is_person_called(decided),
            look_at=None if is_closing else decision.look_at,
            open_key=None if is_closing else decided.uuid,
        )
        if decision.means is not None and decision.trouble is not None:
            self._act(new, decision.means, str(REASON_OF_COMMAND[decision.trouble]))
        self._session.add(new)
        self._note(decided, new)

    def _act(self, new: RecoveryDecision, means: Means, reason: str) -> None:
        """Do what was decided, and note what that was."""
        session, uuid, now = self._session, new.client_uuid, self._now
        if means is Means.POWER_CYCLE:
            cycle = plugs.request_cycle(session, uuid, reason=reason, actor=SYSTEM, now=now)
            new.cycle_id = cycle.cycle_id
            return
        new.command_id = issue_command(
            session,
            uuid,
            Action(means),
            reason=reason,
            actor=SYSTEM,
            now=now,
            expiry=self._limits.expiry,
        ).command_id

    def _end_unbegun(self, cycle_id: str, facts: RecoveryFacts) -> None:
        """End the power cycle that was asked for, when its time is over or the trouble is."""
        is_wanted = not is_unwanted(facts, self._limits, now=self._now)
        plugs.end_unbegun(self._session, cycle_id, is_wanted=is_wanted, actor=SYSTEM, now=self._now)

    def _note(self, case: _Case, new: RecoveryDecision) -> None:
        change = RecoveryChange(case.uuid, new.verdict, new.trouble, new.command_id, new.cycle_id)
        self.changes.append(change)
        if new.verdict is Verdict.NEEDS_PERSON and not case.facts.is_person_called:
            audit.record(
                self._session,
                GAVE_UP,
                "client",
                case.uuid,
                actor=SYSTEM,
                now=self._now,
                after=new.evidence,
            )

    def _read(self, uuids: Sequence[str]) -> list[_Case]:
        """Return players that are still there, in this order; note what came of attempts."""
        players = {one.uuid: one for one in queries.list_players(self._session, uuids)}
        in_force = queries.map_in_force(self._session, uuids)
        found = FactFinder(self._session, uuids, self._limits, self._now)
        cases = []
        for uuid in uuids:
            if uuid in players:
                row = in_force.get(uuid)
                facts = found.facts_of(players[uuid], row, self._sight)
                cases.append(_Case(uuid, self._judged(facts, found), row))
        return cases

    def _judged(self, facts: RecoveryFacts, found: FactFinder) -> RecoveryFacts:
        """Note what came of attempts, and return the facts with that."""
        outcomes = judge_attempts(facts, self._limits, now=self._now)
        for attempt, outcome in outcomes.items():
            found.rows[attempt.decision_id].outcome = outcome
        return replace(
            facts,
            attempts=tuple(
                replace(one, outcome=outcomes.get(one, one.outcome)) for one in facts.attempts
            ),
        )


def _is_same(row: RecoveryDecision, decision: Decision) -> bool:
    return (row.verdict, row.trouble) == (decision.verdict, decision.trouble)


def _is_person_called(decided: _Decided) -> bool:
    return decided.facts.is_person_called or decided.decision.verdict is Verdict.NEEDS_PERSON


def _uuid(case: _Case) -> str:
    return case.uuid
