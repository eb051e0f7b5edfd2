"""The operator's own command that restarts the broker, and what is made of its failure."""

import pytest

from tests.support.conformance.rig import Rig, RigOutage
from tests.support.ports import wait_until
from workers.conformance.case import Verdict
from workers.conformance.cases.catalogue import choose
from workers.conformance.outage import ShellOutage
from workers.conformance.runner import run_cases
from workers.conformance.texts import Text


@pytest.mark.parametrize(
    ("command", "problem"),
    [
        ("true; true", None),
        ("echo no such unit >&2; exit 5", Text("no such unit", "no such unit")),
        ("exit 5", Text("exit code 5", "Exit-Code 5")),
    ],
)
def test_a_command_is_run_by_the_shell_and_its_complaint_kept(
    command: str, problem: Text | None
) -> None:
    outage = ShellOutage(command)
    assert outage.is_over()
    outage.begin()
    wait_until(outage.is_over, what="the command's end")
    assert outage.problem() == problem


def test_a_restart_that_failed_proves_nothing_about_the_player(rig: Rig) -> None:
    stage = rig.stage()
    stage.outage = RigOutage(rig, Text("no such unit", "no such unit"))
    results = run_cases(stage, choose(["outage"]), lambda _: None)
    assert [result.verdict for result in results] == [Verdict.NOT_TESTED]
    assert "no such unit" in results[0].text.de
