"""`infoscreen monitoring incidents` and `acknowledge`."""

import json
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session, sessionmaker

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import ClientGroup, Incident
from infoscreen_core.domain.monitoring.incidents.kinds import IncidentKind, open_key
from infoscreen_core.domain.screens.player import ProcessStatus
from tests.support.cli import Run, program_on
from tests.support.people import add_client, uuid_of
from tests.support.record import judge_all

Sessions = sessionmaker[Session]
KEYS = [
    "id",
    "kind",
    "client_uuid",
    "group_id",
    "opened_at",
    "closed_at",
    "acknowledged_by",
    "summary",
]
HOUR = timedelta(hours=1)


@pytest.fixture
def run(
    sqlite_url: str,
    sqlite_sessions: Sessions,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """An outage that explains that screen 1 is silent, screen 2 crashed, and one that is over."""
    now = utc_now()
    with sqlite_sessions.begin() as session:
        session.add(ClientGroup(id=7, name="Aula", created_at=now))
        session.flush()
        add_client(session, 1, description="Aula links", group_id=7, last_alive=now - HOUR)
        add_client(session, 2, last_alive=now, process_status=ProcessStatus.CRASHED)
        judge_all(session, now=now)
        key = open_key(IncidentKind.OUTAGE, None)
        outage = Incident(kind=IncidentKind.OUTAGE, opened_at=now - HOUR, open_key=key)
        over = Incident(kind=IncidentKind.HOT, client_uuid=uuid_of(1), opened_at=now - 3 * HOUR)
        over.closed_at = now - 2 * HOUR
        session.add_all([outage, over])
        session.flush()
        silent = session.query(Incident).filter_by(kind=IncidentKind.SILENT).one()
        silent.outage_id = outage.id
    return program_on(sqlite_url, monkeypatch, capsys, "monitoring")


def test_open_ones_are_those_that_need_somebody(run: Run) -> None:
    code, out, _ = run("incidents", "--open", "--json")
    rows = json.loads(out)
    assert code == 0
    assert [list(row) for row in rows] == [KEYS] * 2
    assert [(row["kind"], row["client_uuid"]) for row in rows] == [
        ("outage", None),
        ("process_crashed", uuid_of(2)),
    ]
    assert rows[0]["summary"] == "The server did not see its screens."


def test_all_are_listed_newest_first(run: Run) -> None:
    _, out, _ = run("incidents", "--json")
    rows = json.loads(out)
    assert [row["kind"] for row in rows][-1] == "hot"
    assert {row["kind"]: row["summary"] for row in rows}["silent"] == "Aula links: No sign of life."
    assert {row["kind"]: row["group_id"] for row in rows}["silent"] == 7
    _, out, _ = run("incidents", "--limit", "1", "--json")
    assert len(json.loads(out)) == 1
    _, out, _ = run("incidents")
    assert out.splitlines()[0].split()[:2] == ["id", "kind"]


def test_somebody_says_that_they_look_after_it(run: Run) -> None:
    rows = json.loads(run("incidents", "--open", "--json")[1])
    wanted = str(rows[1]["id"])
    code, out, _ = run("acknowledge", wanted, "--note", "bin unterwegs", "--json")
    assert (code, json.loads(out)["acknowledged_by"]) == (0, "cli")
    assert list(json.loads(out)) == KEYS


def test_a_note_stays_until_another_is_given(run: Run, sqlite_sessions: Sessions) -> None:
    wanted = str(json.loads(run("incidents", "--open", "--json")[1])[1]["id"])
    for words, kept in (
        (("--note", "bin unterwegs"), "bin unterwegs"),
        ((), "bin unterwegs"),
        (("--note", "Kabel lose"), "Kabel lose"),
        (("--note", " "), None),
    ):
        assert run("acknowledge", wanted, *words)[0] == 0
        with sqlite_sessions() as session:
            assert session.get_one(Incident, int(wanted)).note == kept


def test_an_id_that_nothing_has_is_refused(run: Run) -> None:
    code, _, err = run("acknowledge", "999")
    assert code != 0
    assert "There is no incident 999." in err


def test_what_is_over_is_refused(run: Run) -> None:
    rows = json.loads(run("incidents", "--json")[1])
    code, _, err = run("acknowledge", str(rows[-1]["id"]))
    assert code != 0
    assert "The incident of Aula links is over" in err
