"""Files and calendars beside the API's own routes: they answer, and as the description says."""

import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from console.web.api.problems import MEDIA_TYPE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import User
from infoscreen_core.domain.media.types import MediaType, Target
from infoscreen_core.domain.people.api_tokens import Scope
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.files.store import MediaStore
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.exchange import calendar_feeds
from infoscreen_core.services.people import api_tokens
from tests.support.http.api import Api, problem_of
from tests.support.http.planning_api import Planners
from tests.support.media.kept import addresses, keep_file, keep_made, link_to
from tests.support.people import acting_as

CONTENT = b"0123456789" * 10


@pytest.fixture
def document(planners: Planners) -> dict[str, Any]:
    return dict(planners.nobody().read("/openapi.json"))


@pytest.fixture
def store(planners: Planners) -> MediaStore:
    return MediaStore(planners.console.settings.media_dir)


@pytest.fixture
def media(planners: Planners, store: MediaStore) -> int:
    with planners.console.sessions.begin() as session:
        return keep_file(session, store, "Plan.pptx", MediaType.PPTX, CONTENT, now=utc_now())


def _documented(document: dict[str, Any], path: str, answer: httpx.Response) -> None:
    """Check that an answer is one of those that the description has, in one of its forms."""
    known = document["paths"][path]["get"]["responses"].get(str(answer.status_code))
    assert known is not None, answer.status_code
    kinds = known.get("content", {})
    kind = answer.headers.get("content-type", "").partition(";")[0]
    assert not kinds or kind in kinds or "*/*" in kinds
    if MEDIA_TYPE in kinds:
        assert {"error", "code", "details"} <= answer.json().keys()


def test_files_by_session_token_and_link(
    planners: Planners, document: dict[str, Any], media: int
) -> None:
    path, pattern = (
        f"/api/eventmedia/stream/{media}/Plan.pptx",
        "/eventmedia/stream/{media_id}/{filename}",
    )
    for role in Role:
        answer = planners[role].get(path)
        assert (answer.status_code, answer.content) == (200, CONTENT)
        _documented(document, pattern, answer)
    ranged = planners.editor.get(path, range="bytes=3-5")
    assert (ranged.status_code, ranged.content) == (206, b"345")
    _documented(document, pattern, ranged)
    for headers in (
        {"range": "bytes=500-"},
        {"if_match": '"x"'},
        {"if_none_match": ranged.headers["etag"]},
    ):
        _documented(document, pattern, planners.editor.get(path, **headers))
    nobody = planners.nobody()
    assert nobody.get(path).status_code == 401
    _documented(document, pattern, nobody.get(path))
    _documented(document, pattern, nobody.get(f"{path}?g=1&e=1&s=x"))
    with planners.console.sessions.begin() as session:
        made = addresses(session, planners.console.settings, planners.group, now=utc_now())
        link = link_to(session, made, media)
    opened = nobody.get(re.sub(r"^https?://[^/]+", "", link))
    assert (opened.status_code, opened.content) == (200, CONTENT)


def test_a_token_of_the_api_opens_files_and_no_pages(planners: Planners, media: int) -> None:
    secret = _token(planners)
    program = Api(planners.app)
    shown = {"authorization": f"Bearer {secret}"}
    path = f"/api/eventmedia/stream/{media}/Plan.pptx"
    assert program.get(path, **shown).content == CONTENT
    wrong = program.get(path, authorization=f"Bearer {secret}x")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "signed_out")
    assert program.get(f"/files/{media}/pages", **shown).status_code == 401


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/screenshots/00000000-0000-0000-0000-000000000001.jpg", 404, "not_found"),
        ("/screenshots/x/priority", 404, "not_found"),
        ("/calendar/1.ics?token=x", 404, "not_found"),
        ("/api/eventmedia/stream/999/x.pdf", 404, "not_found"),
        ("/api/files/converted/x", 404, "not_found"),
    ],
)
def test_errors_have_the_form_of_the_apis(
    planners: Planners, path: str, status: int, code: str
) -> None:
    german, english = (planners.editor.get(path, accept_language=one) for one in ("de", "en"))
    for answer in (german, english):
        assert answer.headers["content-type"] == MEDIA_TYPE
        told = answer.json()
        assert (answer.status_code, told["status"], told["code"]) == (status, status, code)
        assert told["details"] is None
    assert german.json()["error"] != english.json()["error"]
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        other = planners.editor.ask(method, path)
        assert problem_of(other) == (405, "method_not_allowed")
        assert other.headers["allow"] == "GET, HEAD"


def test_what_was_made_of_a_file(
    planners: Planners, store: MediaStore, document: dict[str, Any], media: int
) -> None:
    with planners.console.sessions.begin() as session:
        keep_made(session, store, media, Target.PDF, b"%PDF made", now=utc_now())
    standing = planners.editor.read(f"/conversions/{media}/status")
    assert standing["status"] == "ready"
    answer = planners.editor.get(standing["url"])
    assert (answer.status_code, answer.content) == (200, b"%PDF made")
    _documented(document, "/files/converted/{path}", answer)
    none = planners.editor.get("/api/files/converted/derived/aa/bb/document.pdf")
    assert none.status_code == 404
    _documented(document, "/files/converted/{path}", none)


def test_a_calendar_by_its_token(planners: Planners, document: dict[str, Any]) -> None:
    with planners.console.sessions.begin() as session:
        feed = calendar_feeds.create_feed(session, planners.group, actor=CLI, now=utc_now())
        secret = feed.token
    pattern, nobody = "/calendar/{group_id}.ics", planners.nobody()
    path = f"/calendar/{planners.group}.ics?token={secret}"
    answer = nobody.get(path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (
        200,
        "text/calendar",
    )
    _documented(document, pattern, answer)
    known = nobody.get(path, if_none_match=answer.headers["etag"])
    assert known.status_code == 304
    _documented(document, pattern, known)
    wrong = nobody.get(f"/calendar/{planners.group}.ics?token=x")
    assert wrong.status_code == 404
    _documented(document, pattern, wrong)


def _token(planners: Planners) -> str:
    with planners.console.sessions.begin() as session:
        user = session.query(User).filter_by(username="user").one()
        until = (utc_now() + timedelta(days=30)).date()
        made = api_tokens.create_token(
            session, "a script", Scope.READ, until, actor=acting_as(user), now=utc_now()
        )
    return made.secret
