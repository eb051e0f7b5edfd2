"""What a run prints, in both languages, and what it leaves behind however it ends."""

import ast
import re
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from infoscreen_core.contracts.topics import TEST_GROUPS, group_id_topic
from infoscreen_core.errors import ConflictError, UnavailableError
from tests.support.conformance import bad_manners as manners
from tests.support.conformance import bad_players as bad
from tests.support.conformance.rig import GROUP, Rig
from workers.conformance.case import Case, Interruption, Verdict
from workers.conformance.cases.catalogue import CASES, choose
from workers.conformance.journal import Journal
from workers.conformance.main import make_report
from workers.conformance.office import Subject
from workers.conformance.report import Report, as_json, list_interruptions, summary
from workers.conformance.runner import run_cases, was_interrupted
from workers.conformance.stage import Stage
from workers.conformance.texts import Text

ROOT = Path(__file__).parents[3]


def report_on(rig: Rig, *names: str, language: str = "en", quiet: bool = False) -> Report:
    subject = Subject(rig.player.uuid, "Aula", language)
    return make_report(rig.stage(), subject, choose(list(names)), quiet=quiet)


def pairs() -> list[tuple[str, str]]:
    """Return every sentence of the sources in both languages."""
    found = []
    for path in sorted((ROOT / "workers" / "conformance").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Name(id="Text"),
                    args=[ast.Constant(value=str(one)), ast.Constant(value=str(other))],
                ):
                    found.append((one, other))
    return found


def test_both_languages_say_the_same_in_their_own_marks() -> None:
    found = pairs()
    assert len(found) > 100
    for english, german in found:
        places = [set(re.findall(r"\{\w+", text)) for text in (english, german)]
        assert places[0] == places[1], english
        assert re.sub("[^„“”]", "", english).replace("“”", "") == "", english
        assert re.sub("[^„“”]", "", german).replace("„“", "") == "", german
        assert "'" not in german, german


def test_each_case_is_explained_in_the_document() -> None:
    document = (ROOT / "docs" / "client-developers.md").read_text(encoding="utf-8")
    rows = [
        f"| `{case.name}` | {case.sends.en} | {case.expects.en} | {case.why.en} |" for case in CASES
    ]
    assert [row for row in rows if row not in document.splitlines()] == []


def test_what_is_interrupted_is_said_by_every_case_that_interrupts() -> None:
    assert [case.name for case in CASES if bool(case.interrupts) is not _interrupts(case)] == []
    everything = list_interruptions(CASES, "de")
    assert len(everything) == len(set(everything)) > 3


def _interrupts(case: Case) -> bool:
    return case.interruption is not Interruption.NOTHING


def test_the_report_says_what_was_sent_and_seen_and_what_to_mend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_on(Rig(tmp_path, bad.RunsLate), "expired", language="de")
    out = capsys.readouterr().out
    assert "Abgelaufener Befehl: NICHT BESTANDEN" in out
    assert "muss ihn vor dem Ausführen prüfen: expires_at ist vorbei" in out
    assert re.search(r"\d\d:\d\d:\d\d\.\d{3} → infoscreen/\S+/commands \{", out)
    assert re.search(r"\d\d:\d\d:\d\d\.\d{3} ← infoscreen/\S+/commands/ack \{", out)
    assert summary(report).endswith("0 bestanden, 1 nicht bestanden, 0 nicht geprüft")
    assert report.has_failed


def test_the_report_for_scripts_has_every_message(
    rig: Rig, capsys: pytest.CaptureFixture[str]
) -> None:
    report = report_on(rig, "alias", "health", "dashboard", quiet=True)
    told = capsys.readouterr()
    assert told.out == ""
    assert "alias: passed" in told.err
    value = orjson.loads(orjson.dumps(as_json(report)))
    assert (value["passed"], value["failed"], value["not_tested"]) == (3, 0, 0)
    alias, health, picture = value["cases"]
    assert [one["direction"] for one in alias["messages"]] == ["sent", "heard", "heard"]
    assert orjson.loads(alias["messages"][1]["payload"])["error_code"] == "stale_command"
    assert all(orjson.loads(one["payload"]) for one in health["messages"])
    assert picture["messages"][-1]["payload"].startswith("(a picture, ")
    assert not report.has_failed


def test_what_is_not_allowed_is_not_tried(rig: Rig) -> None:
    stage = replace(rig.stage(allows_reboot=False), outage=None)
    results = run_cases(stage, choose(["outage", "reboot", "boot-id"]), lambda _: None)
    assert {result.verdict for result in results} == {Verdict.NOT_TESTED}
    assert rig.player.is_powered
    assert "--broker-restart" in results[0].text.de
    assert "--allow-reboot" in results[1].text.en


def test_a_held_tv_is_left_alone(rig: Rig) -> None:
    rig.has_order_already = True
    results = run_cases(rig.stage(), choose(["power-override,power-expired"]), lambda _: None)
    assert {result.verdict for result in results} == {Verdict.NOT_TESTED}


def test_an_outage_after_the_last_step_proves_nothing(rig: Rig) -> None:
    stage = rig.stage()
    cut = rig.cut

    def cut_late() -> None:
        rig.wait(lambda: False, 10)
        cut()

    rig.cut = cut_late  # type: ignore[method-assign]
    results = run_cases(stage, choose(["outage"]), lambda _: None)
    assert [result.verdict for result in results] == [Verdict.NOT_TESTED]
    assert "after the last step" in results[0].text.en


def test_a_service_that_refuses_makes_a_case_untested(rig: Rig) -> None:
    def refuse(*_: object) -> None:
        raise ConflictError("Nobody may hold this TV.")

    rig.order_tv = refuse  # type: ignore[method-assign,assignment]
    results = run_cases(rig.stage(), choose(["power-override"]), lambda _: None)
    assert [result.verdict for result in results] == [Verdict.NOT_TESTED]
    assert "Nobody may hold this TV." in results[0].text.de
    assert rig.retained == {group_id_topic(rig.player.uuid): b"%d" % GROUP}


def test_ctrl_c_gives_everything_back_and_names_what_was_not_reached(rig: Rig) -> None:
    def interrupt(stage: Stage) -> Text:
        with stage.test_groups() as groups:
            groups.show(TEST_GROUPS[0])
            groups.join(TEST_GROUPS[0])
            raise KeyboardInterrupt

    cases = [*choose(["alias"]), replace(CASES[0], check=interrupt), *choose(["health"])]
    results = run_cases(rig.stage(), cases, lambda _: None)
    assert [result.verdict for result in results] == [Verdict.PASSED, *[Verdict.NOT_TESTED] * 2]
    assert was_interrupted(results)
    assert rig.retained == {group_id_topic(rig.player.uuid): b"%d" % GROUP}


def test_of_a_player_that_is_off_nothing_is_said(tmp_path: Path) -> None:
    rig = Rig(tmp_path, manners.FailsOnce)
    rig.player.power_off(rig.clock)
    rig.journal = Journal()
    with pytest.raises(UnavailableError, match="Aula said nothing for 80 s"):
        report_on(rig, "expired")


def test_what_is_to_be_mended_stands_together_at_the_end(tmp_path: Path) -> None:
    report = report_on(Rig(tmp_path, bad.RunsLate), "expired,unknown-action", language="de")
    lines = summary(report).splitlines()
    assert lines[2:5] == [
        "",
        "Was zu beheben ist:",
        f"  expired: {report.results[0].text.de}",
    ]


def test_a_clock_that_is_wrong_is_blamed_for_refusals(tmp_path: Path) -> None:
    results = report_on(Rig(tmp_path, bad.ClockIsFast), "valid,clock", language="de").results
    assert "Seine Uhr geht vor" in results[0].text.de
    assert "300 s vor" in results[1].text.de
    assert "300 s ahead" in results[1].text.en


def test_a_clock_that_is_not_told_cannot_be_judged_and_what_is_left_out_is_named(
    tmp_path: Path,
) -> None:
    report = report_on(Rig(tmp_path, manners.TellsNoTime), "health,clock", language="de")
    health, clock = report.results
    assert health.verdict is Verdict.PASSED
    assert health.text.de == "Im Mittel alle 5,0 s. Freiwillig und nie gesendet: timestamp."
    assert clock.verdict is Verdict.NOT_TESTED
    assert "carries a timestamp" in clock.text.en


def test_a_player_that_was_moved_meanwhile_gets_its_new_group(rig: Rig) -> None:
    stage = rig.stage()
    with stage.test_groups() as groups:
        groups.join(TEST_GROUPS[0])
        rig.group_payload = lambda: b"9"  # type: ignore[method-assign]
    assert rig.retained[group_id_topic(rig.player.uuid)] == b"9"
