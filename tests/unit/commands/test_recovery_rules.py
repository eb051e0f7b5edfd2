"""Crash recovery's rules: each refusal, and what is done when none applies."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infoscreen_core.domain.commands.lifecycle import Action, State
from infoscreen_core.domain.commands.on_site import Need, advice_on_site, is_by_plug
from infoscreen_core.domain.commands.recovery import (
    BOOTS_WITHIN,
    STAYS_UP,
    decide,
    is_unwanted,
    judge_attempts,
)
from infoscreen_core.domain.commands.recovery_facts import (
    AT_ONCE,
    STRIKES,
    Attempt,
    Limits,
    Means,
    Outcome,
    RecoveryFacts,
    Verdict,
)
from infoscreen_core.domain.commands.recovery_words import (
    evidence_of,
    headline,
    what_is_done,
    what_speaks_for_it,
)
from infoscreen_core.domain.screens.crashes import CrashReason
from infoscreen_core.domain.screens.player import ProcessStatus, RecoveryClass
from infoscreen_core.domain.screens.standing import Standing

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
LIMITS = Limits()
RESTART, REBOOT, POWER = Means


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
    means: Means = RESTART,
    outcome: Outcome | None = Outcome.FAILED,
    **changes: object,
) -> Attempt:
    """An attempt that took two minutes."""
    one = Attempt(
        decision_id=int(minutes_ago * 60),
        means=means,
        state=None if means is POWER else State.TIMED_OUT,
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
    assert (of_crashed.verdict, of_crashed.means) == (Verdict.RESTARTING_APP, RESTART)
    assert (of_silent.verdict, of_silent.means) == (Verdict.REBOOTING, REBOOT)
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
        ({"is_power_open": True}, Verdict.UNDER_WAY),
        ({"restarts": [_ago(minutes=14)]}, Verdict.LOCKED_OUT),
        ({"restarts": [_ago(minutes=16)]}, None),
        ({"cuts": [_ago(minutes=14)]}, Verdict.LOCKED_OUT),
        ({"cuts": [_ago(minutes=16)]}, None),
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
        assert decision.means is not None
    else:
        assert (decision.verdict, decision.means) == (verdict, None)
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
    decision = decide(
        replace(CRASHED, open_action=Action.RESTART_APP, attempts=[own]), LIMITS, now=NOW
    )
    assert (decision.verdict, decision.means) == (Verdict.RESTARTING_APP, None)


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
        ({"state": State.CANCELED, "was_sent": False}, Outcome.VOID),
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
    never_sent = replace(one, was_sent=False)
    of_itself = replace(watched, attempts=[never_sent])
    assert judge_attempts(of_itself, LIMITS, now=NOW) == {never_sent: Outcome.VOID}
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
        CRASHED,
        shut_down_at=NOW,
        open_action=Action.REBOOT_HOST,
        attempts=[_attempt(20)],
        running=7,
    )
    decision = replace(
        decide(facts, LIMITS, now=NOW), verdict=verdict, trouble=trouble, until=until
    )
    evidence = evidence_of(facts, decision)
    told = str(headline(what_is_done(verdict, trouble, evidence)))
    assert told.startswith("Automatic recovery: ")
    assert "{" not in told
    assert len([*what_speaks_for_it(trouble, evidence)]) == (1 if trouble is None else 2)


IN_VAIN = [_attempt(60), _attempt(40, REBOOT)]
"""App restart and reboot of a player that crashed."""
PLUGGED = replace(CRASHED, has_plug=True, attempts=IN_VAIN)
CUTS = Limits(may_cut_power=True)


@pytest.mark.parametrize(
    "facts", [PLUGGED, replace(SILENT, has_plug=True, attempts=[_attempt(60, REBOOT), IN_VAIN[1]])]
)
def test_the_power_is_cut_as_the_last_attempt_before_a_person_is_called(
    facts: RecoveryFacts,
) -> None:
    decision = decide(facts, CUTS, now=NOW)
    assert (decision.verdict, decision.means) == (Verdict.POWER_CYCLING, POWER)
    in_vain = replace(facts, attempts=[*facts.attempts, _attempt(20, POWER)])
    assert _verdict(in_vain, CUTS) is Verdict.NEEDS_PERSON


@pytest.mark.parametrize(
    ("changes", "verdict"),
    [
        ({"has_plug": False}, Verdict.REBOOTING),
        ({"is_emergency": True}, Verdict.REBOOTING),
        ({"attempts": []}, Verdict.RESTARTING_APP),
        ({"attempts": IN_VAIN[:1]}, Verdict.REBOOTING),
        # Restarting the app failed twice, but rebooting has not been tried in vain since.
        (
            {"attempts": [_attempt(90), _attempt(60, REBOOT, Outcome.HELPED), _attempt(30)]},
            Verdict.REBOOTING,
        ),
        # Once in a day, whatever came of it.
        ({"attempts": [*IN_VAIN, _attempt(20, POWER, Outcome.VOID)]}, Verdict.REBOOTING),
        (
            {"attempts": [_attempt(600, POWER, Outcome.FORGIVEN), *IN_VAIN]},
            Verdict.REBOOTING,
        ),
        # Others cut it as often as may be.
        ({"cuts": [_ago(minutes=m) for m in (55, 40, 25)]}, Verdict.REBOOTING),
        ({"cuts": [_ago(minutes=m) for m in (65, 40, 25)]}, Verdict.POWER_CYCLING),
        ({"is_blind": True}, Verdict.BLIND),
        ({"seen_since": _ago(seconds=2), "last_alive": _ago(seconds=9)}, Verdict.SEEN_ANEW),
        ({"tv_off_until": NOW + timedelta(hours=1)}, Verdict.TV_HELD_OFF),
        ({"running": AT_ONCE}, Verdict.WAITS_TURN),
    ],
)
def test_otherwise_it_is_not(changes: dict[str, object], verdict: Verdict) -> None:
    facts = replace(PLUGGED, **changes)  # type: ignore[arg-type]
    assert _verdict(facts, CUTS) is verdict


def test_a_plug_alone_allows_nothing() -> None:
    assert _verdict(PLUGGED, LIMITS) is Verdict.REBOOTING


def test_a_player_has_time_to_boot_once_its_plug_is_on() -> None:
    ended = _attempt(9, POWER, None, ended_at=_ago(seconds=90))
    booting = replace(PLUGGED, attempts=[*IN_VAIN, ended])
    assert judge_attempts(booting, CUTS, now=NOW) == {}
    decision = decide(booting, CUTS, now=NOW)
    assert (decision.verdict, decision.until) == (
        Verdict.SETTLING,
        _ago(seconds=90) + BOOTS_WITHIN,
    )
    later = NOW + BOOTS_WITHIN
    assert judge_attempts(booting, CUTS, now=later) == {ended: Outcome.FAILED}


def test_a_plug_that_took_no_order_is_no_strike() -> None:
    refused = _attempt(5, POWER, None, was_sent=False, ended_at=_ago(seconds=61))
    facts = replace(PLUGGED, attempts=[*IN_VAIN, refused])
    assert judge_attempts(facts, CUTS, now=NOW) == {refused: Outcome.VOID}


def test_the_own_power_cycle_goes_on_unless_nobody_needs_it_any_more() -> None:
    own = _attempt(1, POWER, None, ended_at=None)
    facts = replace(PLUGGED, attempts=[*IN_VAIN, own], is_power_open=True)
    decision = decide(facts, CUTS, now=NOW)
    assert (decision.verdict, decision.means) == (Verdict.POWER_CYCLING, None)
    assert not is_unwanted(facts, CUTS, now=NOW)
    for seen in (
        replace(facts, process_status=ProcessStatus.RUNNING),
        replace(facts, standing=Standing.OUT_OF_SERVICE),
        replace(facts, is_blind=True),
    ):
        assert is_unwanted(seen, CUTS, now=NOW)
    assert not is_unwanted(replace(PLUGGED, is_blind=True), CUTS, now=NOW)


def test_somebody_elses_power_cycle_is_told_apart_from_a_command() -> None:
    facts = replace(CRASHED, is_power_open=True)
    decision = decide(facts, LIMITS, now=NOW)
    told = what_is_done(decision.verdict, decision.trouble, evidence_of(facts, decision))
    assert str(told) == "waits until its plug has been switched off and on."


def test_what_to_do_names_the_plug_while_that_may_help() -> None:
    silent, poe = Need.SILENT, RecoveryClass.MANAGED_POE_AVAILABLE
    assert is_by_plug(advice_on_site(silent, None, has_plug=True))
    assert is_by_plug(advice_on_site(Need.NOT_BACK, poe, has_plug=True))
    assert not is_by_plug(advice_on_site(silent, poe))
    in_vain = advice_on_site(silent, None, has_plug=True, was_cut=True)
    assert "already, in vain" in str(in_vain)
    assert "log" in str(advice_on_site(Need.APP_FAILS, None, has_plug=True))


def test_that_its_power_was_cut_in_vain_is_kept_as_evidence() -> None:
    facts = replace(SILENT, attempts=[*IN_VAIN, _attempt(20, POWER)])
    assert evidence_of(facts, decide(facts, CUTS, now=NOW))["was_cut"] is True
    before = replace(SILENT, attempts=IN_VAIN)
    assert "was_cut" not in evidence_of(before, decide(before, CUTS, now=NOW))


def test_why_the_plug_is_left_alone_in_an_emergency_is_told() -> None:
    facts = replace(PLUGGED, is_emergency=True)
    decision = decide(facts, CUTS, now=NOW)
    *_others, last = what_speaks_for_it(decision.trouble, evidence_of(facts, decision))
    assert str(last) == "Its plug is not switched while an emergency is on."
    sooner = replace(facts, attempts=IN_VAIN[:1])
    assert "is_power_spared" not in evidence_of(sooner, decide(sooner, CUTS, now=NOW))
