"""`infoscreen monitoring plays`."""

import csv
import json
from io import StringIO
from typing import Any

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.monitoring.content.states import ContentReason
from tests.support.cli import Run, program_on
from tests.support.events.planning import add_group
from tests.support.monitoring.played import HOUR, MINUTE, Played
from tests.support.people import add_client, uuid_of

Sessions = sessionmaker[Session]


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Two screens: one showed an event for an hour and was silent for ten minutes."""
    began = utc_now() - 26 * HOUR
    with sqlite_sessions.begin() as session:
        group = add_group(session)
        for number in (1, 2):
            add_client(session, number, group_id=group, description=f"Screen {number}")
    played = Played(sqlite_sessions)
    played.publish(group, began, 7, files={7: ["=cmd.pdf"]})
    played.say(uuid_of(1), began, 7)
    played.picture(uuid_of(1), began, 7)
    played.say(uuid_of(1), began + HOUR, None, ContentReason.OFFLINE)
    played.say(uuid_of(1), began + HOUR + 10 * MINUTE, None, ContentReason.SHOWS_NOTHING)
    return program_on(sqlite_url, monkeypatch, capsys, "monitoring", "plays")


def rows_of(run: Run, *arguments: str) -> list[dict[str, Any]]:
    status, out, _ = run(*arguments, "--json")
    assert status == 0
    rows: list[dict[str, Any]] = json.loads(out)
    return rows


def test_a_row_for_each_play(run: Run) -> None:
    shown, unknown = rows_of(run)
    assert (shown["client_name"], shown["event_id"], shown["seconds"]) == ("Screen 1", 7, 3600)
    assert (shown["sure"], shown["files"], shown["media_ids"]) == ("seen", "=cmd.pdf", [])
    assert (unknown["seconds"], unknown["sure"]) == (600, "unknown")


@pytest.mark.parametrize(
    ("by", "key", "value"),
    [("event", "event_id", 7), ("group", "group_id", 1), ("client", "client_uuid", uuid_of(1))],
)
def test_sums(run: Run, by: str, key: str, value: object) -> None:
    row = rows_of(run, "--by", by)[0]
    assert row[key] == value
    assert (row["shown_seconds"], row["unknown_seconds"]) == (3600, 600)


def test_days_add_up_to_all(run: Run) -> None:
    assert sum(row["shown_seconds"] for row in rows_of(run, "--by", "day")) == 3600
    assert rows_of(run, "--by", "media") == []


def test_what_is_asked_for_narrows_the_answer(run: Run) -> None:
    assert rows_of(run, "--client", uuid_of(2)) == []
    assert rows_of(run, "--event", "8") == []
    assert len(rows_of(run, "--group", "Aula", "--limit", "1")) == 1
    assert rows_of(run, "--from", "2026-01-01", "--to", "2026-01-31") == []


def test_csv_for_a_spreadsheet_evaluates_nothing(run: Run) -> None:
    status, out, _ = run("--csv")
    assert status == 0
    rows = list(csv.DictReader(StringIO(out)))
    assert rows[0]["files"] == "'=cmd.pdf"
    assert rows[0]["seconds"] == "3600"


def test_a_table_for_people(run: Run) -> None:
    _, out, _ = run()
    assert "Screen 1" in out
    assert "checksums" not in out


@pytest.mark.parametrize(
    "wrong",
    [["--from", "2026-02-30"], ["--from", "2026-02-02", "--to", "2026-02-01"], ["--csv", "--json"]],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(run: Run, wrong: list[str]) -> None:
    status, _, err = run(*wrong)
    assert status == 2
    assert err.strip().endswith((".", "}"))
