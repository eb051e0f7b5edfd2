"""Calendar links and calendar files from the command line."""

import json
from pathlib import Path

import pytest

from infoscreen_core.services.exchange import calendar_feeds
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with the group "Aula": exit code, output, errors."""
    with sqlite_sessions.begin() as session:
        add_group(session, "Aula")

    return program_on(sqlite_url, monkeypatch, capsys)


def test_a_link_is_made_listed_and_revoked(
    run: Run, sqlite_sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIA_BASE_URL", "https://infoscreen.example/")
    code, out, err = run("feed", "create", "--group", "Aula", "--name", "Sekretariat", "--json")
    assert code == 0, err
    made = json.loads(out)
    start = "https://infoscreen.example/calendar/1.ics?token="
    assert made["url"].startswith(start)
    assert "token_hash" not in made
    with sqlite_sessions() as session:
        assert calendar_feeds.find_feed(session, 1, made["url"].removeprefix(start)) is not None
    _, out, _ = run("feed", "list", "--json")
    (row,) = json.loads(out)
    assert (row["id"], row["group_name"], row["name"], row["last_used_at"]) == (
        1,
        "Aula",
        "Sekretariat",
        None,
    )
    assert made["url"].removeprefix(start) not in out
    _, out, _ = run("feed", "list", "--group", "1")
    assert out.splitlines()[1].split()[:4] == ["1", "1", "Aula", "Sekretariat"]
    code, out, _ = run("feed", "revoke", "1", "--json")
    assert (code, json.loads(out)["is_revoked"]) == (0, True)
    code, _, err = run("feed", "revoke", "1")
    assert code == 2
    assert "no calendar link with the number 1" in err


def test_an_unknown_group_is_named(run: Run) -> None:
    code, _, err = run("feed", "create", "--group", "Keller")
    assert code == 2
    assert "Keller" in err


CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:eins
SUMMARY:Elternabend
DTSTART;TZID=Europe/Vienna:20260907T190000
DTEND;TZID=Europe/Vienna:20260907T210000
END:VEVENT
BEGIN:VEVENT
UID:zwei
SUMMARY:Kaputt
DTSTART:20260907T190000
RRULE:FREQ=HOURLY
END:VEVENT
END:VCALENDAR
"""


def test_a_file_is_tried_then_imported_then_nothing_new(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "schule.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    words = ("event", "import", str(file), "--group", "Aula", "--json")
    code, out, err = run(*words, "--dry-run")
    assert code == 0, err
    tried = json.loads(out)
    assert (tried["is_dry_run"], tried["created"], tried["refused"]) == (True, 1, 1)
    assert json.loads(run("event", "list", "--json")[1]) == []
    done = json.loads(run(*words)[1])
    assert {**done, "is_dry_run": True} == tried
    assert done["rows"][1]["line"] == 9
    assert (done["rows"][1]["uid"], done["rows"][1]["title"]) == ("zwei", "Kaputt")
    assert "FREQ=HOURLY" in done["rows"][1]["reason"]
    (event,) = json.loads(run("event", "list", "--json")[1])
    assert (event["title"], event["start"]) == ("Elternabend", "2026-09-07T17:00:00Z")
    assert json.loads(run(*words)[1])["unchanged"] == 1


def test_without_json_the_import_is_a_table_with_its_sum(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "schule.ics"
    file.write_text(CALENDAR, encoding="utf-8")
    _, out, _ = run("event", "import", str(file), "--group", "1", "--type", "other", "--dry-run")
    assert out.splitlines()[0].split() == ["line", "outcome", "start", "title", "reason"]
    assert out.splitlines()[-1] == "1 created, 1 refused (nothing was written)"


def test_private_events_and_notes_are_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "schule.ics"
    text = CALENDAR.replace("UID:eins", "UID:None\nCLASS:PRIVATE").replace(":FREQ=HOURLY", ":")
    file.write_text(text.replace("DTSTART:2026", "DURATION:PT1H\nDTSTART:2026"), encoding="utf-8")
    words = ("event", "import", str(file), "--group", "Aula")
    _, out, _ = run(*words, "--dry-run")
    assert out.splitlines()[-1] == "1 created, 1 left_out (nothing was written)"
    assert "private" in out
    told = json.loads(run(*words, "--include-private", "--json")[1])
    assert (told["created"], told["left_out"], told["notes"]) == (2, 0, [])
    assert "does not tell this event" in told["rows"][0]["notes"][0]
    assert told["rows"][1]["notes"] == []
    assert "does not tell this event" in run(*words, "--include-private")[1]


def test_a_hostile_title_neither_steers_the_terminal_nor_stretches_the_table(
    run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "schule.ics"
    file.write_text(CALENDAR.replace("Kaputt", "\x1b[31mrot\u202e" + "x" * 5000), encoding="utf-8")
    _, out, _ = run("event", "import", str(file), "--group", "1", "--dry-run")
    assert r"\x1b[31mrot\u202exxx" in out
    assert all(line.isprintable() for line in out.splitlines())
    assert max(len(line) for line in out.splitlines() if "Elternabend" in line) < 200


def test_a_file_that_is_none_is_refused(run: Run, tmp_path: Path) -> None:
    code, _, err = run("event", "import", str(tmp_path / "fehlt.ics"), "--group", "Aula")
    assert code == 2
    assert "cannot be read: No such file" in err
    picture = tmp_path / "bild.ics"
    picture.write_bytes(bytes(range(256)))
    code, _, err = run("event", "import", str(picture), "--group", "Aula")
    assert (code, err) == (
        2,
        (
            "This is no calendar file; choose one in the iCalendar format, "
            "which usually ends in .ics.\n"
        ),
    )
