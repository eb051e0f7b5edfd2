import json
import subprocess
from datetime import date, timedelta

import pytest

from infoscreen_core.clock import utc_now
from infoscreen_core.domain.text.local_time import load_zone, to_local
from tests.support.cli import Run, program_on
from tests.support.events.planning import Sessions, add_group, add_holiday, local, plan
from tests.support.playing.scheduling import INFOSCREEN


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`infoscreen …` with a daily lesson in the group "Aula": exit code, output, errors."""
    with sqlite_sessions.begin() as session:
        plan(session, add_group(session, "Aula"), recurrence_rule="FREQ=DAILY")
        add_group(session, "Hof")

    return program_on(sqlite_url, monkeypatch, capsys)


def test_reasons_are_printed_as_sentences_with_local_times(run: Run) -> None:
    code, out, _ = run("why", "--group", "aula", "--at", "2026-12-24T08:10")
    assert code == 0
    assert out == (
        "“Mathe 3B” is shown first: it is on from Thu 2026-12-24 08:00 to "
        "Thu 2026-12-24 08:50, as an "
        "occurrence of its series.\n"
    )


def test_json_tells_the_reasons_apart(run: Run) -> None:
    code, out, _ = run(
        "why", "--group", "1", "--at", "2026-12-24T09:00+01:00", "--event", "1", "--json"
    )
    assert code == 0
    assert json.loads(out) == {
        "group_id": 1,
        "group": "Aula",
        "at": "2026-12-24T08:00:00Z",
        "event_id": 1,
        "is_shown": False,
        "on_screen": [],
        "reasons": [
            {
                "code": "between",
                "text": "“Mathe 3B” is not on then: its last occurrence ended on "
                "Thu 2026-12-24 08:50, the "
                "next begins on Fri 2026-12-25 08:00.",
                "event_id": 1,
                "client_uuid": None,
                "data": {
                    "title": "Mathe 3B",
                    "end": "2026-12-24T07:50:00Z",
                    "start": "2026-12-25T07:00:00Z",
                },
            }
        ],
    }


def test_holidays_are_named_with_their_days(run: Run, sqlite_sessions: Sessions) -> None:
    with sqlite_sessions.begin() as session:
        add_holiday(session, date(2026, 12, 24), date(2026, 12, 24))
        plan(session, 2, title="Chor", recurrence_rule="FREQ=DAILY", skip_holidays=True)
    code, out, _ = run("why", "--group", "Hof", "--at", "2026-12-24T08:10", "--json")
    assert code == 0
    holiday = next(one for one in json.loads(out)["reasons"] if one["code"] == "holiday")
    assert holiday["data"]["days"] == {"first": "2026-12-24", "last": "2026-12-24"}
    assert "in the holidays “Herbstferien” (2026-12-24)." in holiday["text"]


def test_without_a_time_it_is_now_that_counts(run: Run, sqlite_sessions: Sessions) -> None:
    now, span, vienna = utc_now(), timedelta(minutes=30), load_zone("Europe/Vienna")
    start, end = to_local(now - span, vienna), to_local(now + span, vienna)
    with sqlite_sessions.begin() as session:
        plan(session, 2, now=now, title="Jetzt", start=start, end=end)
    code, out, _ = run("why", "--group", "Hof", "--json")
    found = json.loads(out)
    assert code == 0
    assert [item["title"] for item in found["on_screen"]] == ["Jetzt"]
    assert [reason["code"] for reason in found["reasons"]] == ["leads", "no_leader", "no_screens"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--group", "Keller"), "no group called Keller"),
        (("--group", "Aula", "--at", "tomorrow"), "no date and time"),
        (("--group", "Aula", "--at", ""), "no date and time"),
        (("--group", "Aula", "--at", "9999-12-31T23:59"), "at lies in the year 9999"),
        (("--group", "Aula", "--at", "0001-01-03T00:00"), "at lies in the year 1"),
        (("--group", "a\x1b[31m"), r"no group called a\x1b[31m;"),
        (("--group", "Aula", "--event", "77"), "no event"),
        (("--group", "Aula", "--event", "0"), "event"),
    ],
)
def test_wrong_input_is_refused_in_a_sentence(run: Run, words: tuple[str, ...], said: str) -> None:
    code, out, err = run("why", *words)
    assert (code, out) == (2, "")
    assert said in err


def test_the_real_program_answers(run: Run) -> None:
    assert run("group", "list")[0] == 0
    ended = subprocess.run(
        [INFOSCREEN, "why", "--group", "Aula", "--at", "2026-09-07T08:00"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0
    assert "Mathe 3B" in ended.stdout
    assert local("2026-09-07T08:00").strftime("%a %Y-%m-%d %H:%M") in ended.stdout
