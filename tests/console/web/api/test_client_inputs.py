"""Forged and clumsy requests about players: a sentence each, with field, value and remedy."""

from collections.abc import Callable
from typing import NamedTuple

import pytest
from sqlalchemy import func, select

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, ClientGroup
from infoscreen_core.domain.people.roles import Role
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.people import add_client, uuid_of

AsRole = Callable[[Role], Api]
ONE = f"/clients/{uuid_of(1)}"
NOBODY = uuid_of(99)


class Case(NamedTuple):
    """A request, the number of its refusal, and the field and words that its sentence names."""

    method: str
    path: str
    body: object
    status: int
    field: str | None
    words: str


CASES = (
    Case("GET", "/clients/17", None, 422, "uuid", "17 ist keine UUID; eine sieht aus wie"),
    Case("GET", f"/clients/{NOBODY}", None, 404, "uuid", NOBODY),
    Case("GET", f"/clients/{NOBODY.upper()}", None, 404, "uuid", NOBODY),
    Case("GET", "/clients/%00", None, 422, "uuid", ""),
    Case("GET", "/clients/%F0%9F%92%A9", None, 422, "uuid", "keine UUID"),
    Case("GET", f"/clients/{uuid_of(1)}'%20OR%201=1", None, 422, "uuid", "keine UUID"),
    Case("GET", f"/clients/{'x' * 5000}", None, 422, "uuid", ""),
    Case("GET", "/clients?group_id=many", None, 422, "group_id", "many"),
    Case("GET", "/clients?group_id=0", None, 422, "group_id", "0"),
    Case("GET", f"/clients?group_id={2**64}", None, 422, "group_id", str(2**64)),
    Case("GET", "/clients?group_id=99", None, 404, "groupId", "99"),
    Case("GET", "/clients?limit=-1", None, 422, "limit", "-1"),
    Case("GET", "/clients?cursor=%00", None, 422, "cursor", "von vorn"),
    Case("PUT", ONE, {}, 422, None, "description, groupId oder isActive"),
    Case("PUT", ONE, None, 422, None, "JSON"),
    Case("PUT", ONE, [], 422, None, ""),
    Case("PUT", ONE, {"groupId": "2"}, 422, "groupId", "„2“"),
    Case("PUT", ONE, {"groupId": 99}, 404, "groupId", "99"),
    Case("PUT", ONE, {"isActive": 1}, 422, "isActive", "„1“"),
    Case("PUT", ONE, {"isActive": None}, 422, "isActive", "true oder false"),
    Case("PUT", ONE, {"description": 5}, 422, "description", "„5“"),
    Case("PUT", ONE, {"description": "x" * 256}, 422, "description", "255"),
    Case("PUT", ONE, {"description": "a\u0000b"}, 422, "description", ""),
    Case("PUT", ONE, {"uuid": uuid_of(2)}, 422, "uuid", "gibt es hier nicht"),
    Case("PUT", ONE, {"group_id": 3}, 422, "group_id", "gibt es hier nicht"),
    Case("PUT", f"{ONE}/description", {}, 422, "description", "fehlt"),
    Case("PUT", "/clients/group", {"clientUuids": [], "groupId": 3}, 422, "clientUuids", "1"),
    Case("PUT", "/clients/group", {"groupId": 3}, 422, "clientUuids", "fehlt"),
    Case("PUT", "/clients/group", {"clientUuids": [uuid_of(1)]}, 422, "groupId", "fehlt"),
    Case("PUT", "/clients/group", {"clientUuids": ["17"], "groupId": 3}, 422, "uuid", "keine UUID"),
    Case(
        "PUT",
        "/clients/group",
        {"clientUuids": [NOBODY] * 1001, "groupId": 3},
        422,
        "clientUuids",
        "1000",
    ),
    Case("PUT", "/clients/group", {"clientUuids": [5], "groupId": 3}, 422, "clientUuids.0", "„5“"),
    Case("POST", f"{ONE}/approve", {"groupId": True}, 422, "groupId", "true"),
    Case("POST", f"{ONE}/restart", None, 422, None, "JSON"),
    Case("POST", f"{ONE}/restart", {}, 422, "reason", "fehlt"),
    Case("POST", f"{ONE}/restart", {"reason": None}, 422, "reason", "Text"),
    Case("POST", f"{ONE}/restart", {"reason": "x" * 2001}, 422, "reason", "2000"),
    Case("POST", f"{ONE}/restart", {"reason": "a\u0007b"}, 422, "reason", ""),
    Case("POST", f"{ONE}/restart", {"reason": "x", "action": "y"}, 422, "action", "weg"),
    Case("POST", f"{ONE}/clear_service_failed", {"failedAt": "now"}, 422, "failedAt", "now"),
    Case("POST", f"{ONE}/clear_service_failed", {"failedAt": 5}, 422, "failedAt", "5"),
    Case("POST", f"{ONE}/explode", {"reason": "x"}, 404, None, "Adresse"),
    Case("PATCH", ONE, {"isActive": False}, 405, None, "Methode"),
    Case("POST", "/clients/group", {}, 405, None, "Methode"),
    Case("POST", "/groups", {"name": " "}, 422, "name", "Namen"),
    Case("POST", "/groups", {"name": ["x"]}, 422, "name", "Text"),
    Case("POST", "/groups", {"name": "AULA"}, 409, "name", "AULA"),
    Case("POST", "/groups/order", {"order": "1,2"}, 422, "order", "Liste"),
    Case("POST", "/groups/order", {"order": [1.5]}, 422, "order.0", "1.5"),
    Case("PUT", "/groups/99", {"name": "x"}, 404, "groupId", "99"),
    Case("PUT", f"/groups/{2**40}", {"name": "x"}, 422, "group_id", str(2**40)),
    Case("PUT", "/groups/aula", {"name": "x"}, 404, None, "Adresse"),
    Case("DELETE", "/groups/3?force=maybe", None, 422, "force", "maybe"),
)


@pytest.fixture(autouse=True)
def _school(console: Console) -> None:
    with console.sessions.begin() as session:
        session.add(ClientGroup(id=3, name="Aula", created_at=utc_now()))
        add_client(session, 1)


@pytest.fixture
def admin(as_role: AsRole) -> Api:
    return as_role(Role.ADMIN)


def test_each_is_refused_with_a_sentence_in_both_languages_and_changes_nothing(
    admin: Api, console: Console
) -> None:
    """In one test, since it is the sentences that differ, not what they are about."""
    wrong = []
    for case in CASES:
        german, english = (
            admin.call(case.method, case.path, case.body, accept_language=language)
            for language in ("de-AT,de;q=0.9", "en")
        )
        problem_of(german)
        body = german.json()
        fields = [one["field"] for one in body["details"] or []]
        is_told = (
            german.status_code == english.status_code == case.status
            and (case.field is None or case.field in fields)
            and case.words in body["error"]
            and body["error"].endswith(".")
            and body["error"] != english.json()["error"]
        )
        if not is_told:
            wrong.append((case, german.status_code, fields, body["error"]))
    assert wrong == []
    with console.sessions() as session:
        assert session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_ten_megabytes_of_json_are_not_read(admin: Api) -> None:
    body = b'{"reason": "' + b"x" * 10 * 2**20 + b'"}'
    answer = admin.ask("POST", f"/api{ONE}/restart", body, content_type="application/json")
    assert problem_of(answer) == (413, "too_large")


def test_what_is_no_json_is_refused(admin: Api) -> None:
    path = f"/api{ONE}/restart"
    for body in (b"{", b"reason=x", b'{"reason": NaN}', b"\xff\xfe", b"[" * 100_000):
        answer = admin.ask("POST", path, body, content_type="application/json")
        assert answer.status_code == 422, (body[:20], answer.text)
    form = admin.post(path, {"reason": "x"})
    assert problem_of(form) == (415, "media_type")


def test_the_same_key_gives_the_same_command_once(admin: Api) -> None:
    body = {"reason": "Picture is black"}
    first, again = (
        admin.call("POST", f"{ONE}/restart", body, idempotency_key="a-restart") for _ in "12"
    )
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert len(admin.read(f"{ONE}/commands")) == 1
    other = admin.call("POST", f"{ONE}/restart", {"reason": "x"}, idempotency_key="a-restart")
    assert problem_of(other) == (422, "invalid")


def test_a_blocked_command_may_be_asked_for_again_with_its_key(admin: Api) -> None:
    body = {"reason": "Picture is black"}
    for _ in range(3):
        assert admin.call("POST", f"{ONE}/restart", body).status_code == 202
    for _ in range(2):  # a refusal is not kept: later, the same request may succeed
        blocked = admin.call("POST", f"{ONE}/restart", body, idempotency_key="one-more")
        assert blocked.status_code == 429
    states = [one["status"] for one in admin.read(f"{ONE}/commands")]
    assert states == ["blocked_safety"] * 2 + ["queued"] * 3
