"""Crash recovery: whether a player is restarted by itself, and if not, why not.

`decide` asks `_RULES` from the top; the first that has an answer wins. Each answer is a verdict: a
restart, a reason to leave the player alone for now, or that a person is needed. Everything here is
pure; `services.commands.recovery` gathers the facts and stores the answers.

A crashed process gets its app restarted first, and the host rebooted when that did not help; a
silent player gets a reboot. One recovery *helped* when the player then stays well for `STAYS_UP`,
and *failed* when it is in trouble `SETTLES_FOR` after the command ended, or again before it has
stayed well for so long. After `STRIKES` failures in a day a person is called, and nothing more is
done until somebody says that it is seen to, or the player has stayed well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.commands.lifecycle import (
    DEFAULT_EXPIRY,
    LOCKOUT_WINDOW,
    Action,
    State,
    is_locked_out,
)
from infoscreen_core.domain.screens.crashes import CrashReason, find_crash_reason
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.domain.text.elapsed import is_within


class Verdict(StrEnum):
    """What is done about a player, or why nothing is."""

    OUT_OF_SERVICE = "out_of_service"
    """It waits for approval, was turned away, or was switched off: nobody expects it to run."""
    NEVER_SEEN = "never_seen"
    """It has never reported, so nothing is known to be wrong with it."""
    WELL = "well"
    WATCHED = "watched"
    """It is well again after a recovery, but has not stayed so for long enough."""
    RESTARTING_APP = "restarting_app"
    """Its app is being restarted by recovery."""
    REBOOTING = "rebooting"
    """Its host is being rebooted by recovery."""
    UNDER_WAY = "under_way"
    """A command of somebody else's is under way."""
    BLIND = "blind"
    """The server does not see its screens: an outage of broker or network, or of its own."""
    SEEN_ANEW = "seen_anew"
    """The server sees again, and the player has not had the time to be heard."""
    SHUT_DOWN = "shut_down"
    """It was shut down on purpose."""
    TV_HELD_OFF = "tv_held_off"
    """Somebody ordered its TV to stay off."""
    SETTLING = "settling"
    """A recovery has just ended; whether it helped shows in a moment."""
    NEEDS_PERSON = "manual_intervention_required"
    """Recovery failed too often: somebody has to see to it."""
    LOCKED_OUT = "locked_out"
    """It was restarted a short while ago."""
    TOO_MANY_RESTARTS = "too_many_restarts"
    """It had as many restarts lately as any player may have, whoever asked for them."""
    WAITS_TURN = "waits_turn"
    """As many players as may be are being recovered already."""


class Outcome(StrEnum):
    """What came of a recovery."""

    HELPED = "helped"
    FAILED = "failed"
    VOID = "void"
    """It was never carried out, which is not the player's fault: withdrawn, or never sent."""
    FORGIVEN = "forgiven"
    """It failed, and counts no more: the player has stayed well since, or somebody saw to it."""


GRACE: Final = timedelta(seconds=180)
AT_ONCE: Final = 10
STRIKES: Final = 3
"""Failed recoveries within `STRIKES_WITHIN` after which a person is called."""
STRIKES_WITHIN: Final = timedelta(hours=24)
STAYS_UP: Final = timedelta(minutes=15)
"""How long a player must stay well until its recovery has helped."""
SETTLES_FOR: Final = timedelta(seconds=60)
"""How long after a recovery a player may take to report that it is well."""
SHUTDOWN_SLACK: Final = timedelta(seconds=60)
"""How long after its shutdown was done a player may be heard and still count as shut down."""

CLOSING: Final = frozenset({Verdict.WELL, Verdict.OUT_OF_SERVICE, Verdict.NEVER_SEEN})
"""Verdicts after which there is nothing to look at any more."""
ACTION_OF: Final = MappingProxyType(
    {Verdict.RESTARTING_APP: Action.RESTART_APP, Verdict.REBOOTING: Action.REBOOT_HOST}
)
_VERDICT_OF: Final = MappingProxyType({action: verdict for verdict, action in ACTION_OF.items()})
_PAUSE: Final = timedelta(seconds=60)
"""The longest time until a player in trouble is looked at again."""
_PAUSES: Final = MappingProxyType(
    {
        Verdict.RESTARTING_APP: timedelta(seconds=5),
        Verdict.REBOOTING: timedelta(seconds=5),
        Verdict.UNDER_WAY: timedelta(seconds=5),
        Verdict.BLIND: timedelta(seconds=15),
        Verdict.WAITS_TURN: timedelta(seconds=10),
        Verdict.WATCHED: timedelta(seconds=15),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What an installation set."""

    grace: timedelta = GRACE
    """How long a player may be silent before it is a candidate."""
    lockout: timedelta = LOCKOUT_WINDOW
    """For how long after a restart a player is left alone."""
    expiry: timedelta = DEFAULT_EXPIRY
    """Of the commands that recovery issues."""
    at_once: int = AT_ONCE
    """How many players are recovered at the same time, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One recovery of a player: a command that recovery issued."""

    decision_id: int
    action: Action
    state: State
    issued_at: datetime
    was_sent: bool
    ended_at: datetime | None
    """None: it goes on."""
    outcome: Outcome | None
    """None: nobody can tell yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryFacts:
    """What is known of a player when it is decided about."""

    standing: Standing
    process_status: ProcessStatus | None
    last_alive: datetime | None
    is_blind: bool = False
    """Whether the server does not see its screens."""
    seen_since: datetime | None = None
    """When the last time ended in which it did not; None if there was none."""
    shut_down_at: datetime | None = None
    """When its newest shutdown that succeeded was done."""
    tv_off_until: datetime | None = None
    """Until when an order of an operator's holds its TV off."""
    open_action: Action | None = None
    """What a command of its does that is under way."""
    restarts: Sequence[datetime] = ()
    """When its restarts were issued lately, of host and app, by whomever; not those blocked."""
    attempts: Sequence[Attempt] = ()
    """Its recoveries within `STRIKES_WITHIN`, the oldest first."""
    verdict: Verdict | None = None
    """The one in force."""
    since: datetime | None = None
    """Since when that is."""
    is_person_called: bool = False
    """Whether somebody has to see to it, and nobody has said that they did."""
    running: int = 0
    """How many players are being recovered now."""

    @property
    def strikes(self) -> int:
        """How many of its recoveries failed and still count."""
        return sum(one.outcome is Outcome.FAILED for one in self.attempts)

    @property
    def last(self) -> Attempt | None:
        """Its newest recovery."""
        return self.attempts[-1] if self.attempts else None


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about a player, and until when that holds by itself."""

    verdict: Verdict
    trouble: CrashReason | None
    look_at: datetime
    """When to decide anew."""
    until: datetime | None = None
    """When the reason passes by itself, where that is known."""
    action: Action | None = None
    """The command to issue now."""


@dataclass(frozen=True, slots=True)
class _Case:
    """A player that is decided about."""

    facts: RecoveryFacts
    limits: Limits
    now: datetime
    trouble: CrashReason | None


_Answer = tuple[Verdict, datetime | None]
"""A verdict, and when its reason passes by itself, where that is known."""


def decide(facts: RecoveryFacts, limits: Limits, *, now: datetime) -> Decision:
    """Return what to do about a player; `facts.attempts` are judged already (`judge_attempts`)."""
    case = _Case(facts, limits, now, find_trouble(facts, limits, now=now))
    verdict, until = next(answer for rule in _RULES if (answer := rule(case)))
    latest = now + _PAUSES.get(verdict, _PAUSE)
    is_new = verdict in ACTION_OF and facts.open_action is None
    return Decision(
        verdict,
        case.trouble,
        look_at=latest if until is None else min(latest, max(until, now)),
        until=until,
        action=ACTION_OF[verdict] if is_new else None,
    )


def find_trouble(facts: RecoveryFacts, limits: Limits, *, now: datetime) -> CrashReason | None:
    """Return why the player is a candidate, or None while it is none."""
    return find_crash_reason(
        is_active=facts.standing is Standing.IN_SERVICE,
        process_status=facts.process_status,
        last_alive=facts.last_alive,
        now=now,
        grace=limits.grace,
    )


def judge_attempts(
    facts: RecoveryFacts, limits: Limits, *, now: datetime
) -> dict[Attempt, Outcome]:
    """Return what came of recoveries, as far as that shows only now.

    Nothing shows while the server does not see its screens, or has just begun to.
    """
    trouble = find_trouble(facts, limits, now=now)
    case = _Case(facts, limits, now, trouble)
    if trouble is not None and (_blind(case) or _seen_anew(case)):
        return {}
    open_ones = [one for one in facts.attempts if one.outcome is None]
    found = {one: _outcome(one, case) for one in open_ones}
    if facts.is_person_called and trouble is None and _has_stayed_well(facts, now):
        found |= {one: Outcome.FORGIVEN for one in facts.attempts if one.outcome is Outcome.FAILED}
    return {one: outcome for one, outcome in found.items() if outcome is not None}


def _outcome(attempt: Attempt, case: _Case) -> Outcome | None:
    if case.trouble is None:
        return Outcome.HELPED if _has_stayed_well(case.facts, case.now) else None
    if attempt.ended_at is None or is_within(attempt.ended_at, SETTLES_FOR, now=case.now):
        return None
    is_void = attempt.state in {State.CANCELED, State.BLOCKED_SAFETY} or not attempt.was_sent
    return Outcome.VOID if is_void else Outcome.FAILED


def _has_stayed_well(facts: RecoveryFacts, now: datetime) -> bool:
    since = facts.since if facts.verdict is Verdict.WATCHED else None
    return since is not None and now - since >= STAYS_UP


def _out_of_service(case: _Case) -> _Answer | None:
    is_expected = case.facts.standing is Standing.IN_SERVICE
    return None if is_expected else (Verdict.OUT_OF_SERVICE, None)


def _never_seen(case: _Case) -> _Answer | None:
    return (Verdict.NEVER_SEEN, None) if case.facts.last_alive is None else None


def _well(case: _Case) -> _Answer | None:
    facts = case.facts
    if case.trouble is not None:
        return None
    is_unproven = facts.verdict is Verdict.WATCHED or facts.is_person_called
    is_unproven |= facts.last is not None and facts.last.outcome is None
    if not is_unproven or _has_stayed_well(facts, case.now):
        return Verdict.WELL, None
    since = facts.since if facts.verdict is Verdict.WATCHED and facts.since else case.now
    return Verdict.WATCHED, since + STAYS_UP


def _under_way(case: _Case) -> _Answer | None:
    action, last = case.facts.open_action, case.facts.last
    if action is None:
        return None
    is_own = last is not None and last.ended_at is None
    return (_VERDICT_OF[last.action] if is_own and last else Verdict.UNDER_WAY), None


def _blind(case: _Case) -> _Answer | None:
    return (Verdict.BLIND, None) if case.facts.is_blind else None


def _seen_anew(case: _Case) -> _Answer | None:
    """Give a player that was not heard since an outage ended the whole grace period."""
    seen_since, alive = case.facts.seen_since, case.facts.last_alive
    if seen_since is None or (alive is not None and alive > seen_since):
        return None
    if not is_within(seen_since, case.limits.grace, now=case.now):
        return None
    return Verdict.SEEN_ANEW, seen_since + case.limits.grace


def _shut_down(case: _Case) -> _Answer | None:
    at, alive = case.facts.shut_down_at, case.facts.last_alive
    is_heard = at is None or (alive is not None and alive > at + SHUTDOWN_SLACK)
    return None if is_heard else (Verdict.SHUT_DOWN, None)


def _tv_held_off(case: _Case) -> _Answer | None:
    until = case.facts.tv_off_until
    return (Verdict.TV_HELD_OFF, until) if until is not None and until > case.now else None


def _settling(case: _Case) -> _Answer | None:
    last = case.facts.last
    if last is None or last.ended_at is None or last.outcome is not None:
        return None
    return Verdict.SETTLING, last.ended_at + SETTLES_FOR


def _needs_person(case: _Case) -> _Answer | None:
    is_due = case.facts.is_person_called or case.facts.strikes >= STRIKES
    return (Verdict.NEEDS_PERSON, None) if is_due else None


def _locked_out(case: _Case) -> _Answer | None:
    newest = max(case.facts.restarts, default=None)
    if newest is None or not is_within(newest, case.limits.lockout, now=case.now):
        return None
    return Verdict.LOCKED_OUT, newest + case.limits.lockout


def _too_many_restarts(case: _Case) -> _Answer | None:
    if not is_locked_out(case.facts.restarts, now=case.now):
        return None
    return Verdict.TOO_MANY_RESTARTS, min(
        at + LOCKOUT_WINDOW for at in case.facts.restarts if at + LOCKOUT_WINDOW > case.now
    )


def _waits_turn(case: _Case) -> _Answer | None:
    return (Verdict.WAITS_TURN, None) if case.facts.running >= case.limits.at_once else None


def _restart(case: _Case) -> _Answer | None:
    is_app = case.trouble is CrashReason.PROCESS_CRASHED and not _has_app_failed(case.facts)
    return (Verdict.RESTARTING_APP if is_app else Verdict.REBOOTING), None


def _has_app_failed(facts: RecoveryFacts) -> bool:
    """Whether the app was restarted in vain since the player was well last."""
    for one in reversed(facts.attempts):
        if one.outcome in {Outcome.HELPED, Outcome.FORGIVEN}:
            return False
        if one.action is Action.RESTART_APP and one.outcome is Outcome.FAILED:
            return True
    return False


_RULES: Final[tuple[Callable[[_Case], _Answer | None], ...]] = (
    _out_of_service,
    _never_seen,
    _well,
    _under_way,
    _blind,
    _seen_anew,
    _shut_down,
    _tv_held_off,
    _settling,
    _needs_person,
    _locked_out,
    _too_many_restarts,
    _waits_turn,
    _restart,
)
"""From the top: the first that has an answer wins; the last one always has."""
