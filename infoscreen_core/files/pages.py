"""Pages of a PDF as pictures, drawn when somebody asks for them and kept beside the document.

A browser has no means to show page 7 of a PDF and nothing else, so screens in a browser and
previews show pictures. They are drawn by a process of their own (`page_program`), which has limits
of memory and time.
"""

import subprocess
import sys
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final
from uuid import uuid4

from infoscreen_core.errors import InvalidInputError, NotFoundError
from infoscreen_core.files import page_program
from infoscreen_core.files.store import MediaStore

PATIENCE_SECONDS: Final = 30
MAX_PAGE: Final = 9999


class PageSize(StrEnum):
    """How large a picture of a page is drawn."""

    PREVIEW = "preview"
    """For people who plan: fits into 640 x 640 pixels."""
    SCREEN = "screen"
    """For screens: fits into 1920 x 1920 pixels."""


_BOXES: Final = {PageSize.PREVIEW: (640, 640), PageSize.SCREEN: (1920, 1920)}


def page_picture(
    store: MediaStore, checksum: str, document: Path, page: int, size: PageSize
) -> Path:
    """Return a WebP picture of a page, counted from 1; it is drawn unless it is there already.

    `checksum` is that of the content that the PDF was made from, or is. Raises `NotFoundError` when
    there is no such page or document, `InvalidInputError` when it cannot be drawn. It may take
    seconds.
    """
    if not 1 <= page <= MAX_PAGE:
        raise _no_such_page(page)
    target = store.page_path(checksum, f"{size}-{page}.webp")
    if not target.is_file():
        _make(document, target, page, size)
    return target


def count_pages(store: MediaStore, checksum: str, document: Path) -> int:
    """Return how many pages a PDF has; raises as `page_picture` does."""
    note = store.page_path(checksum, "count")
    with suppress(FileNotFoundError, ValueError):
        return int(note.read_text(encoding="ascii"))
    return _make(document, note, 0, PageSize.PREVIEW)


def _make(document: Path, target: Path, page: int, size: PageSize) -> int:
    """Run the program; what it made gets its name when it is whole. Return the number of pages."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{uuid4().hex}.part")
    try:
        count = _run(document, part, page, size)
        if not page:
            part.write_text(str(count), encoding="ascii")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return count


def _run(document: Path, part: Path, page: int, size: PageSize) -> int:
    numbers = [str(number) for number in (page, *_BOXES[size])]
    program = [sys.executable, "-I", "-m", page_program.__name__]
    try:
        done = subprocess.run(  # noqa: S603 - our own program; no name of a person's is among them
            [*program, str(document), str(part), *numbers],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _cannot_be_drawn(page) from None
    if done.returncode == page_program.WRONG_PAGE or not document.is_file():
        raise _no_such_page(page)
    if done.returncode:
        raise _cannot_be_drawn(page)
    return int(done.stdout)


def _no_such_page(page: int) -> NotFoundError:
    return NotFoundError("There is no page {page} in this document.", field="page", page=page)


def _cannot_be_drawn(page: int) -> InvalidInputError:
    return InvalidInputError(
        "Page {page} cannot be drawn: the document is damaged, protected or too large. "
        "Save it as a PDF again and replace the file.",
        field="page",
        page=page,
    )
