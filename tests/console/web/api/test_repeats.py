"""`Idempotency-Key`: a POST that is sent again is done once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.types import ASGIApp

from console.web.api import callers
from console.web.api import repeats as web_repeats
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import IdempotentRequest
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.services.repeats import CUT_OFF
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.people import actions_of

AsRole = Callable[[Role], Api]
_PATH = "/system-settings/supplement-table"
_TABLE = {"url": "https://example.org/geheim", "enabled": True}


def _count(console: Console) -> int:
    with console.sessions() as session:
        return actions_of(session).count("setting.changed")


def _rows(console: Console) -> list[IdempotentRequest]:
    with console.sessions() as session:
        return list(session.scalars(select(IdempotentRequest)))


def test_the_same_request_is_done_once_and_answered_alike(
    as_role: AsRole, console: Console
) -> None:
    admin = as_role(Role.ADMIN)
    first = admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    changes = _count(console)
    admin.call("POST", _PATH, {"enabled": False})
    again = admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["content-type"] == "application/json"
    assert "idempotent-replayed" not in first.headers
    assert _count(console) == changes + 1
    assert admin.read(_PATH)["enabled"] is False


def test_what_is_kept_is_readable_by_the_caller_only(as_role: AsRole, console: Console) -> None:
    as_role(Role.ADMIN).call("POST", _PATH, _TABLE, idempotency_key="k-1")
    (row,) = _rows(console)
    assert row.status == 200
    kept = " ".join([row.id, row.fingerprint, row.body_encrypted or ""])
    assert "geheim" not in kept
    assert "k-1" not in kept


def test_the_same_key_for_another_request_is_refused(as_role: AsRole) -> None:
    admin = as_role(Role.ADMIN)
    admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    other = admin.call("POST", _PATH, {"enabled": False}, idempotency_key="k-1")
    assert problem_of(other) == (422, "invalid")


def test_another_caller_may_have_the_same_key(as_role: AsRole) -> None:
    as_role(Role.ADMIN).call("POST", _PATH, _TABLE, idempotency_key="k-1")
    other = as_role(Role.SUPERADMIN).call("POST", _PATH, {"enabled": False}, idempotency_key="k-1")
    assert other.json()["enabled"] is False
    assert "idempotent-replayed" not in other.headers


def test_a_request_that_is_not_answered_yet_is_not_done_again(
    as_role: AsRole, console: Console
) -> None:
    admin = as_role(Role.ADMIN)
    admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    with console.sessions.begin() as session:
        session.scalars(select(IdempotentRequest)).one().status = None
    answer = admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert problem_of(answer) == (409, "conflict")
    assert 1 <= int(answer.headers["retry-after"]) <= CUT_OFF.total_seconds()


def _as_if_killed(monkeypatch: pytest.MonkeyPatch, *, before_the_change: bool) -> None:
    """Let nothing more be stored of a request from that point on."""

    async def nothing(_work: object) -> None:
        return

    monkeypatch.setattr(web_repeats, "_stored", nothing)
    if before_the_change:

        def end(*_args: object, **_kwargs: object) -> None:
            raise MemoryError

        monkeypatch.setattr(callers, "change_of", end)


def _begun_minutes_ago(console: Console) -> None:
    with console.sessions.begin() as session:
        session.scalars(select(IdempotentRequest)).one().begun_at -= CUT_OFF


def test_what_was_done_is_not_done_again_though_its_answer_is_lost(
    as_role: AsRole, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = as_role(Role.ADMIN)
    with monkeypatch.context() as killed:
        _as_if_killed(killed, before_the_change=False)
        admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    changes = _count(console)
    admin.call("POST", _PATH, {"enabled": False})
    _begun_minutes_ago(console)
    again = admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert problem_of(again) == (409, "conflict")
    assert "Antwort ging verloren" in again.json()["error"]
    assert _count(console) == changes + 1
    assert admin.read(_PATH)["enabled"] is False


def test_what_was_cut_off_before_it_was_done_is_done_later(
    as_role: AsRole, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = as_role(Role.ADMIN)
    with monkeypatch.context() as killed:
        _as_if_killed(killed, before_the_change=True)
        with pytest.raises(MemoryError):
            admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert problem_of(admin.call("POST", _PATH, _TABLE, idempotency_key="k-1"))[0] == 409
    assert _count(console) == 0
    _begun_minutes_ago(console)
    done = admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert done.status_code == 200
    assert "idempotent-replayed" not in done.headers
    changes = _count(console)
    again = admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert again.headers["idempotent-replayed"] == "true"
    assert 0 < changes == _count(console)


def test_a_refused_request_may_be_sent_again(as_role: AsRole, console: Console) -> None:
    admin, editor = as_role(Role.ADMIN), as_role(Role.EDITOR)
    wrong = admin.call("POST", _PATH, {"enabled": "yes"}, idempotency_key="k-1")
    assert problem_of(wrong) == (422, "invalid")
    assert problem_of(editor.call("POST", _PATH, _TABLE, idempotency_key="k-2"))[0] == 403
    assert _rows(console) == []
    assert admin.call("POST", _PATH, _TABLE, idempotency_key="k-1").status_code == 200


def test_it_is_kept_for_a_day(as_role: AsRole, console: Console) -> None:
    admin = as_role(Role.ADMIN)
    admin.call("POST", _PATH, _TABLE, idempotency_key="k-1")
    with console.sessions.begin() as session:
        session.scalars(select(IdempotentRequest)).one().begun_at = utc_now() - timedelta(hours=25)
    again = admin.call("POST", _PATH, {"enabled": False}, idempotency_key="k-1")
    assert again.status_code == 200
    assert "idempotent-replayed" not in again.headers
    assert len(_rows(console)) == 1


@pytest.mark.parametrize("key", ["", "two words", "tab\there", "x" * 256])
def test_a_key_that_is_none_is_refused(as_role: AsRole, key: str) -> None:
    admin = as_role(Role.ADMIN)
    answer = admin.ask(
        "POST", f"/api{_PATH}", b"{}", content_type="application/json", idempotency_key=key
    )
    assert problem_of(answer) == (422, "invalid")
    assert answer.json()["details"][0]["field"] == "Idempotency-Key"


def test_nobody_gets_past_the_door_with_a_key(app: ASGIApp) -> None:
    answer = Api(app).call("POST", _PATH, _TABLE, idempotency_key="k-1")
    assert problem_of(answer) == (401, "signed_out")
