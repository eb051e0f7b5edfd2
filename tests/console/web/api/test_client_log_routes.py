"""`/api/client-logs`: what players logged, and how the fleet does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from infoscreen_core.clock import to_zulu, utc_now
from infoscreen_core.domain.monitoring.windows import WINDOW_HOURS
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import LogLevel, ProcessStatus
from tests.support.console import Console
from tests.support.http.api import Api, pages_of, problem_of
from tests.support.log_lines import store_lines
from tests.support.people import add_client, uuid_of

AsRole = Callable[[Role], Api]
LOGS = f"/client-logs/{uuid_of(1)}/logs"
HOUR = timedelta(hours=1)
NOW = utc_now()


@pytest.fixture(autouse=True)
def _lines(console: Console) -> None:
    """Two players, one of which is well; lines of the last two days."""
    with console.sessions.begin() as session:
        add_client(session, 1, last_alive=utc_now(), process_status=ProcessStatus.RUNNING)
        add_client(session, 2, last_alive=NOW - HOUR, hostname="player-2")
        store_lines(
            session,
            [
                (1, LogLevel.ERROR, NOW - 30 * HOUR, "the day before"),
                (1, LogLevel.ERROR, NOW - 2 * HOUR, "an error"),
                (1, LogLevel.INFO, NOW - 2 * HOUR, "at the same time"),
                (2, LogLevel.ERROR, NOW - HOUR, "another error"),
                (2, LogLevel.WARN, NOW - timedelta(minutes=50), "a warning"),
            ],
        )
    console.judge()


@pytest.fixture
def admin(as_role: AsRole) -> Api:
    return as_role(Role.ADMIN)


@pytest.mark.parametrize("role", list(Role))
def test_only_admins_look(as_role: AsRole, role: Role) -> None:
    script = as_role(role)
    paths = (LOGS, *(f"/client-logs/{one}" for one in ("summary", "recent-errors")))
    statuses = {
        script.call("GET", path).status_code
        for path in (*paths, "/client-logs/monitoring-overview")
    }
    assert statuses == ({403} if role in {Role.USER, Role.EDITOR} else {200})


def test_lines_come_newest_first_in_pieces(admin: Api) -> None:
    walked = pages_of(admin, f"{LOGS}?limit=1")
    assert [len(page) for page in walked] == [1, 1, 1]
    messages = [one["message"] for page in walked for one in page]
    assert messages == ["at the same time", "an error", "the day before"]
    first = walked[0][0]
    assert (first["clientUuid"], first["level"], first["context"]) == (
        uuid_of(1),
        "INFO",
        {"n": 2},
    )
    assert first["at"].endswith("Z")


def test_lines_are_narrowed_by_level_and_time(admin: Api) -> None:
    assert [one["message"] for one in admin.read(f"{LOGS}?level=info")] == ["at the same time"]
    assert len(admin.read(f"{LOGS}?level=ERROR&level=INFO")) == 3
    since = to_zulu(NOW - 3 * HOUR)
    assert len(admin.read(f"{LOGS}?since={since}")) == 2
    assert [one["message"] for one in admin.read(f"/client-logs/recent-errors?since={since}")] == [
        "another error",
        "an error",
    ]


@pytest.mark.parametrize(
    ("query", "field", "value"),
    [
        ("level=LOUD", "level", "LOUD"),
        ("level=", "level", ""),
        ("since=yesterday", "since", "yesterday"),
        ("since=2026-11-23", "since", "2026-11-23"),
        ("limit=0", "limit", "0"),
        ("limit=1001", "limit", "1001"),
        ("limit=many", "limit", "many"),
        ("cursor=forged", "cursor", ""),
    ],
)
def test_wrong_filters_are_refused_by_name_and_value(
    admin: Api, query: str, field: str, value: str
) -> None:
    answer = admin.call("GET", f"{LOGS}?{query}")
    assert problem_of(answer) == (422, "invalid")
    [detail] = answer.json()["details"]
    assert detail["field"] == field
    assert value in detail["error"]


def test_lines_of_an_unknown_player_are_not_found(admin: Api) -> None:
    unknown = admin.call("GET", f"/client-logs/{uuid_of(9)}/logs")
    assert problem_of(unknown) == (404, "not_found")


def test_lines_are_counted_by_player(admin: Api) -> None:
    one, two = admin.read("/client-logs/summary")
    assert one == {
        "clientUuid": uuid_of(1),
        "name": uuid_of(1)[:8],
        "groupId": None,
        "groupName": None,
        "errorCount": 1,
        "warnCount": 0,
        "infoCount": 1,
        "debugCount": 0,
    }
    assert (two["errorCount"], two["warnCount"]) == (1, 1)
    assert admin.read("/client-logs/summary?hours=72")[0]["errorCount"] == 2
    assert [len(page) for page in pages_of(admin, "/client-logs/summary?limit=1")] == [1, 1]


def test_the_overview_has_figures_over_all_and_players_in_pieces(admin: Api) -> None:
    answer = admin.call("GET", "/client-logs/monitoring-overview?hours=24&limit=1")
    body = answer.json()
    assert (body["hours"], len(body["clients"])) == (24, 1)
    assert body["totals"] == {
        "clients": 2,
        "statuses": {"unknown": 0, "offline": 1, "critical": 0, "warning": 1, "healthy": 0},
        "pending": 0,
        "errorLogs": 2,
        "warnLogs": 1,
        "activePriorityScreenshots": 0,
        "serviceFailed": 0,
        "crashed": 0,
    }
    [one] = body["clients"]
    assert (one["status"], one["errorCount"]) == ("warning", 1)
    assert one["latestLog"]["message"] == "at the same time"
    assert one["latestError"]["message"] == "an error"
    assert one["latestScreenshot"] is None
    rest = admin.read(answer.links["next"]["url"].removeprefix("/api"))
    assert [client["uuid"] for client in rest["clients"]] == [uuid_of(2)]
    assert rest["totals"] == body["totals"]


@pytest.mark.parametrize("path", ["monitoring-overview", "summary"])
def test_only_some_windows_are_offered(admin: Api, path: str) -> None:
    for hours in WINDOW_HOURS:
        assert admin.call("GET", f"/client-logs/{path}?hours={hours}").status_code == 200
    for wrong in ("2", "0", "-1", "9" * 30, "day", "1.5", ""):
        answer = admin.call("GET", f"/client-logs/{path}?hours={wrong}")
        assert problem_of(answer) == (422, "invalid"), wrong
        assert answer.json()["details"][0]["field"] == "hours"
    assert "1, 6, 24, 72, 168" in admin.call("GET", f"/client-logs/{path}?hours=2").text
