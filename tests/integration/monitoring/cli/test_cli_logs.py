"""`infoscreen logs`: lines, families, and files of any size."""

import csv
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup
from infoscreen_core.domain.screens.player import LogLevel
from tests.support.cli import Run, program_on
from tests.support.log_lines import store_lines
from tests.support.people import NOW as REGISTERED
from tests.support.people import add_client, uuid_of

HOUR = timedelta(hours=1)


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: sessionmaker[Session],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Two screens: one in the Aula that lost its picture thrice, one that said something odd."""
    now = utc_now()
    with sqlite_sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=REGISTERED))
        session.flush()
        add_client(session, 1, group_id=7, description="Aula links")
        add_client(session, 2)
        store_lines(
            session,
            [
                (1, LogLevel.ERROR, now - 3 * HOUR, "no signal for 7 s"),
                (1, LogLevel.ERROR, now - 2 * HOUR, "no signal for 9 s"),
                (1, LogLevel.ERROR, now - 50 * HOUR, "no signal for 1 s"),
                (2, LogLevel.INFO, now - HOUR, '=HYPERLINK("x", "ü; \x1b[31mrot\x1b[0m")'),
            ],
        )
    return program_on(sqlite_url, monkeypatch, capsys, "logs")


def messages(run: Run, *words: str) -> list[str]:
    code, out, err = run("list", "--json", *words)
    assert code == 0, err
    return [line["message"] for line in json.loads(out)]


def test_lines_of_a_day_newest_first_and_narrowed(run: Run) -> None:
    odd = '=HYPERLINK("x", "ü; rot")'
    assert messages(run) == [odd, "no signal for 9 s", "no signal for 7 s"]
    assert messages(run, "--level", "ERROR", "--level", "warn", "--limit", "1") == [
        "no signal for 9 s"
    ]
    assert messages(run, "--group", "Aula", "--text", "NO signal") == [
        "no signal for 9 s",
        "no signal for 7 s",
    ]
    assert messages(run, "--client", uuid_of(2)) == [odd]
    long_ago = (utc_now() - 60 * HOUR).isoformat(timespec="seconds")
    yesterday = (utc_now() - 30 * HOUR).isoformat(timespec="seconds")
    assert messages(run, "--from", long_ago, "--to", yesterday) == ["no signal for 1 s"]
    assert messages(run, "--from", yesterday, "--family", "7") == []
    code, out, _err = run("list")
    assert code == 0
    assert out.splitlines()[0].split() == ["at", "level", "client_name", "message"]


def test_families_are_counted_and_new_ones_told_apart(run: Run) -> None:
    code, out, err = run("families", "--json")
    assert code == 0, err
    signal, odd = json.loads(out)
    assert (signal["shape"], signal["lines"], signal["clients"]) == ("no signal for # s", 2, 1)
    assert signal["example"] == "no signal for 9 s"
    assert (odd["level"], odd["lines"]) == ("INFO", 1)
    [new] = json.loads(run("families", "--new", "--json")[1])
    assert new == odd
    family = str(signal["id"])
    assert messages(run, "--family", family) == ["no signal for 9 s", "no signal for 7 s"]


def test_a_file_holds_the_lines_and_no_formula(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    code, out, err = run("export", "--output", str(file), "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told == {
        "file": str(file),
        "format": "csv",
        "lines": 3,
        "bytes": file.stat().st_size,
    }
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert [row["message"] for row in rows] == [
        '\'=HYPERLINK("x", "ü; rot")',
        "no signal for 9 s",
        "no signal for 7 s",
    ]
    assert datetime.fromisoformat(rows[0]["time"]).utcoffset() is not None
    assert rows[1]["screen"] == "Aula links"
    assert rows[1]["context"] == '{"n":1}'
    assert not list(tmp_path.glob("*.part"))


def test_a_parquet_file_holds_typed_columns(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "lines.parquet"
    assert run("export", "--output", str(file), "--format", "parquet")[0] == 0
    table = pq.read_table(file).to_pylist()
    assert [row["message"] for row in table][1:] == ["no signal for 9 s", "no signal for 7 s"]
    assert table[0]["time"].utcoffset() == timedelta(0)
    assert table[0]["group"] is None
    assert table[1]["clock_off"] is False
    empty = tmp_path / "empty.parquet"
    nothing = ("--text", "never said", "--format", "parquet")
    assert run("export", "--output", str(empty), *nothing)[0] == 0
    assert pq.read_table(empty).num_rows == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "--group", "Mensa"), "no group called"),
        (("list", "--client", uuid_of(9)), "00000009"),
        (("list", "--from", "yesterday"), "2026-09-07T08:00"),
        (("list", "--from", "2026-01-02T00:00", "--to", "2026-01-01T00:00"), "later end"),
        (("export", "--output", "x", "--format", "xlsx"), "csv, parquet"),
        (("export", "--output", "/proc/no/x.csv"), "cannot be written"),
    ],
)
def test_what_cannot_be_answered_is_a_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    code, out, err = run(*words)
    assert code != 0
    assert said in err
    assert not out
    assert "Traceback" not in err


def test_help_starts_without_database_and_arrow() -> None:
    script = (
        "import sys; from infoscreen_core.cli.main import main\n"
        "try: main()\n"
        "except SystemExit: print(sorted({'sqlalchemy', 'pyarrow'} & set(sys.modules)))"
    )
    words = [sys.executable, "-c", script, "logs", "list", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
