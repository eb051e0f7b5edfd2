"""PDFs whose pages can be told apart by their colour."""

from io import BytesIO
from pathlib import Path

from PIL import Image

COLORS = ("#c01010", "#10a010", "#1010c0", "#c0a010")


def write_pdf(path: Path, pages: int = 3, *, size: tuple[int, int] = (960, 540)) -> Path:
    """Write a PDF with as many pages, each of one of the colours, in turn."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pdf_bytes(pages, size=size))
    return path


def pdf_bytes(pages: int = 3, *, size: tuple[int, int] = (960, 540)) -> bytes:
    """Return such a PDF."""
    first, *rest = [Image.new("RGB", size, COLORS[page % len(COLORS)]) for page in range(pages)]
    file = BytesIO()
    first.save(file, "PDF", save_all=True, append_images=rest)
    return file.getvalue()


def color_of(picture: Path | bytes) -> tuple[int, ...]:
    """Return the colour in the middle of a picture."""
    with Image.open(BytesIO(picture) if isinstance(picture, bytes) else picture) as image:
        found = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    assert isinstance(found, tuple)
    return found
