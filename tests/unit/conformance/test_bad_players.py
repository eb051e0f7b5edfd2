"""Each player that breaks the contract fails the cases that are about it, and no others."""

from pathlib import Path

import pytest

from tests.support.conformance import bad_manners as manners
from tests.support.conformance import bad_players as bad
from tests.support.conformance.rig import Rig
from workers.conformance.case import Verdict
from workers.conformance.cases.catalogue import CASES, choose
from workers.conformance.runner import Result, run_cases
from workers.simulator.identity import PlayerIdentity
from workers.simulator.memory import CommandMemory
from workers.simulator.player import Player
from workers.simulator.reports import Habits

BROKEN = {"unknown-action", "wrong-schema", "missing-field", "unknown-field"}
STALE = {"expired", "retained", "alias"}
EXECUTED = {"valid", "outage", "reboot"}
POWER = {"power-group", "power-override", "power-expired", "power-repeat"}


def run(rig: Rig, *names: str) -> dict[str, Result]:
    results = run_cases(rig.stage(), choose(list(names)), lambda _: None)
    return {result.case.name: result for result in results}


def failures(results: dict[str, Result]) -> set[str]:
    return {name for name, one in results.items() if one.verdict is Verdict.FAILED}


FAULTS: list[tuple[type[Player], set[str]]] = [
    (Player, set()),
    (bad.RunsLate, STALE),
    (bad.RunsLater, STALE),
    (bad.RunsWithoutExpiry, {"missing-field"}),
    (bad.RunsAnyVersion, {"wrong-schema"}),
    (bad.RunsUnknownActions, {"unknown-action"}),
    (bad.OverlooksFields, {"unknown-field"}),
    (bad.RunsForOthers, {"foreign"}),
    (bad.AnswersForOthers, {"foreign"}),
    (bad.IgnoresBroken, BROKEN),
    (bad.ExplainsNothing, {*BROKEN, "expired", "alias", "messages"}),
    (bad.MixesUpCodes, {*BROKEN, "expired", "alias"}),
    (bad.AcceptsFirst, {*BROKEN, *STALE, "foreign"}),
    (bad.RepeatsItself, {"retained"}),
    (bad.DeafToAlias, {"alias"}),
    (bad.AcksOnAliasAlone, {"alias", *EXECUTED}),
    (bad.SaysTooMuch, {*BROKEN, "expired", "alias", *EXECUTED, "messages"}),
    (bad.SkipsTheStart, EXECUTED),
    (bad.NeverEnds, EXECUTED),
    (bad.GivesUp, EXECUTED),
    (bad.RunsTwice, {"duplicate", "reboot"}),
    (bad.RunsBothCopies, {"valid"}),
    (bad.ClockIsFast, {"clock", *EXECUTED}),
    (manners.TellsNoTime, set()),
    (bad.LosesSteps, {"outage"}),
    (bad.ClaimsToReboot, {"reboot"}),
    (bad.HangsAtShutdown, {"reboot"}),
    (bad.BootsWithTheApp, {"boot-id"}),
    (bad.KeepsItsBoot, {"boot-id"}),
    (manners.IgnoresItsGroup, {"group", "unassigned", "events", *POWER}),
    (manners.StaysWithItsGroup, {"group", "unassigned"}),
    (manners.KeepsItsGroup, {"unassigned"}),
    (manners.KeepsShowing, {"events"}),
    (manners.ShowsTheLast, {"events"}),
    (manners.IgnoresIntents, POWER),
    (manners.IgnoresOrders, {"power-override"}),
    (manners.ObeysForEver, {"power-expired"}),
    (manners.Toggles, {"power-repeat"}),
    (manners.SaysAnotherName, {"heartbeat", "identity"}),
    (manners.SaysWrongHealth, {"health"}),
    (manners.SendsNoPicture, {"dashboard"}),
    (manners.SendsAtMostOnce, {"messages", "discovery", "outage"}),
    (manners.LogsNothing, {"messages"}),
    (manners.RetainsHeartbeats, {"heartbeat"}),
    (manners.AsksForEver, {"discovery"}),
    (manners.NeverAsks, {"discovery"}),
    (manners.SpeaksInCapitals, {"identity"}),
    (manners.FailsOnce, set()),
    (manners.FailsAgain, {"service-failed"}),
    (manners.FailsUnkept, {"service-failed"}),
]


@pytest.mark.parametrize(("player", "expected"), FAULTS)
def test_a_fault_is_found_by_the_cases_that_are_about_it(
    player: type[Player], expected: set[str], tmp_path: Path
) -> None:
    assert failures(run(Rig(tmp_path, player))) == expected


@pytest.mark.parametrize(
    ("habits", "expected"),
    [
        (Habits(health_seconds=30), "health"),
        (Habits(health_seconds=0.5), "health"),
        (Habits(heartbeat_seconds=300), "heartbeat"),
        (Habits(heartbeat_seconds=2), "heartbeat"),
        (Habits(picture_seconds=600), "dashboard"),
    ],
)
def test_a_wrong_rhythm_is_heard(habits: Habits, expected: str, tmp_path: Path) -> None:
    def make(identity: PlayerIdentity, _: Habits, memory: CommandMemory) -> Player:
        return Player(identity, habits, memory)

    assert failures(run(Rig(tmp_path, make))) == {expected}


def test_a_player_that_trips_over_the_empty_message_is_missed(tmp_path: Path) -> None:
    results = run(Rig(tmp_path, bad.TripsOverNothing), "retained")
    assert failures(results) == {"retained"}
    assert "empty payload" in results["retained"].text.en


def test_every_case_but_none_is_failed_by_somebody() -> None:
    found: set[str] = set().union(*(expected for _, expected in FAULTS))
    assert {case.name for case in CASES} - found == set()
