"""Crash recovery's rules: each refusal, and what is done when none applies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.recovery import (
    AT_ONCE,
    STAYS_UP,
    STRIKES,
    Attempt,
    Limits,
    Outcome,
    RecoveryFacts,
    Verdict,
    decide,
    judge_attempts,
)
from infoscreen_core.domain.commands.recovery_words import (
    evidence_of,
    headline,
    what_is_done,
    what_speaks_for_it,
)
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.domain.screens.standing import Standing

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LIMITS = Limits()
RESTART, REBOOT = Action.RESTART_APP, Action.REBOOT_HOST


def _ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


CRASHED = RecoveryFacts(
    standing=Standing.IN_SERVICE,
    process_status=ProcessStatus.CRASHED,
    last_alive=_ago(seconds=3),
)
SILENT = replace(CRASHED, process_status=ProcessStatus.RUNNING, last_alive=_ago(seconds=200))
WELL = replace(CRASHED, process_status=ProcessStatus.RUNNING)


def _attempt(
    minutes_ago: float,
    action: Action = RESTART,
    outcome: Outcome | None = Outcome.FAILED,
    **changes: object,
) -> Attempt:
    """An attempt that took two minutes."""
    one = Attempt(
        decision_id=int(minutes_ago * 60),
        action=action,
        state=State.TIMED_OUT,
        issued_at=_ago(minutes=minutes_ago),
        was_sent=True,
        ended_at=_ago(minutes=minutes_ago - 2),
        outcome=outcome,
    )
    return replace(one, **changes)  # type: ignore[arg-type]  # whatever the test needs


def _verdict(facts: RecoveryFacts, limits: Limits = LIMITS) -> Verdict:
    return decide(facts, limits, now=NOW).verdict


def test_a_crashed_app_is_restarted_and_a_silent_host_is_rebooted() -> None:
    of_crashed, of_silent = decide(CRASHED, LIMITS, now=NOW), decide(SILENT, LIMITS, now=NOW)
    assert (of_crashed.verdict, of_crashed.action) == (Verdict.RESTARTING_APP, RESTART)
    assert (of_silent.verdict, of_silent.action) == (Verdict.REBOOTING, REBOOT)
    assert of_crashed.trouble is CrashReason.PROCESS_CRASHED
    assert of_silent.trouble is CrashReason.HEARTBEAT_STALE


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.IN_SERVICE])
def test_who_is_not_in_service_is_left_alone(standing: Standing) -> None:
    assert _verdict(replace(CRASHED, standing=standing)) is Verdict.OUT_OF_SERVICE


def test_who_never_reported_is_left_alone() -> None:
    assert _verdict(replace(CRASHED, last_alive=None)) is Verdict.NEVER_SEEN


@pytest.mark.parametrize(("seconds", "verdict"), [(180, Verdict.WELL), (181, Verdict.REBOOTING)])
def test_silence_counts_after_the_grace(seconds: int, verdict: Verdict) -> None:
    assert _verdict(replace(SILENT, last_alive=_ago(seconds=seconds))) is verdict


@pytest.mark.parametrize("facts", [CRASHED, SILENT])
@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"is_blind": True}, Verdict.BLIND),
        ({"seen_since": _ago(seconds=2)}, Verdict.SEEN_ANEW),
        ({"shut_down_at": _ago(seconds=1)}, Verdict.SHUT_DOWN),
        ({"tv_off_until": NOW + timedelta(hours=1)}, Verdict.TV_HELD_OFF),
        ({"tv_off_until": _ago(seconds=1)}, None),
        ({"open_action": Action.SHUTDOWN_HOST}, Verdict.UNDER_WAY),
        ({"restarts": [_ago(minutes=14)]}, Verdict.LOCKED_OUT),
        ({"restarts": [_ago(minutes=16)]}, None),
        ({"is_person_called": True}, Verdict.NEEDS_PERSON),
        ({"running": AT_ONCE}, Verdict.WAITS_TURN),
        ({"running": AT_ONCE - 1}, None),
    ],
)
def test_each_reason_keeps_recovery_from_acting(
    facts: RecoveryFacts, changes: dict[str, object], verdict: Verdict | None
) -> None:
    decision = decide(replace(facts, **changes), LIMITS, now=NOW)  # type: ignore[arg-type]
    if verdict is None:
        assert decision.action is not None
    else:
        assert (decision.verdict, decision.action) == (verdict, None)
        assert NOW <= decision.look_at <= NOW + timedelta(minutes=1)


def test_a_player_heard_since_the_outage_is_judged_by_what_it_said() -> None:
    assert _verdict(replace(CRASHED, seen_since=_ago(seconds=9))) is Verdict.RESTARTING_APP
    assert _verdict(replace(SILENT, seen_since=_ago(seconds=190))) is Verdict.REBOOTING


def test_a_player_that_was_switched_on_after_its_shutdown_is_recovered() -> None:
    back = replace(CRASHED, shut_down_at=_ago(minutes=30))
    assert _verdict(back) is Verdict.RESTARTING_APP


def test_the_general_lockout_holds_whatever_the_own_one_is() -> None:
    quick = Limits(lockout=timedelta(minutes=1))
    busy = replace(CRASHED, restarts=[_ago(minutes=m) for m in (14, 9, 4)])
    decision = decide(busy, quick, now=NOW)
    assert (decision.verdict, decision.until) == (
        Verdict.TOO_MANY_RESTARTS,
        NOW + timedelta(minutes=1),
    )
    assert _verdict(replace(CRASHED, restarts=[_ago(minutes=4)]), quick) is Verdict.RESTARTING_APP


def test_a_reboot_follows_when_restarting_the_app_did_not_help() -> None:
    failed, helped = _attempt(40), _attempt(20, REBOOT, Outcome.HELPED)
    assert _verdict(replace(CRASHED, attempts=[failed])) is Verdict.REBOOTING
    assert _verdict(replace(CRASHED, attempts=[failed, helped])) is Verdict.RESTARTING_APP
    void = _attempt(40, outcome=Outcome.VOID)
    assert _verdict(replace(CRASHED, attempts=[void])) is Verdict.RESTARTING_APP


def test_the_own_command_goes_on_and_is_not_issued_twice() -> None:
    own = _attempt(1, outcome=None, state=State.ACK_RECEIVED, ended_at=None)
    decision = decide(replace(CRASHED, open_action=RESTART, attempts=[own]), LIMITS, now=NOW)
    assert (decision.verdict, decision.action) == (Verdict.RESTARTING_APP, None)


def test_a_recovery_has_a_minute_to_show_that_it_helped() -> None:
    ended = _attempt(3, outcome=None, ended_at=_ago(seconds=30))
    facts = replace(CRASHED, attempts=[ended])
    assert judge_attempts(facts, LIMITS, now=NOW) == {}
    decision = decide(facts, LIMITS, now=NOW)
    assert (decision.verdict, decision.until) == (
        Verdict.SETTLING,
        NOW + timedelta(seconds=30),
    )


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.FAILED),
        ({"state": State.COMPLETED}, Outcome.FAILED),
        ({"state": State.EXPIRED}, Outcome.FAILED),
        ({"state": State.EXPIRED, "was_sent": False}, Outcome.VOID),
        ({"state": State.CANCELED}, Outcome.VOID),
        ({"state": State.BLOCKED_SAFETY}, Outcome.VOID),
        ({"state": State.PUBLISHED, "ended_at": None}, None),
    ],
)
def test_a_recovery_failed_when_the_trouble_goes_on(
    changes: dict[str, Any], outcome: Outcome | None
) -> None:
    one = _attempt(20, outcome=None, **changes)
    facts = replace(CRASHED, attempts=[one])
    assert judge_attempts(facts, LIMITS, now=NOW) == ({one: outcome} if outcome else {})
    blind = replace(facts, is_blind=True)
    assert judge_attempts(blind, LIMITS, now=NOW) == {}


def test_a_recovery_helped_when_the_player_then_stays_well() -> None:
    one = _attempt(20, outcome=None)
    watched = replace(WELL, attempts=[one], verdict=Verdict.WATCHED, since=NOW - STAYS_UP)
    assert judge_attempts(watched, LIMITS, now=NOW) == {one: Outcome.HELPED}
    assert _verdict(watched) is Verdict.WELL
    sooner = replace(watched, since=NOW - STAYS_UP + timedelta(seconds=1))
    assert judge_attempts(sooner, LIMITS, now=NOW) == {}
    assert _verdict(sooner) is Verdict.WATCHED
    assert _verdict(replace(WELL, attempts=[one], verdict=Verdict.SETTLING)) is Verdict.WATCHED
    assert _verdict(WELL) is Verdict.WELL


def test_three_failures_call_a_person_and_two_do_not() -> None:
    attempts = [_attempt(minutes, REBOOT) for minutes in (60, 40, 20)]
    assert len(attempts) == STRIKES
    assert _verdict(replace(CRASHED, attempts=attempts)) is Verdict.NEEDS_PERSON
    assert _verdict(replace(CRASHED, attempts=attempts[1:])) is Verdict.RESTARTING_APP
    forgiven = [replace(one, outcome=Outcome.FORGIVEN) for one in attempts]
    assert _verdict(replace(CRASHED, attempts=forgiven)) is Verdict.RESTARTING_APP
    helped = [*attempts[1:], _attempt(18, REBOOT, Outcome.HELPED)]
    assert _verdict(replace(CRASHED, attempts=helped)) is Verdict.RESTARTING_APP


def test_a_person_stays_called_until_the_player_has_stayed_well() -> None:
    failed = _attempt(60, REBOOT)
    called = replace(WELL, attempts=[failed], is_person_called=True, verdict=Verdict.NEEDS_PERSON)
    assert _verdict(called) is Verdict.WATCHED
    proven = replace(called, verdict=Verdict.WATCHED, since=NOW - STAYS_UP)
    assert judge_attempts(proven, LIMITS, now=NOW) == {failed: Outcome.FORGIVEN}
    assert _verdict(proven) is Verdict.WELL


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("trouble", [*CrashReason, None])
def test_every_verdict_has_its_sentences(verdict: Verdict, trouble: CrashReason | None) -> None:
    until = NOW + timedelta(minutes=3)
    facts = replace(
        CRASHED, shut_down_at=NOW, open_action=REBOOT, attempts=[_attempt(20)], running=7
    )
    decision = replace(
        decide(facts, LIMITS, now=NOW), verdict=verdict, trouble=trouble, until=until
    )
    evidence = evidence_of(facts, decision)
    told = str(headline(what_is_done(verdict, trouble, evidence)))
    assert told.startswith("Automatic recovery: ")
    assert "{" not in told
    assert len([*what_speaks_for_it(trouble, evidence)]) == (1 if trouble is None else 2)
