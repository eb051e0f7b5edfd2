"""Pages of documents as pictures, drawn by a process of their own."""

from pathlib import Path

import pytest
from PIL import Image, ImageColor

from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.files import pages
from infoscreen_core.files.pages import PageSize, count_pages, page_picture
from infoscreen_core.files.store import MediaStore
from tests.support.media.documents import COLORS, color_of, write_pdf

CHECKSUM = "ab" * 32


@pytest.fixture
def store(tmp_path: Path) -> MediaStore:
    return MediaStore(tmp_path / "media")


@pytest.mark.parametrize("page", [1, 2, 3])
def test_each_page_is_drawn_in_the_asked_size(store: MediaStore, page: int) -> None:
    document = write_pdf(store.content_path(CHECKSUM))
    picture = page_picture(store, CHECKSUM, document, page, PageSize.SCREEN)
    expected = ImageColor.getrgb(COLORS[page - 1])
    assert all(abs(a - b) < 8 for a, b in zip(color_of(picture), expected, strict=True))
    with Image.open(picture) as image:
        assert (image.format, image.size) == ("WEBP", (1920, 1080))


def test_a_page_is_drawn_once(store: MediaStore) -> None:
    document = write_pdf(store.content_path(CHECKSUM))
    first = page_picture(store, CHECKSUM, document, 1, PageSize.PREVIEW)
    document.unlink()
    assert page_picture(store, CHECKSUM, document, 1, PageSize.PREVIEW) == first


def test_pages_are_counted_once(store: MediaStore) -> None:
    document = write_pdf(store.content_path(CHECKSUM), 12)
    assert count_pages(store, CHECKSUM, document) == 12
    document.unlink()
    assert count_pages(store, CHECKSUM, document) == 12


@pytest.mark.parametrize("page", [4, 9999])
def test_a_page_that_is_not_there_is_said(store: MediaStore, page: int) -> None:
    document = write_pdf(store.content_path(CHECKSUM))
    with pytest.raises(NotFoundError, match=str(page)):
        page_picture(store, CHECKSUM, document, page, PageSize.PREVIEW)


def test_a_document_that_is_gone_is_not_found(store: MediaStore) -> None:
    with pytest.raises(NotFoundError):
        count_pages(store, CHECKSUM, store.content_path(CHECKSUM))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\nnothing more", b"\0" * 5000])
def test_what_is_no_pdf_leaves_nothing_behind(store: MediaStore, content: bytes) -> None:
    document = store.content_path(CHECKSUM)
    document.parent.mkdir(parents=True)
    document.write_bytes(content)
    with pytest.raises(InvalidInputError, match="cannot be drawn"):
        page_picture(store, CHECKSUM, document, 1, PageSize.SCREEN)
    assert not [path for path in (store.root / "derived").rglob("*") if path.is_file()]


def test_a_page_without_end_is_given_up(store: MediaStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PATIENCE_SECONDS", 0.01)
    document = write_pdf(store.content_path(CHECKSUM))
    with pytest.raises(InvalidInputError, match="cannot be drawn"):
        page_picture(store, CHECKSUM, document, 1, PageSize.SCREEN)


def test_a_gigantic_page_stays_in_its_box(store: MediaStore) -> None:
    document = write_pdf(store.content_path(CHECKSUM), 1, size=(6000, 40))
    with Image.open(page_picture(store, CHECKSUM, document, 1, PageSize.PREVIEW)) as image:
        assert max(image.size) == 640
