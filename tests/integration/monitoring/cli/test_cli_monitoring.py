import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import BlindSpan, ClientGroup, ClientStatusChange, PowerChange
from infoscreen_core.domain.monitoring.availability import BlindCause
from infoscreen_core.domain.monitoring.housekeeping import JobName
from infoscreen_core.domain.monitoring.liveness import Status, StatusReason
from infoscreen_core.domain.screens.power import DesiredPower
from infoscreen_core.services.monitoring.upkeep import jobs
from tests.support.cli import Run, program_on
from tests.support.monitoring.months import add_february
from tests.support.people import add_client, uuid_of

Sessions = sessionmaker[Session]
HOUR = timedelta(hours=1)


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """One screen that ran for ten hours, of which two were an outage and one was not seen."""
    began = utc_now() - 10 * HOUR
    with sqlite_sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=began))
        session.flush()
        add_client(session, 1, group_id=7)
        for hours, status, reason in (
            (0, Status.HEALTHY, StatusReason.ALL_WELL),
            (4, Status.OFFLINE, StatusReason.HEARTBEAT_STALE),
            (6, Status.HEALTHY, StatusReason.ALL_WELL),
        ):
            at = began + hours * HOUR
            session.add(
                ClientStatusChange(client_uuid=uuid_of(1), at=at, status=status, reason=reason)
            )
        blind = began + 8 * HOUR, began + 9 * HOUR
        session.add(BlindSpan(cause=BlindCause.BROKER, began_at=blind[0], ended_at=blind[1]))
    return program_on(sqlite_url, monkeypatch, capsys, "monitoring", "availability")


FIGURES = {
    "down_seconds": 7200,
    "unknown_seconds": 3600,
    "outages": 1,
    "mttr_seconds": 7200,
}


@pytest.mark.parametrize(
    ("by", "key"), [("client", {"client_uuid": uuid_of(1)}), ("group", {"group_id": 7})]
)
def test_figures_are_printed_for_each_screen_and_group(
    run: Run, by: str, key: dict[str, object]
) -> None:
    code, out, _ = run("--by", by, "--json")
    assert code == 0
    (row,) = json.loads(out)
    assert row.items() >= {**key, **FIGURES}.items()
    assert row["availability_percent"] == pytest.approx(100 * 7 / 9, abs=0.01)


def test_groups_come_as_they_are_shown_and_screens_of_none_last(
    run: Run, sqlite_sessions: Sessions
) -> None:
    with sqlite_sessions.begin() as session:
        session.add(ClientGroup(id=8, name="Eingang", created_at=utc_now(), sort_order=-1))
        session.flush()
        for number, group_id in ((2, None), (3, 8)):
            add_client(session, number, group_id=group_id)
            change = ClientStatusChange(client_uuid=uuid_of(number), at=utc_now() - HOUR)
            change.status, change.reason = Status.HEALTHY, StatusReason.ALL_WELL
            session.add(change)
    _, out, _ = run("--by", "group", "--json")
    assert [row["group_id"] for row in json.loads(out)] == [8, 7, None]


def test_figures_of_weeks_add_up(run: Run) -> None:
    _, out, _ = run("--by", "week", "--json")
    rows = json.loads(out)
    assert len(rows) >= 5  # 30 days
    for name in ("down_seconds", "unknown_seconds"):
        assert sum(row[name] for row in rows) == FIGURES[name]
    assert rows[0]["availability_percent"] is None


def test_time_with_tvs_off_is_left_out_where_that_is_asked_for(
    run: Run, sqlite_sessions: Sessions
) -> None:
    _, out, _ = run("--json")
    assert "left_out_seconds" not in json.loads(out)[0]
    with sqlite_sessions.begin() as session:
        at = utc_now() - 5 * HOUR  # halfway through the outage
        session.add(PowerChange(group_id=7, at=at, desired_state=DesiredPower.OFF))
    for by in ("client", "group"):
        _, out, _ = run("--by", by, "--leave-out-tv-off", "--json")
        (row,) = json.loads(out)
        assert row["down_seconds"] == pytest.approx(3600, abs=60)
        assert row["left_out_seconds"] == pytest.approx(5 * 3600, abs=60)
    _, out, _ = run("--by", "week", "--leave-out-tv-off", "--json")
    left_out = sum(row["left_out_seconds"] for row in json.loads(out))
    assert left_out == pytest.approx(5 * 3600, abs=60)


def test_a_table_is_printed_for_people(run: Run) -> None:
    _, out, _ = run()
    head, line = out.splitlines()
    assert head.split()[:2] == ["client_uuid", "availability_percent"]
    assert line.split()[0] == uuid_of(1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--from", "2099-01-01T00:00"), "The start Thu 2099-01-01 00:00 lies in the future"),
        (
            ("--from", "2020-02-01T00:00", "--to", "2020-01-01T00:00"),
            "The end Wed 2020-01-01 00:00 is not after the start Sat 2020-02-01 00:00",
        ),
        (("--from", "2099-01-01T00:00", "--to", "2099-02-01T00:00"), "lies in the future"),
        (("--from", "gestern"), "is no date and time"),
        (("--by", "room"), "--by"),
    ],
)
def test_wrong_input_is_refused(run: Run, words: tuple[str, ...], sentence: str) -> None:
    code, _, err = run(*words)
    assert code == 2
    assert sentence in err


def test_jobs_are_listed_with_how_they_went(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    began = utc_now() - HOUR
    with sqlite_sessions.begin() as session:
        jobs.begin(session, JobName.OLD_LOGS, now=began)
        error = OSError("The disk is gone.")
        later = began + timedelta(seconds=2)
        jobs.fail(session, JobName.OLD_LOGS, row_count=3, error=error, now=later)
    code, out, _ = program_on(sqlite_url, monkeypatch, capsys, "monitoring", "jobs")("--json")
    found = {row["job"]: row for row in json.loads(out)}
    assert code == 0
    assert set(found) == set(JobName)
    failed = found["old_logs"]
    assert (failed["seconds"], failed["rows"]) == (2, 3)
    assert failed["error"] == "OSError: The disk is gone."
    assert found["old_health"]["began_at"] is None


@pytest.fixture
def report(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    with sqlite_sessions.begin() as session:
        add_february(session)
    return program_on(sqlite_url, monkeypatch, capsys, "monitoring", "report")


def test_a_month_is_reported_with_the_figures_of_its_span(
    report: Run,
    sqlite_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, _ = report("--month", "2021-02", "--json")
    found = json.loads(out)
    assert (code, found["month"], found["our_outages"]) == (0, "2021-02", 1)
    measure = program_on(sqlite_url, monkeypatch, capsys, "monitoring", "availability")
    for by, name in (("client", "clients"), ("group", "groups")):
        _, out, _ = measure("--by", by, "--from", found["from"], "--to", found["to"], "--json")
        expected = {
            row[f"{by}_uuid" if by == "client" else "group_id"]: row for row in json.loads(out)
        }
        for row in found[name]:
            key = row["client_uuid" if by == "client" else "group_id"]
            assert row.items() >= expected.pop(key).items()
        assert expected == {}
    assert sum(found["down_seconds_by_day"].values()) == found["down_seconds"] == 4.5 * 3600


def test_a_month_is_written_as_a_page(report: Run, tmp_path: Path) -> None:
    file = tmp_path / "Februar.html"
    code, out, _ = report("--month", "2021-02", "--group", "Aula", "--output", str(file), "--json")
    assert (code, json.loads(out)["bytes"]) == (0, file.stat().st_size)
    text = file.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "Es gab 2 Ausfälle, zusammen 4&nbsp;h&nbsp;00&nbsp;min." in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--month", "2021-2"), "is no month; write it as 2026-10"),
        (("--month", "2099-01"), "has not begun yet"),
        (("--group", "Keller"), "There is no group called Keller"),
        (("--output", "missing/report.html"), "cannot be written"),
    ],
)
def test_what_a_report_cannot_be_about_is_refused(
    report: Run, words: tuple[str, ...], sentence: str
) -> None:
    code, _, err = report(*words)
    assert code == 2
    assert sentence in err
