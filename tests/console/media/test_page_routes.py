"""Pages of documents over HTTP, for people."""

import pytest

from console.runtime import SESSION_COOKIE
from infoscreen_core.clock import utc_now
from infoscreen_core.db.models import Conversion
from infoscreen_core.domain.media.types import ConversionStatus, MediaType, Target
from infoscreen_core.domain.people.roles import Role
from infoscreen_core.files.store import MediaStore
from tests.support.console import Console
from tests.support.media.documents import color_of, write_pdf
from tests.support.media.files import add_file
from tests.support.web import Visitor

CHECKSUM = "cd" * 32


@pytest.fixture(autouse=True)
def _signed_in(console: Console, visitor: Visitor) -> None:
    visitor.cookies.set(SESSION_COOKIE, console.sign_in_as(Role.USER), domain="infoscreen.test")


@pytest.fixture
def store(console: Console) -> MediaStore:
    return MediaStore(console.settings.data_dir / "media")


def _add(console: Console, kind: MediaType) -> int:
    with console.sessions.begin() as session:
        return add_file(session, f"plan.{kind}", kind, now=utc_now(), checksum_sha256=CHECKSUM)


def test_a_page_of_a_pdf_is_served(console: Console, store: MediaStore, visitor: Visitor) -> None:
    write_pdf(store.content_path(CHECKSUM))
    media_id = _add(console, MediaType.PDF)
    answer = visitor.get(f"/files/{media_id}/pages/2.webp")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
    red, green, _blue = color_of(answer.content)
    assert green > red
    assert visitor.get(f"/files/{media_id}/pages").json() == {"pages": 3}


def test_pages_of_an_office_document_are_those_of_its_pdf(
    console: Console, store: MediaStore, visitor: Visitor
) -> None:
    pdf = write_pdf(store.derived_path(CHECKSUM, Target.PDF), 2)
    media_id = _add(console, MediaType.PPTX)
    assert visitor.get(f"/files/{media_id}/pages").status_code == 404
    with console.sessions.begin() as session:
        session.add(
            Conversion(
                media_id=media_id,
                target_format=Target.PDF,
                file_hash=CHECKSUM,
                status=ConversionStatus.READY,
                target_path=store.relative(pdf),
                created_at=utc_now(),
            )
        )
    assert visitor.get(f"/files/{media_id}/pages").json() == {"pages": 2}
    assert visitor.get(f"/files/{media_id}/pages/2.webp?size=screen").status_code == 200


@pytest.mark.parametrize("page", ["0", "4", "99999999999999999999"])
def test_a_page_that_is_not_there_is_404(
    console: Console, store: MediaStore, visitor: Visitor, page: str
) -> None:
    write_pdf(store.content_path(CHECKSUM))
    media_id = _add(console, MediaType.PDF)
    assert visitor.get(f"/files/{media_id}/pages/{page}.webp").status_code == 404


def test_a_picture_has_no_pages(console: Console, visitor: Visitor) -> None:
    assert visitor.get(f"/files/{_add(console, MediaType.PNG)}/pages/1.webp").status_code == 404


def test_a_damaged_document_says_so(console: Console, store: MediaStore, visitor: Visitor) -> None:
    path = write_pdf(store.content_path(CHECKSUM))
    path.write_bytes(b"nothing of the kind")
    answer = visitor.get(f"/files/{_add(console, MediaType.PDF)}/pages/1.webp")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_without_a_session_nothing_is_told(console: Console, visitor: Visitor) -> None:
    media_id = _add(console, MediaType.PDF)
    visitor.cookies.clear()
    assert visitor.get(f"/files/{media_id}/pages/1.webp").status_code == 401


@pytest.mark.parametrize("query", ["", "?s=x", "?g=1&e=9999999999&s=AAAAAAAAAAAAAAAAAAAAAA"])
def test_nobody_sees_a_page_without_signing_in(
    console: Console, store: MediaStore, visitor: Visitor, query: str
) -> None:
    """What looks like a player's link opens files only, whose routes look at it."""
    write_pdf(store.content_path(CHECKSUM))
    media_id = _add(console, MediaType.PDF)
    visitor.cookies.clear()
    for path in ("pages", "pages/1.webp"):
        answer = visitor.get(f"/files/{media_id}/{path}{query}")
        assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
