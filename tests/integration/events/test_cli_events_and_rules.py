import json
import subprocess
from datetime import timedelta
from typing import Any

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.media.types import MediaType
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group
from tests.support.media.files import add_file
from tests.support.playing.scheduling import INFOSCREEN


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` on a database with the groups "Aula" and "Hof": exit code, output, errors."""
    with sqlite_sessions.begin() as session:
        add_group(session, "Aula")
        add_group(session, "Hof")

    return program_on(sqlite_url, monkeypatch, capsys)


def create(run: Run, *more: str, group: str = "Aula") -> Any:  # noqa: ANN401 - JSON
    code, out, err = run(
        *(
            "event",
            "create",
            "--group",
            group,
            "--title",
            "Mathe",
            "--type",
            "message",
            "--text",
            "Hallo",
        ),
        *("--start", "2026-09-07T08:00", "--end", "2026-09-07T08:50", "--json", *more),
    )
    assert code == 0, err
    return json.loads(out)


def test_an_event_is_printed_as_it_is_stored(run: Run) -> None:
    row = create(
        run,
        *("--severity", "warning", "--priority", "high"),
        *("--description", "für alle", "--location", "Aula"),
    )
    assert row["start"] == "2026-09-07T06:00:00Z"
    assert row["end"] == "2026-09-07T06:50:00Z"
    assert (row["timezone"], row["event_type"], row["group_id"]) == ("Europe/Vienna", "message", 1)
    assert (row["message_severity"], row["priority"]) == ("warning", 10)
    assert (row["description"], row["location"]) == ("für alle", "Aula")
    _, out, _ = run("event", "show", str(row["id"]), "--json")
    assert json.loads(out)["location"] == "Aula"


def test_several_groups_make_several_events_in_an_array(run: Run) -> None:
    rows = create(run, "--group", "2")
    assert [row["group_id"] for row in rows] == [1, 2]


def test_an_instant_means_that_instant_and_a_naive_time_the_given_zone(run: Run) -> None:
    instant = create(run, "--start", "2026-09-07T06:00Z", "--end", "2026-09-07T09:00+02:00")
    assert (instant["start"], instant["end"]) == ("2026-09-07T06:00:00Z", "2026-09-07T07:00:00Z")
    lisbon = create(run, "--timezone", "Europe/Lisbon")
    assert lisbon["start"] == "2026-09-07T07:00:00Z"


def test_a_series_is_created_listed_shown_and_deleted(run: Run) -> None:
    row = create(run, "--rrule", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4", "--skip-holidays")
    assert (row["recurrence_rule"], row["skip_holidays"]) == (
        "FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4",
        True,
    )
    assert row["recurrence_end"] == "2026-09-16T06:50:00Z"
    create(run, group="Hof")
    code, out, _ = run("event", "list", "--group", "Aula", "--json")
    assert code == 0
    assert [listed["id"] for listed in json.loads(out)] == [row["id"]]
    code, out, _ = run("event", "show", str(row["id"]), "--json")
    assert code == 0
    assert json.loads(out) == {**row, "exceptions": []}
    code, out, _ = run("event", "delete", str(row["id"]), "--json")
    assert (code, json.loads(out)) == (0, {"id": row["id"], "is_deleted": True})
    code, _, err = run("event", "show", str(row["id"]))
    assert code == 2
    assert "There is no event" in err


def test_what_was_deleted_last_comes_back(run: Run) -> None:
    row = create(run, "--rrule", "FREQ=WEEKLY")
    assert run("event", "undo-delete")[0] == 2
    run("event", "delete", str(row["id"]))
    code, out, _err = run("event", "undo-delete", "--json")
    assert code == 0
    assert json.loads(out) == row | {"indexed_until": json.loads(out)["indexed_until"]}
    code, _out, err = run("event", "undo-delete")
    assert code == 2
    assert "Nothing was deleted" in err


def test_an_event_is_copied_to_other_groups(run: Run) -> None:
    row = create(run, "--rrule", "FREQ=WEEKLY")
    code, out, _err = run("event", "copy", str(row["id"]), "--group", "Hof", "--json")
    assert code == 0
    assert [(copy["group_id"], copy["recurrence_rule"]) for copy in json.loads(out)] == [
        (2, "FREQ=WEEKLY")
    ]
    code, _out, err = run("event", "copy", str(row["id"]), "--group", "Aula")
    assert code == 2
    assert "belongs to this group already" in err


def test_a_presentation_shows_several_files_in_the_order_given(
    run: Run, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        files = [add_file(session, f"{n}.pdf", MediaType.PDF, now=utc_now()) for n in "abc"]
    chosen = [text for file in (files[2], files[0]) for text in ("--media", str(file))]
    row = create(run, "--type", "presentation", *chosen)
    assert (row["event_media_id"], row["further_media_ids"]) == (files[2], [files[0]])
    _, out, _ = run("event", "show", str(row["id"]), "--json")
    assert json.loads(out)["further_media_ids"] == [files[0]]


def test_an_event_is_changed_by_what_is_given(run: Run, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        files = [add_file(session, f"{n}.pdf", MediaType.PDF, now=utc_now()) for n in "abc"]
    row = create(run, "--type", "presentation", "--media", str(files[0]), "--location", "Hof")
    event = str(row["id"])
    chosen = ("--media", str(files[1]), "--media", str(files[2]))
    code, out, err = run("event", "edit", event, *chosen, "--interval", "20", "--json")
    assert code == 0, err
    changed = json.loads(out)
    assert (changed["event_media_id"], changed["further_media_ids"]) == (files[1], [files[2]])
    assert (changed["slide_interval"], changed["location"]) == (20, "Hof")
    assert (changed["start"], changed["title"]) == (row["start"], row["title"])
    _, out, _ = run("event", "edit", event, "--url", "https://a.example/f.pdf", "--json")
    by_address = json.loads(out)
    assert (by_address["event_media_id"], by_address["further_media_ids"]) == (None, [])
    for wrong, said in (((), "Nothing would change"), (("--media", "99"), "no file")):
        code, _, err = run("event", "edit", event, *wrong)
        assert code == 2
        assert said in err


def test_without_json_the_list_is_a_table(run: Run) -> None:
    create(run)
    _, out, _ = run("event", "list")
    assert [line.split()[:3] for line in out.splitlines()] == [
        ["id", "group_id", "title"],
        ["1", "1", "Mathe"],
    ]


def test_whether_it_will_be_seen_is_said_beside_the_output(run: Run) -> None:
    start, end = (f"{utc_now() + timedelta(days=days):%Y-%m-%d}" for days in (3, 5))
    times = ("--start", f"{start}T08:00Z", "--end", f"{start}T09:00Z")
    words = ("event", "create", "--group", "Aula", "--title", "T", "--type", "other", "--json")
    create(run, "--start", start, "--end", end, "--all-day", "--priority", "background")
    assert "Verdict: It is seen as planned." in run(*words, *times)[2]
    create(run, "--start", start, "--end", end, "--all-day", group="Hof")
    _, out, err = run(*words, *times, "--group", "Hof")
    assert len(json.loads(out)) == 2
    assert "Verdict: Hof: It will not be seen, because “Mathe” has the same priority" in err
    last = str(json.loads(out)[0]["id"])
    assert "Verdict: Hof: It will not be seen" in run("event", "copy", last, "--group", "Hof")[2]


def test_an_all_day_event_needs_no_end(run: Run) -> None:
    code, out, err = run(
        *("event", "create", "--group", "Aula", "--title", "Wandertag", "--type", "other"),
        *("--start", "2026-09-07", "--all-day", "--json"),
    )
    assert code == 0, err
    row = json.loads(out)
    assert (row["start"], row["end"]) == ("2026-09-06T22:00:00Z", "2026-09-07T22:00:00Z")


def test_a_start_that_the_rule_does_not_hit_is_pointed_out(run: Run) -> None:
    code, _, err = run(
        *("event", "create", "--group", "Aula", "--title", "T", "--type", "message", "--text", "x"),
        *(
            "--start",
            "2026-09-07T08:00",
            "--end",
            "2026-09-07T09:00",
            "--rrule",
            "FREQ=WEEKLY;BYDAY=TU",
        ),
    )
    assert code == 0
    assert "does not hit the start" in err


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--group", "Keller"), "no group Keller"),
        (("--type", "webpage"), "presentation, website"),
        (("--type", "website"), "needs its address"),
        (("--type", "website", "--url", "javascript:alert(1)"), "cannot be opened"),
        (("--url", "https://example.org"), "leave --url out"),
        (("--end", "2026-09-07T08:00"), "not after the start"),
        (("--end", "gestern"), "no date and time"),
        (("--end", ""), "end “” is no date and time"),
        (("--all-day", "--end", ""), "end “” is no date and time"),
        (("--title", "\u200b"), "title is empty"),
        (("--timezone", "Mars/Olympus"), "Mars/Olympus"),
        (("--priority", "7"), "normal, high, emergency"),
        (("--look", "loud"), "notice, warning, alarm"),
        (("--rrule", "FREQ=MINUTELY"), "repeats within a day"),
        (("--rrule", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "never meet"),
        (("--text", " "), "no text"),
        (("--title", "a\x07b"), "U+0007"),
        (("--media", "9", "--type", "video"), "no file with the number 9"),
        (("--period", "9"), "no academic period"),
        (("--period", "9" * 25), "less than or equal"),
        (("--group", "9" * 25), "no group 9999"),
        (("--timezone", ""), "time zone"),
        (("--rrule", " "), "it is empty"),
        (("--title", "a\udcffb"), "not UTF-8"),
    ],
)
def test_bad_input_ends_with_2_and_a_sentence(run: Run, more: tuple[str, ...], said: str) -> None:
    code, out, err = run(
        *(
            "event",
            "create",
            "--group",
            "Aula",
            "--title",
            "Mathe",
            "--type",
            "message",
            "--text",
            "Hallo",
        ),
        *("--start", "2026-09-07T08:00", "--end", "2026-09-07T08:50", *more),
    )
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert run("event", "list")[1] == "(none)\n"


def rrule(run: Run, *words: str) -> list[dict[str, str]]:
    code, out, err = run("rrule", *words, "--timezone", "Europe/Vienna", "--json")
    assert code == 0, err
    found: list[dict[str, str]] = json.loads(out)["occurrences"]
    return found


def test_a_rule_is_expanded_across_the_clock_change(run: Run) -> None:
    rows = rrule(
        run,
        "FREQ=WEEKLY;BYDAY=MO",
        "--start",
        "20261019T080000",
        "--duration",
        "50m",
        "--limit",
        "2",
    )
    assert rows == [
        {
            "start_local": "2026-10-19T08:00:00",
            "end_local": "2026-10-19T08:50:00",
            "start_utc": "2026-10-19T06:00:00Z",
            "end_utc": "2026-10-19T06:50:00Z",
        },
        {
            "start_local": "2026-10-26T08:00:00",
            "end_local": "2026-10-26T08:50:00",
            "start_utc": "2026-10-26T07:00:00Z",
            "end_utc": "2026-10-26T07:50:00Z",
        },
    ]


def test_a_rule_with_an_end_is_listed_whole_and_one_without_up_to_a_hundred(run: Run) -> None:
    assert len(rrule(run, "FREQ=DAILY;COUNT=367", "--start", "20260907T080000")) == 367
    assert len(rrule(run, "FREQ=DAILY", "--start", "20260907T080000")) == 100


def test_a_window_lists_what_touches_it(run: Run) -> None:
    window = ("--from", "2030-01-01T08:30", "--to", "2030-01-03T08:00")
    rows = rrule(run, "FREQ=DAILY", "--start", "20000101T080000", *window)
    assert [row["start_local"] for row in rows] == ["2030-01-01T08:00:00", "2030-01-02T08:00:00"]
    rows = rrule(run, "FREQ=DAILY", "--start", "20000101T080000", *window[:2], "--limit", "3")
    assert [row["start_local"][:10] for row in rows] == ["2030-01-01", "2030-01-02", "2030-01-03"]


def test_exception_dates_are_left_out_and_useless_ones_pointed_out(run: Run) -> None:
    words = (
        "FREQ=DAILY;COUNT=4",
        "--start",
        "20260907T080000",
        "--exdate",
        "20260908T060000Z,20260909T080000",
    )
    assert [row["start_local"][8:10] for row in rrule(run, *words)] == ["07", "10"]
    code, _, err = run("rrule", *words, "--exdate", "20260910T080001")
    assert code == 0
    assert "20260910T060001Z" in err


def test_a_date_as_exception_leaves_out_what_starts_on_it(run: Run) -> None:
    words = ("FREQ=DAILY;COUNT=4", "--start", "20260907T233000", "--exdate", "20260908, 2026-09-10")
    assert [row["start_local"][8:10] for row in rrule(run, *words)] == ["07", "09"]
    code, _, err = run("rrule", *words, "--exdate", "20260911")
    assert (code, err) == (
        0,
        "Note: no occurrence starts at 2026-09-11; nothing is left out there.\n",
    )


def test_a_window_without_occurrences_is_an_empty_list(run: Run) -> None:
    window = ("--from", "2026-09-08T12:00", "--to", "2026-09-09T08:00")
    assert rrule(run, "FREQ=DAILY", "--start", "20260907T080000", *window) == []
    assert (
        rrule(run, "FREQ=DAILY;COUNT=2", "--start", "20260907T080000", "--from", "2027-01-01") == []
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("FREQ=DAILY", "--start", "20260907T080000", "--from", "20260910", "--to", "20260910"),
            "later end",
        ),
        (("FREQ=DAILY", "--start", "20260907T080000", "--from", ""), "no date and time"),
        (("FREQ=DAILY", "--start", "20260907T080000", "--exdate", "20260931"), "no date and time"),
        (("FREQ=DAILY", "--start", "20260907T080000", "--limit", "100001"), "1 to 100000"),
        (("FREQ=DAILY", "--start", "19891231T235959"), "1990"),
        (("FREQ=DAILY", "--start", "20260907T080000", "--duration", "367d"), "366 days"),
        (("FREQ=WEEKLY;BYWEEKNO=20", "--start", "20260907T080000"), "BYWEEKNO"),
        (("FREQ=DAILY", "--start", "Montag"), "no date and time"),
        (("FREQ=DAILY", "--start", "20260907T080000", "--timezone", "Wien"), "Wien"),
        (("FREQ=DAILY", "--start", "20260907T080000", "--duration", "0m"), "duration"),
        (
            ("FREQ=DAILY", "--start", "20260907T080000", "--duration", "99999999w"),
            "give a shorter one",
        ),
        (("FREQ=DAILY", "--start", "20260907T080000", "--limit", "0"), "limit"),
        (("FREQ=DAILY;COUNT=2;UNTIL=20300101", "--start", "20260907T080000"), "COUNT"),
    ],
)
def test_a_refused_rule_ends_with_2_and_the_reason(
    run: Run, words: tuple[str, ...], said: str
) -> None:
    code, out, err = run("rrule", *words, "--json")
    assert (code, out) == (2, "")
    assert said in err


def test_the_exit_code_of_the_real_program_is_2() -> None:
    done = subprocess.run(
        [INFOSCREEN, "rrule", "FREQ=HOURLY", "--start", "20260907T080000"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "FREQ=DAILY" in done.stderr
