"""Some of the mutated files of `tests/trials/fuzz_files.py`, in every run of the tests."""

from typing import Any

import pytest

from infoscreen_core.formats import holiday_file
from infoscreen_core.services.exchange import calendar_export
from tests.support.events.planning import Sessions
from tests.support.exchange.mutants import Mutant, judge, make_mutant
from tests.support.exchange.mutation_seeds import CALENDARS, HOLIDAYS
from tests.support.exchange.trial import Trial

SEED = 20261128
COUNT = 100
SERVICE = "infoscreen_core.services.school.holiday_import"


def _unspoilt(text: str) -> Mutant:
    return Mutant(0, text in CALENDARS, text.encode(), ())


def test_mutated_files_get_an_answer_and_keep_their_instants(sqlite_sessions: Sessions) -> None:
    desk = Trial(sqlite_sessions)
    for text in (CALENDARS[0], HOLIDAYS[0]):
        judge(_unspoilt(text), desk)  # what is loaded at the first use is no file's time
    verdicts = {number: judge(make_mutant(SEED, number), desk) for number in range(COUNT)}
    assert {number: one.faults for number, one in verdicts.items() if one.faults} == {}
    assert sum(one.accepted for one in verdicts.values()) > COUNT
    assert sum(one.refused for one in verdicts.values()) > COUNT / 2


@pytest.mark.parametrize("text", [*CALENDARS, *HOLIDAYS])
def test_the_files_that_are_mutated_are_fit_themselves(
    sqlite_sessions: Sessions, text: str
) -> None:
    verdict = judge(_unspoilt(text), Trial(sqlite_sessions))
    assert verdict.faults == []
    assert verdict.accepted


def test_a_number_gives_the_same_mutant_each_time() -> None:
    some = [make_mutant(1, number) for number in range(50)]
    assert some == [make_mutant(1, number) for number in range(50)]
    assert some != [make_mutant(2, number) for number in range(50)]


def test_an_export_that_shifts_an_hour_is_found_out(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = calendar_export.write_group_calendar

    def shift(*said: Any) -> bytes:  # noqa: ANN401 - whatever the real one takes
        return write(*said).replace(b"T08", b"T09")

    monkeypatch.setattr(calendar_export, "write_group_calendar", shift)
    verdict = judge(_unspoilt(CALENDARS[0]), Trial(sqlite_sessions))
    assert any(fault.startswith("its export made up") for fault in verdict.faults)


def test_a_day_that_no_line_names_is_found_out(
    sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = holiday_file.read_holiday_file

    def shift(data: bytes, **said: Any) -> object:  # noqa: ANN401 - whatever the real one takes
        return read(data.replace(b"2026-10-27", b"2026-10-28"), **said)

    monkeypatch.setattr(f"{SERVICE}.read_holiday_file", shift)
    (fault,) = judge(_unspoilt(HOLIDAYS[0]), Trial(sqlite_sessions)).faults
    assert fault.startswith("line 2 does not say 2026-10-28")
