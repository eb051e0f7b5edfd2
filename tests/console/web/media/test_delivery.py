"""Files of the library over HTTP, to people and players."""

import hashlib
import logging
import re
from datetime import timedelta
from email.parser import BytesParser
from email.utils import format_datetime
from typing import TYPE_CHECKING, cast

import pytest
from sqlalchemy import event

from console.runtime import SESSION_COOKIE, resources
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import EventMedia
from infoscreen_core.domain.media.types import MIME_TYPES, MediaType, Target
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.files.store import MediaStore
from tests.support.console import Console
from tests.support.events.planning import add_group
from tests.support.media.kept import addresses, keep_file, keep_made, link_to, link_to_made
from tests.support.web import Visitor

if TYPE_CHECKING:
    from email.message import Message

CONTENT = bytes(range(256)) * 4 + b"the end"
SIZE = len(CONTENT)
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


class Library:
    """A library with files, and a group that has links to them."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.store = MediaStore(console.settings.media_dir)
        with console.sessions.begin() as session:
            self.group = add_group(session)

    def keep(self, name: str, kind: MediaType, content: bytes = CONTENT) -> int:
        with self.console.sessions.begin() as session:
            return keep_file(session, self.store, name, kind, content, now=utc_now())

    def made(self, media_id: int, target: Target, content: bytes) -> str:
        with self.console.sessions.begin() as session:
            return keep_made(session, self.store, media_id, target, content, now=utc_now())

    def link(self, media_id: int, target: Target | None = None) -> str:
        with self.console.sessions.begin() as session:
            at = addresses(session, self.console.settings, self.group, now=utc_now())
            if target:
                return link_to_made(session, at, media_id, target)
            return link_to(session, at, media_id)


@pytest.fixture
def library(console: Console) -> Library:
    return Library(console)


@pytest.fixture
def plan(library: Library) -> int:
    return library.keep("Tag der Tür.pdf", MediaType.PDF)


@pytest.fixture
def person(console: Console, visitor: Visitor) -> Visitor:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")
    return visitor


def test_a_player_gets_the_file_by_its_link(library: Library, visitor: Visitor, plan: int) -> None:
    answer = visitor.get(library.link(plan))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["etag"] == ETAG
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-disposition"] == (
        "inline; filename=\"Tag der T_r.pdf\"; filename*=UTF-8''Tag%20der%20T%C3%BCr.pdf"
    )


@pytest.mark.parametrize(
    "path",
    ["/files/{}/any-name.pdf", "/api/eventmedia/stream/{}/x/y", "/api/eventmedia/stream/{}/%0Ax"],
)
def test_whoever_is_signed_in_may_look(person: Visitor, plan: int, path: str) -> None:
    answer = person.get(path.format(plan))
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/files/{}/x.pdf", "/api/eventmedia/stream/{}/x.pdf"])
def test_nobody_else_may(visitor: Visitor, plan: int, path: str) -> None:
    address = path.format(plan)
    assert visitor.get(address).status_code == 401
    assert visitor.visit(address).headers["location"].startswith("/login")
    for query in ("s=", "s=x", "g=1&e=1&s=" + "A" * 22, "x=1&s=" + "A" * 22):
        answer = visitor.get(f"{address}?{query}")
        assert (answer.status_code, answer.json()["code"]) == (403, "link_refused"), query
        assert "A" * 22 not in answer.text


def test_a_link_opens_its_own_file_only(library: Library, visitor: Visitor, plan: int) -> None:
    other = library.keep("other.pdf", MediaType.PDF, b"other")
    link = library.link(plan)
    assert visitor.get(link.replace(f"/{plan}/", f"/{other}/")).status_code == 403
    assert visitor.get(link.replace(f"/{plan}/", f"/{plan + 100}/")).status_code == 403
    altered = link[:-1] + ("A" if link[-1] != "A" else "Q")
    assert visitor.get(altered).status_code == 403
    later = re.sub(r"e=(\d+)", lambda found: f"e={int(found[1]) + 1}", link)
    assert visitor.get(later).status_code == 403
    assert visitor.get(link).status_code == 200


def test_what_people_may_see_they_see_by_an_old_link_too(person: Visitor, plan: int) -> None:
    assert person.get(f"/files/{plan}/x.pdf?g=1&e=1&s={'A' * 22}").status_code == 200


def test_a_missing_file_is_not_found(
    library: Library, person: Visitor, plan: int, capfd: pytest.CaptureFixture[str]
) -> None:
    for path in (
        f"/files/{plan + 1}/x.pdf",
        f"/files/{10**30}/x.pdf",
        "/api/files/converted/derived/aa/document.pdf",
        "/api/files/converted/../../../etc/passwd",
        f"/api/files/converted/derived/ab/{'a' * 64}/document.pdf",
        f"/api/files/converted/derived/aa/{'a' * 64}/document.pdf",
    ):
        assert person.get(path).status_code == 404, path
    with library.console.sessions.begin() as session:
        checksum = session.get_one(EventMedia, plan).checksum_sha256
    stored = library.store.content_path(checksum)
    stored.write_bytes(b"cut off")
    answer = person.get(f"/files/{plan}/x.pdf")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    stored.unlink()
    assert person.get(f"/files/{plan}/x.pdf").status_code == 404
    said = capfd.readouterr()
    assert "media.damaged" in said.err + said.out
    assert "media.unreadable" in said.err + said.out


def test_what_was_made_of_a_file_is_sent_as_what_it_is(library: Library, visitor: Visitor) -> None:
    document = library.keep("Woche 12.pptx", MediaType.PPTX, b"slides")
    path = library.made(document, Target.PDF, b"%PDF-1.7 pages")
    link = library.link(document, Target.PDF)
    assert link.startswith(f"/api/files/converted/{path}?")
    answer = visitor.get(link)
    assert (answer.status_code, answer.content) == (200, b"%PDF-1.7 pages")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'inline; filename="Woche 12.pdf"'
    assert answer.headers["etag"] == f'"{hashlib.sha256(answer.content).hexdigest()}"'
    assert visitor.get(link.replace("document.pdf", "video.mp4")).status_code == 403


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-1", 0, 1), ("bytes=-7", SIZE - 7, SIZE - 1), ("bytes=1000-", 1000, SIZE - 1)],
)
def test_one_range_is_sent_alone(
    person: Visitor, plan: int, asked: str, first: int, last: int
) -> None:
    answer = person.get(f"/files/{plan}/x.pdf", range=asked)
    assert (answer.status_code, answer.content) == (206, CONTENT[first : last + 1])
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer.headers["content-length"] == str(last - first + 1)
    assert answer.headers["content-type"] == "application/pdf"


def test_several_ranges_come_in_parts(person: Visitor, plan: int) -> None:
    answer = person.get(f"/files/{plan}/x.pdf", range="bytes=5-9,0-1,-3")
    assert answer.status_code == 206
    assert answer.headers["content-length"] == str(len(answer.content))
    head = f"content-type: {answer.headers['content-type']}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + answer.content).get_payload()
    assert isinstance(parts, list)
    found = [
        (part["content-range"], part.get_content_type(), part.get_payload(decode=True))
        for part in cast("list[Message]", parts)
    ]
    assert found == [
        (f"bytes 5-9/{SIZE}", "application/pdf", CONTENT[5:10]),
        (f"bytes 0-1/{SIZE}", "application/pdf", CONTENT[:2]),
        (f"bytes {SIZE - 3}-{SIZE - 1}/{SIZE}", "application/pdf", CONTENT[-3:]),
    ]


def test_past_the_end_there_is_nothing(person: Visitor, plan: int) -> None:
    answer = person.get(f"/files/{plan}/x.pdf", range=f"bytes={SIZE}-")
    assert answer.status_code == 416
    assert answer.headers["content-range"] == f"bytes */{SIZE}"
    assert answer.json()["code"] == "range_not_satisfiable"


def test_what_is_known_already_is_not_sent_again(person: Visitor, plan: int) -> None:
    address = f"/files/{plan}/x.pdf"
    first = person.get(address)
    for known in (
        {"if_none_match": first.headers["etag"]},
        {"if_modified_since": first.headers["last-modified"]},
        {"if_none_match": first.headers["etag"], "range": "bytes=0-1"},
    ):
        answer = person.get(address, **known)
        assert (answer.status_code, answer.content) == (304, b"")
        assert answer.headers["etag"] == ETAG
        assert "content-length" not in answer.headers
    stale = person.get(address, range="bytes=0-1", if_range='"other"')
    assert (stale.status_code, stale.content) == (200, CONTENT)
    resumed = person.get(address, range="bytes=0-1", if_range=ETAG)
    assert (resumed.status_code, resumed.content) == (206, CONTENT[:2])
    before = format_datetime(utc_now() - timedelta(days=1), usegmt=True)
    assert person.get(address, if_modified_since=before).status_code == 200
    assert person.get(address, if_match='"other"').status_code == 412


def test_head_says_what_get_would_and_ranges_are_not_for_it(person: Visitor, plan: int) -> None:
    address = f"/files/{plan}/x.pdf"
    whole, head = person.get(address), person.head(address, range="bytes=0-1")
    assert (head.status_code, head.content) == (200, b"")
    assert dict(head.headers) == dict(whole.headers)


@pytest.mark.parametrize("kind", list(MediaType))
def test_no_kind_can_run_anything_in_our_origin(
    library: Library, person: Visitor, kind: MediaType
) -> None:
    media = library.keep(f"file.{kind.value}", kind)
    headers = person.get(f"/files/{media}/x").headers
    policy = headers["content-security-policy"]
    assert headers["content-type"] == MIME_TYPES[kind]
    assert "default-src 'none'" in policy
    assert "script" not in policy
    is_active = kind in {MediaType.SVG, MediaType.HTML, MediaType.OTHER}
    assert policy.startswith("sandbox;") is is_active
    is_attached = kind in {MediaType.HTML, MediaType.OTHER}
    assert headers["content-disposition"].startswith("attachment") is is_attached


def test_documents_are_never_compressed_on_the_way(person: Visitor, library: Library) -> None:
    media = library.keep("long.svg", MediaType.SVG, b"<svg>" + b" " * 100_000 + b"</svg>")
    answer = person.get(f"/files/{media}/x", accept_encoding="gzip")
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == "100011"


def test_a_player_fetches_on_without_the_database_being_asked_for_each_range(
    library: Library, visitor: Visitor, plan: int
) -> None:
    link = library.link(plan)
    statements: list[str] = []

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(resources().engine, "before_cursor_execute", note)
    for first in range(0, 40, 2):
        assert visitor.get(link, range=f"bytes={first}-{first + 1}").status_code == 206
    asked = [text for text in statements if "event_media" in text]
    assert 1 <= len(asked) <= 10  # twenty ranges; a second may have passed more than once


def test_no_log_of_ours_holds_a_signature(
    library: Library,
    visitor: Visitor,
    plan: int,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    link = library.link(plan)
    signature = link.rpartition("=")[2]
    assert visitor.get(link).status_code == 200
    assert visitor.get(link.replace(f"/{plan}/", "/4711/")).status_code == 403
    said = capfd.readouterr()
    # httpx, the visitor's own client, says what it asks for.
    ours = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert signature not in said.out + said.err + "\n".join(ours)
