"""Draws files as pages of the size of the screen: documents, pictures, and frames of a video."""

import io
import shutil
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Final

import pypdfium2
from PIL import Image, ImageOps, ImageSequence

from workers.simulator.media.files import Failure, MediaError

SIZE: Final = (640, 360)
QUALITY: Final = 86
MOST_PAGES: Final = 100
"""Of one file; a simulated player needs no more."""
_MOST_FRAMES: Final = 10
_MOST_PIXELS: Final = 40_000_000
_FRAME_SECONDS: Final = 30
_PICTURES: Final = ("PNG", "JPEG", "GIF", "WEBP")
_HEAD: Final = 512
_pdfium: Final = Lock()
"""The library may be used by one thread at a time."""


def draw_pages(content: Path, folder: Path) -> None:
    """Write the pages of a file as JPEGs into a folder, in their order by name.

    None are written for what real players show and this one can't draw: SVG, and videos where
    there is no ffmpeg. Raises `MediaError` for what no player can show.
    """
    head = _head(content)
    if head.startswith(b"%PDF-"):
        _write(_pdf_pages(content), folder)
    elif _is_video(head):
        _write_frames(content, folder)
    elif not _is_svg(head):
        _write(_pictures(content), folder)


def fit(image: Image.Image) -> Image.Image:
    """Return a picture fitted into the screen, on black."""
    return ImageOps.pad(image.convert("RGB"), SIZE, color=(0, 0, 0))


def is_video_file(content: Path) -> bool:
    """Whether this is a video, by its content."""
    return _is_video(_head(content))


def _head(content: Path) -> bytes:
    with content.open("rb") as file:
        return file.read(_HEAD)


def _is_video(head: bytes) -> bool:
    return head[4:8] == b"ftyp" or head.startswith(b"\x1aE\xdf\xa3")


def _is_svg(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and b"<svg" in head


def _write(images: Iterator[Image.Image], folder: Path) -> None:
    for number, image in enumerate(islice(images, MOST_PAGES), start=1):
        buffer = io.BytesIO()
        fit(image).save(buffer, "JPEG", quality=QUALITY)
        (folder / f"{number:04}.jpg").write_bytes(buffer.getvalue())


def _pdf_pages(content: Path) -> Iterator[Image.Image]:
    try:
        with _pdfium:
            document = pypdfium2.PdfDocument(content)
            count = len(document)
        try:
            for number in range(count):
                with _pdfium:
                    image = _pdf_page(document, number)
                yield image
        finally:
            with _pdfium:
                document.close()
    except pypdfium2.PdfiumError as error:
        raise MediaError(Failure.UNSUPPORTED, f"no readable PDF: {error}") from error


def _pdf_page(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    page = document[number]
    width, height = page.get_size()
    scale = min(SIZE[0] / max(width, 1), SIZE[1] / max(height, 1))
    bitmap = page.render(scale=scale)
    image: Image.Image = bitmap.to_pil().convert("RGB")  # a copy: pdfium's own memory goes
    bitmap.close()
    page.close()
    return image


def _pictures(content: Path) -> Iterator[Image.Image]:
    """Yield the picture, upright; of an animation its first frame."""
    try:
        with Image.open(content, formats=_PICTURES) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise MediaError(Failure.UNSUPPORTED, "the picture has too many pixels")
            image.draft("RGB", SIZE)
            frame = next(ImageSequence.Iterator(image))
            yield _on_black(ImageOps.exif_transpose(frame))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(Failure.UNSUPPORTED, "no picture, document or video") from error


def _on_black(image: Image.Image) -> Image.Image:
    if not image.has_transparency_data:
        return image
    ground = Image.new("RGBA", image.size, (0, 0, 0, 255))
    return Image.alpha_composite(ground, image.convert("RGBA"))


def _write_frames(content: Path, folder: Path) -> None:
    program = shutil.which("ffmpeg")
    if program is None:
        return
    width, height = SIZE
    fitted = f"scale={width}:{height}:force_original_aspect_ratio=decrease"
    command = (
        *(program, "-v", "error", "-nostdin", "-protocol_whitelist", "file"),
        *("-threads", "1", "-i", f"file:{content}", "-an", "-frames:v", str(_MOST_FRAMES)),
        *("-vf", f"fps=1/2:round=up,{fitted},pad={width}:{height}:-1:-1", "-q:v", "4"),
        str(folder / "%04d.jpg"),
    )
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=_FRAME_SECONDS)  # noqa: S603 - fixed words and our own paths
    except (subprocess.SubprocessError, OSError) as error:
        raise MediaError(Failure.UNSUPPORTED, "no readable video") from error
