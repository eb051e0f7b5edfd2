import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group, plan

OVERLAP = (
    "It overlaps Herbst (2026-10-27 – 2026-10-31) and is left out; change the days of one of them."
)


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` with the school year 2026/27 (id 1): exit code, output, errors."""
    with sqlite_sessions.begin() as session:
        add_group(session, "Aula")

    run = program_on(sqlite_url, monkeypatch, capsys)
    answer(run, "period", "create", "Schuljahr 2026/27", "--start", "7.9.2026", "--end", "20270702")
    return run


def answer(run: Run, *words: str) -> Any:  # noqa: ANN401 - JSON
    code, out, err = run(*words, "--json")
    assert code == 0, err
    return json.loads(out)


def refusal(run: Run, *words: str) -> str:
    code, out, err = run(*words, "--json")
    assert (code, out) == (2, ""), err
    return err


def test_a_period_is_created_shown_and_changed(run: Run) -> None:
    row = answer(run, "period", "show", "schuljahr 2026/27")
    assert (row["id"], row["start_date"], row["end_date"], row["is_active"]) == (
        1,
        "2026-09-07",
        "2027-07-02",
        False,
    )
    changed = answer(run, "period", "update", "1", "--name", "2026/27", "--end", "2027-07-03")
    assert (changed["name"], changed["start_date"], changed["end_date"]) == (
        "2026/27",
        "2026-09-07",
        "2027-07-03",
    )
    half = answer(
        run,
        *(
            "period",
            "create",
            "Winter",
            "--type",
            "semester",
            "--start",
            "2026-09-07",
            "--end",
            "2027-02-05",
        ),
    )
    assert half["period_type"] == "semester"
    assert [row["name"] for row in answer(run, "period", "list")] == ["2026/27", "Winter"]


def test_a_period_lives_from_activation_to_its_end(run: Run) -> None:
    answer(run, "period", "create", "Danach", "--start", "2027-09-06", "--end", "2028-06-30")
    assert answer(run, "period", "activate", "1")["is_active"]
    assert "is in force; activate another one first" in refusal(run, "period", "archive", "1")
    answer(run, "period", "activate", "Danach")
    assert answer(run, "period", "archive", "1")["archived_at"]
    assert "is archived; restore it first" in refusal(run, "period", "activate", "1")
    assert [row["name"] for row in answer(run, "period", "list")] == ["Danach"]
    assert len(answer(run, "period", "list", "--archived")) == 2
    assert answer(run, "period", "restore", "1")["archived_at"] is None
    assert "is not archived; archive it first" in refusal(run, "period", "delete", "1")
    answer(run, "period", "archive", "1")
    assert answer(run, "period", "delete", "1")["is_deleted"]
    assert "no academic period called 1;" in refusal(run, "period", "show", "1")


def test_usage_tells_what_is_in_the_way(run: Run, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        event = plan(session, 1, title="Chor", recurrence_rule="FREQ=WEEKLY", academic_period_id=1)
    usage = answer(run, "period", "usage", "1")
    assert (usage["event_count"], usage["can_archive"], usage["can_delete"]) == (1, False, False)
    assert usage["archive_blockers"] == [
        {
            "sentence": "The series Chor of the group Aula has no end; end it or delete it first.",
            "event_id": event.id,
        }
    ]
    assert "The series Chor of the group Aula has no end" in refusal(run, "period", "archive", "1")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("--start", "2026-09-31", "--end", "2026-10-01"),
            "“2026-09-31” is no date; write it as 2026-10-26",
        ),
        (
            ("--start", "2028-09-02", "--end", "2028-09-01"),
            "The last day, 2028-09-01, is before the first day",
        ),
        (
            ("--start", "2027-07-02", "--end", "2027-09-01"),
            "Neu would overlap Schuljahr 2026/27 (2026-09-07 –",
        ),
        (
            ("--start", "2028-01-01", "--end", "2028-09-01", "--type", "x"),
            "period_type cannot be “x”; choose one of: schuljahr, semester, trimester.",
        ),
    ],
)
def test_a_wrong_period_is_refused_with_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal(run, "period", "create", "Neu", *words)
    assert len(answer(run, "period", "list")) == 1


def test_a_holiday_is_entered_changed_and_deleted(run: Run) -> None:
    row = answer(
        run,
        *(
            "holiday",
            "create",
            "Herbst",
            "--period",
            "1",
            "--start",
            "27.10.2026",
            "--end",
            "31.10.2026",
        ),
    )
    assert (row["outcome"], row["academic_period_id"], row["end_date"]) == (
        "inserted",
        1,
        "2026-10-31",
    )
    more = answer(run, "holiday", "create", "HERBST", "--period", "1", "--start", "1.11.2026")
    assert (more["outcome"], more["id"], more["end_date"]) == ("merged", row["id"], "2026-11-01")
    changed = answer(
        run, "holiday", "update", str(row["id"]), "--region", "Wien", "--start", "2026-10-26"
    )
    assert (changed["name"], changed["region"], changed["start_date"]) == (
        "Herbst",
        "Wien",
        "2026-10-26",
    )
    assert [one["region"] for one in answer(run, "holiday", "list", "--period", "1")] == ["Wien"]
    assert answer(run, "holiday", "delete", str(row["id"]))["is_deleted"]
    assert "no holiday with the number 1" in refusal(run, "holiday", "delete", str(row["id"]))


def test_holidays_of_no_period_are_kept_apart(run: Run) -> None:
    answer(run, "holiday", "create", "Frei", "--period", "none", "--start", "2031-05-05")
    assert answer(run, "holiday", "list", "--period", "1") == []
    assert len(answer(run, "holiday", "list", "--period", "none")) == 1


def test_without_a_period_the_one_in_force_is_meant_and_all_are_listed(run: Run) -> None:
    words = ("holiday", "create", "Frei", "--start", "2027-05-05")
    assert "No academic period is in force; name one with --period." in refusal(run, *words)
    answer(run, "period", "activate", "1")
    assert answer(run, *words)["academic_period_id"] == 1
    answer(run, *words, "--period", "none")
    assert [row["academic_period_id"] for row in answer(run, "holiday", "list")] == [1, None]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("create", "x", "--period", "1", "--start", "morgen"), "“morgen” is no date"),
        (
            ("create", "x", "--period", "1", "--start", "2028-01-01"),
            "x must lie inside the period Schuljahr",
        ),
        (("create", " ", "--period", "1", "--start", "2026-10-27"), "The holiday needs a name."),
        (
            ("create", "x", "--period", "7", "--start", "2026-10-27"),
            "There is no academic period called 7",
        ),
        (
            ("import", "fehlt.csv", "--period", "1"),
            "The file fehlt.csv cannot be read: No such file or directory.",
        ),
        (("import", ".", "--period", "1"), "The file . cannot be read: Is a directory."),
        (("fill", "--period", "1", "--country", "XX"), "The data know no country “XX”"),
        (
            ("fill", "--period", "1", "--country", "AT", "--subdivision", "W1"),
            "no part “W1” of AT; choose one",
        ),
    ],
)
def test_wrong_input_is_refused_with_a_sentence(
    run: Run, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refusal(run, "holiday", *words)
    assert answer(run, "holiday", "list", "--period", "1") == []


def test_a_file_is_tried_and_then_imported(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ferien.csv"
    file.write_text(
        "name;start;end\nHerbst;27.10.2026;31.10.2026\nHalloween;31.10.2026;31.10.2026\n"
    )
    words = ("holiday", "import", str(file), "--period", "1")
    tried = answer(run, *words, "--dry-run")
    assert answer(run, "holiday", "list", "--period", "1") == []
    done = answer(run, *words)
    assert (tried.pop("is_dry_run"), done.pop("is_dry_run")) == (True, False)
    assert tried == done
    assert (done["inserted"], done["conflicts"]) == (1, 1)
    assert done["rows"][1] == {
        "line": 3,
        "outcome": "conflict",
        "name": "Halloween",
        "region": None,
        "start_date": "2026-10-31",
        "end_date": "2026-10-31",
        "sentence": OVERLAP,
    }
    assert [row["source_file_name"] for row in answer(run, "holiday", "list", "--period", "1")] == [
        "ferien.csv"
    ]


GROUPS = """Country;StartDate;EndDate;Type;Name;Subdivisions;Groups
CH;2026-09-19;2026-10-11;School;DE Herbstferien;BE;BE-DE
CH;2026-10-05;2026-10-16;School;DE Herbstferien;BE;BE-FR
"""


def test_a_file_for_several_places_is_imported_for_one(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ferien.csv"
    file.write_text(GROUPS)
    words = ("holiday", "import", str(file), "--period", "1")
    code, out, err = run(*words, "--dry-run", "--json")
    tried = json.loads(out)
    assert (code, tried["inserted"], tried["conflicts"], tried["merged"]) == (0, 1, 1, 0)
    assert (tried["subdivisions"], tried["school_groups"]) == (["BE"], ["BE-DE", "BE-FR"])
    note = (
        "The list holds holidays of 2 groups of schools (BE-DE, BE-FR); choose yours, or all are "
        "taken that do not overlap."
    )
    assert (tried["notes"], err) == ([note], f"Note: {note}\n")
    chosen = (*words, "--subdivision", "CH-BE", "--school-group", "BE-FR")
    tried, done = answer(run, *chosen, "--dry-run"), answer(run, *chosen)
    assert (tried.pop("is_dry_run"), done.pop("is_dry_run")) == (True, False)
    assert tried == done
    rows = answer(run, "holiday", "list", "--period", "1")
    assert [(row["start_date"], row["end_date"], row["region"]) for row in rows] == [
        ("2026-10-05", "2026-10-16", "BE · BE-FR")
    ]
    assert answer(run, *chosen)["skipped"] == 2
    assert "nothing for the region “ZH”" in refusal(run, *words, "--subdivision", "ZH")


def test_what_a_file_does_not_say_in_utf_8_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ferien.csv"
    file.write_bytes("Mariä Empfängnis;8.12.2026;8.12.2026".encode("cp1252"))
    code, out, err = run("holiday", "import", str(file), "--period", "1")
    assert code == 0
    assert "Mariä Empfängnis" in out
    assert err.startswith("Note: The file is not written in UTF-8; it was read as Windows-1252.")


def test_people_read_a_table(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "ferien.csv"
    file.write_text("Herbst,2026-10-27,2026-10-31,Wien\n")
    code, out, _ = run("holiday", "import", str(file), "--period", "1")
    assert code == 0
    assert "1     inserted  Herbst  Wien    2026-10-27  2026-10-31  It is new." in out


def test_a_file_with_a_wrong_line_is_refused_and_the_trial_shows_all_of_them(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "ferien.csv"
    file.write_text(
        "Herbst,2026-10-27,2026-10-31\nKaputt,2026-10-32,2026-11-01\nFern,2029-01-01,2029-01-01\n"
    )
    words = ("holiday", "import", str(file), "--period", "1")
    assert "Nothing was imported: 2 lines are wrong. The first one, line 2" in refusal(run, *words)
    code, out, err = run(*words, "--dry-run", "--json")
    assert code == 2
    assert [(row["line"], row["outcome"]) for row in json.loads(out)["rows"]] == [
        (1, "inserted"),
        (2, "invalid"),
        (3, "invalid"),
    ]
    assert err == "The import would be refused; wrong lines: 2.\n"
    assert answer(run, "holiday", "list", "--period", "1") == []


def test_a_huge_file_and_a_binary_one_are_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "riesig.csv"
    file.write_bytes(b"x" * 3_000_000)
    assert "more than 1024 KiB" in refusal(run, "holiday", "import", str(file), "--period", "1")
    file.write_bytes(bytes(range(256)) * 10)
    assert "The file is no text" in refusal(run, "holiday", "import", str(file), "--period", "1")


def test_a_list_comes_from_standard_input(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Herbst,2026-10-27,2026-10-31")))
    assert answer(run, "holiday", "import", "-", "--period", "1")["inserted"] == 1


def test_a_period_is_filled_for_a_country(run: Run) -> None:
    words = ("holiday", "fill", "--period", "Schuljahr 2026/27", "--country", "AT")
    code, out, err = run(*words, "--dry-run", "--json")
    assert code == 0
    assert json.loads(out)["inserted"] == 12
    assert err == "Note: school holidays differ by part of the country; give --subdivision.\n"
    assert answer(run, "holiday", "list", "--period", "1") == []
    filled = answer(run, *words, "--subdivision", "9")
    assert filled["inserted"] == 11
    assert {"Nationalfeiertag", "Semesterferien"} <= {
        row["name"] for row in answer(run, "holiday", "list", "--period", "1")
    }
    assert answer(run, *words, "--subdivision", "Wien", "--no-school")["inserted"] == 0


def test_a_start_warns_when_no_period_covers_the_day(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(run, "period", "update", "1", "--start", "1999-09-06", "--end", "2000-06-30")
    monkeypatch.setenv("DEFAULT_SUPERADMIN_PASSWORD", "vier rote Fahrräder")
    code, out, err = run("migrate", "--json")
    assert code == 0
    assert json.loads(out)["active_period"] is None
    assert err == "No academic period covers today; create one with `infoscreen period create`.\n"
    assert [row["is_active"] for row in answer(run, "period", "list")] == [False]
