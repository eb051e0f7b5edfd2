"""Uploads by tus over HTTP: what the protocol asks for, and whom it lets in."""

import hashlib
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import httpx
import pytest

from console.runtime import SESSION_COOKIE
from console.web.uploads.routes import MOST_OPEN
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import EventMedia, MediaFolder, UserSession
from infoscreen_core.domain.media.types import MediaType
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.files.store import MediaStore
from infoscreen_core.files.uploads import UPLOAD_LIFE, UploadStore
from tests.support.console import Console
from tests.support.media.samples import pdf, picture
from tests.support.media.tus import BYTES, VERSION, metadata
from tests.support.web import Visitor

PDF = pdf(3)
_VERSION = {"tus_resumable": "1.0.0"}


@pytest.fixture(autouse=True)
def _editor(console: Console, visitor: Visitor) -> None:
    _be(console, visitor, Role.EDITOR)


@pytest.fixture
def uploads(console: Console) -> UploadStore:
    return UploadStore(MediaStore(console.settings.data_dir / "media").uploads)


def _be(console: Console, visitor: Visitor, role: Role) -> None:
    visitor.cookies.clear()
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(role), domain="infoscreen.test")


def _begin(visitor: Visitor, length: int = len(PDF), name: str = "Aushang.pdf", **said: str) -> str:
    answer = _post(visitor, upload_length=str(length), upload_metadata=metadata(name, **said))
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def _post(visitor: Visitor, body: bytes | None = None, /, **headers: str) -> httpx.Response:
    return visitor.ask("POST", "/uploads", body, **_VERSION, **headers)


def _patch(visitor: Visitor, path: str, offset: int, body: bytes, **headers: str) -> httpx.Response:
    kind = {"content_type": BYTES["Content-Type"]}
    return visitor.ask(
        "PATCH", path, body, **{**_VERSION, **kind, "upload_offset": str(offset), **headers}
    )


def _offset(visitor: Visitor, path: str) -> int:
    answer = visitor.ask("HEAD", path, **_VERSION)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def _files(console: Console) -> list[EventMedia]:
    with console.sessions() as session:
        return list(session.query(EventMedia).order_by(EventMedia.id))


def test_it_says_what_it_speaks(visitor: Visitor) -> None:
    answer = visitor.ask("OPTIONS", "/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert set(answer.headers["tus-extension"].split(",")) == {
        "creation",
        "creation-with-upload",
        "termination",
        "checksum",
        "expiration",
    }
    assert "sha1" in answer.headers["tus-checksum-algorithm"]
    assert int(answer.headers["tus-max-size"]) == 4096 * 2**20


def test_a_file_in_three_pieces_is_in_the_library(
    visitor: Visitor, console: Console, uploads: UploadStore
) -> None:
    path = _begin(visitor)
    for start, end in ((0, 100), (100, 200)):
        answer = _patch(visitor, path, start, PDF[start:end])
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(end))
        assert _offset(visitor, path) == end
    last = _patch(visitor, path, 200, PDF[200:])
    (file,) = _files(console)
    assert last.status_code == 204
    assert last.headers["media-id"] == str(file.id)
    assert (file.name, file.media_type) == ("Aushang.pdf", MediaType.PDF)
    assert file.checksum_sha256 == hashlib.sha256(PDF).hexdigest()
    store = MediaStore(console.settings.data_dir / "media")
    assert store.content_path(file.checksum_sha256).read_bytes() == PDF
    assert not list(uploads.folder.glob("*.part"))


def test_who_missed_the_last_answer_can_ask_for_it(visitor: Visitor, console: Console) -> None:
    path = _begin(visitor)
    _patch(visitor, path, 0, PDF)
    again = visitor.ask("HEAD", path, **_VERSION)
    assert again.headers["upload-offset"] == str(len(PDF))
    assert again.headers["media-id"] == str(_files(console)[0].id)
    assert _patch(visitor, path, len(PDF), b"").headers["media-id"] == again.headers["media-id"]
    assert len(_files(console)) == 1


def test_a_file_may_come_with_its_creation(visitor: Visitor, console: Console) -> None:
    answer = _post(
        visitor,
        PDF,
        upload_length=str(len(PDF)),
        upload_metadata=metadata("Plan.pdf"),
        content_type=BYTES["Content-Type"],
    )
    assert answer.status_code == 201
    assert answer.headers["upload-offset"] == str(len(PDF))
    assert answer.headers["media-id"] == str(_files(console)[0].id)


def test_it_goes_into_its_folder(visitor: Visitor, console: Console) -> None:
    with console.sessions.begin() as session:
        folder = MediaFolder(name="Aushänge", place="0/aushänge", created_at=utc_now())
        session.add(folder)
        session.flush()
        folder_id = folder.id
    _patch(visitor, _begin(visitor, folder=str(folder_id)), 0, PDF)
    assert _files(console)[0].folder_id == folder_id


def test_it_becomes_a_new_version_of_another(visitor: Visitor, console: Console) -> None:
    _patch(visitor, _begin(visitor), 0, PDF)
    old = _files(console)[0]
    other = pdf(5, title="neu")
    _patch(visitor, _begin(visitor, len(other), "x.pdf", replaces=str(old.id)), 0, other)
    (new,) = _files(console)
    assert (new.id, new.name, new.version) == (old.id, "Aushang.pdf", old.version + 1)
    assert new.checksum_sha256 == hashlib.sha256(other).hexdigest()


def test_a_wrong_offset_is_a_conflict(visitor: Visitor) -> None:
    path = _begin(visitor)
    _patch(visitor, path, 0, PDF[:10])
    for offset in (0, 9, 11):
        assert _patch(visitor, path, offset, PDF[offset:]).status_code == 409
    assert _offset(visitor, path) == 10


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_checksum_is_compared(visitor: Visitor, algorithm: str) -> None:
    def checksum(data: bytes) -> str:
        digest = hashlib.new(algorithm, data).digest()
        return f"{algorithm} {b64encode(digest).decode()}"

    path = _begin(visitor)
    wrong = _patch(visitor, path, 0, PDF[:50], upload_checksum=checksum(b"other"))
    assert wrong.status_code == 460
    assert _offset(visitor, path) == 0
    right = _patch(visitor, path, 0, PDF[:50], upload_checksum=checksum(PDF[:50]))
    assert (right.status_code, _offset(visitor, path)) == (204, 50)
    last = _patch(visitor, path, 50, PDF[50:], upload_checksum=checksum(PDF[50:]))
    assert "media-id" in last.headers


def test_an_upload_can_be_given_up(visitor: Visitor, uploads: UploadStore) -> None:
    path = _begin(visitor)
    _patch(visitor, path, 0, PDF[:10])
    assert visitor.ask("DELETE", path, **_VERSION).status_code == 204
    assert visitor.ask("HEAD", path, **_VERSION).status_code == 404
    assert list(uploads.folder.iterdir()) == []


def test_it_says_until_when_it_can_be_taken_up(visitor: Visitor, uploads: UploadStore) -> None:
    answer = _post(visitor, upload_length="10", upload_metadata=metadata("a.pdf"))
    until = parsedate_to_datetime(answer.headers["upload-expires"])
    assert abs(until - utc_now() - UPLOAD_LIFE) < timedelta(minutes=5)
    upload_id = answer.headers["location"].rpartition("/")[2]
    upload = uploads.find(upload_id, now=utc_now())
    assert upload is not None
    uploads.save(replace(upload, touched_at=utc_now() - UPLOAD_LIFE))
    assert visitor.ask("HEAD", answer.headers["location"], **_VERSION).status_code == 404


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (412, {"tus_resumable": "0.2.2", "upload_length": "10"}),
        (400, {"upload_length": "-1"}),
        (400, {"upload_length": "ten"}),
        (400, {}),
        (413, {"upload_length": str(4096 * 2**20 + 1)}),
        (400, {"upload_length": "10", "upload_metadata": "filename a b"}),
        (400, {"upload_length": "10", "upload_metadata": "filename /w=="}),
        (400, {"upload_length": "10", "upload_metadata": f"filename YQ==,x {'A' * 8000}"}),
        (400, {"upload_length": "10", "upload_metadata": metadata("a.pdf", folder="../1")}),
        (422, {"upload_length": "10", "upload_metadata": metadata("..")}),
        (422, {"upload_length": "10"}),
        (404, {"upload_length": "10", "upload_metadata": metadata("a.pdf", folder="99")}),
        (404, {"upload_length": "10", "upload_metadata": metadata("a.pdf", replaces="99")}),
    ],
)
def test_a_wrong_beginning_is_refused_and_leaves_nothing(
    visitor: Visitor, uploads: UploadStore, status: int, headers: dict[str, str]
) -> None:
    answer = visitor.ask("POST", "/uploads", **{**_VERSION, **headers})
    assert answer.status_code == status
    assert answer.json()["error"]
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert list(uploads.folder.glob("*")) == []


def test_a_body_of_another_kind_or_length_is_refused(visitor: Visitor) -> None:
    path = _begin(visitor)
    assert _patch(visitor, path, 0, PDF, content_type="application/pdf").status_code == 415
    assert _patch(visitor, path, 0, PDF + b"more").status_code == 400
    assert _patch(visitor, path, 0, PDF, upload_checksum="md5 AAAA").status_code == 400
    assert _offset(visitor, path) == 0
    assert visitor.ask("PATCH", path, PDF, **BYTES, **VERSION).status_code == 400


@pytest.mark.parametrize("body", [PDF[:-200], b"nothing of the kind", b"MZ" + bytes(300)])
def test_what_is_refused_leaves_nothing_and_says_why_in_ones_language(
    visitor: Visitor, console: Console, uploads: UploadStore, body: bytes
) -> None:
    answer = _patch(visitor, _begin(visitor, len(body), "Übel.pdf"), 0, body)
    assert answer.status_code == 422
    assert answer.json()["code"] == "invalid"
    assert "„Übel.pdf“" in answer.json()["error"]
    assert _files(console) == []
    assert list(uploads.folder.iterdir()) == []


def test_an_empty_file_is_refused_at_once(visitor: Visitor, uploads: UploadStore) -> None:
    answer = _post(visitor, upload_length="0", upload_metadata=metadata("leer.pdf"))
    assert answer.status_code == 422
    assert list(uploads.folder.iterdir()) == []


def test_nobody_but_editors_send_files(visitor: Visitor, console: Console) -> None:
    path = _begin(visitor)
    _be(console, visitor, Role.USER)
    assert _post(visitor, upload_length="10").status_code == 403
    assert visitor.ask("HEAD", path, **_VERSION).status_code == 403
    visitor.cookies.clear()
    assert _post(visitor, upload_length="10").status_code == 401


def test_nobody_sees_the_uploads_of_others(visitor: Visitor, console: Console) -> None:
    path = _begin(visitor)
    _be(console, visitor, Role.SUPERADMIN)
    assert visitor.ask("HEAD", path, **_VERSION).status_code == 404
    assert _patch(visitor, path, 0, PDF).status_code == 404
    assert visitor.ask("DELETE", path, **_VERSION).status_code == 404


def test_a_foreign_page_sends_nothing(visitor: Visitor) -> None:
    path = _begin(visitor)
    for headers in ({"origin": "https://elsewhere.example"}, {"sec_fetch_site": "cross-site"}):
        assert _post(visitor, upload_length="10", **headers).status_code == 403
        assert _patch(visitor, path, 0, PDF, **headers).status_code == 403
        assert visitor.ask("DELETE", path, **_VERSION, **headers).status_code == 403
    own = {"origin": "http://infoscreen.test"}
    assert _patch(visitor, path, 0, PDF, **own).status_code == 403
    token = visitor.get("/api/auth/me").json()["csrfToken"]
    assert _patch(visitor, path, 0, PDF, **own, x_csrf_token=token).status_code == 204


def test_one_writes_at_a_time(visitor: Visitor, uploads: UploadStore) -> None:
    path = _begin(visitor)
    with uploads.holding(path.rpartition("/")[2]):
        assert _patch(visitor, path, 0, PDF).status_code == 423
        assert visitor.ask("DELETE", path, **_VERSION).status_code == 423
        assert _offset(visitor, path) == 0
    assert _patch(visitor, path, 0, PDF).status_code == 204


def test_a_person_has_so_many_unfinished_uploads(visitor: Visitor, console: Console) -> None:
    paths = [_begin(visitor) for _number in range(MOST_OPEN)]
    refused = _post(visitor, upload_length="10", upload_metadata=metadata("a.pdf"))
    assert refused.status_code == 429
    assert str(MOST_OPEN) in refused.json()["error"]
    visitor.ask("DELETE", paths[0], **_VERSION)
    assert _begin(visitor)
    _be(console, visitor, Role.ADMIN)
    assert _begin(visitor)


def test_methods_are_overridden_where_proxies_know_few(visitor: Visitor) -> None:
    path = _begin(visitor)
    answer = visitor.ask(
        "POST",
        path,
        PDF,
        **{
            **_VERSION,
            "content_type": BYTES["Content-Type"],
            "x_http_method_override": "PATCH",
            "upload_offset": "0",
        },
    )
    assert "media-id" in answer.headers
    assert visitor.ask("POST", path, **_VERSION).status_code == 405


def test_a_last_byte_whose_end_was_cut_short_is_ended_later(
    visitor: Visitor, console: Console, uploads: UploadStore
) -> None:
    path = _begin(visitor)
    uploads.part(path.rpartition("/")[2]).write_bytes(PDF)  # and then the process was killed
    answer = visitor.ask("HEAD", path, **_VERSION)
    assert answer.headers["media-id"] == str(_files(console)[0].id)


def test_two_files_of_one_name_and_content_are_two_files(
    visitor: Visitor, console: Console
) -> None:
    data = picture()
    for _number in range(2):
        _patch(visitor, _begin(visitor, len(data), "Bild.png"), 0, data)
    first, second = _files(console)
    assert (first.name, second.name) == ("Bild.png", "Bild (2).png")
    assert first.checksum_sha256 == second.checksum_sha256


def test_a_session_that_ended_midway_leaves_what_arrived(
    visitor: Visitor, console: Console
) -> None:
    path = _begin(visitor)
    _patch(visitor, path, 0, PDF[:10])
    with console.sessions.begin() as session:
        session.query(UserSession).delete()
    assert _patch(visitor, path, 10, PDF[10:]).status_code == 401
