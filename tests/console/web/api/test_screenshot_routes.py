"""Pictures that come over the API instead of from the broker."""

import json
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.types import ASGIApp

from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Client, ClientScreenshot
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.domain.screens.player import PictureType
from infoscreen_core.domain.screens.screens import ScreenHealth
from infoscreen_core.services.people import api_tokens
from infoscreen_core.services.screens.pictures import MAX_BYTES
from tests.support.console import Console
from tests.support.http.api import Api, problem_of
from tests.support.listener.telemetry import picture
from tests.support.people import acting_as, add_client, add_session, uuid_of

AsRole = Callable[[Role], Api]
PATH = f"/api/clients/{uuid_of(1)}/screenshot"
JPEG = "image/jpeg"
AT = "2026-11-23T07:00:00Z"


@pytest.fixture(autouse=True)
def _player(console: Console) -> None:
    with console.sessions.begin() as session:
        add_client(session, 1)


@pytest.fixture
def admin(as_role: AsRole) -> Api:
    return as_role(Role.ADMIN)


def _rows(console: Console) -> list[ClientScreenshot]:
    with console.sessions() as session:
        return session.query(ClientScreenshot).order_by(ClientScreenshot.id).all()


def _files(console: Console) -> list[bytes]:
    folder = console.settings.data_dir / "screenshots" / uuid_of(1)
    return [path.read_bytes() for path in sorted(folder.glob("*"))] if folder.is_dir() else []


def _form(data: bytes, name: str = "file") -> tuple[bytes, str]:
    request = httpx.Request("POST", "http://x", files={name: ("screen.jpg", data, JPEG)})
    return request.read(), request.headers["content-type"]


def _json(**told: object) -> bytes:
    return json.dumps(told).encode()


def test_a_picture_is_kept_as_it_is(admin: Api, console: Console) -> None:
    sent = picture()
    answer = admin.ask("POST", PATH, sent, content_type=JPEG, accept_language="en")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["success"], body["message"]) == (True, "The picture is kept.")
    assert (body["width"], body["height"]) == (320, 180)
    [row] = _rows(console)
    assert (row.md5, row.type, row.captured_at) == (body["md5"], PictureType.PERIODIC, None)
    assert _files(console) == [sent]
    with console.sessions() as session:
        client = session.get_one(Client, uuid_of(1))
        assert (client.last_screenshot_hash, client.screen_health_status) == (
            body["md5"],
            ScreenHealth.OK,
        )
    assert admin.get(f"/screenshots/{uuid_of(1)}.jpg").content == sent


@pytest.mark.parametrize("content_type", ["image/png", "application/x-www-form-urlencoded", ""])
def test_what_it_is_called_does_not_matter(admin: Api, console: Console, content_type: str) -> None:
    sent = picture(kind="PNG")
    assert admin.ask("POST", PATH, sent, content_type=content_type).status_code == 200
    assert _files(console) == [sent]


def test_a_form_brings_a_picture_and_the_address_the_rest(admin: Api, console: Console) -> None:
    body, content_type = _form(picture())
    path = f"{PATH}?type=event_start&captured_at={AT}&event_id=7"
    assert admin.ask("POST", path, body, content_type=content_type).status_code == 200
    [row] = _rows(console)
    assert (row.type, row.event_id) == (PictureType.EVENT_START, 7)
    assert row.captured_at == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert admin.get(f"/screenshots/{uuid_of(1)}/priority").content == picture()


@pytest.mark.parametrize("name", ["image", "screenshot"])
def test_older_listeners_send_json(admin: Api, console: Console, name: str) -> None:
    told = {name: b64encode(picture()).decode(), "timestamp": AT, "screenshot_type": "event_stop"}
    sent = _json(**told, client_id="ignored")
    answer = admin.ask("POST", PATH, sent, content_type="application/json")
    assert answer.status_code == 200, answer.text
    [row] = _rows(console)
    assert row.type is PictureType.EVENT_STOP
    assert row.captured_at == datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_the_same_picture_of_the_same_instant_is_kept_once(admin: Api, console: Console) -> None:
    for moment in (AT, AT, "2026-11-23T07:00:30Z"):
        path = f"{PATH}?captured_at={moment}"
        assert admin.ask("POST", path, picture(), content_type=JPEG).status_code == 200
    assert len(_rows(console)) == len(_files(console)) == 2


def test_only_the_last_twenty_are_kept(admin: Api, console: Console) -> None:
    for shade in range(22):
        assert admin.ask("POST", PATH, picture(shade), content_type=JPEG).status_code == 200
    assert len(_rows(console)) == len(_files(console)) == 20


_FORM_WITHOUT = httpx.Request("POST", "http://x", files={"note": (None, b"nothing")})
REFUSED: Mapping[str, tuple[str, bytes]] = {
    "nothing": (JPEG, b""),
    "no picture": (JPEG, b"this is no picture"),
    "half a picture": (JPEG, picture()[:700]),
    "a web page": ("text/html", b"<html></html>"),
    "a form without a file": (
        _FORM_WITHOUT.headers["content-type"],
        _FORM_WITHOUT.read(),
    ),
    "a form without a boundary": ("multipart/form-data", b"--x"),
    "a form with an endless boundary": (f"multipart/form-data; boundary={'x' * 5000}", b"--x"),
    "a broken form": ("multipart/form-data; boundary=x", b"--y\r\n\r\nz"),
    "no JSON": ("application/json", b"{"),
    "a list": ("application/json", b"[]"),
    "JSON without a picture": ("application/json", b"{}"),
    "no base64": ("application/json", _json(image="***")),
    "a number": ("application/json", _json(image=5)),
    "no time": ("application/json", _json(image="aGFsbG8=", timestamp="now")),
    "base64 of no picture": ("application/json", _json(image="aGFsbG8=")),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_picture_is_refused_with_a_sentence(
    admin: Api, console: Console, case: str
) -> None:
    content_type, body = REFUSED[case]
    answers = [
        admin.ask("POST", PATH, body, content_type=content_type, accept_language=language)
        for language in ("de", "en")
    ]
    assert all(answer.status_code == 422 for answer in answers), [one.text for one in answers]
    german, english = (answer.json()["error"] for answer in answers)
    assert german != english
    assert german.endswith(".")
    assert _rows(console) == []
    assert _files(console) == []


@pytest.mark.parametrize(
    "content_type", [JPEG, "application/json", "multipart/form-data; boundary=x"]
)
def test_too_much_is_not_read(admin: Api, console: Console, content_type: str) -> None:
    answer = admin.ask("POST", PATH, bytes(MAX_BYTES * 2), content_type=content_type)
    assert problem_of(answer) == (413, "too_large")
    assert _files(console) == []


def test_too_many_pixels_are_refused(admin: Api, console: Console) -> None:
    answer = admin.ask("POST", PATH, picture(size=(8000, 6000)), content_type=JPEG)
    assert answer.status_code == 422
    assert "40" in answer.json()["error"]
    assert _files(console) == []


@pytest.mark.parametrize("role", list(Role))
def test_only_admins_and_their_tokens_send_pictures(
    as_role: AsRole, console: Console, role: Role
) -> None:
    answer = as_role(role).ask("POST", PATH, picture(), content_type=JPEG)
    if role in {Role.USER, Role.EDITOR}:
        assert problem_of(answer) == (403, "not_allowed")
        assert _files(console) == []
    else:
        assert answer.status_code == 200


def test_a_picture_of_nobody_leaves_nothing(admin: Api, console: Console) -> None:
    answer = admin.ask("POST", f"/api/clients/{uuid_of(9)}/screenshot", picture())
    assert problem_of(answer) == (404, "not_found")
    assert not (console.settings.data_dir / "screenshots" / uuid_of(9)).exists()
    wrong = admin.ask("POST", "/api/clients/..%2F..%2Fetc/screenshot", picture())
    assert wrong.status_code in {404, 422}


@pytest.mark.parametrize(
    ("role", "scope", "status"),
    [
        (Role.ADMIN, Scope.WRITE, 200),
        (Role.ADMIN, Scope.READ, 403),
        (Role.EDITOR, Scope.WRITE, 403),
    ],
)
def test_a_helper_sends_and_fetches_with_its_token(
    app: ASGIApp, console: Console, role: Role, scope: Scope, status: int
) -> None:
    now = utc_now()
    with console.sessions.begin() as session:
        user = add_session(session, "unused", role, at=now)
        until = (now + timedelta(days=1)).date()
        made = api_tokens.create_token(
            session, "helper", scope, until, actor=acting_as(user), now=now
        )
    helper = Api(app)
    bearer = f"Bearer {made.secret}"
    sent = helper.ask("POST", PATH, picture(), content_type=JPEG, authorization=bearer)
    assert sent.status_code == status, sent.text
    kept = helper.get(f"/screenshots/{uuid_of(1)}.jpg", authorization=bearer)
    assert kept.status_code == (200 if status == 200 else 404)
    priority = helper.get(f"/screenshots/{uuid_of(1)}/priority", authorization=bearer)
    assert priority.status_code == kept.status_code
    assert helper.get(f"/screenshots/{uuid_of(1)}.jpg").status_code == 401
    wrong = helper.get(f"/screenshots/{uuid_of(1)}.jpg", authorization=f"{bearer}x")
    assert wrong.status_code == 401
