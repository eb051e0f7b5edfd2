"""`infoscreen user|group|client|schemas`, run in this process."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session, sessionmaker
from typer.testing import CliRunner, Result

from infoscreen_core.cli.people import users
from infoscreen_core.cli.screens import clients, groups
from infoscreen_core.cli.setup import schemas
from infoscreen_core.clock import utc_now
from infoscreen_core.contracts.schema_export import schemas as all_schemas
from infoscreen_core.db.models import Client
from infoscreen_core.domain.screens.player import ProcessStatus
from infoscreen_core.errors import ConflictError, InfoscreenError, InvalidInputError, NotFoundError
from infoscreen_core.services.people.sign_in import SignedIn, sign_in
from tests.support.people import NOW, add_client, outbox_of, uuid_of
from tests.support.record import catch_up, judge_all

PASSWORD = "vier rote Fahrräder"
APPS = {"user": users.app, "group": groups.app, "client": clients.app, "schemas": schemas.app}


@pytest.fixture(autouse=True)
def _database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DB_CONN", sqlite_url)


def _run(group: str, *words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(APPS[group], list(words), input=stdin)


def _json(group: str, *words: str, stdin: str | None = None) -> Any:  # noqa: ANN401 - any JSON
    result = _run(group, *words, "--json", stdin=stdin)
    assert result.exit_code == 0, (result.output, result.exception)
    return json.loads(result.stdout)


def _error(group: str, *words: str) -> InfoscreenError:
    """What `main` turns into a sentence and exit code 2."""
    error = _run(group, *words).exception
    assert isinstance(error, InfoscreenError)
    return error


def _add_clients(sessions: sessionmaker[Session], *numbers: int, **columns: Any) -> None:  # noqa: ANN401
    with sessions.begin() as session:
        for number in numbers:
            add_client(session, number, **columns)
        catch_up(session, now=utc_now())


def test_a_user_is_created_listed_and_given_a_password(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    row = _json("user", "create", "Anna", "--role", "editor", "--password", PASSWORD)
    assert (row["username"], row["role"], row["is_active"]) == ("Anna", "editor", True)
    assert "password" not in row
    assert "password_hash" not in row
    assert [user["username"] for user in _json("user", "list")] == ["Anna"]
    _json("user", "set-password", "anna", stdin="noch ein gutes Wort\n")
    with sqlite_sessions.begin() as session:
        result = sign_in(session, "Anna", "noch ein gutes Wort", ip="::1", user_agent=None, now=NOW)
        assert isinstance(result, SignedIn)


def test_a_made_up_password_is_shown_once_and_works(sqlite_sessions: sessionmaker[Session]) -> None:
    password = _json("user", "create", "bernd", "--role", "admin")["password"]
    assert "password" not in _json("user", "list")[0]
    with sqlite_sessions.begin() as session:
        result = sign_in(session, "bernd", password, ip="::1", user_agent=None, now=NOW)
        assert isinstance(result, SignedIn)


def test_users_are_deactivated_reactivated_and_promoted() -> None:
    _json("user", "create", "anna")
    assert _json("user", "deactivate", "anna")["is_active"] is False
    assert _json("user", "reactivate", "anna")["is_active"] is True
    assert _json("user", "set-role", "anna", "admin")["role"] == "admin"


def test_users_are_found_shown_and_edited() -> None:
    _json("user", "create", "anna", "--display-name", "Anna Huber", "--email", "a@schule.example")
    _json("user", "create", "bert", "--role", "admin", "--password", PASSWORD)
    assert [one["username"] for one in _json("user", "list", "--text", "huber")] == ["anna"]
    assert [one["username"] for one in _json("user", "list", "--state", "new")] == ["anna"]
    assert [one["username"] for one in _json("user", "list", "--sort", "role")] == ["bert", "anna"]
    assert [one["username"] for one in _json("user", "list", "--role", "user")] == ["anna"]
    _json("user", "edit", "anna", "--username", "anna.h", "--email", "")
    shown = _json("user", "show", "ANNA.H")
    assert (shown["display_name"], shown["email"]) == ("Anna Huber", None)
    assert shown["must_change_password"] is True


def test_a_random_password_replaces_a_forgotten_one() -> None:
    _json("user", "create", "anna", "--password", PASSWORD)
    row = _json("user", "set-password", "anna", "--random")
    assert row["must_change_password"] is True
    assert len(row["password"]) == 19


def test_sessions_are_listed_and_ended_and_lockouts_lifted(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    _json("user", "create", "anna", "--password", PASSWORD)
    with sqlite_sessions.begin() as session:
        for password in (*[PASSWORD] * 3, *["x" * 2000] * 5):
            sign_in(session, "anna", password, ip="10.0.0.9", user_agent="curl", now=utc_now())
    found = _json("user", "sessions", "anna")
    assert [one["address"] for one in found] == ["10.0.0.9"] * 3
    _json("user", "end-sessions", "anna", "--handle", found[0]["handle"])
    assert isinstance(_error("user", "end-sessions", "anna", "--handle", "x"), NotFoundError)
    assert _json("user", "end-sessions", "anna")["ended"] == 2
    assert _json("user", "sessions", "anna") == []
    assert _json("user", "show", "anna")["locked_until"]
    assert _json("user", "unlock", "anna")["locked_until"] is None
    assert isinstance(_error("user", "unlock", "anna"), ConflictError)


def test_a_user_is_deleted_only_with_the_name_once_more() -> None:
    _json("user", "create", "anna")
    assert isinstance(_error("user", "delete", "anna", "--confirm", "Anna"), InvalidInputError)
    assert isinstance(_error("user", "delete", "anna", "--json"), InvalidInputError)
    assert _run("user", "delete", "anna", stdin="anna\n").exit_code == 0
    assert _json("user", "list") == []
    _json("user", "create", "bert")
    assert _json("user", "delete", "bert", "--confirm", "bert")["is_deleted"] is True


def test_bad_input_for_users_is_said_in_a_sentence() -> None:
    _json("user", "create", "anna")
    assert isinstance(_error("user", "create", "ANNA"), ConflictError)
    assert isinstance(_error("user", "create", "carl", "--password", "kurz"), InvalidInputError)
    assert isinstance(
        _error("user", "set-password", "nobody", "--password", PASSWORD), NotFoundError
    )
    assert "--password" in str(_error("user", "set-password", "anna"))
    assert _run("user", "create", "carl", "--role", "king").exit_code == 2


def test_groups_are_created_ordered_renamed_and_deleted() -> None:
    first = _json("group", "create", "Aula", "--description", "Erdgeschoß")
    second = _json("group", "create", "Mensa")
    assert (first["description"], second["sort_order"]) == ("Erdgeschoß", first["sort_order"] + 1)
    ordered = _json("group", "order", "mensa", str(first["id"]))
    assert [row["name"] for row in ordered] == ["Mensa", "Aula"]
    assert _json("group", "rename", "aula", "Festsaal")["name"] == "Festsaal"
    assert _json("group", "delete", "Mensa")["is_deleted"] is True
    (left,) = _json("group", "list")
    assert (left["name"], left["client_count"], left["event_count"]) == ("Festsaal", 0, 0)


def test_a_group_in_use_needs_force_or_a_heir(sqlite_sessions: sessionmaker[Session]) -> None:
    for name in ("Aula", "Mensa", "Foyer"):
        _json("group", "create", name)
    _add_clients(sqlite_sessions, 1)
    _json("client", "assign", uuid_of(1), "--group", "Aula")
    assert isinstance(_error("group", "delete", "Aula"), ConflictError)
    _json("group", "delete", "Aula", "--move-to", "Mensa")
    assert _json("client", "show", uuid_of(1))["group_name"] == "Mensa"
    _json("group", "delete", "Mensa", "--force")
    assert _json("client", "show", uuid_of(1))["group_id"] is None


def test_bad_input_for_groups_is_said_in_a_sentence() -> None:
    _json("group", "create", "Aula")
    assert isinstance(_error("group", "create", " aula"), ConflictError)
    assert isinstance(_error("group", "create", ""), InvalidInputError)
    assert isinstance(_error("group", "rename", "Turnsaal", "x"), NotFoundError)
    assert isinstance(_error("group", "order", "Aula", "99"), NotFoundError)


def test_clients_are_listed_with_status_and_reason(sqlite_sessions: sessionmaker[Session]) -> None:
    _add_clients(sqlite_sessions, 1, last_alive=utc_now(), process_status=ProcessStatus.RUNNING)
    _add_clients(sqlite_sessions, 2, last_alive=utc_now() - timedelta(hours=1))
    _add_clients(sqlite_sessions, 3, is_approved=False)
    rows = {row["uuid"]: row for row in _json("client", "list")}
    reasons = {uuid: (row["status"], row["status_reason"]) for uuid, row in rows.items()}
    assert reasons == {
        uuid_of(1): ("healthy", "all_well"),
        uuid_of(2): ("offline", "heartbeat_stale"),
        uuid_of(3): ("unknown", "pending"),
    }
    assert set(inspect(Client).column_attrs.keys()) <= set(rows[uuid_of(1)])
    assert _json("client", "show", uuid_of(1)) == rows[uuid_of(1)]


def test_screens_are_counted_as_the_console_counts_them(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    _add_clients(sqlite_sessions, 1, last_alive=utc_now(), process_status=ProcessStatus.RUNNING)
    _add_clients(sqlite_sessions, 2)
    _add_clients(sqlite_sessions, 3, is_active=False)
    _add_clients(sqlite_sessions, 4, 5, is_approved=False)
    _json("client", "reject", uuid_of(5), "--reason", "gehört woandershin")
    with sqlite_sessions.begin() as session:
        judge_all(session, now=utc_now())
    count = _json("client", "count")
    assert count == {
        "in_service": 2,
        "out_of_service": 1,
        "pending": 1,
        "rejected": 1,
        "running": 1,
        "incidents": 1,
        "online": 1,
        "unknown": 0,
        "offline": 1,
        "critical": 0,
        "warning": 0,
        "healthy": 1,
        "content_behind": 0,
        "content_unknown": 2,
        "content_as_planned": 0,
    }
    for standing in ("in_service", "out_of_service", "pending", "rejected"):
        listed = _json("client", "list", "--standing", standing)
        assert len(listed) == count[standing]


def test_the_list_of_clients_can_be_narrowed(sqlite_sessions: sessionmaker[Session]) -> None:
    _json("group", "create", "Aula")
    _add_clients(sqlite_sessions, 1, last_alive=utc_now(), process_status=ProcessStatus.RUNNING)
    _add_clients(sqlite_sessions, 2)
    _add_clients(sqlite_sessions, 3, is_approved=False)
    _json("client", "assign", uuid_of(1), "--group", "Aula")
    for words, numbers in (
        (["--group", "Aula"], [1]),
        (["--unassigned"], [2, 3]),
        (["--pending"], [3]),
        (["--status", "healthy"], [1]),
        (["--status", "critical"], []),
        (["--content", "unknown"], [1, 2]),
        (["--content", "behind"], []),
    ):
        assert [row["uuid"] for row in _json("client", "list", *words)] == [
            uuid_of(n) for n in numbers
        ]


def test_clients_are_approved_and_assigned_many_at_once(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    group = _json("group", "create", "Aula")
    _add_clients(sqlite_sessions, 1, 2, 3, is_approved=False)
    rows = _json("client", "approve", uuid_of(1), uuid_of(2), "--group", "Aula")
    assert [row["group_id"] for row in rows] == [group["id"]] * 2
    assert [row["uuid"] for row in _json("client", "approve", "--all-pending")] == [uuid_of(3)]
    rows = _json("client", "assign", uuid_of(1), uuid_of(3).upper(), "--group", str(group["id"]))
    assert [row["group_id"] for row in rows] == [group["id"]] * 2
    row = _json("client", "assign", uuid_of(1), "--unassign")
    assert row["group_id"] is None
    with sqlite_sessions() as session:
        sent = [(topic.split("/")[1], payload.decode()) for topic, payload, _ in outbox_of(session)]
    number = str(group["id"])
    players = [uuid_of(n) for n in (1, 2, 1, 3, 1)]
    assert sent == list(zip(players, [number, number, number, number, ""], strict=True))


def test_one_player_named_is_one_object_and_several_are_an_array(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    _add_clients(sqlite_sessions, 1, 2, is_approved=False)
    assert _json("client", "approve", uuid_of(1))["approved_at"]
    assert len(_json("client", "approve", uuid_of(1), uuid_of(2))) == 2
    assert len(_json("client", "remove", uuid_of(1), uuid_of(2))) == 2


def test_all_pending_players_are_approved_by_assigning_them(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    group = _json("group", "create", "Aula")
    _add_clients(sqlite_sessions, 1, 2, is_approved=False)
    rows = _json("client", "assign", "--all-pending", "--group", "Aula")
    assert [row["group_id"] for row in rows] == [group["id"]] * 2
    assert _json("client", "list", "--pending") == []
    assert _json("client", "assign", "--all-pending", "--group", "Aula") == []


def test_a_client_is_described_put_out_of_service_acknowledged_and_removed(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    _add_clients(sqlite_sessions, 1, service_failed_at=NOW, service_failed_unit="player.service")
    assert _json("client", "describe", uuid_of(1), "Aula links")["name"] == "Aula links"
    assert _json("client", "deactivate", uuid_of(1))["status_reason"] == "deactivated"
    assert _json("client", "activate", uuid_of(1))["is_active"] is True
    assert _json("client", "clear-service-failed", uuid_of(1))["service_failed_at"] is None
    assert _json("client", "remove", uuid_of(1))["is_removed"] is True
    assert _json("client", "list") == []


def test_bad_input_for_clients_is_said_in_a_sentence(
    sqlite_sessions: sessionmaker[Session],
) -> None:
    _add_clients(sqlite_sessions, 1)
    _add_clients(sqlite_sessions, 2, is_approved=False)
    _json("group", "create", "Aula")
    assert "not a UUID" in str(_error("client", "show", "abc"))
    assert isinstance(_error("client", "show", uuid_of(9)), NotFoundError)
    assert isinstance(_error("client", "assign", uuid_of(1), "--group", "Turnsaal"), NotFoundError)
    assert isinstance(_error("client", "assign", uuid_of(2), "--group", "Aula"), ConflictError)
    assert "--group" in str(_error("client", "assign", uuid_of(1)))
    assert "--group" in str(_error("client", "assign", uuid_of(1), "--group", "Aula", "--unassign"))
    assert "--all-pending" in str(_error("client", "approve"))
    assert "--all-pending" in str(_error("client", "approve", uuid_of(2), "--all-pending"))
    assert _run("client", "list", "--status", "splendid").exit_code == 2


def test_lists_are_readable_without_json(sqlite_sessions: sessionmaker[Session]) -> None:
    assert _run("client", "list").stdout == "(none)\n"
    _add_clients(sqlite_sessions, 1, description="Aula links")
    heading, line = _run("client", "list").stdout.splitlines()
    assert heading.split() == [
        "uuid",
        "name",
        "group_name",
        "status",
        "status_reason",
        "content",
        "last_alive",
        "ip",
    ]
    assert "Aula links" in line
    assert "never_seen" in line


def test_the_schemas_are_written_one_file_each(tmp_path: Path) -> None:
    rows = _json("schemas", "export", str(tmp_path / "new" / "schemas"))
    assert {row["name"] for row in rows} == set(all_schemas())
    for row in rows:
        assert json.loads(Path(row["path"]).read_text()) == all_schemas()[row["name"]]


def test_a_directory_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written" in str(_error("schemas", "export", str(tmp_path / "file")))
