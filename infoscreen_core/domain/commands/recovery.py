"""Crash recovery: whether a player is restarted by itself, and if not, why not.

`decide` asks `_RULES` from the top; the first that has an answer wins. Each answer is a verdict: a
restart, a reason to leave the player alone for now, or that a person is needed. Everything here is
pure; `services.commands.recovery` gathers the facts and stores the answers.

A crashed process gets its app restarted first, and the host rebooted when that did not help; a
silent player gets a reboot. Where an installation allows it and the player has a plug, the last
attempt before a person is called is to switch that off and on.

One recovery *helped* when the player then stays well for `STAYS_UP`, and *failed* when it is in
trouble `SETTLES_FOR` after it ended, or again before it has stayed well for so long. After
`STRIKES` failures in a day a person is called, and nothing more is done until somebody says that it
is seen to, or the player has stayed well.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from infoscreen_core.domain.commands import plugs
from infoscreen_core.domain.commands.lifecycle import (
    LOCKOUT_WINDOW,
    RECONNECT_CEILING,
    RECONNECT_COOLDOWN,
    is_locked_out,
)
from infoscreen_core.domain.commands.recovery_facts import (
    STRIKES,
    Attempt,
    Limits,
    Means,
    Outcome,
    RecoveryFacts,
    Verdict,
)
from infoscreen_core.domain.screens.crashes import CrashReason, find_crash_reason
from infoscreen_core.domain.screens.standing import Standing
from infoscreen_core.domain.text.elapsed import is_within

STAYS_UP: Final = timedelta(minutes=15)
"""How long a player must stay well until its recovery has helped."""
SETTLES_FOR: Final = timedelta(seconds=60)
"""How long after a recovery a player may take to report that it is well."""
BOOTS_WITHIN: Final = RECONNECT_CEILING + RECONNECT_COOLDOWN
"""The same after a power cycle, which has ended as soon as the plug is on."""
SHUTDOWN_SLACK: Final = timedelta(seconds=60)
"""How long after its shutdown was done a player may be heard and still count as shut down."""

CLOSING: Final = frozenset({Verdict.WELL, Verdict.OUT_OF_SERVICE, Verdict.NEVER_SEEN})
"""Verdicts after which there is nothing to look at any more."""
MEANS_OF: Final = MappingProxyType(
    {
        Verdict.RESTARTING_APP: Means.RESTART_APP,
        Verdict.REBOOTING: Means.REBOOT_HOST,
        Verdict.POWER_CYCLING: Means.POWER_CYCLE,
    }
)
_VERDICT_OF: Final = MappingProxyType({means: verdict for verdict, means in MEANS_OF.items()})
_PAUSE: Final = timedelta(seconds=60)
"""The longest time until a player in trouble is looked at again."""
_PAUSES: Final = MappingProxyType(
    {
        Verdict.RESTARTING_APP: timedelta(seconds=5),
        Verdict.REBOOTING: timedelta(seconds=5),
        Verdict.POWER_CYCLING: timedelta(seconds=5),
        Verdict.UNDER_WAY: timedelta(seconds=5),
        Verdict.BLIND: timedelta(seconds=15),
        Verdict.WAITS_TURN: timedelta(seconds=10),
        Verdict.WATCHED: timedelta(seconds=15),
    }
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What is done about a player, and until when that holds by itself."""

    verdict: Verdict
    trouble: CrashReason | None
    look_at: datetime
    """When to decide anew."""
    until: datetime | None = None
    """When the reason passes by itself, where that is known."""
    means: Means | None = None
    """What to do now."""


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
    is_new = verdict in MEANS_OF and not facts.is_busy
    return Decision(
        verdict,
        case.trouble,
        look_at=latest if until is None else min(latest, max(until, now)),
        until=until,
        means=MEANS_OF[verdict] if is_new else None,
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


def is_unwanted(facts: RecoveryFacts, limits: Limits, *, now: datetime) -> bool:
    """Whether recovery's own power cycle should not begin any more, if nobody has begun with it.

    That is so when the player is well again, or is none of ours to recover; and when nobody can
    tell, since the server does not see.
    """
    last = facts.last
    is_asked_for = last is not None and last.means is Means.POWER_CYCLE and last.ended_at is None
    is_trouble_gone = find_trouble(facts, limits, now=now) is None
    return is_asked_for and (facts.is_blind or is_trouble_gone)


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
        is_known, outcome = _has_stayed_well(case.facts, case.now), Outcome.HELPED
    else:
        is_known, outcome = _has_settled(attempt, case.now), Outcome.FAILED
    if not is_known:
        return None
    return outcome if attempt.was_sent else Outcome.VOID


def _has_settled(attempt: Attempt, now: datetime) -> bool:
    at = attempt.ended_at
    return at is not None and not is_within(at, _settles_for(attempt), now=now)


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
    last = case.facts.last
    if not case.facts.is_busy:
        return None
    is_own = last is not None and last.ended_at is None
    return (_VERDICT_OF[last.means] if is_own and last else Verdict.UNDER_WAY), None


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
    return Verdict.SETTLING, last.ended_at + _settles_for(last)


def _settles_for(attempt: Attempt) -> timedelta:
    is_booting = attempt.means is Means.POWER_CYCLE and attempt.was_sent
    return BOOTS_WITHIN if is_booting else SETTLES_FOR


def _needs_person(case: _Case) -> _Answer | None:
    is_due = case.facts.is_person_called or case.facts.strikes >= STRIKES
    return (Verdict.NEEDS_PERSON, None) if is_due else None


def _locked_out(case: _Case) -> _Answer | None:
    newest = max([*case.facts.restarts, *case.facts.cuts], default=None)
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


def _power_cycle(case: _Case) -> _Answer | None:
    """Cut the power as the last attempt, once in a day, and never that of an emergency."""
    facts = case.facts
    is_last = facts.strikes == STRIKES - 1 and _has_failed(facts, Means.REBOOT_HOST)
    if not (case.limits.may_cut_power and facts.has_plug and is_last) or facts.is_emergency:
        return None
    # However that ended: a plug that took no order is nothing to wait for.
    was_tried = any(one.means is Means.POWER_CYCLE for one in facts.attempts)
    if was_tried or plugs.is_locked_out(facts.cuts, now=case.now):
        return None
    return Verdict.POWER_CYCLING, None


def _restart(case: _Case) -> _Answer | None:
    is_crashed = case.trouble is CrashReason.PROCESS_CRASHED
    is_app = is_crashed and not _has_failed(case.facts, Means.RESTART_APP)
    return (Verdict.RESTARTING_APP if is_app else Verdict.REBOOTING), None


def _has_failed(facts: RecoveryFacts, means: Means) -> bool:
    """Whether this was done in vain since the player was well last."""
    for one in reversed(facts.attempts):
        if one.outcome in {Outcome.HELPED, Outcome.FORGIVEN}:
            return False
        if one.means is means and one.outcome is Outcome.FAILED:
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
    _power_cycle,
    _restart,
)
"""From the top: the first that has an answer wins; the last one always has."""
