"""`/api/eventmedia` and `/api/conversions`: files come in, are found, named, shown and deleted."""

import hashlib
from typing import Any

import httpx
import pytest

from console.web.api.models.eventmedia import ConversionOfFile, FolderAnswer, MediaAnswer
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import AuditEntry, Conversion, EventMedia
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.files.store import MediaStore
from infoscreen_core.files.uploads import UploadStore
from infoscreen_core.services.actor import CLI
from infoscreen_core.services.media import folders
from tests.support.http.api import Api, problem_of
from tests.support.http.planning_api import Planners
from tests.support.media.files import add_file
from tests.support.media.samples import pdf, picture, sample

PDF = pdf(3)
BOUNDARY = "grenze"


@pytest.fixture
def planners(planners_anywhere: Planners) -> Planners:
    return planners_anywhere


@pytest.fixture
def editor(planners: Planners) -> Api:
    return planners.editor


@pytest.fixture
def store(planners: Planners) -> MediaStore:
    return MediaStore(planners.console.settings.media_dir)


def _form(data: bytes, name: str = "Aushang.pdf", **fields: object) -> bytes:
    disposition = 'Content-Disposition: form-data; name="{}"'
    parts = [
        f"{disposition.format(key)}\r\n\r\n{value}\r\n".encode() for key, value in fields.items()
    ]
    head = f'{disposition.format("file")}; filename="{name}"\r\nContent-Type: x/y\r\n\r\n'
    parts.append(head.encode() + data + b"\r\n")
    mark = f"--{BOUNDARY}".encode()
    return b"".join(mark + b"\r\n" + part for part in parts) + mark + b"--\r\n"


def _send(editor: Api, body: bytes, query: str = "", **headers: str) -> httpx.Response:
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return editor.ask("POST", f"/api/eventmedia{query}", body, **{"content_type": kind, **headers})


def _add(editor: Api, data: bytes = PDF, name: str = "Aushang.pdf", **fields: object) -> Any:  # noqa: ANN401
    answer = _send(editor, _form(data, name, **fields))
    assert answer.status_code == 201, answer.text
    MediaAnswer.model_validate(answer.json())
    return answer.json()


def _leftovers(store: MediaStore) -> list[str]:
    return [path.name for path in UploadStore(store.uploads).folder.glob("*")]


def test_a_file_of_a_form_is_in_the_library(
    planners: Planners, editor: Api, store: MediaStore
) -> None:
    made = _add(editor, name="Ausflüge & Feste.pdf")
    checksum = hashlib.sha256(PDF).hexdigest()
    assert (made["name"], made["mediaType"], made["size"]) == (
        "Ausflüge & Feste.pdf",
        "pdf",
        len(PDF),
    )
    assert (made["checksum"], made["createdBy"], made["uses"]) == (checksum, "editor", 0)
    assert store.content_path(checksum).read_bytes() == PDF
    assert _leftovers(store) == []
    assert editor.get(made["url"]).content == PDF
    with planners.console.sessions() as session:
        row = session.query(AuditEntry).filter_by(action="media.added").one()
        assert (row.actor_name, row.source) == ("editor", "10.1.2.3")


def test_a_file_may_be_the_body_itself(planners: Planners, editor: Api) -> None:
    with planners.console.sessions.begin() as session:
        folder = folders.create_folder(session, "Aula", parent_id=None, actor=CLI, now=utc_now()).id
    query = f"?name=Plan.pdf&folderId={folder}"
    made = _send(editor, PDF, query, content_type="application/octet-stream").json()
    assert (made["name"], made["folderId"]) == ("Plan.pdf", folder)
    listed = editor.read("/eventmedia/folders")
    FolderAnswer.model_validate(listed[0])
    assert (listed[0]["name"], listed[0]["fileCount"]) == ("Aula", 1)


def test_a_file_gets_a_new_content(editor: Api) -> None:
    made = _add(editor)
    again = _add(editor, picture(), "Bild.png", replacesId=made["id"])
    assert (again["id"], again["version"], again["mediaType"]) == (made["id"], 2, "png")
    assert again["name"] == "Aushang.png"


def test_the_content_tells_the_kind_and_names_are_cleaned(editor: Api) -> None:
    made = _add(editor, picture(), "../../etc/Bild.pdf")
    assert (made["name"], made["mediaType"]) == ("Bild.png", "png")


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (_form(b"%PDF-1.4 damaged"), 422, "Aushang.pdf"),
        (_form(b""), 422, "empty"),
        (_form(PDF, name=""), 422, "is no name"),
        (_form(PDF, folderId=99), 404, "no folder with the number 99"),
        (_form(PDF, folderId="Aula"), 422, "folderId needs a whole number"),
        (_form(PDF, replacesId=99), 404, "no file with the number 99"),
        (_form(PDF, colour="red"), 422, "no field colour"),
        (_form(PDF)[:-20], 422, "ends too early"),
        (b"nothing of a form", 422, "cannot be read"),
        (b"", 422, "cannot be read"),
        (f"--{BOUNDARY}--\r\n".encode(), 422, "The file is missing"),
        (_form(PDF, x="y" * 5000), 422, "leave x out"),
        (
            _form(PDF).removesuffix(b"--grenze--\r\n") + _form(PDF),
            422,
            "Send one file at a time",
        ),
    ],
)
def test_what_is_refused_leaves_nothing(
    planners: Planners, editor: Api, store: MediaStore, body: bytes, status: int, said: str
) -> None:
    answer = _send(editor, body)
    assert problem_of(answer)[0] == status, answer.text
    assert said in answer.json()["error"]
    assert _leftovers(store) == []
    assert not list(store.root.glob("content/*/*"))
    with planners.console.sessions() as session:
        assert session.query(EventMedia).count() == 0


def test_a_body_without_a_name_is_refused(editor: Api) -> None:
    answer = _send(editor, PDF, content_type="application/pdf", accept_language="de")
    assert problem_of(answer) == (422, "invalid")
    assert answer.json()["error"].startswith("Die Datei fehlt")


def test_files_are_found_by_folder_name_kind_and_use(planners: Planners, editor: Api) -> None:
    ids = [_add(editor, name=name)["id"] for name in ("Menü.pdf", "Plan.pdf")]
    film = _add(editor, sample(MediaType.MP4), "Film.mp4")["id"]
    event = {
        "groupId": planners.group,
        "title": "Plan",
        "eventType": "presentation",
        "start": "2031-09-08T06:00:00Z",
        "end": "2031-09-08T07:00:00Z",
        "mediaIds": [ids[1]],
    }
    assert editor.call("POST", "/events", event).status_code == 201

    def found(query: str) -> list[int]:
        return [one["id"] for one in editor.read(f"/eventmedia?{query}")]

    assert found("") == [film, *ids]
    assert found("search=MENU") == [ids[0]]
    assert found("mediaType=mp4&mediaType=webm") == [film]
    assert found("used=true") == [ids[1]]
    assert found("used=false&descending=true") == [ids[0], film]
    assert found("folderId=0&sort=changed") == [*ids, film]
    assert found("folderId=7") == []
    assert found("expired=true") == []
    for query, field in (
        ("sort=colour", "sort"),
        ("mediaType=exe", "mediaType.0"),
        ("folderId=-1", "folderId"),
        ("limit=5000", "limit"),
        ("cursor=Zm9v", "cursor"),
    ):
        wrong = editor.call("GET", f"/eventmedia?{query}")
        assert problem_of(wrong) == (422, "invalid")
        assert [one["field"] for one in wrong.json()["details"]] == [field]


@pytest.mark.parametrize("order", ["name", "type", "size", "changed"])
def test_files_come_page_by_page_in_each_order(planners: Planners, editor: Api, order: str) -> None:
    with planners.console.sessions.begin() as session:
        for number in range(7):
            kind = (MediaType.PDF, MediaType.PNG)[number % 2]
            add_file(session, f"{number % 3}-{number}.x", kind, now=utc_now(), size=number % 2)
    whole = [one["id"] for one in editor.read(f"/eventmedia?sort={order}")]
    found: list[int] = []
    path: str | None = f"/eventmedia?sort={order}&limit=3"
    while path:
        answer = editor.call("GET", path)
        found += [one["id"] for one in answer.json()]
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api") or None
    assert found == whole
    assert len(whole) == 7


def test_what_is_known_of_a_file_is_changed(planners: Planners, editor: Api) -> None:
    made = _add(editor)
    path = f"/eventmedia/{made['id']}"
    body = {"name": "Plakat", "expiresOn": "2031-12-24", "academicPeriodId": planners.period}
    changed = editor.call("PUT", path, body).json()
    assert (changed["name"], changed["expiresOn"]) == ("Plakat.pdf", "2031-12-24")
    assert editor.read(path) == changed
    assert editor.call("PUT", path, {}).json() == changed
    with planners.console.sessions() as session:
        actions = [row.action for row in session.query(AuditEntry).order_by(AuditEntry.id)]
    assert [one for one in actions if one.startswith("media.")] == [
        "media.added",
        "media.renamed",
        "media.tagged",
    ]
    for wrong, status in (
        ({"folderId": 99}, 404),
        ({"name": " "}, 422),
        ({"name": None}, 422),
        ({"expiresOn": "soon"}, 422),
        ({"academicPeriodId": 99}, 404),
        ({"size": 3}, 422),
    ):
        answer = editor.call("PUT", path, wrong)
        assert problem_of(answer)[0] == status, wrong
        assert [one["field"] for one in answer.json()["details"]] == [*wrong]


def test_a_file_that_is_shown_is_deleted_only_with_force(planners: Planners, editor: Api) -> None:
    made = _add(editor)
    event = {
        "groupId": planners.group,
        "title": "Plan",
        "eventType": "presentation",
        "start": "2031-09-08T06:00:00Z",
        "end": "2031-09-08T07:00:00Z",
        "mediaIds": [made["id"]],
    }
    shown = editor.call("POST", "/events", event).json()
    path = f"/eventmedia/{made['id']}"
    refused = editor.call("DELETE", path)
    assert problem_of(refused) == (409, "conflict")
    assert refused.json()["details"]["events"] == editor.read(f"{path}/uses")
    assert refused.json()["details"]["events"][0]["eventId"] == shown["id"]
    gone = editor.call("DELETE", f"{path}?force=true").json()
    assert gone == {
        "success": True,
        "events": [{"eventId": shown["id"], "title": "Plan", "filesLeft": 0}],
    }
    assert editor.read(f"/events/{shown['id']}")["mediaIds"] == []
    assert problem_of(editor.call("DELETE", path)) == (404, "not_found")
    unused = _add(editor)
    assert editor.call("DELETE", f"/eventmedia/{unused['id']}").json()["events"] == []


def test_a_document_is_converted_and_again_when_that_failed(
    planners: Planners, editor: Api
) -> None:
    made = _add(editor, sample(MediaType.PPTX), "Woche.pptx")
    path = f"/conversions/{made['id']}"
    standing = editor.read(f"{path}/status")
    ConversionOfFile.model_validate(standing)
    assert (standing["target"], standing["status"], standing["url"]) == ("pdf", "pending", None)
    with planners.console.sessions.begin() as session:
        row = session.query(Conversion).filter_by(target_format=Target.PDF).one()
        row.status, row.failure, row.attempts = ConversionStatus.FAILED, "password", 3
    failed = editor.call("GET", f"{path}/status", accept_language="de").json()
    assert (failed["status"], failed["attempts"]) == ("failed", 3)
    assert "Passwort" in failed["error"]
    again = editor.call("POST", f"{path}/pdf")
    assert again.status_code == 202
    assert (again.json()["status"], again.json()["error"]) == ("pending", None)
    assert editor.call("POST", f"{path}/pdf").status_code == 202
    with planners.console.sessions() as session:
        rows = session.query(AuditEntry).filter_by(action="media.conversion_requested").all()
        assert len(rows) == 1


def test_only_documents_are_converted(editor: Api) -> None:
    made = _add(editor, picture(), "Bild.png")
    refused = editor.call("POST", f"/conversions/{made['id']}/pdf")
    assert problem_of(refused) == (422, "invalid")
    assert "“Bild.png” is a file of type png" in refused.json()["error"]
    none = editor.call("GET", f"/conversions/{made['id']}/status")
    assert problem_of(none) == (404, "not_found")
    small = editor.read(f"/conversions/{made['id']}/status?target=thumbnail")
    assert small["status"] == "pending"
    assert problem_of(editor.call("POST", "/conversions/99/pdf")) == (404, "not_found")
    wrong = editor.call("GET", f"/conversions/{made['id']}/status?target=gif")
    assert problem_of(wrong) == (422, "invalid")
