"""What crash recovery does about a player and why, in sentences with what speaks for it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from infoscreen_core.domain.commands.lifecycle import LOCKOUT_COUNT, LOCKOUT_WINDOW, Action
from infoscreen_core.domain.commands.on_site import need_of
from infoscreen_core.domain.commands.recovery import Decision
from infoscreen_core.domain.commands.recovery_facts import (
    STRIKES,
    Means,
    Outcome,
    RecoveryFacts,
    Verdict,
)
from infoscreen_core.domain.commands.words import ACTION_WORDS
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.text.wording import Sentence

_MINUTE: Final = timedelta(minutes=1)
REASON_OF_COMMAND: Final[Mapping[CrashReason, Sentence]] = {
    CrashReason.PROCESS_CRASHED: Sentence("Crash recovery: its display process crashed."),
    CrashReason.HEARTBEAT_STALE: Sentence("Crash recovery: it gives no sign of life."),
}
"""The reason that a command or a power cycle of crash recovery is stored with."""
TROUBLE_WORDS: Final[Mapping[CrashReason, Sentence]] = {
    CrashReason.PROCESS_CRASHED: Sentence("its display process crashed"),
    CrashReason.HEARTBEAT_STALE: Sentence("it gives no sign of life"),
}


def evidence_of(facts: RecoveryFacts, decision: Decision) -> dict[str, Any]:
    """Return what speaks for a decision, fit for JSON; instants in ISO form."""
    found = {
        "last_alive": facts.last_alive,
        "until": decision.until,
        "shut_down_at": facts.shut_down_at if decision.verdict is Verdict.SHUT_DOWN else None,
        "action": facts.open_action,
        "strikes": facts.strikes,
        "running": facts.running if decision.verdict is Verdict.WAITS_TURN else None,
        "attempts": len(facts.attempts),
        "need": need_of(decision.trouble, (one.state for one in facts.attempts)),
        "was_cut": True if _was_cut_in_vain(facts) else None,
        "is_power_spared": True if _is_power_spared(facts, decision) else None,
    }
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in found.items()
        if value is not None
    }


def _was_cut_in_vain(facts: RecoveryFacts) -> bool:
    return any(
        one.means is Means.POWER_CYCLE and one.outcome is Outcome.FAILED for one in facts.attempts
    )


def _is_power_spared(facts: RecoveryFacts, decision: Decision) -> bool:
    """Whether the last attempt would have been to cut the power, if there were no emergency."""
    is_last = facts.strikes == STRIKES - 1 and decision.verdict is Verdict.REBOOTING
    return is_last and facts.has_plug and facts.is_emergency


def what_is_done(
    verdict: Verdict, trouble: CrashReason | None, evidence: Mapping[str, Any]
) -> Sentence:
    """Return what is done about a player, or why nothing is, to follow `headline`."""
    words = _WORDS[verdict]
    return words if isinstance(words, Sentence) else words(_read(evidence), trouble)


def headline(what: Sentence) -> Sentence:
    """Return the same as a sentence that says who does it."""
    return Sentence("Automatic recovery: {what}", what=what)


def what_speaks_for_it(
    trouble: CrashReason | None, evidence: Mapping[str, Any]
) -> Iterator[Sentence]:
    """Yield the facts by which it was decided."""
    last_alive = _read(evidence).get("last_alive")
    if trouble is CrashReason.PROCESS_CRASHED:
        yield Sentence("Its display process crashed; last sign of life: {at}.", at=last_alive)
    elif trouble is CrashReason.HEARTBEAT_STALE:
        yield Sentence("Last sign of life: {at}.", at=last_alive)
    if evidence.get("attempts"):
        yield Sentence(
            "Recoveries that failed within 24 hours: {strikes}; after {most} somebody is called.",
            strikes=evidence.get("strikes", 0),
            most=STRIKES,
        )
    if evidence.get("is_power_spared"):
        yield Sentence("Its plug is not switched while an emergency is on.")


def _read(evidence: Mapping[str, Any]) -> dict[str, Any]:
    instants = ("last_alive", "until", "shut_down_at")
    return {
        name: datetime.fromisoformat(value) if name in instants else value
        for name, value in evidence.items()
    }


def _rebooting(evidence: Mapping[str, Any], trouble: CrashReason | None) -> Sentence:
    if trouble is CrashReason.PROCESS_CRASHED and evidence.get("attempts"):
        return Sentence("it is being rebooted, since restarting its app did not help.")
    return Sentence("it is being rebooted, since {trouble}.", trouble=_trouble(trouble))


def _under_way(evidence: Mapping[str, Any]) -> Sentence:
    if "action" not in evidence:
        return Sentence("waits until its plug has been switched off and on.")
    action = ACTION_WORDS[Action(evidence["action"])]
    return Sentence("waits for the end of a command: {action}.", action=action)


def _trouble(trouble: CrashReason | None) -> Sentence:
    return TROUBLE_WORDS[trouble or CrashReason.HEARTBEAT_STALE]


_Words = Callable[[Mapping[str, Any], CrashReason | None], Sentence]
_WORDS: Final[Mapping[Verdict, Sentence | _Words]] = {
    Verdict.OUT_OF_SERVICE: Sentence("nothing to do, it is not in service."),
    Verdict.NEVER_SEEN: Sentence("nothing to do, it has never reported."),
    Verdict.WELL: Sentence("nothing to do, it is well."),
    Verdict.WATCHED: lambda evidence, _: Sentence(
        "it is well again, and is watched until {until}.", until=evidence["until"]
    ),
    Verdict.RESTARTING_APP: lambda _, trouble: Sentence(
        "its app is being restarted, since {trouble}.", trouble=_trouble(trouble)
    ),
    Verdict.REBOOTING: _rebooting,
    Verdict.POWER_CYCLING: Sentence(
        "its plug is being switched off and on, since rebooting it did not help."
    ),
    Verdict.UNDER_WAY: lambda evidence, _: _under_way(evidence),
    Verdict.BLIND: Sentence("nothing is done while the server itself does not see its screens."),
    Verdict.SEEN_ANEW: lambda evidence, _: Sentence(
        "the server has just begun to see its screens again; this one has until {until} to report.",
        until=evidence["until"],
    ),
    Verdict.SHUT_DOWN: lambda evidence, _: Sentence(
        "nothing is done, it was shut down on purpose on {at}.", at=evidence["shut_down_at"]
    ),
    Verdict.TV_HELD_OFF: lambda evidence, _: Sentence(
        "nothing is done before {until}, somebody holds its TV off until then.",
        until=evidence["until"],
    ),
    Verdict.SETTLING: lambda evidence, _: Sentence(
        "an attempt has just ended; by {until} it shows whether that helped.",
        until=evidence["until"],
    ),
    Verdict.NEEDS_PERSON: lambda evidence, _: Sentence(
        "has given up after {strikes} attempts that failed; somebody has to see to it.",
        strikes=max(evidence.get("strikes", 0), STRIKES),
    ),
    Verdict.LOCKED_OUT: lambda evidence, _: Sentence(
        "nothing is done before {until}, it was restarted a short while ago.",
        until=evidence["until"],
    ),
    Verdict.TOO_MANY_RESTARTS: lambda evidence, _: Sentence(
        "nothing is done before {until}, it had {count} restarts within {minutes} minutes.",
        until=evidence["until"],
        count=LOCKOUT_COUNT,
        minutes=LOCKOUT_WINDOW // _MINUTE,
    ),
    Verdict.WAITS_TURN: lambda evidence, _: Sentence(
        "waits for its turn, {running} screens are being recovered already.",
        running=evidence.get("running", 0),
    ),
}
